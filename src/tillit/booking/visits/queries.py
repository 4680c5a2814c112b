"""What can be had in one visit, and with whom."""

from __future__ import annotations

from collections.abc import Sequence

from tillit.booking.models import Addition, MeetingType
from tillit.booking.visits.together import together

MOST = 6
"""So many services after the first."""


def goes_along(kind: MeetingType, other: MeetingType) -> bool:
    """Whether `other` can be had in one visit with `kind`, as far as the rules of both go: one guest and one host each,
    once, in the same way, and nothing to ask or confirm for the second. The database knows it too (visits.sql)."""
    alone = all(one.capacity == 1 and one.times == 1 and one.assignment != "collective" for one in (kind, other))
    return alone and other.place == kind.place and not other.intake and other.answer_within is None


def additions(kind: MeetingType) -> list[MeetingType]:
    """What guests can add when they book a type, in the order that administrators gave it."""
    if not kind.adds:
        return []
    rows = Addition.objects.filter(meeting_type=kind.pk).order_by("position").values_list("added", flat=True)
    kinds = MeetingType.objects.filter(published=True).in_bulk(rows)
    return [kinds[one] for one in rows if one in kinds and goes_along(kind, kinds[one])]


def with_further(kind: MeetingType, slugs: Sequence[str]) -> MeetingType | None:
    """A type with what is added to it, by their short names and in the order of the offer, as one; None where something
    of it cannot be had."""
    wanted = set(slugs)
    if not wanted:
        return kind
    chosen = [one for one in additions(kind) if one.slug in wanted]
    return together(kind, chosen) if len(chosen) == len(wanted) <= MOST else None
