"""What booking's pages and mails say of times that two agreed on: what each calls the other, and where they agreed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from tillit.booking.agreed import Known
from tillit.hiring import queries
from tillit.identity.queries import organisation_by_id
from tillit.journeys.hire.shown import known_name


def bookings(ids: Iterable[UUID]) -> dict[UUID, Known]:
    """Those of these bookings that stand for a job or a first meeting of the acting person."""
    rows = queries.of_bookings(ids)
    known: dict[Any, Known] = {}
    for row in rows.values():
        if row not in known:
            page = "first_meeting" if hasattr(row, "starts") else "job"
            url = reverse(page, args=[organisation_by_id(row.organisation_id).slug, row.pk])
            known[row] = Known(known_name(row), url)
    return {booking: known[row] for booking, row in rows.items()}
