"""What differs between two versions: as facts, which decide whether people are asked again, and as words."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.kernel.dpv import Words
from tillit.privacy.policy import parts, words
from tillit.privacy.policy.facts import Facts

FOREVER = 10**9


@dataclass(frozen=True)
class Change:
    """One difference in facts. `what` names it for SAYS; `of` is what it is about, as a name of facts.

    significant: it touches purposes, bases, receivers, places, times, rights or who answers to the person's
    disadvantage, or names somebody new; people are told before it holds and asked again.
    """

    what: str
    of: str = ""
    significant: bool = True

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a version."""
        return {"what": self.what, "of": self.of, "significant": self.significant}


def compare(before: Facts, after: Facts) -> list[Change]:
    """The differences in facts of two versions of one document, those of significance first."""
    found = [change for look in _LOOKS for change in look(before, after)]
    return sorted(found, key=lambda change: not change.significant)


def _terms(before: Facts, after: Facts) -> Iterable[Change]:
    yield from _come_and_go("purpose", before.get("purposes", {}), after.get("purposes", {}))
    yield from _come_and_go("kind", before.get("kinds", {}), after.get("kinds", {}))
    for name, basis in after.get("purposes", {}).items():
        if name in before.get("purposes", {}) and before["purposes"][name] != basis:
            yield Change("basis", name)
    for name, kind in after.get("kinds", {}).items():
        if set(kind["purposes"]) - set(before.get("kinds", {}).get(name, kind)["purposes"]):
            yield Change("use", name)
    for until in sorted(set(after.get("times", {})) - set(before.get("times", {}))):
        yield Change("time-new", until)


def _times(before: Facts, after: Facts) -> Iterable[Change]:
    old, new = before.get("times", {}), after.get("times", {})
    for until in sorted(old.keys() & new.keys()):
        if old[until] != new[until]:
            longer = (new[until] or FOREVER) > (old[until] or FOREVER)
            yield Change("longer" if longer else "shorter", until, significant=longer)


def _receivers(before: Facts, after: Facts) -> Iterable[Change]:
    old = {one["name"]: one for one in before.get("receivers", [])}
    new = {one["name"]: one for one in after.get("receivers", [])}
    yield from _come_and_go("receiver", old, new)
    for name in sorted(old.keys() & new.keys()):
        wider = any(set(new[name][part]) - set(old[name][part]) for part in ("purposes", "kinds"))
        moved = any(new[name][part] != old[name][part] for part in ("region", "safeguard", "role"))
        if wider or moved:
            yield Change("receiver-wider", name)


def _rights(before: Facts, after: Facts) -> Iterable[Change]:
    for right in sorted(set(before.get("rights", [])) - set(after.get("rights", []))):
        yield Change("right-lost", right)
    for duty in sorted(set(after.get("duties", [])) ^ set(before.get("duties", []))):
        yield Change("duty", duty)


def _ones(before: Facts, after: Facts) -> Iterable[Change]:
    for name in ("controller", "operator", "frame", "region"):
        if before.get(name) != after.get(name):
            yield Change(name)
    if (after.get("age") or 0) < (before.get("age") or 0):
        yield Change("age")
    for name in ("contact", "additions", "own_words", "laws", "age_at_booking", "modules"):
        if before.get(name) != after.get(name):
            yield Change(name, significant=False)


_LOOKS: Sequence[Callable[[Facts, Facts], Iterable[Change]]] = (_terms, _times, _receivers, _rights, _ones)


def _come_and_go(what: str, before: dict[str, Any], after: dict[str, Any]) -> Iterable[Change]:
    yield from (Change(f"{what}-new", name) for name in sorted(after.keys() - before.keys()))
    yield from (Change(f"{what}-gone", name, significant=False) for name in sorted(before.keys() - after.keys()))


SAYS: dict[str, Words] = {
    "purpose-new": gettext_lazy("It is used for something new: to %(of)s."),
    "purpose-gone": gettext_lazy("It is no longer used to %(of)s."),
    "kind-new": gettext_lazy("Something new is held: %(of)s."),
    "kind-gone": gettext_lazy("No longer held: %(of)s."),
    "basis": gettext_lazy("We use it on another legal ground: to %(of)s."),
    "use": gettext_lazy("It is used for more: %(of)s."),
    "longer": gettext_lazy("Something is kept longer."),
    "time-new": gettext_lazy("Something is held that has a time of its own."),
    "shorter": gettext_lazy("Something is kept for a shorter time."),
    "receiver-new": gettext_lazy("Somebody new receives data: %(of)s."),
    "receiver-gone": gettext_lazy("No longer receives data: %(of)s."),
    "receiver-wider": gettext_lazy("A receiver gets more, or is somewhere else: %(of)s."),
    "right-lost": gettext_lazy("Another law holds, and it gives fewer rights."),
    "duty": gettext_lazy("What members undertake has changed."),
    "controller": gettext_lazy("The organisation has another name, number, address or publisher."),
    "operator": gettext_lazy("Somebody else runs the machines."),
    "frame": gettext_lazy("Another law holds."),
    "region": gettext_lazy("Data is kept in another region."),
    "age": gettext_lazy("Younger people may have an account."),
    "contact": gettext_lazy("Somebody else answers questions about data."),
    "additions": gettext_lazy("A further law is named."),
    "own_words": gettext_lazy("The organisation has changed its own words."),
    "laws": gettext_lazy("Other laws make us keep something."),
    "age_at_booking": gettext_lazy("The age is asked at another moment."),
    "modules": gettext_lazy("The organisation uses other parts of the product."),
    "wording": gettext_lazy("Only the wording has changed."),
}


def says(change: dict[str, Any]) -> str:
    """A kept change in the reader's language."""
    of = str(change["of"])
    if change["what"].startswith("purpose") or change["what"] == "basis":
        of = _known(words.purpose, of)
    elif change["what"].startswith("kind") or change["what"] == "use":
        of = _known(words.kind, of)
    return str(SAYS[change["what"]]) % {"of": of}


def _known(name: Callable[[str], str], of: str) -> str:
    """The words of a term; its own name where the term has left the product since."""
    try:
        return name(of)
    except KeyError:
        return of


@dataclass(frozen=True)
class Difference:
    """A section of two versions, word by word: pieces of (same, gone or new; text)."""

    title: str
    pieces: tuple[tuple[str, str], ...]


def worded(before: Sequence[parts.Section], after: Sequence[parts.Section]) -> list[Difference]:
    """The sections that read differently, in the order of the later version; those that went come last."""
    old, new = dict(parts.plain(before)), dict(parts.plain(after))
    titles = [*new, *(title for title in old if title not in new)]
    return [
        Difference(title, tuple(_pieces(old.get(title, ""), new.get(title, ""))))
        for title in titles
        if old.get(title) != new.get(title)
    ]


def _pieces(before: str, after: str) -> Iterable[tuple[str, str]]:
    old, new = before.split(), after.split()
    for sign, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sign == "equal":
            yield "same", " ".join(old[i:j])
            continue
        if gone := " ".join(old[i:j]):
            yield "gone", gone
        if come := " ".join(new[k:m]):
            yield "new", come


def summary(changes: Sequence[dict[str, Any]]) -> list[str]:
    """What changed, in sentences, each once; that only the wording did, where no fact did."""
    return list(dict.fromkeys(says(change) for change in changes)) or [_("Only the wording has changed.")]
