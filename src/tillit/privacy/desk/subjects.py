"""Whom a request is about, and acting for them: only on a request of theirs, once it is known who asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from tillit.access import Actor, acting, as_office, current
from tillit.privacy.models import RequestSubject, RightsRequest


class Unproven(Exception):
    """It is not known yet who asks, or that they may: nothing is done and nothing told."""


def of(request: RightsRequest) -> list[UUID]:
    """The people whom a request is about: one, or a guest's several."""
    return list(RequestSubject.objects.filter(request=request).order_by("pk").values_list("person_id", flat=True))


@contextmanager
def desk_for(request: RightsRequest, person: UUID) -> Iterator[Actor]:
    """The office "rights", narrowed to one of the request's people, as the engines of copy and erasure want it.

    Raises `Unproven` for a request whose asker is not known, PermissionError for somebody whom it is not about.
    """
    _must(request, person)
    with as_office("rights", str(person)) as actor:
        yield actor


@contextmanager
def as_person(request: RightsRequest, person: UUID) -> Iterator[Actor]:
    """Do what the person could do themselves, on their request. Raises as `desk_for`."""
    _must(request, person)
    outer = current() or Actor()
    with acting(replace(outer, office="member", account=None, person=person, subject=None)) as actor:
        yield actor


def _must(request: RightsRequest, person: UUID) -> None:
    if not request.proof or (request.behalf and request.proof != "shown"):
        raise Unproven(request.reference)
    if person not in of(request):
        raise PermissionError("The request is about somebody else.")
