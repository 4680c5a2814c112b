"""How text is compared when somebody searches."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillit.kernel import finding, normal
from tillit.kernel.finding import Asked, Why

TEXTS = st.text(max_size=40)
LETTERS = st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ÅSA", "asa"),
        ("Östen Ärlig", "osten arlig"),
        ("é", "E"),
        ("علي", "علی"),
        ("كتاب", "کتاب"),
        ("آرش", "ارش"),
        ("ســلام", "سلام"),
        ("می\u200cرود", "میرود"),
        ("۱۲۳", "123"),
        ("٤٥٦", "456"),
        ("ﻻ", "لا"),
        ("Straße", "STRASSE"),
        ("Øre", "ore"),
        ("a\u202eb", "ab"),
        ("a\nb", "a b"),
    ],
)
def test_spellings_that_are_one(one, other):
    assert normal.folded(one) == normal.folded(other)


@given(TEXTS)
def test_folding_twice_changes_nothing_and_case_does_not_matter(text):
    once = normal.folded(text)
    assert normal.folded(once) == once
    assert normal.folded(text.upper().lower()) == normal.folded(text.lower().upper().lower())


@given(LETTERS, LETTERS)
def test_similar_is_one_edit_at_most(one, other):
    edits = {one}
    for at in range(len(one) + 1):
        edits |= {one[:at] + c + one[at:] for c in string.ascii_lowercase}
        edits |= {one[:at] + c + one[at + 1 :] for c in string.ascii_lowercase if at < len(one)}
        edits |= {one[:at] + one[at + 1 :]}
        edits |= {one[:at] + one[at : at + 2][::-1] + one[at + 2 :]}
    assert finding.similar(one, other) == (other in edits)
    assert all(finding.similar(one, edit) and finding.similar(edit, one) for edit in edits)


@pytest.mark.parametrize(
    ("text", "names", "texts", "why"),
    [
        ("helena lind", ["Helena Lind"], [], Why.EXACT),
        ("lind", ["Helena Lind"], [], Why.WORD),
        ("hel li", ["Helena Lind"], [], Why.BEGINS),
        ("lind talk", ["Helena Lind", "A talk"], [], Why.WORD),
        ("helna", ["Helena Lind"], [], Why.SIMILAR),
        ("ehlena", ["Helena Lind"], [], Why.SIMILAR),
        ("house", ["Helena Lind"], ["About a house."], Why.TEXT),
        ("lind hous", ["Helena Lind"], ["About a house."], Why.TEXT),
        ("elena", ["Helena Lind"], [], None),
        ("lnid", ["Lind"], [], Why.SIMILAR),
        ("an", ["Ian"], [], None),
        ("anna", ["Hanna"], [], None),
        ("1234", ["1235"], [], None),
        ("helena berg", ["Helena Lind"], [], None),
        ("", ["Helena"], ["x"], None),
        ("...", ["..."], ["..."], None),
    ],
)
def test_why_something_is_found(text, names, texts, why):
    assert Asked(text).match(names, texts) is why


@given(TEXTS, st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=2))
def test_no_words_break_it(text, names, texts):
    asked = Asked(text)
    why = asked.match(names, texts)
    assert why is None or asked.words
    assert len(asked.words) <= finding.MOST_WORDS


@given(st.lists(LETTERS, min_size=1, max_size=5, unique=True))
def test_a_name_is_found_by_itself(words):
    assert Asked(" ".join(words)).match([" ".join(words)]) is Why.EXACT


def test_a_bound_of_rows_and_of_time():
    rows = ["a"] * 10
    found, more = Asked("a").sift(rows, 4, lambda row: Why.WORD)
    assert (len(found), more) == (4, True)
    assert Asked("a").sift(rows, 10, lambda row: None) == ([], False)
    assert Asked("a", patience=-1).sift(rows, 10, lambda row: Why.WORD) == ([], True)


def test_two_sources_of_one_name_are_refused():
    source = finding.Source("test", "x", "tag", lambda asked: finding.Answer())
    finding.declare(source)
    try:
        assert finding.declare(source) is source
        with pytest.raises(ValueError, match="test"):
            finding.declare(finding.Source("test", "y", "tag", lambda asked: finding.Answer()))
    finally:
        del finding._sources["test"]


def test_every_source_is_there():
    assert {"people", "bookings", "offers", "pages", "help"} <= {source.key for source in finding.sources()}
