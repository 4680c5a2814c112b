"""What happened to a person's data and what will, in words: by whom, why, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.access import current
from tillit.access.scopes import REASONS, SCOPES
from tillit.evidence import events as kinds
from tillit.evidence import queries as log
from tillit.evidence.queries import Seen
from tillit.kernel import egress, formats
from tillit.kernel.dpv import Data, Purpose, Words, member
from tillit.kernel.ticket import Actor
from tillit.privacy.models import Processor
from tillit.privacy.rights import coded, queries

SENT = (kinds.DEPARTED.name, kinds.FAILED.name)


@dataclass(frozen=True)
class Moment:
    """One event about the acting person, in words: what, by whom and why (both may be empty)."""

    event: Seen
    what: Words
    by: Words
    why: Words


def events(*, before: UUID | None = None, most: int) -> list[Moment]:
    """What happened to the acting person's data, newest first. `before`: an event's id, for the next page."""
    return told(log.my_events(before=before, most=most))


def told(found: list[Seen]) -> list[Moment]:
    """Events in words. The names are those of people who stand in the acting person's own events."""
    names = queries.named(one.actor for one in found)
    return [Moment(one, _what(one), _by(one, names), _why(one)) for one in found]


def _what(one: Seen) -> Words:
    label = one.kind.label if one.kind else one.name
    scope = SCOPES.get(str(one.detail.get("scope", "")))
    return f"{label}: {scope}" if scope else label


def _by(one: Seen, names: Mapping[UUID, str]) -> Words:
    if one.actor is None:
        return "" if one.office in {"public", "guest", "reaction"} else _("the program, by itself")
    return _("yourself") if one.actor == (current() or Actor()).person else names.get(one.actor, "")


def _why(one: Seen) -> Words:
    said = {
        "booked with": _("you had booked with them"),
        "booking": _("the booking"),
        "answered": _("you are asked in their poll"),
        "chosen": _("you chose it"),
        "imported": _("you were taken over from a file"),
        "moderating": _("to decide about something of yours"),
        "moderates": _("to decide about something of yours"),
        "shown": _("you show it to them"),
        "approved": _("you approved it"),
        "agreement": _("because of a job that you agreed on"),
    }
    if meant := coded.spoken(one.name, one.reason):
        return meant
    purposes = {purpose.identifier: purpose.says for purpose in Purpose}
    return said.get(one.reason) or REASONS.get(one.reason) or purposes.get(one.reason) or one.reason


def happening(one: Moment, *, zone: str) -> dict[str, Any]:
    """An event as a line of the timeline."""
    parts = [str(part) for part in (one.by, one.why) if part]
    return _line(one.event.made, one.what, formats.join_words(parts, _language()), _state(one.event), zone)


def ending(until: datetime, table: Words, kinds: list[Words], *, zone: str) -> dict[str, Any]:
    """Something that will go by itself, as a line of the timeline."""
    return _line(until, capfirst(str(table)), formats.join_words(map(str, kinds), _language()), "", zone, day_only=True)


def departures(*, most: int) -> list[Moment]:
    """What of the acting person was sent to others, newest first."""
    return told(log.my_events(most=most, names=SENT))


def departure(one: Moment, *, zone: str) -> dict[str, Any]:
    """Something that was sent: to whom and which kinds of data."""
    receivers = {processor.key: processor.name for processor in egress.installation()}
    receivers |= dict(Processor.objects.values_list("key", "name"))
    key = str(one.event.detail.get("to", ""))
    sorts = [str(kind.label) for word in one.event.detail.get("categories", ()) if (kind := _kind(word))]
    why = [*sorts, str(one.why)] if one.why else sorts
    name = receivers.get(key, key)
    title = _("%(receiver)s: did not arrive") % {"receiver": name} if one.event.name == SENT[1] else name
    return _line(one.event.made, title, formats.join_words(why, _language()), "", zone)


def _kind(identifier: str) -> Data | None:
    try:
        found: Data = member(Data, identifier)
    except StopIteration:
        return None
    return found


def _state(event: Seen) -> str:
    """How the timeline marks it: looked at by somebody, opened for a reason, or done."""
    if event.name == kinds.BROKEN.name:
        return "wrong"
    return "seen" if event.name.endswith(".seen") else "done"


def _line(
    moment: datetime, title: Words, note: Words, state: str, zone: str, *, day_only: bool = False
) -> dict[str, Any]:
    if day_only:
        text = formats.format_date(formats.local(moment, zone).date(), _language(), "medium")
    else:
        text = formats.format_datetime(moment, _language(), "short", zone=zone)
    return {"title": title, "note": note, "when": text, "state": state, "machine": moment.isoformat()}


def _language() -> str:
    return get_language() or "en"
