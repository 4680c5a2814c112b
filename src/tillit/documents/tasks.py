"""What of documents ends by itself, and what their owners are reminded of in time."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.documents import events
from tillit.documents.models import DAYS, Document
from tillit.documents.reminders import days_left, set_reminder
from tillit.kernel import ends, outbox, uploads
from tillit.kernel.tasks import periodic

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


@periodic("documents.sweep", cron="17 3 * * *", office="sweeper")
def sweep() -> None:
    """Openings, and that an extract was shown, are forgotten after a year."""
    with connection.cursor() as cursor:
        cursor.execute("select documents.sweep()")
