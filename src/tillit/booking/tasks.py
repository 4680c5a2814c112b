"""What ends in booking by itself."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.booking import confirming, lines, paying
from tillit.booking.calendars import returning  # noqa: F401 (the worker finds tasks here)
from tillit.booking.calendars import tasks as calendars  # noqa: F401 (they register)
from tillit.booking.polls import ending as polls
from tillit.kernel import ends, uploads
from tillit.kernel.tasks import periodic

KEEP_DAYS = ends.Setting(
    "booking.keep_days",
    default=30,
    least=1,
    most=730,
    says=_("Days after a meeting until what its guest wrote, and who the guest was, is deleted"),
)


@ends.handler(
    "booking.data",
    says=_("what a guest wrote when booking, and who the guest was"),
    why=_("the days that the organisation keeps booking data are over"),
    setting=KEEP_DAYS,
)
def forget(bookings: list[UUID]) -> None:
    """Answers, name and address go; the meeting stays as a number. Nothing happens to bookings that are gone."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.forget_answers(%s)", [bookings])
        (files,) = cursor.fetchone()
        cursor.execute("select booking.forget(%s)", [bookings])
    for file in files:
        transaction.on_commit(partial(uploads.forget, file))


polls.register(KEEP_DAYS)


@ends.handler(
    "booking.answer",
    says=_("the time that is held for you until somebody confirms it"),
    why=_("nobody confirmed it in time"),
)
def lapse(bookings: list[UUID]) -> None:
    """Nobody said yes: the time is free again, and both sides are told. What was confirmed or cancelled stays so."""
    confirming.lapse(bookings)


@ends.handler(
    "booking.pay",
    says=_("the time that is held for you until you pay"),
    why=_("it was not paid in time"),
)
def unpaid(bookings: list[UUID]) -> None:
    """Not paid: the time is free again, and whoever waits has it. What was paid or cancelled stays so."""
    paying.unpaid(bookings)


@ends.handler(
    "booking.money",
    says=_("what is paid back because somebody did not come"),
    why=_("the day in which it can be taken back is over"),
)
def settle_missed(bookings: list[UUID]) -> None:
    """Somebody did not come, and nobody takes it back any more: what is not kept goes back."""
    for booking in bookings:
        paying.settle(booking)


@ends.handler(
    "booking.line",
    says=_("your place on a waiting list"),
    why=_("no seat became free in time"),
)
def end_lines(bookings: list[UUID]) -> None:
    """Whoever still waits when nobody can book any more is told. Nothing happens to bookings that are gone."""
    lines.end_lines(bookings)


@periodic("booking.sweep", cron="23 2 * * *", office="sweeper")
def sweep() -> None:
    """Blocked time that is over goes."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.sweep()")
