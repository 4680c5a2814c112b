"""A small organisation with two hosts and a few meeting types, laid out past the policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tillit.access import PUBLIC, Actor, acting
from tillit.booking.models import Host, MeetingType, Schedule, TypeHost
from tillit.identity.models import Account, Membership, Organisation, Person
from tillit.kernel import clock

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, 09:00 in Stockholm
WEEK = {str(day): [["09:00", "16:00"]] for day in range(1, 6)}


@dataclass
class Desk:
    """What the tests of booking start from."""

    organisation: Organisation
    h1: Host
    h2: Host
    administrator: Person
    kinds: dict[str, MeetingType]

    def visitor(self) -> Actor:
        return Actor(organisation=self.organisation.pk)

    def guest(self, booking: Any) -> Actor:
        return Actor(organisation=self.organisation.pk, office="guest", subject=str(booking))

    def as_host(self, host: Host) -> Actor:
        return Actor(organisation=self.organisation.pk, person=host.person_id, office="member")


def make_organisation(slug: str = "tidboken") -> Organisation:
    return Organisation.objects.create(
        slug=slug,
        name=slug.title(),
        number="559402-1187",
        address="Bastugatan 21, 118 25 Stockholm",
        publisher="Jonas Ek",
        contact_email="hej@tidboken.example",
        region="eu",
        languages=["sv", "en", "fa"],
        time_zone="Europe/Stockholm",
        currency="SEK",
        modules=["booking"],
        colour="indigo",
    )


def make_person(organisation: Organisation, name: str, *roles: str) -> Person:
    mark = f"{name}-{organisation.slug}".lower().replace(" ", "-")
    account = Account.objects.create(email=f"{mark}@account.invalid", email_index=mark, email_sealed=b"x")
    person = Person.objects.create(
        organisation=organisation,
        account=account,
        display_name=name,
        email=f"{mark}@example.org",
        phone="+46701740605",
        language="sv",
        time_zone="Europe/Stockholm",
        verified=True,
    )
    for role in roles:
        Membership.objects.create(organisation=organisation, person=person, role=role)
    return person


def lay_out(slug: str = "tidboken") -> Desk:
    organisation = make_organisation(slug)
    administrator = make_person(organisation, "Jonas Ek", "administrator")
    hosts = []
    for number, name in enumerate(("Helena Lind", "Omid Rahimi")):
        person = make_person(organisation, name, "host")
        host = Host.objects.create(
            organisation=organisation, person=person, slug=name.split()[0].lower(), name=name, position=number
        )
        Schedule.objects.create(
            organisation=organisation, host=host, person=person, zone="Europe/Stockholm", weekly=WEEK
        )
        hosts.append(host)

    def kind(slug: str, hosts: list[Host], **fields: Any) -> MeetingType:
        defaults: dict[str, Any] = {
            "words": {"en": {"title": slug.title(), "summary": "A talk."}},
            "place": "video",
            "duration": 45,
            "step": 60,
            "grid": 60,
            "buffer_after": 15,
            "notice": 240,
            "max_per_day": 5,
        }
        made = MeetingType.objects.create(organisation=organisation, slug=slug, **{**defaults, **fields})
        for priority, host in enumerate(hosts):
            TypeHost.objects.create(organisation=organisation, meeting_type=made, host=host, priority=priority)
        made.refresh_from_db(fields=["revision"])
        return made

    kinds = {
        "consultation": kind("consultation", hosts[:1]),
        "together": kind("together", hosts, assignment="collective", max_per_day=None),
        "either": kind("either", hosts, assignment="round_robin", max_per_day=None),
        "group": kind("group", hosts[:1], capacity=3, max_per_day=None, buffer_after=0),
        "short": kind(
            "short",
            hosts[:1],
            duration=20,
            step=30,
            grid=30,
            buffer_after=0,
            max_per_week=3,
            max_per_day=None,
            notice=0,
        ),
    }
    return Desk(organisation, hosts[0], hosts[1], administrator, kinds)


@pytest.fixture
def desk(db):
    """The organisation, with the anonymous visitor of its page acting and the clock standing at NOW."""
    from tests.conftest import privileged

    with clock.at(NOW):
        with acting(PUBLIC), privileged():
            made = lay_out()
        with acting(made.visitor()):
            yield made
