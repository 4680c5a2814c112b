"""The demo's organisations and people enter through the same doors as real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from tillit.access import PUBLIC, Actor, acting
from tillit.booking.actions import set_reminders
from tillit.identity.actions import add_person, found_organisation, make_account
from tillit.identity.queries import published_organisations
from tillit.kernel import clock, config, zones
from tillit.kernel.promise import Kind, given_by
from tillit.privacy.checking import ask_soon
from tillit.privacy.policy import attesting
from tillit.wallet import actions as wallet
from tillit.wallet.providers import test_payments
from tillit.web.demo_data import calendar, lately, market, matters, policies
from tillit.web.demo_data.kargah import KARGAH
from tillit.web.demo_data.kontoret import GRANNKONTORET, KONTORET
from tillit.web.demo_data.lugna_rum import LUGNA_RUM
from tillit.web.demo_data.omsorgstorget import OMSORGSTORGET
from tillit.web.demo_data.people import AGE, PASSWORD, House
from tillit.web.demo_data.tidboken import JONAS, TIDBOKEN

HOUSES = (TIDBOKEN, OMSORGSTORGET, LUGNA_RUM, KONTORET, GRANNKONTORET, KARGAH)
OPERATOR = Actor(office="operator")


def here() -> set[str]:
    """The slugs of the organisations that are in the database."""
    with acting(PUBLIC), transaction.atomic():
        return {organisation.slug for organisation in published_organisations()}


def fill(begun: Callable[[], object] = lambda: None) -> list[str]:
    """Found what is missing, all or nothing, and return its names; `begun` is called when something is.

    Raises RuntimeError outside demo mode.
    """
    if config.mode() != "demo":
        raise RuntimeError("Invented people belong in demo mode only.")
    known = here()
    missing = [house for house in HOUSES if house.slug not in known]
    if not missing:
        return []
    begun()
    now = clock.now()
    today = now.astimezone(zones.zone(calendar.ZONE)).date()
    accounts: dict[str, UUID] = {}
    with clock.at(now - AGE), acting(OPERATOR), transaction.atomic():
        for house in missing:
            organisation, people = _found(house, accounts)
            if house in (TIDBOKEN, OMSORGSTORGET):
                with acting(Actor(office="member", organisation=organisation, person=people[JONAS])):
                    wallet.turn_on(test_payments.TestPayments())  # before the notice, which names who receives what
            policies.publish(organisation, {people[one.name]: one.roles for one in house.people if one.logs_in})
            _attest(house, organisation, people)
            _remind(house, organisation, people)
            if house.slug in matters.OF:
                matters.write(house.slug, organisation, people[JONAS], age=AGE)
            as_person = partial(_as_person, organisation, people)
            if house is OMSORGSTORGET:
                market.fill(market.World(organisation, people, today, now, as_person))
            if house is TIDBOKEN:
                with as_person(JONAS):
                    calendar.open_calendars(organisation, people, today, as_person)
                calendar.take_bookings(organisation, today)
                with clock.at(now):
                    lately.happen(organisation, today, as_person)
    with acting(Actor(office="prober")), transaction.atomic():
        ask_soon()  # so that the trust pages have answers when the first visitor comes
    return [house.name for house in missing]


@contextmanager
def _as_person(organisation: UUID, people: dict[str, UUID], name: str) -> Iterator[Actor]:
    with acting(Actor(office="member", organisation=organisation, person=people[name])) as someone:
        yield someone


STATED = {
    "place-guarded": (
        "Invented for the demo: a locked room with guarded entry, and encrypted disks.",
        "Invented for the demo: protocol 7 of the yearly visit.",
    ),
    "payments-at-certified-provider": (
        "Invented for the demo: no cards are taken; the test provider's page moves no money.",
        "Invented for the demo: the list of payment providers that are turned on, looked through.",
    ),
}
"""What no program sees: what is so, and where the proof lies."""


def _attest(house: House, organisation: UUID, people: dict[str, UUID]) -> None:
    """An administrator of each says what no program sees."""
    name = next(one.name for one in house.people if "administrator" in one.roles)
    with acting(Actor(office="member", organisation=organisation, person=people[name])):
        for promise in given_by(house.modules):
            if promise.kind is Kind.ATTESTED:
                statement, evidence = STATED[promise.id]
                ends = (clock.now() + AGE + timedelta(days=365)).date()
                attesting.state(promise.id, name=name, statement=statement, evidence=evidence, ends=ends)


def _remind(house: House, organisation: UUID, people: dict[str, UUID]) -> None:
    """Guests and hosts hear of a booking the day before and in the last hour."""
    name = next(one.name for one in house.people if "administrator" in one.roles)
    with acting(Actor(office="member", organisation=organisation, person=people[name])):
        set_reminders(organisation=organisation, minutes=[24 * 60, 60])


def _found(house: House, accounts: dict[str, UUID]) -> tuple[UUID, dict[str, UUID]]:
    """The organisation and its people; whoever belongs to two has one account."""
    organisation = found_organisation(
        slug=house.slug,
        name=house.name,
        number=house.number,
        address=house.address,
        publisher=house.publisher,
        contact_email=house.contact_email,
        region=house.region,
        languages=house.languages,
        time_zone=house.time_zone,
        currency=house.currency,
        modules=house.modules,
        colour=house.colour,
        about=house.about,
    ).pk
    people = {}
    for one in house.people:
        if one.logs_in and one.email not in accounts:
            accounts[one.email] = make_account(email=one.email, password=PASSWORD, language=one.language)
        people[one.name] = add_person(
            organisation=organisation,
            name=one.name,
            account=accounts.get(one.email),
            email=one.email,
            phone=one.phone,
            language=one.language,
            time_zone=one.zone,
            roles=one.roles,
        )
    return organisation, people
