"""Several types as one: a visit is a meeting type that is made of others, and all that reads types reads it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType


def together(kind: MeetingType, further: Sequence[MeetingType]) -> MeetingType:
    """`kind` and what is had after it, in this order, as one type that is not to be saved.

    It costs what they cost together and is as long as all of them, with the buffer before the first and after the last,
    the longest notice and the shortest horizon. Its revision changes when that of any of them does. The rest is the
    first one's.
    """
    if not further:
        return kind
    visit = copy(kind)
    every = [kind, *further]
    visit.duration = sum(one.duration for one in every)
    visit.buffer_after = further[-1].buffer_after
    visit.notice = max(one.notice for one in every)
    visit.horizon = min(one.horizon for one in every)
    visit.revision = sum(one.revision for one in every)
    if any(one.price for one in every):
        visit.price = sum(one.price or 0 for one in every)
        at_once = sum(one.deposit or one.price or 0 for one in every)
        visit.deposit = at_once if at_once < visit.price else None
    visit.further = tuple(further)  # type: ignore[misc]
    return visit


def as_booked(kind: MeetingType, further: Sequence[MeetingType], resources: Sequence[Any], span: Any) -> MeetingType:
    """The type of a meeting as it was booked: what is moved later stays as long as `span`, if several make it up."""
    visit = copy(together(kind, further))
    visit.resources = tuple(resources)  # type: ignore[misc]
    if further:
        visit.duration = (span.upper - span.lower) // timedelta(minutes=1)
    return visit


def types_of(kind: MeetingType) -> list[MeetingType]:
    """The types that a visit is made of, the first one first: of `booking.meeting.visit`, all that was booked."""
    return [kind, *kind.further]
