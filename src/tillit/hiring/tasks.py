"""What ends in hiring by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.hiring.events import JobDone
from tillit.hiring.models import DAYS
from tillit.kernel import ends, outbox

KEEP_DAYS = ends.Setting(
    "hiring.keep_days",
    default=DAYS,
    least=90,
    most=3653,
    says=_("Days after its last time until an agreement with its reports and reviews is deleted"),
)


@ends.handler("hiring.over", says=_("the time that was agreed on"), why=_("its last day is over"))
def finish(jobs: list[UUID]) -> None:
    """The job is done: time can be reported, and each side can say how it was."""
    with connection.cursor() as cursor:
        cursor.execute("select hiring.finish(%s::uuid[])", [jobs])
        (done,) = cursor.fetchone()
    for job in done:
        outbox.emit(JobDone(job=job))


@ends.handler(
    "hiring.job",
    says=_("what was agreed, reported and said of it"),
    why=_("it was long ago"),
    setting=KEEP_DAYS,
)
def forget_jobs(jobs: list[UUID]) -> None:
    """All of it goes; what the law keeps stands in the invoice."""
    _forget("job", jobs)


@ends.handler("hiring.meeting", says=_("times that were proposed for a first meeting"), why=_("they are over"))
def forget_meetings(meetings: list[UUID]) -> None:
    """The proposal goes; a meeting that came of it is a booking like others."""
    _forget("meeting", meetings)


@ends.handler("hiring.reference", says=_("a reference that you give"), why=_("you chose the day"))
def forget_references(references: list[UUID]) -> None:
    """Nobody can ask for it any more."""
    _forget("reference", references)


def _forget(what: str, rows: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select hiring.forget(%s, %s::uuid[])", [what, rows])
