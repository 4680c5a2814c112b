"""What ends at the desk by itself, and what is remembered in time."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.desk import events
from tillit.desk.models import DAYS, Thread
from tillit.kernel import clock, ends, outbox, uploads

KEEP_DAYS = ends.Setting(
    "desk.keep_days",
    default=DAYS,
    least=30,
    most=1827,
    says=_("Days after the last word until what somebody asked or complained about is deleted"),
)


@ends.handler(
    "desk.thread",
    says=_("what you asked or complained about, and the answers"),
    why=_("nothing was said in it for a long time"),
    setting=KEEP_DAYS,
)
def forget(threads: list[UUID]) -> None:
    """It goes, with its files; and guests whom nothing else keeps known."""
    with connection.cursor() as cursor:
        cursor.execute("select desk.forget(%s::uuid[])", [threads])
        (files,) = cursor.fetchone()
    for file in files:
        transaction.on_commit(partial(uploads.forget, file))


@ends.handler("desk.proof", says=_("what somebody asked from an address"), why=_("nobody answered our mail there"))
def lapse(threads: list[UUID]) -> None:
    """Nobody said that it was they: it is as if it had never come."""
    forget(list(Thread.objects.filter(pk__in=threads, state="unproven").values_list("pk", flat=True)))


@ends.handler("desk.answer", says=_("the time to answer what you asked"), why=_("the organisation promises it"))
def remind(threads: list[UUID]) -> None:
    """Half of the time is over, then all of it: whoever answers is reminded, then the administrators too."""
    for thread in Thread.objects.filter(pk__in=threads, due__isnull=False).exclude(state__in=("unproven", "closed")):
        late = thread.due is not None and thread.due <= clock.now()
        thread.reminded = 2 if late else 1
        thread.save(update_fields=["reminded"])
        outbox.emit(events.Waits(thread=thread.pk, late=late))
        if not late and thread.due:
            ends.set("desk.answer", object=thread.pk, subject=thread.person_id, due=thread.due)


@ends.handler("desk.call", says=_("that you called, and why your data was opened then"), why=_("a year has gone since"))
def forget_calls(calls: list[UUID]) -> None:
    """The memory of calls goes."""
    with connection.cursor() as cursor:
        cursor.execute("select desk.forget_calls(%s::uuid[])", [calls])
