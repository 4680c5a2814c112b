"""Signed notes, against the specification's own example (C2SP signed-note, tlog-checkpoint)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillit.kernel import notes

KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n"
    "\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW"
    "9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
SEED = bytes(range(32))


def test_the_specifications_note_is_believed_with_its_key():
    key = notes.VerifierKey.parse(KEY)
    assert str(key) == KEY and key.id.hex() == "530d903a"
    assert notes.read(NOTE, [key]) == notes.Note("This is an example message.\n", (key,))


def test_a_text_with_empty_lines_is_split_at_the_last_one():
    text, signatures = notes.split(POEM)
    assert text.endswith("sole:\n\ned è subito sera.\n")
    assert [name for _, name, _ in signatures] == ["quasimodo.example/salvatore"]


@pytest.mark.parametrize(
    "wrong",
    [
        NOTE.replace("example message", "exemple message"), NOTE.replace("IneyaQM=", "IneyaQQ="), NOTE[:-1],
        NOTE.replace("—", "-"), NOTE.replace("\n\n", "\n"), NOTE.replace("message.", "message.\t"), "", "\n\n",
        NOTE.replace(" Uw2", "  Uw2"), NOTE.replace("IneyaQM=", "IneyaQN="), NOTE + "more\n",
        NOTE.replace("example.com/foo", "example.com/bar"),
    ],
)  # fmt: skip
def test_anything_else_is_not(wrong):
    with pytest.raises(notes.BadNote):
        notes.read(wrong, [notes.VerifierKey.parse(KEY)])


@pytest.mark.parametrize(
    "wrong",
    [
        "", "a+b", KEY.replace("530d903a", "530d903b"), KEY.replace("+A", "+B"), KEY[:-4], KEY.replace("foo", "f oo"),
        "+" + KEY.partition("+")[2], KEY.replace("=", "") + "=",
    ],
)  # fmt: skip
def test_a_key_of_another_form_is_refused(wrong):
    with pytest.raises(notes.BadNote):
        notes.VerifierKey.parse(wrong)


def test_signatures_of_strangers_are_passed_over_and_one_wrong_one_of_ours_is_not():
    mine, other = notes.verifier("a.example/log", SEED), notes.verifier("b.example/log", bytes(32))
    note = notes.sign("text\n", name=mine.name, seed=SEED)
    line = notes.sign("text\n", name=other.name, seed=bytes(32)).splitlines()[-1] + "\n"
    assert notes.read(note + line, [mine]).keys == (mine,)
    assert notes.read(note + line, [other, mine]).keys == (mine, other)
    with pytest.raises(notes.BadNote, match="No key"):
        notes.read(note, [other])
    broken = base64.b64encode(other.id + bytes(64)).decode()
    with pytest.raises(notes.BadNote, match="does not belong"):
        notes.read(f"{note}— {other.name} {broken}\n", [mine, other])


@given(
    st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]))).map(lambda lines: "\n".join(["x", *lines, "x"]))
)
def test_what_was_signed_is_read(text):
    key = notes.verifier("a.example/log", SEED)
    assert notes.read(notes.sign(text + "\n", name=key.name, seed=SEED), [key]).text == text + "\n"


@pytest.mark.parametrize("text", ["no newline", "a\tb\n", "a\x00\n"])
def test_what_is_no_text_is_not_signed(text):
    with pytest.raises(notes.BadNote):
        notes.sign(text, name="a.example", seed=SEED)
