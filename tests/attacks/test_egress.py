"""Nobody widens what may leave: with the application's own role and SQL of one's own, under any ticket."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.attacks.conftest import attacking, refused
from tests.kernel.support import insert_organisation
from tillit.kernel import signing, ticket
from tillit.kernel.ids import new_id

pytestmark = pytest.mark.attack

ENTRY: dict[str, Any] = {
    "id": str(new_id()), "key": "spy", "name": "Spy", "role": "controller", "hosts": ["evil.example:443"],
    "purposes": ["dpv:CommunicationManagement"], "categories": ["pd:Name"], "region": "eu", "safeguard": "",
    "agreement": "contracts/0", "agreed": "2026-01-01", "ends": None, "words": {}, "stopped": None,
}  # fmt: skip
WRITE = "select privacy.write_processor(%s, %s)"


def order(actor: ticket.Actor, **changes: Any) -> str:
    """What the program would sign for this actor."""
    who = {
        "organisation": str(actor.organisation),
        "person": actor.person and str(actor.person),
        "office": actor.office,
    }
    return signing.canonical({**ENTRY, **who, **changes})


@pytest.mark.parametrize("name", ["anna", "bo", "carl", "dina"])
def test_nobody_writes_the_register_with_sql_of_their_own(town, name):
    """Not even an administrator's ticket is enough: the entry is signed by the program."""
    with attacking(town.app_dsn, town.actor(name)) as raw:
        refused(raw, "update privacy_processor set agreement = 'mine', hosts = '{evil.example:443}'")
        refused(raw, "update privacy_processor set ends = null")
        refused(raw, "delete from privacy_processor")
        refused(
            raw,
            "insert into privacy_processor (id, organisation_id) values (gen_random_uuid(), %s)",
            [town.organisation["north"]],
        )
        body = order(town.actor(name))
        for mac in ("", "0" * 64, ticket.sign(town.actor(name)).rpartition("~")[2]):
            refused(raw, WRITE, [body, mac], state="28000")


def test_the_programs_signature_is_for_one_actor_and_one_purpose(town):
    anna, dina = town.actor("anna"), town.actor("dina")
    hers = order(anna)
    with attacking(town.app_dsn, dina) as raw:
        refused(raw, WRITE, [hers, ticket.sign_text("processor", hers)], state="28000")
        as_if = order(dina, organisation=str(town.organisation["north"]))
        refused(raw, WRITE, [as_if, ticket.sign_text("processor", as_if)], state="28000")
    with attacking(town.app_dsn, anna) as raw:
        for purpose in ("end", "setting"):
            refused(raw, WRITE, [hers, ticket.sign_text(purpose, hers)], state="28000")
        for changed in (hers.replace("evil", "worse"), json.dumps(json.loads(hers))):
            refused(raw, WRITE, [changed, ticket.sign_text("processor", hers)], state="28000")


@pytest.mark.parametrize("name", ["bo", "carl"])
def test_who_is_no_administrator_is_refused_with_a_signature_too(town, name):
    body = order(town.actor(name))
    with attacking(town.app_dsn, town.actor(name)) as raw:
        refused(raw, WRITE, [body, ticket.sign_text("processor", body)])


def test_an_administrator_of_another_organisation_adds_nothing_here(town):
    """Mixed up by a mistake of the application: her person, our organisation."""
    mixed = town.actor("dina", organisation=town.organisation["north"])
    body = order(mixed)
    with attacking(town.app_dsn, mixed) as raw:
        refused(raw, WRITE, [body, ticket.sign_text("processor", body)])


def test_an_administrator_writes_her_own_and_nobody_elses_is_seen(town):
    body = order(town.actor("anna"))
    with attacking(town.app_dsn, town.actor("anna")) as raw:
        raw.execute(WRITE, [body, ticket.sign_text("processor", body)])
        ((organisation, key),) = raw.execute("select organisation_id, key from privacy_processor").fetchall()
        assert (organisation, key) == (town.organisation["north"], "spy")
        raw.execute("select set_config('tillit.ticket', %s, true)", [ticket.sign(town.actor("dina"))])
        assert raw.execute("select count(*) from privacy_processor").fetchone() == (0,)


def test_without_a_ticket_nothing_is_read(town):
    with attacking(town.app_dsn) as raw:
        refused(raw, "select * from privacy_processor", state="28000")


def test_a_departure_cannot_be_taken_back(town):
    """The application's role adds events and removes none."""
    with attacking(town.app_dsn, town.actor("anna")) as raw:
        refused(raw, "delete from evidence_event where name = 'kernel.egress.departed'")
        refused(raw, "update evidence_event set detail = ''")


def test_the_region_is_the_organisations(server, make_clone):
    """Changing the region of one's organisation is an administrator's act; nobody else's."""
    name = make_clone()
    organisation = new_id()
    with psycopg.connect(server.admin_dsn(name)) as admin:
        insert_organisation(admin, organisation, "north")
    stranger = ticket.Actor(organisation=organisation)
    with attacking(server.dsn("tillit_app", "test", name), stranger) as raw:
        assert raw.execute("update identity_organisation set region = 'us'").rowcount == 0
