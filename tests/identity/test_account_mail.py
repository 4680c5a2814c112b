"""Mail about an account leaves in no organisation's name, and stands in the evidence of each where its owner is."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from tests.conftest import privileged
from tests.identity.conftest import found
from tillit.access import PUBLIC, Actor, acting
from tillit.evidence.models import Event
from tillit.identity import actions
from tillit.identity.models import Invitation
from tillit.kernel import happenings
from tillit.kernel.ids import new_id
from tillit.kernel.tables import Mail


@pytest.fixture
def elsewhere(anna):
    """Who Anna is in another organisation."""
    with acting(Actor(office="operator")):
        return actions.add_person(organisation=found("elsewhere", "Elsewhere"), name="Anna", account=anna.account)


def about() -> set[object]:
    with privileged():
        (waiting,) = Mail.objects.all()
    return set(waiting.about)


def test_a_mail_about_an_account_concerns_its_owner_everywhere(anna, elsewhere, bo):
    Client().post("/account/password/reset/", {"email": anna.address})
    assert about() == {anna.person, elsewhere}


def test_an_address_without_an_account_concerns_nobody(db):
    with acting(Actor(office="login", subject="nobody")), connection.cursor() as cursor:
        cursor.execute("select identity.my_people()")
        assert cursor.fetchone() == ([],)


def test_that_it_left_is_recorded_in_each_organisation(anna, elsewhere):
    with acting(Actor(office="mail", subject=str(new_id()))):
        happenings.announce(
            "kernel.egress.departed", subjects=[anna.person, elsewhere], object=new_id(), reason="coordinate", to="mail"
        )
    with privileged():
        events = Event.objects.filter(name="kernel.egress.departed")
        assert {(e.organisation_id == anna.organisation, e.subject_id) for e in events} == {
            (True, anna.person),
            (False, elsewhere),
        }


@pytest.mark.parametrize("actor", [PUBLIC, Actor(office="login"), Actor(office="operator")])
def test_nobody_else_learns_where_people_are(anna, actor):
    with acting(actor), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select * from evidence.homes(array[%s]::uuid[])", [anna.person])


def test_the_name_of_whom_one_invites_lies_sealed(anna):
    with acting(anna.actor()):
        actions.invite(organisation=anna.organisation, email="ny@example.se", roles=["host"], name="Grace Hopper")
    with privileged():
        assert b"Grace" not in bytes(Invitation.objects.get().name)
