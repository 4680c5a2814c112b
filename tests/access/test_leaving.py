"""With somebody's last role ends what others show them, and what they broke open; at once and in evidence."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.access.conftest import NOW, House
from tests.conftest import privileged
from tillit.access import actions
from tillit.evidence.models import Event
from tillit.identity.actions import end_membership
from tillit.identity.models import Membership

DAY = timedelta(days=1)


def ends(house: House, person: UUID, role: str, by: UUID | None = None) -> str:
    with privileged():
        membership = Membership.objects.get(person_id=person, role=role, ended=None).pk
    with house.acts(by or house.admin):
        return end_membership(membership=membership)


def also(house: House, person: UUID, role: str) -> None:
    with privileged():
        Membership.objects.create(organisation_id=house.organisation, person_id=person, role=role)


def test_what_was_shown_to_a_leaver_is_closed_at_once_and_told(house):
    with house.acts(house.anna):
        grant = actions.show("contact", house.host, NOW + DAY)
    with house.acts(house.bo):
        actions.show("contact", house.anna, NOW + DAY)
    assert house.sees(house.host, house.anna)
    assert ends(house, house.host, "host") == "ended"
    assert not house.sees(house.host, house.anna)
    assert house.sees(house.anna, house.bo), "somebody else's grants are as they were"
    assert house.events("access.grant.revoked") == [(house.anna, None)]
    row = next(one for one in house.grants() if one.pk == grant)
    assert (row.revoked, row.revoked_by_id) == (NOW, house.admin)


def test_with_a_role_left_nothing_is_closed(house):
    also(house, house.host, "staff")
    with house.acts(house.anna):
        actions.show("contact", house.host, NOW + DAY)
    assert ends(house, house.host, "host") == "ended"
    assert house.sees(house.host, house.anna)
    assert house.events("access.grant.revoked") == []


def test_what_was_broken_open_falls_with_the_role_that_opened_it(house):
    also(house, house.privacy, "staff")
    asked = {"reason": "misuse", "words": "Somebody complained.", "minutes": 60}
    with house.acts(house.privacy):
        actions.ask_to_break("contact", house.anna, **asked)
    with house.acts(house.bo):
        actions.show("contact", house.privacy, NOW + DAY)
    assert house.sees(house.privacy, house.anna)
    ends(house, house.privacy, "privacy")
    assert not house.sees(house.privacy, house.anna)
    assert house.sees(house.privacy, house.bo), "staff is shown what it was shown by choice"


def test_who_ends_no_role_learns_nothing_of_what_was_closed(house):
    with house.acts(house.anna):
        actions.show("contact", house.host, NOW + DAY)
    with privileged():
        membership = Membership.objects.get(person_id=house.host, role="host").pk
    ends(house, house.host, "host")
    with house.acts(house.bo):
        actions.tell_of_leaver(membership)
    assert house.events("access.grant.revoked") == [(house.anna, None)]


def test_the_privacy_role_reads_evidence_of_one_person_while_it_is_broken_open(house, other):
    with house.acts(house.anna):
        shown = actions.show("contact", house.host, NOW + DAY)
    with house.acts(house.bo):
        actions.show("contact", house.host, NOW + DAY)
    reads = Event.objects.filter(name="access.grant.opened").values_list("subject_id", "object_id")
    with house.acts(house.privacy):
        assert not reads.exists()
        asked = {"reason": "misuse", "words": "Somebody complained.", "minutes": 60}
        request, outcome = actions.ask_to_break("evidence", house.anna, **asked)
        assert (outcome, list(reads.all())) == ("opened", [(house.anna, shown)])
    with house.acts(house.admin):
        assert not reads.exists(), "the grant is the privacy officer's alone"
    with other.acts(other.privacy):
        assert not reads.exists()
    with house.acts(house.admin):
        actions.ask_to_break("evidence", house.bo, **asked)
        assert not reads.exists(), "a grant without the role opens no evidence"
    ends(house, house.privacy, "privacy")
    with house.acts(house.privacy):
        assert not reads.exists()
    assert house.events("access.glass.broken")[0] == (house.anna, request)
