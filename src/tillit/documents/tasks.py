"""What of documents ends by itself, and what their owners are reminded of in time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.documents import events
from tillit.documents.models import DAYS, Document
from tillit.kernel import clock, ends, outbox, uploads
from tillit.kernel.tasks import periodic

REMINDED = (60, 30, 7)
"""So many days before the last one its owner is reminded."""

KEEP_DAYS = ends.Setting(
    "documents.keep_days",
    default=DAYS,
    least=30,
    most=3653,
    says=_("Days after it came or after its last day until a certificate or diploma is deleted"),
)


@ends.handler("documents.document", says=_("a certificate or diploma of yours"), why=_("its time is over"),
              setting=KEEP_DAYS)  # fmt: skip
def forget(documents: list[UUID]) -> None:
    """They go, with their files."""
    with connection.cursor() as cursor:
        cursor.execute("select documents.forget(%s::uuid[])", [documents])
        (files,) = cursor.fetchone()
    for file in files:
        transaction.on_commit(partial(uploads.forget, file))


@ends.handler("documents.request", says=_("that you asked for a document"), why=_("it was answered long ago"))
def forget_requests(requests: list[UUID]) -> None:
    """Requests are forgotten: two weeks without an answer, ninety days with one."""
    with connection.cursor() as cursor:
        cursor.execute("select documents.forget_requests(%s::uuid[])", [requests])


@ends.handler("documents.expiry", says=_("the time until you are reminded that a certificate ends"))
def remind(documents: list[UUID]) -> None:
    """Its owner is reminded once for the time that is left; the next reminder is put on the clock."""
    for document in Document.objects.select_related("organisation").filter(pk__in=documents, expires__isnull=False):
        zone = document.organisation.time_zone
        if (left := days_left(document.expires, zone)) >= 0:
            outbox.emit(events.Expiring(document=document.pk, days=left))
        set_reminder(document, zone)


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


@periodic("documents.sweep", cron="17 3 * * *", office="sweeper")
def sweep() -> None:
    """Openings, and that an extract was shown, are forgotten after a year."""
    with connection.cursor() as cursor:
        cursor.execute("select documents.sweep()")
