"""What the pages in docs/ name exists, and what they show works."""

from __future__ import annotations

import re
from importlib import import_module
from itertools import chain
from unittest import mock

import pytest
from django.db import models
from django.test.utils import isolate_apps

from tests.conftest import ROOT
from tillit.evidence import events
from tillit.kernel import declaration_checks, ends
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose

FIELD = ROOT / "docs" / "add-a-personal-field.md"
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
NAME = re.compile(r"`(tillit(?:\.[A-Za-z_]\w*)+)`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def missing(name):
    """Whether a dotted name leads nowhere; `tillit.E1xx` is the number of a check."""
    if re.fullmatch(r"tillit\.E\d+", name):
        return name not in declaration_checks.CHECKS
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return True
            found = getattr(found, part)
        return False
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert not broken


def test_every_name_exists():
    assert not [name for name in NAME.findall(FIELD.read_text(encoding="utf-8")) if missing(name)]
    assert missing("tillit.E199")
    assert missing("tillit.kernel.declare.impersonal")
    assert missing("tillit.kernel.nowhere")


def test_every_check_is_explained():
    assert set(NAME.findall(FIELD.read_text(encoding="utf-8"))) >= declaration_checks.CHECKS.keys()


def test_every_path_and_option_of_the_commands_exists():
    text = FIELD.read_text(encoding="utf-8")
    for word in chain.from_iterable(block.split() for block in COMMAND.findall(text)):
        if word.startswith(("tests/", "src/")):
            assert (ROOT / word).exists(), word
    for path in re.findall(r"`((?:src|tests|docs)/[^`]+)`", text):
        assert (ROOT / path).exists(), path


@pytest.fixture
def names():
    """The page's Python blocks, run as they stand, apart from the product's own registries."""
    ends.known()  # what the product registers stays registered
    found = {"__name__": "tillit.booking.page"}
    with mock.patch.dict(events.kinds), mock.patch.dict(ends._kinds):
        for block in BLOCK.findall(FIELD.read_text(encoding="utf-8")):
            with isolate_apps("tillit.booking"):
                exec(compile(block, str(FIELD), "exec"), found)
        yield found


def test_the_field_of_the_page_is_right(names):
    assert not declaration_checks.wrong(of=[names["Wish"]])
    assert callable(names["forget"])
    assert names["SEEN"].name == "booking.wish.seen"


@pytest.mark.parametrize(
    ("word", "value", "number"),
    [
        ("why", (), "tillit.E102"),
        ("keep", Keep("booking.wish.over", "always"), "tillit.E103"),
        ("of", ("owner",), "tillit.E106"),
    ],
)
def test_a_missing_word_is_refused_as_the_page_says(names, word, value, number):
    said = names["Wish"]._meta.get_field("hope").declared
    assert said.why == (Purpose.BOOK,)
    with mock.patch.dict(said.__dict__, {word: value}):
        assert declaration_checks.wrong(number, of=[names["Wish"]])


def test_forgotten_words_are_refused_as_the_page_says(names):
    model = names["Wish"]
    with mock.patch.object(model, "not_personal", ()):
        assert declaration_checks.wrong("tillit.E101", of=[model]) == [
            "booking.Wish.made does not say what it holds about a person"
        ]
    with mock.patch.object(model._meta, "ordering", ["hope"]):
        assert declaration_checks.wrong("tillit.E104", of=[model])
    block = BLOCK.findall(FIELD.read_text(encoding="utf-8"))[0].replace("hope = Sealed(", "hope = personal(")
    with isolate_apps("tillit.booking"):
        exec(compile(block, str(FIELD), "exec"), opened := {"__name__": "tillit.booking.page", "personal": personal})
    assert declaration_checks.wrong(of=[opened["Wish"]]) == [
        "booking.Wish.hope is free text about a person: seal it, or say in open_text why it may lie open"
    ]
    with pytest.raises(TypeError):
        personal(models.CharField(max_length=9), of="person", what=Data.NAME, why=[Purpose.BOOK])
    with pytest.raises(ValueError, match="purpose"):
        personal(models.TextField(), of="person", what=Data.NAME, why=[], keep=names["BOOKED"], erase=Erase.SHRED)
