"""Sealing, finding, and the one form of an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillit.kernel import keyring


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_opens_in_its_place_only(plain, context):
    sealed = keyring.seal(plain, context=context)
    assert keyring.open(sealed, context=context) == plain
    assert plain not in sealed or len(plain) < 4
    with pytest.raises(keyring.Unopened):
        keyring.open(sealed, context=context + b"x")


def test_a_changed_byte_does_not_open():
    sealed = keyring.seal(b"hemligt", context=b"c")
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(keyring.Unopened):
            keyring.open(bytes(broken), context=b"c")
    for short in (b"", sealed[:1], sealed[:13], sealed[:-1]):
        with pytest.raises(keyring.Unopened):
            keyring.open(short, context=b"c")


def test_sealing_twice_shows_no_sameness():
    assert keyring.seal(b"a", context=b"c") != keyring.seal(b"a", context=b"c")


def test_an_index_is_of_one_purpose():
    assert keyring.blind_index("a@b.se", "account") == keyring.blind_index("a@b.se", "account")
    assert keyring.blind_index("a@b.se", "account") != keyring.blind_index("a@b.se", "guest")
    assert len(keyring.blind_index("a", "account")) == 64


@pytest.mark.parametrize(
    "typed", ["Anna.Berg@Example.SE", "  anna.berg@example.se\t", "ａnna.berg@example.se", "ANNA.BERG@EXAMPLE.SE"]
)
def test_one_person_s_spellings_are_one_address(typed):
    assert keyring.normal_email(typed) == "anna.berg@example.se"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna",
        "@b.se",
        "a@",
        "a@b@c.se",
        "a b@c.se",
        "a\n@b.se",
        "a@b.se\r\nBcc: x@y.se",
        "a\x00@b.se",
        "a\u200e@b.se",
        "a\u2028@b.se",
        "a" * 250 + "@b.se",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(ValueError, match=r"address"):
        keyring.normal_email(typed)
