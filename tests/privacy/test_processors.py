"""The register of processors: who writes it, who reads it, and that nothing leaves past it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation

from tests.conftest import privileged
from tests.identity.conftest import Somebody, anna, bo, found, office, somebody  # noqa: F401
from tests.kernel.calling import NAME, OK, Authority, Server, outside
from tillit.access import Actor, acting
from tillit.kernel import clock, egress
from tillit.kernel.dpv import Data, Purpose
from tillit.privacy import processors

TEXTS: dict[str, Any] = {
    "name": "Text AB",
    "role": egress.Role.PROCESSOR,
    "hosts": [NAME, f"{NAME}:8443"],
    "purposes": [Purpose.COORDINATE],
    "categories": [Data.PHONE, Data.COMMUNICATION],
    "region": "eu",
    "words": {"sv": "Skickar sms", "en": "Sends texts"},
}
DAY = date(2026, 1, 1)


@pytest.fixture
def register(anna: Somebody) -> Iterator[Somebody]:  # noqa: F811
    """Anna, who has registered a sender of texts under an agreement."""
    with acting(anna.actor()):
        processors.register("courier", **TEXTS)
        processors.agree("courier", document="contracts/7", agreed=DAY, ends=date(2027, 1, 31))
    return anna


def at(*moment: int) -> Any:
    return clock.at(datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type, misc]


def events(name: str) -> int:
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select count(*) from evidence_event where name = %s", [name])
        return int(cursor.fetchone()[0])


def test_everybody_reads_the_register(register, office):  # noqa: F811
    with acting(Actor(organisation=office)), translation.override("sv"):
        (entry,) = processors.listed()
    assert (entry.name, entry.role, entry.region, str(entry.says)) == (
        "Text AB", egress.Role.PROCESSOR, "eu", "Skickar sms",
    )  # fmt: skip
    assert (entry.purposes, set(entry.categories)) == ((Purpose.COORDINATE,), {Data.PHONE, Data.COMMUNICATION})
    assert (entry.agreed, entry.ends, entry.stopped, entry.own) == (DAY, date(2027, 1, 31), None, True)
    with acting(Actor(organisation=office)), translation.override("fa"):
        assert processors.listed()[0].says in TEXTS["words"].values()
    with acting(Actor(organisation=found("grannen", "Grannen"))):
        assert processors.listed() == []


def test_the_operators_mail_server_is_in_every_register(office, monkeypatch):  # noqa: F811
    monkeypatch.setenv("TILLIT_SMTP", "smtps://post.example")
    with acting(Actor(organisation=office)):
        (entry,) = processors.listed()
    assert (entry.name, entry.role, entry.own) == ("post.example", egress.Role.OPERATOR, False)
    assert str(entry.says)


def test_calls_are_held_against_it(register, tmp_path, office):  # noqa: F811
    authority = Authority(tmp_path)
    with Server(OK, authority.server(NAME)) as server, outside(authority.trusted), at(2026, 6, 1):
        with acting(register.actor()):
            processors.register("courier", **{**TEXTS, "hosts": [f"{NAME}:{server.port}"]})
        with acting(Actor(organisation=office)):
            client, url = egress.client("courier", Purpose.COORDINATE), f"https://{NAME}:{server.port}/"
            assert client.post(url, about=[register.person], data={Data.PHONE: "1"}, json=Data.PHONE).ok
            with pytest.raises(egress.WrongData):
                client.post(url, about=[register.person], data={Data.NAME: "A"}, json=Data.NAME)
            with pytest.raises(egress.WrongPurpose):
                egress.client("courier", Purpose.LOGIN)
            with pytest.raises(egress.UnknownProcessor):
                egress.client("other", Purpose.COORDINATE)
        with acting(Actor(organisation=found("grannen", "Grannen"))), pytest.raises(egress.UnknownProcessor):
            egress.client("courier", Purpose.COORDINATE)
        with acting(Actor()), pytest.raises(egress.UnknownProcessor):
            egress.client("courier", Purpose.COORDINATE)
    assert len(server.heard) == 1
    assert events(egress.DEPARTED) == 1


def test_an_agreement_that_ended_stops_calls_and_a_new_one_lets_them_go_on(register, office):  # noqa: F811
    with acting(Actor(organisation=office)):
        with at(2027, 1, 31, 23):
            egress.client("courier", Purpose.COORDINATE)
        with at(2027, 2, 1), pytest.raises(egress.NoAgreement):
            egress.client("courier", Purpose.COORDINATE)
    with acting(register.actor()):
        processors.agree("courier", document="contracts/8", agreed=date(2027, 2, 1))
    with acting(Actor(organisation=office)), at(2031, 1, 1):
        egress.client("courier", Purpose.COORDINATE)


def test_without_an_agreement_nothing_leaves(anna, office):  # noqa: F811
    with acting(anna.actor()):
        processors.register("courier", **TEXTS)
        with pytest.raises(egress.NoAgreement):
            egress.client("courier", Purpose.COORDINATE)


def test_the_regions_of_organisation_and_processor(register):
    with acting(register.actor()), at(2026, 6, 1):
        processors.register("courier", **{**TEXTS, "region": "us"})
        with pytest.raises(egress.WrongRegion):
            egress.client("courier", Purpose.COORDINATE)
        processors.register("courier", **{**TEXTS, "region": "us"}, safeguard=egress.Safeguard.CLAUSES)
        egress.client("courier", Purpose.COORDINATE)


def test_stopped_and_taken_up_again(register):
    with acting(register.actor()), at(2026, 6, 1):
        processors.stop("courier")
        with pytest.raises(egress.Stopped):
            egress.client("courier", Purpose.COORDINATE)
        assert processors.listed()[0].stopped
        processors.register("courier", **TEXTS)
        egress.client("courier", Purpose.COORDINATE)


def test_a_change_keeps_the_agreement_and_the_id_and_is_recorded(register):
    with acting(register.actor()):
        first = processors.Register().find("courier")
        assert first
        assert processors.register("courier", **{**TEXTS, "name": "Texts"}) == first.id
        second = processors.Register().find("courier")
    assert second
    assert (second.name, second.agreement, second.ends) == ("Texts", "contracts/7", date(2027, 1, 31))
    assert (events("privacy.processor.registered"), events("privacy.processor.changed")) == (1, 2)


WRONG: dict[str, tuple[type[Exception], str, dict[str, Any]]] = {
    "no key": (ValidationError, "", {}),
    "a key with a dot": (ValidationError, "sms.x", {}),
    "the operator's key": (ValidationError, "mail", {}),
    "the operator's role": (ValidationError, "courier", {"role": egress.Role.OPERATOR}),
    "no name": (ValidationError, "courier", {"name": " "}),
    "no region": (ValidationError, "courier", {"region": "Europe"}),
    "no host": (ValidationError, "courier", {"hosts": []}),
    "no purpose": (ValidationError, "courier", {"purposes": []}),
    "an address": (egress.WrongHost, "courier", {"hosts": ["10.0.0.1"]}),
    "an address in one number": (egress.WrongHost, "courier", {"hosts": ["2130706433"]}),
    "this machine": (egress.WrongHost, "courier", {"hosts": ["localhost"]}),
    "a web address": (egress.WrongHost, "courier", {"hosts": ["https://x.example/"]}),
    "every name": (egress.WrongHost, "courier", {"hosts": ["*.example.com"]}),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_registered(anna, what):  # noqa: F811
    error, key, changes = WRONG[what]
    with acting(anna.actor()), pytest.raises(error):
        processors.register(key, **{**TEXTS, **changes})
    with acting(anna.actor()):
        assert processors.listed() == []


def test_an_agreement_needs_a_document_and_an_order_of_days(register):
    with acting(register.actor()):
        for wrong in ({"document": " "}, {"ends": date(2025, 1, 1)}):
            with pytest.raises(ValidationError):
                processors.agree("courier", **{"document": "x", "agreed": DAY, **wrong})
        with pytest.raises(ValidationError):
            processors.agree("other", document="x", agreed=DAY)


def test_only_administrators_write(register, bo, office):  # noqa: F811
    elsewhere = register.actor().with_office("member")
    for actor in (bo.actor(), Actor(organisation=office), Actor(office="operator", organisation=office)):
        with acting(actor):
            with pytest.raises(PermissionError):
                processors.register("spy", **TEXTS)
            with pytest.raises(PermissionError):
                processors.agree("courier", document="x", agreed=DAY)
            with pytest.raises(PermissionError):
                processors.stop("courier")
    with acting(elsewhere):
        assert [entry.name for entry in processors.listed()] == ["Text AB"]


def test_an_administrator_of_another_organisation_adds_nothing_here(register, somebody, office):  # noqa: F811
    there = found("grannen", "Grannen")
    dina = somebody("dina", "administrator", organisation=there, slug="grannen")
    mixed = Actor(office="member", account=dina.account, person=dina.person, organisation=office)
    with acting(mixed), pytest.raises(PermissionError):
        processors.register("spy", **TEXTS)
    with acting(dina.actor()):
        processors.register("spy", **TEXTS)
    with acting(register.actor()):
        assert [entry.name for entry in processors.listed()] == ["Text AB"]
        assert processors.Register().find("spy") is None
