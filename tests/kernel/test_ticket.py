"""The Python side of the ticket: what is signed, and with what."""

import hashlib
import hmac
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillit import access
from tillit.kernel import clock, config, ticket

PERSON = uuid.UUID("0190d1f2-0000-7000-8000-000000000001")


def test_the_format_stays():
    """Version 1. Whoever changes it changes the number and sql/ticket.sql."""
    moment = clock.now().replace(microsecond=123000)
    with clock.at(moment):
        text = ticket.sign(ticket.Actor(office="guest", person=PERSON, subject="s"), life=5, key=b"k" * 32)
    body, _, mac = text.partition("~")
    parts = body.split(":")
    assert parts[:6] == ["1", "-", str(PERSON), "-", "guest", "s"]
    assert parts[6] == str(round(moment.timestamp() * 1000))
    assert 0 <= int(parts[7]) - int(moment.timestamp()) - 5 <= 2
    assert mac == hmac.new(b"k" * 32, body.encode(), hashlib.sha256).hexdigest()


@given(st.binary(min_size=32, max_size=200), st.binary(max_size=200))
def test_pads_make_the_hmac_of_the_key(key, message):
    """What the database computes with the pads is RFC 2104, for keys shorter and longer than a block."""
    inner, outer = ticket.pads(key)
    assert len(inner) == len(outer) == 64
    mac = hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()
    assert mac == hmac.digest(key, message, hashlib.sha256)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        ticket.pads(b"k" * 31)


@given(st.text(max_size=12))
def test_no_word_breaks_the_form(word):
    try:
        actor = ticket.Actor(office=word, subject=word)
    except ValueError:
        return
    parts = ticket.sign(actor, key=b"k" * 32).partition("~")[0].split(":")
    assert len(parts) == 8
    assert parts[4] == (word or "public")


def test_actors_are_restored_also_after_errors():
    assert access.current() is None
    one, two = ticket.Actor(person=PERSON), ticket.Actor(office="member", person=PERSON)
    with access.acting(one):
        with pytest.raises(ZeroDivisionError), access.acting(two):
            assert access.current() == two
            raise ZeroDivisionError
        with access.as_office("sweeper") as actor:
            assert actor == access.current() == ticket.Actor(office="sweeper", person=PERSON)
        assert access.current() == one
    assert access.current() is None
    with access.as_office("sweeper") as actor:
        assert actor.person is None


def test_the_key_is_the_installations():
    signed = ticket.sign(access.PUBLIC)
    body, _, mac = signed.partition("~")
    assert mac == hmac.digest(config.secret("ticket.key"), body.encode(), hashlib.sha256).hex()
