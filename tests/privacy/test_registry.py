"""The registry answers what is held on a person, from the declarations alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, models

from tests.booking.conftest import NOW
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tillit import evidence
from tillit.access import Actor, acting
from tillit.booking.models import Booking
from tillit.evidence import queries
from tillit.identity import addresses
from tillit.identity.models import Account, Person
from tillit.kernel.declare import holdings, personal
from tillit.kernel.dpv import Basis, Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import everyone, own
from tillit.kernel.sealed import Sealed
from tillit.privacy import registry


def guest_of(booking):
    with privileged():
        return Booking.objects.get(pk=booking).person_id


def acts(desk, person, account=None):
    return acting(Actor(office="member", account=account, person=person, organisation=desk.organisation.pk))


@pytest.fixture
def guests(desk):
    """Two guests of the same host, each with a note."""
    grace, _ = order(desk.kinds["consultation"], at(10), note="My knee")
    ali, _ = order(desk.kinds["consultation"], at(12), name="Ali Karimi", email="ali@example.org", note="My back")
    return guest_of(grace), guest_of(ali)


def give_login(person):
    """An account as a real one is, which the fixture's is not."""
    with privileged():
        account = Account.objects.get(pk=person.account_id)
        account.email_sealed = addresses.sealed("jonas@tidboken.example", account.pk)
        account.set_password("granar-vaktar-stigen")
        account.save()


def values(found):
    return {one.label: one.value for one in found}


def test_a_guest_sees_everything_that_is_held(desk, guests):
    with acts(desk, guests[0]):
        found = registry.held(guests[0])
    said = values(found)
    expected = {
        "identity.person.display_name": "Grace Miller",
        "identity.person.email": "grace@example.org",
        "identity.person.language": "en",
        "identity.person.time_zone": "Europe/Stockholm",
        "booking.booking.note": "My knee",
    }
    assert said.items() >= expected.items()
    assert "identity.person.phone" not in said  # nothing is held where nothing was said
    note = next(one for one in found if one.label == "booking.booking.note")
    assert (note.what, note.purposes, note.bases) == (Data.COMMUNICATION, (Purpose.BOOK,), (Basis.CONTRACT,))
    assert note.since == NOW
    assert note.until == datetime(2026, 11, 24, 9, 45, tzinfo=UTC) + timedelta(days=30)
    assert note.erase is Erase.SHRED
    assert all(one.purposes and one.bases and str(one.kept) for one in found)


def test_nobody_else_appears(desk, guests):
    """Not the other guest, not the host whom the guest may see, not what others did."""
    with acts(desk, guests[0]):
        text = repr([one.value for one in registry.held(guests[0])])
        assert Person.objects.filter(pk=guests[0]).exists()
    for other in ("Ali", "ali@", "back", "Helena", "helena", "Omid", "Jonas", "+467"):
        assert other not in text
    with acts(desk, desk.h1.person_id):
        text = repr([one.value for one in registry.held(desk.h1.person_id)])
        assert Person.objects.count() > 1  # the host sees guests, which are not what is held on the host
    assert "Helena Lind" in text
    for other in ("Grace", "Ali", "knee", "back", "Omid", "Jonas"):
        assert other not in text


def test_somebody_elses_answer_is_refused(desk, guests):
    with acts(desk, guests[0]), pytest.raises(PermissionError):
        registry.held(guests[1])
    with acting(desk.visitor()), pytest.raises(PermissionError):
        registry.held(guests[0])
    with acts(desk, desk.administrator.pk), pytest.raises(PermissionError):
        registry.held(Person(pk=guests[0]))


def test_a_login_is_named_and_its_secrets_are_not_shown(desk):
    person = desk.administrator
    give_login(person)
    with acts(desk, person.pk, person.account_id):
        found = registry.held(person)
    said = values(found)
    assert said["identity.account.email_sealed"] == "jonas@tidboken.example"
    assert said["identity.account.password"] is None
    assert "argon2" not in repr([one.value for one in found])
    with acts(desk, person.pk):
        assert not any(label.startswith("identity.account") for label in values(registry.held(person)))


def test_what_a_person_did_to_others_is_not_held_on_the_others_side(desk, guests):
    """An event of two people: each sees the columns that are theirs."""
    with acts(desk, desk.h1.person_id):
        evidence.record("booking.guest.seen", subject=guests[0], reason="booked with")
    with acts(desk, guests[0]):
        found = registry.held(guests[0])
        assert queries.my_events()
    mine = [one for one in found if one.label.startswith("evidence.event.")]
    assert {"evidence.event.reason", "evidence.event.made"} <= {one.label for one in mine}
    assert desk.h1.person_id not in [one.value for one in mine]


def test_a_field_declared_later_appears_by_itself(desk, guests):
    keep = Keep("booking.meeting.over", "some days", 30, setting="booking.keep_days", clock="booking.data")

    class Wish(Row, Made):
        person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
        text = Sealed(
            models.TextField(), of="person", what=Data.COMMUNICATION, why=[Purpose.COORDINATE], keep=keep,
            erase=Erase.SHRED,
        )  # fmt: skip
        colour = personal(
            models.CharField(max_length=9), of="person__account", what=Data.PROFESSIONAL, why=[Purpose.WORK],
            keep=keep, erase=Erase.DELETE,
        )  # fmt: skip
        not_personal = ("made",)

        class Meta:
            app_label = "privacy"

        class Visible:
            see = [own(), everyone()]  # who may see more than their own still gets only their own
            add = [own()]

    try:
        with privileged(), connection.schema_editor(atomic=False) as editor:
            editor.create_model(Wish)
        with acts(desk, desk.h1.person_id):
            host = Person.objects.get(pk=desk.h1.person_id)
            give_login(host)
        with acts(desk, desk.h1.person_id), privileged():
            for person, text in ((desk.h1.person_id, "a window"), (guests[1], "a chair")):
                Wish.objects.create(organisation=desk.organisation, person_id=person, text=text, colour="blue")
        with acts(desk, host.pk, host.account_id):
            assert Wish.objects.count() == 2
            found = [one for one in registry.held(host) if one.label.startswith("privacy.wish")]
        assert values(found) == {"privacy.wish.text": "a window", "privacy.wish.colour": "blue"}
        assert len(found) == 2
        assert "privacy.wish.text" in registry.kinds()[list(Data).index(Data.COMMUNICATION)].labels
    finally:
        del apps.all_models["privacy"]["wish"]
        apps.clear_cache()
    assert "privacy.wish.text" not in {one.label for one in holdings()}


def test_kinds_for_a_notice():
    found = registry.kinds(["identity.person.display_name", "identity.person.email", "booking.booking.note"])
    assert [kind.what for kind in found] == [Data.NAME, Data.EMAIL, Data.COMMUNICATION]
    assert found[0].purposes == (Purpose.BOOK, Purpose.COORDINATE)
    assert found[0].bases == (Basis.CONTRACT,)
    assert len(found[2].kept) == 1
    assert {label for kind in registry.kinds() for label in kind.labels} == {one.label for one in holdings()}
    with pytest.raises(KeyError):
        registry.kinds(["identity.person.shoe_size"])


def test_the_libraries_tables_are_declared_too():
    assert "mfa.authenticator.data" in {one.label for one in holdings()}


def test_a_value_is_not_in_a_log(desk, guests):
    with acts(desk, guests[0]):
        assert "Grace" not in repr(registry.held(guests[0]))
