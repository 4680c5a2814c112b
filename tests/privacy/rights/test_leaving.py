"""Somebody leaves a workplace: what others rely on stays for them, what is private goes some days later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.booking.conftest import NOW, desk  # noqa: F401
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.privacy.rights.test_erasing import acts
from tillit.access import Actor, acting
from tillit.booking.models import Booking, Host, Meeting
from tillit.identity import actions
from tillit.identity.models import Membership, Person
from tillit.kernel import clock, ends
from tillit.kernel.end_tables import End
from tillit.privacy.rights import erasing, tasks


@pytest.fixture
def left(desk):  # noqa: F811
    """A host whose one role an administrator has ended, with a guest who comes before the days are over."""
    order(desk.kinds["consultation"], at(10), note="My knee")
    host = desk.h1.person_id
    with privileged():
        role = Membership.objects.get(person_id=host).pk
    with acts(desk, desk.administrator.pk):
        assert actions.end_membership(membership=role) == "ended"
    return host


def sweeper(desk):  # noqa: F811
    return acting(Actor("sweeper", organisation=desk.organisation.pk))


def test_the_leaver_is_told_and_goes(desk, left):  # noqa: F811
    with acts(desk, left):
        (coming,) = [one for one in ends.coming(NOW + timedelta(days=40)) if one.kind == "privacy.leaver"]
    assert coming.due == NOW + timedelta(days=30)
    with clock.at(NOW + timedelta(days=31)), sweeper(desk):
        tasks.let_go([left])
    with privileged():
        row = Person.objects.get(pk=left)
        assert (row.display_name, row.email, row.account_id) == ("", "", None)
        assert Host.objects.get(person_id=left).name == ""
        # the guest's meeting took place and stays, with what the guest wrote
        assert Booking.objects.get().note == "My knee" and Meeting.objects.get().cancelled is None
        assert not End.objects.filter(subject_id=left, state="open").exists()


def test_who_came_back_stays(desk, left):  # noqa: F811
    with acts(desk, desk.administrator.pk):
        actions.add_membership(person=left, role="host")
    with sweeper(desk):
        tasks.let_go([left])
        with pytest.raises(PermissionError):
            erasing.erase(left, request_key=left)
    with privileged():
        assert Person.objects.get(pk=left).display_name == "Helena Lind"


def test_the_sweeper_erases_nobody_who_was_never_a_member(desk):  # noqa: F811
    booking, _ = order(desk.kinds["consultation"], at(10))
    with privileged():
        guest = Booking.objects.get(pk=booking).person_id
    with sweeper(desk):
        tasks.let_go([guest])
    with privileged():
        assert Person.objects.get(pk=guest).display_name == "Grace Miller"
