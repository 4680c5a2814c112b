"""A house whose people were looked at, so that there is somebody to count."""

from __future__ import annotations

import pytest

from tests.booking.conftest import desk, make_person  # noqa: F401
from tests.conftest import privileged
from tillit import evidence
from tillit.access import Actor, acting


@pytest.fixture
def officer(desk):  # noqa: F811
    """The administrator acts."""
    actor = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(actor):
        yield actor


def guests(desk, many):  # noqa: F811
    """People without a login."""
    with acting(desk.visitor()), privileged():
        return [make_person(desk.organisation, f"Guest {number}") for number in range(many)]


def look(desk, host, people, kind="booking.guest"):  # noqa: F811
    """A host is shown these people."""
    with acting(desk.as_host(host)):
        evidence.saw([person.pk for person in people], kind, "booked with")
