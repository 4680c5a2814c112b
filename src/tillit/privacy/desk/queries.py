"""Reads: requests, holds, disclosures; what each may see the database decides."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.http import Http404

from tillit.access import current
from tillit.identity.queries import address_index
from tillit.kernel.ticket import Actor
from tillit.privacy.desk.reasons import HOLDS
from tillit.privacy.models import Disclosure, Hold, RequestStep, RightsRequest, Telling
from tillit.privacy.rights.holds import Hold as Held

OPEN = ("unproven", "open")


def requests(*, closed: bool = False) -> list[RightsRequest]:
    """For the office: what waits, the most urgent first; or what is closed, the latest first."""
    rows = RightsRequest.objects.select_related("organisation")
    if closed:
        return list(rows.exclude(state__in=OPEN).order_by("-made")[:200])
    return list(rows.filter(state__in=OPEN).order_by("due", "pk"))


def get_request(request: UUID) -> RightsRequest:
    """A request that the actor may see, with its organisation; 404 for others."""
    found = RightsRequest.objects.select_related("organisation").filter(pk=request).first()
    if found is None:
        raise Http404
    return found


def my_requests(person: UUID) -> list[RightsRequest]:
    """What the acting person asked, or somebody for them, the latest first."""
    rows = RightsRequest.objects.select_related("organisation").exclude(proof="")
    return list(rows.filter(subjects__person_id=person).order_by("-made", "-pk").distinct())


def my_request(person: UUID, request: UUID) -> RightsRequest:
    """One of these; 404 for what is somebody else's, also to the office, which has a page of its own."""
    rows = RightsRequest.objects.select_related("organisation").exclude(proof="")
    found = rows.filter(pk=request, subjects__person_id=person).first()
    if found is None:
        raise Http404
    return found


def steps(request: RightsRequest) -> list[RequestStep]:
    """What happened to it, in order."""
    return list(RequestStep.objects.filter(request=request).order_by("made", "pk"))


def tellings(request: RightsRequest) -> list[Telling]:
    """Who received data and is told."""
    return list(Telling.objects.filter(request=request).order_by("name"))


def asked_before(kind: str, address: str = "") -> UUID | None:
    """The request of this kind that stands open already: by this address, or about the acting person."""
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    index = RightsRequest._meta.get_field("address_index").of_value(address, organisation)
    return _one("select privacy.asked_before(%s, %s)", kind, index)


def registered(address: str) -> str:
    """By what people are found who have this address; "" for what is none."""
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    return address_index(organisation, address)


def held(person: UUID) -> list[Held]:
    """The live holds on a person, in words: asked by erasure and by the sweeper."""
    return held_many([person])[person]


def held_many(people: Sequence[UUID]) -> dict[UUID, list[Held]]:
    """The live holds on each of these people, with one question. In SQL: `privacy.holds_on(people)`."""
    found: dict[UUID, list[Held]] = {one: [] for one in people}
    if not people:
        return found
    with connection.cursor() as cursor:
        cursor.execute("select person, reason, ends, tables from privacy.holds_on(%s::uuid[])", [list(people)])
        for person, reason, ends, tables in cursor.fetchall():
            found[person].append(Held(HOLDS.get(reason, reason), ends, frozenset(tables)))
    return found


def holds(*, closed: bool = False) -> list[Hold]:
    """For the office: what is held or waits for a second person, the soonest end first; or what is over."""
    rows = Hold.objects.select_related("organisation")
    if closed:
        return list(rows.filter(state__in=("ended", "refused")).order_by("-closed")[:200])
    return list(rows.filter(state__in=("waiting", "live")).order_by("ends", "pk"))


def get_disclosure(disclosure: UUID) -> Disclosure:
    """A disclosure that the actor may see; 404 for others."""
    found = Disclosure.objects.select_related("organisation").filter(pk=disclosure).first()
    if found is None:
        raise Http404
    return found


def disclosures() -> list[Disclosure]:
    """For the office: all of them, the latest first."""
    return list(Disclosure.objects.order_by("-made")[:200])


def disclosed_of_me(person: UUID) -> list[Disclosure]:
    """What was handed out of the acting person, and may be known to them."""
    return list(Disclosure.objects.filter(person_id=person, state="handed").order_by("-handed"))


def _one(statement: str, *parameters: str) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        found: UUID | None = cursor.fetchone()[0]
    return found
