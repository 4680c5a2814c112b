"""When the owner of a document is reminded that it ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tillit.documents.models import Document
from tillit.kernel import clock, ends

REMINDED = (60, 30, 7)
"""So many days before the last one its owner is reminded."""


def set_reminder(document: Document, zone: str) -> None:
    """Put the next reminder of a document on the clock, or take it off where none is left."""
    if document.expires is not None and (due := next_reminder(document.expires, zone)):
        ends.set("documents.expiry", object=document.pk, subject=document.person_id, due=due)
    else:
        ends.cancel("documents.expiry", document.pk)


def next_reminder(last: date, zone: str) -> datetime | None:
    """When (aware) the next reminder of a document with this last day is due, at nine in `zone`; None after them."""
    dues = (datetime.combine(last - timedelta(days=days), time(9), ZoneInfo(zone)) for days in REMINDED)
    return next((due for due in dues if due > clock.now()), None)


def days_left(last: date, zone: str) -> int:
    """How many days there are from today in `zone` to a document's last one; negative once it is over."""
    return (last - clock.now().astimezone(ZoneInfo(zone)).date()).days
