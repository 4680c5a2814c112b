"""The catalogue of sentences in three languages, without the GNU gettext programs.

    python tools/messages.py extract   collect what the source says into locale/<language>/…/django.po
    python tools/messages.py compile   write the .mo files the product reads (not committed)
    python tools/messages.py check     fail when a sentence is missing, untranslated, fuzzy, stale,
                                       or when a translation lost a placeholder or a tag

The msgids are English. Python is read by Babel, templates by Django's own `templatize`.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "tillit"
LOCALE = SOURCE / "locale"
PLURALS = {
    "sv": "nplurals=2; plural=(n != 1);",
    "fa": "nplurals=2; plural=(n > 1);",
    "en": "nplurals=2; plural=(n != 1);",
}
MUST_BE_TRANSLATED = ("sv", "fa")

# How Babel counts the arguments of each function of django.utils.translation.
KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Key = tuple[str | None, str]


@dataclass
class Message:
    """One sentence of the source: where it stands and, when it counts something, its plural."""

    msgid: str
    context: str | None = None
    plural: str | None = None
    places: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)


def _aliases(code: str) -> dict[str, Any]:
    """The keywords of a module: what it imports from django.utils.translation, under its own names."""
    names = dict(KEYWORDS)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {a.asname: KEYWORDS[a.name] for a in node.names if a.asname and a.name in KEYWORDS}
    return names


def _extract(code: str, keywords: Any) -> Any:
    """What Babel finds. Imported here, since compiling needs no Babel and running has none."""
    from babel.messages.extract import extract

    return extract("python", io.BytesIO(code.encode()), keywords, ["Translators:"])


def _python(path: Path) -> Iterator[tuple[Any, str | None, list[str]]]:
    code = path.read_text(encoding="utf-8")
    found = _extract(code, _aliases(code))
    for _line, message, comments, context in found:
        yield message, context, comments


def _template(path: Path) -> Iterator[tuple[Any, str | None, list[str]]]:
    from django.utils.translation.template import templatize

    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    flat = "\n".join(line.strip() for line in code.splitlines())
    found = _extract(flat, KEYWORDS | {"_": None})
    for _line, message, comments, context in found:
        yield message, context, comments


def source_messages(root: Path = SOURCE) -> dict[Key, Message]:
    """Every sentence in the Python files and templates below `root`, in the order of their paths."""
    messages: dict[Key, Message] = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts
        if path.suffix == ".py" and "migrations" not in inside:
            found: Iterable[tuple[Any, str | None, list[str]]] = _python(path)
        elif path.suffix in (".html", ".txt") and "templates" in inside:
            found = _template(path)
        else:
            continue
        for message, context, comments in found:
            singular, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
            if not singular:
                continue
            known = messages.setdefault((context, singular), Message(singular, context, plural))
            known.plural = known.plural or plural
            known.places.add(path.relative_to(root.parent).as_posix())
            known.comments += [c for c in comments if c not in known.comments]
    return messages


def catalogue_path(language: str, locale: Path = LOCALE) -> Path:
    """Where a language's sentences are kept."""
    return locale / language / "LC_MESSAGES" / "django.po"


def load(language: str, locale: Path = LOCALE) -> polib.POFile:
    """A language's catalogue; an empty one when there is none yet."""
    path = catalogue_path(language, locale)
    return polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)


def _entry(message: Message, old: polib.POEntry | None, count: int) -> polib.POEntry:
    formatted = [f for f in ("python-format",) if re.search(r"%\(\w+\)[sd]", message.msgid)]
    entry = polib.POEntry(
        msgid=message.msgid,
        msgctxt=message.context,
        comment="\n".join(message.comments),
        occurrences=[(place, "") for place in sorted(message.places)],
        flags=formatted + (["fuzzy"] if old and old.fuzzy else []),
    )
    if message.plural is not None:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = dict.fromkeys(range(count), "")
        if old and old.msgid_plural:
            entry.msgstr_plural |= old.msgstr_plural
    elif old and not old.msgid_plural:
        entry.msgstr = old.msgstr
    return entry


def merge(language: str, messages: dict[Key, Message], locale: Path = LOCALE) -> polib.POFile:
    """The catalogue brought in step with the source; a changed sentence keeps its old words as fuzzy."""
    before = load(language, locale)
    known: dict[Key, polib.POEntry] = {(e.msgctxt, e.msgid): e for e in before if not e.obsolete}
    gone = {key: entry for key, entry in known.items() if key not in messages and entry.msgstr}
    after = polib.POFile(wrapwidth=110)
    after.metadata = {
        "Project-Id-Version": "tillit",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for key, message in messages.items():
        old = known.get(key)
        entry = _entry(message, old, 2)
        if old is None and message.plural is None and language in MUST_BE_TRANSLATED:
            near = difflib.get_close_matches(message.msgid, [m for _c, m in gone], n=1, cutoff=0.75)
            if near:
                entry.msgstr = next(e.msgstr for (_c, m), e in gone.items() if m == near[0])
                entry.flags.append("fuzzy")
        after.append(entry)
    return after


def placeholders(text: str) -> list[str]:
    """The holes and tags of a sentence, sorted; the spelled-out percent sign is none."""
    return sorted(re.findall(r"%\(\w+\)[sd]|\{\w*\}|</?\w+[^<>]*>", text))


def problems(language: str, messages: dict[Key, Message], locale: Path = LOCALE) -> list[str]:
    """What is wrong with a language's catalogue, one line each."""
    wrong = []
    entries: dict[Key, polib.POEntry] = {(e.msgctxt, e.msgid): e for e in load(language, locale) if not e.obsolete}
    wrong += [f"stale: {key[1]!r}" for key in entries if key not in messages]
    for key, message in messages.items():
        entry = entries.get(key)
        if entry is None:
            wrong.append(f"missing: {message.msgid!r} ({', '.join(sorted(message.places))})")
            continue
        texts = list(entry.msgstr_plural.values()) if message.plural is not None else [entry.msgstr]
        if entry.fuzzy:
            wrong.append(f"fuzzy: {message.msgid!r}")
        elif not (texts and all(texts)):
            if language in MUST_BE_TRANSLATED:
                wrong.append(f"untranslated: {message.msgid!r}")
            continue
        allowed = [placeholders(message.msgid), placeholders(message.plural or message.msgid)]
        wrong += [
            f"placeholders or tags differ: {message.msgid!r} → {text!r}"
            for text in texts
            if text and placeholders(text) not in allowed
        ]
    return wrong


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write the .mo file beside every catalogue; returns their paths."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        polib.pofile(str(source)).save_as_mofile(str(target))
        written.append(target)
    return written


def main() -> int:
    """Exit status 0, or 1 when `check` finds something."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["extract", "compile", "check"])
    what = parser.parse_args().what
    if what == "compile":
        compile_all()
        return 0
    messages = source_messages()
    if what == "extract":
        for language in PLURALS:
            path = catalogue_path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            merge(language, messages).save(str(path))
        return 0
    wrong = [f"{language}: {line}" for language in PLURALS for line in problems(language, messages)]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
