"""A person sees and ends what is shown of them, and shows one detail to one person for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.access.models import Grant
from tillit.identity import living
from tillit.identity.models import Person
from tillit.kernel import clock
from tillit.kernel.ids import new_id
from tillit.privacy.rights import show_form, showing


@pytest.fixture
def phone(grace):
    with privileged():
        one = Person.objects.get(pk=grace.pk)
        one.phone = "+46701740605"
        one.save()
    return one.phone


def test_what_is_shown_has_a_reason_and_an_end(grace):
    page = grace.page("shown")
    assert "Helena Lind" in page and "Because of a booked time" in page and "closes by itself Tue 1\u00a0Dec" in page


def test_one_is_ended_at_once(desk, grace):
    with privileged():
        (grant,) = Grant.objects.filter(subject_id=grace.pk)
    assert grace.post("end", {}, grant=grant.pk).status_code == 302
    assert "Nothing of you is shown to anybody" in grace.page("shown")
    with acting(desk.as_host(desk.h1)):
        assert not Person.objects.filter(pk=grace.pk).exists()
    assert grace.post("end", {}, grant=grant.pk).status_code == 404


def test_everything_is_ended_at_once(desk, grace, ali):
    assert grace.post("end_all", {}).status_code == 302
    with acting(desk.as_host(desk.h1)):
        assert not Person.objects.filter(pk=grace.pk).exists()
        assert Person.objects.filter(pk=ali.pk).exists()


def test_somebody_elses_is_not_ended(grace, ali):
    with privileged():
        (grant,) = Grant.objects.filter(subject_id=ali.pk)
    assert grace.post("end", {}, grant=grant.pk).status_code == 404
    with privileged():
        assert Grant.objects.get(pk=grant.pk).revoked is None


def test_the_phone_alone_is_shown_for_two_days(desk, grace, phone):
    other = desk.h2.person_id
    wish = {"scope": "contact.phone", "to": str(other), "hours": "48"}
    assert grace.post("shown", wish).status_code == 302
    assert "Omid Rahimi" in grace.page("shown")
    with acting(PUBLIC):
        omid = log_in(other)
    page = omid.get("/o/tidboken/me/shown/").content.decode()
    assert phone in page and "Grace Miller" in page and "grace@example.org" not in page
    with acting(Actor(office="member", person=other, organisation=grace.organisation)):
        assert not Person.objects.filter(pk=grace.pk).exists()  # the row has more than the phone
    assert "What you showed was read" in grace.page("evidence")
    later = clock.now() + timedelta(hours=49)
    with clock.at(later), acting(Actor(office="member", person=other, organisation=grace.organisation)):
        assert showing.to_me() == []


def test_only_to_whom_one_may_know_of(desk, grace, ali):
    page = grace.page("shown")
    assert "Omid Rahimi" in page and "Ali Karimi" not in page
    for to in (ali.pk, desk.administrator.pk, new_id(), grace.pk):
        assert grace.post("shown", {"scope": "contact", "to": str(to), "hours": "1"}).status_code == 422
    for wish in ({"scope": "evidence"}, {"hours": "9999"}, {"scope": ""}):
        sent = {"scope": "contact", "to": str(desk.h2.person_id), "hours": "1"} | wish
        assert grace.post("shown", sent).status_code == 422


LIVES = {"street": "Rönnvägen 4", "code": "632 20", "place": "Eskilstuna", "directions": "Port B, 4711"}


def test_an_address_is_shown_to_one_person_until_it_is_taken_back(desk, grace):
    assert grace.post("address", LIVES).status_code == 302
    assert "Rönnvägen 4" in grace.page("shown") and "4711" in grace.page("data")
    for person in (desk.h2.person_id, desk.administrator.pk):
        with acting(Actor(organisation=desk.organisation.pk, person=person, office="member")):
            assert living.of([grace.pk]) == {}
    other = desk.h2.person_id
    wish = {"scope": "contact.address", "to": str(other), "hours": "day", "until": "2999-01-01"}
    assert grace.post("shown", wish).status_code == 422
    with acting(Actor(organisation=desk.organisation.pk, person=grace.pk, office="guest")):
        show_form.show("contact.address", other, clock.now() + timedelta(days=2))
        (grant,) = [one for one in showing.of_me() if one.other == other]
    with acting(Actor(organisation=desk.organisation.pk, person=other, office="member")):
        (shown,) = [one for one in showing.to_me() if one.lives]
        assert shown.lives.lines() == ["Rönnvägen 4", "632 20 Eskilstuna", "Port B, 4711"]
        assert (shown.email, shown.phone) == ("", "")
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        assert living.of([grace.pk]) == {}
    with acting(Actor(organisation=desk.organisation.pk, person=grace.pk, office="guest")):
        assert show_form.take_back(grant.id)
        assert not show_form.take_back(grant.id)
    with acting(Actor(organisation=desk.organisation.pk, person=other, office="member")):
        assert living.of([grace.pk]) == {}
        assert not [one for one in showing.to_me() if one.lives]
    assert grace.post("address", {"delete": "yes"}).status_code == 302
    assert "Rönnvägen" not in grace.page("shown")
