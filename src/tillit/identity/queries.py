"""Reads: who is asking, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tillit.identity.models import Organisation, Person


def current_organisation(request: Any) -> Organisation | None:
    """The organisation whose pages are being visited, read once a request."""
    if not hasattr(request, "_organisation"):
        actor = getattr(request, "actor", None)
        found = Organisation.objects.filter(pk=actor.organisation).first() if actor and actor.organisation else None
        request._organisation = found
    return request._organisation


def acting_person(request: Any) -> Person | None:
    """The person who acts in the current organisation, read once a request."""
    if not hasattr(request, "_person"):
        actor = getattr(request, "actor", None)
        found = Person.objects.filter(pk=actor.person).first() if actor and actor.person else None
        request._person = found
    return request._person


def people_by_id(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The people of these ids that the actor may see now."""
    return Person.objects.in_bulk(set(ids))
