"""Every page that lists something gives it out as a file, by the one way there is, or says why not."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import NoReverseMatch, reverse

from tests.conftest import ROOT
from tillit.exchange import lists

SAID = Path(__file__).with_name("list_pages.txt")
SOURCE = ROOT / "src" / "tillit"
REASONS = {"own", "public", "file", "one", "choice", "way", "login", "part", "demo"}
_LISTS = re.compile(
    r'class="list\b|\{% table\b|(?:<(?:ul|ol|tbody|dl)\b[^>]*>)\s*(?:\{%[^%]*%\}\s*)*?\{%\s*for\b', re.S
)
_LINK = re.compile(r'\{% export_link "([a-z-]+)" %\}')


def templates() -> dict[str, str]:
    """App and name → text, of every page's template."""
    found = {}
    for path in sorted(SOURCE.glob("*/templates/**/*.html")):
        app, _templates, *rest = path.relative_to(SOURCE).parts
        if "mail" not in rest:
            found["/".join([app, *rest])] = path.read_text(encoding="utf-8")
    return found


def said(text: str) -> dict[str, set[str]]:
    """Template → the lists that it gives out, or its reason."""
    rows = (line.split("|", 1) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {name.strip(): set(words.split()) for name, words in rows}


def wrong(there: dict[str, str], told: dict[str, set[str]], known: set[str]) -> list[str]:
    """Where templates, what is said of them and the lists that there are do not fit together."""
    found = []
    for name, text in there.items():
        links = set(_LINK.findall(text))
        if (links or _LISTS.search(text)) and name not in told:
            found.append(f"{name} lists something: give it a file (exchange.lists), or say in list_pages.txt why not")
        found += [f"{name} links to no list: {key}" for key in links - known]
        if name in told and not told[name] <= REASONS and told[name] != links:
            found.append(f"{name}: list_pages.txt says {sorted(told[name])}, its links {sorted(links)}")
        if links and told.get(name, links) <= REASONS:
            found.append(f"{name} gives out a list, and list_pages.txt says it does not")
    found += [f"{name} is gone" for name in told.keys() - there.keys()]
    linked = {key for text in there.values() for key in _LINK.findall(text)}
    return found + [f"no page links to the list {key}" for key in known - linked]


def test_every_list_goes_out_as_a_file_or_says_why_not():
    assert wrong(templates(), said(SAID.read_text()), {one.key for one in lists.every()}) == []


def test_every_list_has_a_page_to_go_back_to():
    for one in lists.every():
        try:
            assert reverse(one.back, args=["x"])
        except NoReverseMatch as error:
            raise AssertionError(f"{one.key}: {error}") from None


def test_the_guard_sees_what_is_wrong():
    page = '<ul class="list">{% for one in rows %}<li>{{ one }}</li>{% endfor %}</ul>'
    assert len(wrong({"a/new.html": page}, {}, set())) == 1
    assert len(wrong({"a/new.html": "<tbody>{% if x %}{% for one in rows %}"}, {}, set())) == 1
    assert wrong({"a/new.html": page}, {"a/new.html": {"one"}}, set()) == []
    assert len(wrong({"a/new.html": page}, {"a/new.html": {"people"}}, {"people"})) == 2
    assert wrong({"a/new.html": page + '{% export_link "people" %}'}, {"a/new.html": {"people"}}, {"people"}) == []
    assert len(wrong({"a/new.html": page + '{% export_link "people" %}'}, {"a/new.html": {"one"}}, {"people"})) == 1
    assert len(wrong({}, {"a/gone.html": {"one"}}, set())) == 1
