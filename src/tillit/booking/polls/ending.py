"""What ends in polls by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.booking.polls.events import PollLapsed, PollWaits
from tillit.kernel import ends, outbox


def register(keep_days: ends.Setting) -> None:
    """Make the kinds of end known; keep_days: of booking data."""
    ends.handler("booking.poll_close", says=_("the time in which a poll can be answered"))(close)
    ends.handler("booking.poll_lapse", says=_("a poll in which nobody has chosen a time"))(lapse)
    why = _("the days that the organisation keeps booking data are over")
    ends.handler("booking.polled", says=_("what you said in a poll, and who you are"), why=why, setting=keep_days)(
        forget_answers
    )
    ends.handler("booking.poll", says=_("a poll for a common time"), why=why, setting=keep_days)(forget)


def close(polls: list[UUID]) -> None:
    """Who asked is reminded to choose. Nothing happens to polls that are decided or gone."""
    for poll in _ids("select booking.undecided_polls(%s)", polls):
        outbox.emit(PollWaits(poll=poll))


def lapse(polls: list[UUID]) -> None:
    """Nobody chose: what was kept free is free again, and those who answered are told."""
    for poll in _ids("select booking.lapse_polls(%s)", polls):
        outbox.emit(PollLapsed(poll=poll))


def forget_answers(answers: list[UUID]) -> None:
    """Answers go, and who gave them where nothing else keeps them known."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.forget_poll_answers(%s)", [answers])


def forget(polls: list[UUID]) -> None:
    """Polls go; a meeting that came of one stays as taken time."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.forget_polls(%s)", [polls])


def _ids(statement: str, of: list[UUID]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [of])
        return list(cursor.fetchone()[0] or ())
