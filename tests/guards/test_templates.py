"""Pages call no other host and carry no script, style or handler of their own: the Content-Security-Policy forbids
them, so they would silently not work, and whoever found a way to inject one would be the only one to use it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "tillit"

# A template of a mail has its styles inside: mail programs know no style sheets. It calls no host either.
MAIL = "/mail/"

RULES = {
    "calls another host": re.compile(
        r"""(?:src|href|srcset|action|formaction|poster|data|cite|ping|background)\s*=\s*["']?\s*(?:https?:)?//""", re.I
    ),
    "imports from another host": re.compile(r"""(?:@import|url\()\s*["']?\s*(?:https?:)?//""", re.I),
    "connects to another host": re.compile(
        r"""\b(?:fetch|open|WebSocket|EventSource|sendBeacon|import|importScripts)\(\s*["'`](?:\w+:)?//""", re.I
    ),
    "carries a script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=.application/json)[^>]*>", re.I),
    "carries a style": re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.I),
    "carries a handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "runs text": re.compile(r"javascript:|\beval\(|new Function\(|setTimeout\(\s*[\"']", re.I),
    "passes something unescaped": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
    "is framed or embeds": re.compile(r"<(?:iframe|object|embed|base)\b", re.I),
}
TEXT = {".html", ".txt", ".css", ".js", ".svg"}
# Names of XML vocabularies are no addresses.
NAMES = re.compile(r"http://www\.w3\.org/[\w/.-]+")
# Where a rule does not hold, and why.
ALLOWED: dict[tuple[str, str], str] = {
    ("directory/templates/directory/profile.html", "is framed or embeds"): "a film that whoever looks has turned on",
    ("web/templates/web/demo/mail.html", "is framed or embeds"): "the demo shows a mail in a sandboxed frame",
    ("web/templates/web/embed_office.html", "is framed or embeds"): "the page that other sites show, as they show it",
}


def files() -> Iterator[tuple[str, str]]:
    """Templates, style sheets, scripts and pictures of ours, and what is served for others (vendor)."""
    for path in sorted(SOURCE.rglob("*")):
        name = path.relative_to(SOURCE).as_posix()
        if path.suffix in TEXT and ("/templates/" in name or "/static/" in name) and path.is_file():
            yield name, path.read_text(encoding="utf-8")


def wrong_in(name: str, text: str) -> list[str]:
    """What one file does that it may not."""
    text = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", "", text, flags=re.S)
    text = NAMES.sub("", text)
    wrong = []
    for what, pattern in RULES.items():
        if (name, what) in ALLOWED:
            continue
        if MAIL in name and what in {"carries a style"}:
            continue
        if not name.endswith(".html") and what in {"carries a style", "carries a script", "passes something unescaped"}:
            continue
        if "/vendor/" in name and what not in {"calls another host", "imports from another host"}:
            continue
        if found := pattern.search(text):
            line = text[: found.start()].count("\n") + 1
            wrong.append(f"{name}:{line} {what}: {found[0].strip()[:60]}")
    return wrong


def test_no_page_calls_another_host_or_carries_code():
    wrong = [sentence for name, text in files() for sentence in wrong_in(name, text)]
    assert not wrong, "\n".join(wrong)


def test_there_are_files_to_read():
    names = [name for name, _ in files()]
    assert any(name.endswith(".html") for name in names)
    assert any(name.endswith(".css") for name in names)


def test_exceptions_are_still_needed():
    texts = dict(files())
    for name, what in ALLOWED:
        assert RULES[what].search(texts.get(name, "")), f"{name} no longer {what}"


BAD = [
    '<img src="https://example.org/x.png">',
    "<link href=//cdn.example.org/x.css>",
    '<a href="http://example.org">',
    '<form action="https://example.org/">',
    '<div style="color: red">',
    "<style>p {}</style>",
    "<script>alert(1)</script>",
    "<script type='module'>import x</script>",
    '<button onclick="x()">',
    "<body class='x' onload='x()'>",
    '<a href="javascript:x()">',
    "{{ text|safe }}",
    "{% autoescape off %}",
    '<iframe src="/x">',
    '<base href="/">',
]


@pytest.mark.parametrize("text", BAD)
def test_the_guard_sees_what_is_wrong(text):
    assert wrong_in("web/templates/x.html", f"<p>fine</p>\n{text}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("web/static/web/x.css", "@import url(https://example.org/x.css)"),
        ("web/static/web/x.css", "p { background: url('//example.org/x.png') }"),
        ("web/static/web/x.js", "fetch('https://example.org/')"),
        ("web/static/web/x.js", 'new WebSocket("wss://example.org")'),
        ("web/static/web/x.js", "eval('1')"),
        ("web/static/vendor/x.css", "@import 'https://example.org/x.css'"),
        ("journeys/templates/journeys/mail/x.html", "<img src='https://example.org/pixel.gif'>"),
    ],
)
def test_the_guard_sees_it_elsewhere(name, text):
    assert wrong_in(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("web/templates/x.html", "<script src=\"{% static 'x.js' %}\" defer></script>"),
        ("web/templates/x.html", '<script type="application/json">{"a": 1}</script>'),
        ("web/templates/x.html", '<svg xmlns="http://www.w3.org/2000/svg"><a href="/o/x/">x</a></svg>'),
        ("web/templates/x.html", "{# style='x' onclick='y' #}<p>{{ one }}</p>"),
        ("journeys/templates/journeys/mail/x.html", '<p style="margin: 0">x</p>'),
    ],
)  # fmt: skip
def test_the_guard_lets_pass_what_is_right(name, text):
    assert wrong_in(name, text) == []
