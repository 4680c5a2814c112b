"""Why a time cannot be had, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.booking.engine import Refusal
from tillit.kernel import formats

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType


def refusal_sentence(refusal: Refusal | None) -> str:
    """What happened and what to do, in the reader's language. None: the offer itself is gone."""
    match refusal:
        case None:
            return _("This can no longer be booked. Please look at what else is offered.")
        case Refusal.PAST:
            return _("That time has already passed. Please choose a later one.")
        case Refusal.NOTICE:
            return _("That time is too soon: it cannot be prepared at such short notice. Please choose a later one.")
        case Refusal.HORIZON:
            return _("That time is too far ahead to be booked yet. Please choose an earlier one.")
        case Refusal.LATE:
            return _("It is too late to move it: neither side can so shortly before. You can still cancel it.")
        case Refusal.AGREED:
            return _agreed()
        case Refusal.CLOSED:
            return _("Nobody receives at that time. Please choose one of the free times.")
        case Refusal.OFF_GRID:
            return _("Nothing starts at exactly that time. Please choose one of the free times.")
        case Refusal.TAKEN:
            return _("Somebody else has just taken that time. What you wrote is still here; please choose another.")
        case Refusal.FULL:
            return _("The last seat has just been taken. What you wrote is still here; please choose another time.")
        case Refusal.DAY_LIMIT:
            return _("That day is fully booked. Please choose another day.")
        case Refusal.WEEK_LIMIT:
            return _("That week is fully booked. Please choose another week.")


def rule_sentence(kind: MeetingType) -> str:
    """Until when both sides may move and cancel, in the reader's language; "" where it is until the beginning."""
    if not kind.change_notice:
        return ""
    before = formats.format_duration(kind.change_notice, get_language() or "en")
    return _(
        "Until %(before)s before, both sides can move it or cancel it. Cancelling later counts as late, for both alike."
    ) % {"before": before}


def not_cancelled_sentence(refusal: Refusal | None) -> str:
    """Why a booking cannot be cancelled, in the reader's language. None: it is gone."""
    if refusal is Refusal.PAST:
        return _("The meeting has already begun; it can no longer be cancelled here.")
    if refusal is Refusal.AGREED:
        return _agreed()
    return _("This booking is no longer there. Nothing has been cancelled.")


def _agreed() -> str:
    return _("This time is part of what the two of you agreed on. Change or cancel it there, so that both know of it.")
