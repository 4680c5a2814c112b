"""The kernel's own promises: green on the product, and red when the defence is switched off."""

from __future__ import annotations

import sys
from unittest import mock

import pytest

from tests.privacy.test_sabotage import breaks, holds, sql
from tillit.booking.models import Schedule
from tillit.kernel import egress, happenings, keyring
from tillit.kernel.egress import gate
from tillit.kernel.ticket import current


@pytest.fixture
def shut():
    """What the interpreter does in web and worker: it asks the gate."""

    def ask(event: str, *arguments: object) -> None:
        if event in gate._ASKED:
            raise gate.Shut(event)

    with mock.patch.object(sys, "audit", ask):
        yield


def test_no_third_party_without_permission(house, shut, monkeypatch):
    monkeypatch.setenv("TILLIT_SMTP", "smtp://post.example:587")
    holds(house, "no-third-party-without-permission")
    with mock.patch.object(sys, "audit", lambda *_: None):
        breaks(house, "no-third-party-without-permission", "past the only way out")
    with mock.patch.object(egress, "client", return_value=mock.Mock()):
        breaks(house, "no-third-party-without-permission", "nobody registered")
    real = egress.client

    def any_purpose(key, purpose, **more):
        return mock.Mock() if key == "mail" else real(key, purpose, **more)

    with mock.patch.object(egress, "client", any_purpose):
        breaks(house, "no-third-party-without-permission", "mail for")
    with mock.patch.object(happenings, "_listeners", {}):
        breaks(house, "no-third-party-without-permission", "not recorded")
    assert current() is not None


def test_encrypted_at_rest(house):
    holds(house, "encrypted-at-rest")
    with sql("alter table booking_booking alter column note drop default, alter column note type text using ''"):
        breaks(house, "encrypted-at-rest", "booking_booking.note")
    with sql("alter table booking_booking alter column note type bytea using ''"):
        holds(house, "encrypted-at-rest")
    with mock.patch.object(Schedule, "open_text", {}):
        breaks(house, "encrypted-at-rest", "free text")
    with mock.patch.object(keyring, "seal", lambda text, *, context: b"x" + text):
        breaks(house, "encrypted-at-rest", "shows its text")
    with mock.patch.object(keyring, "open", lambda sealed, *, context: b""):
        breaks(house, "encrypted-at-rest", "another place")


def test_encrypted_in_transit(house, monkeypatch):
    holds(house, "encrypted-in-transit")
    monkeypatch.setenv("TILLIT_ORIGIN", "http://care.example")
    breaks(house, "encrypted-in-transit", "travel open")
    monkeypatch.setenv("TILLIT_ORIGIN", "https://care.example")
    breaks(house, "encrypted-in-transit", "insist")
    monkeypatch.setenv("TILLIT_ORIGIN", "http://localhost:8000")
    monkeypatch.setenv("TILLIT_DSN", "host=db.example dbname=x")
    breaks(house, "encrypted-in-transit", "database")
    monkeypatch.setenv("TILLIT_DSN", "host=db.example dbname=x sslmode=verify-full")
    holds(house, "encrypted-in-transit")
