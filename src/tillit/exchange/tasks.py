"""What exchange does by itself: taking a file over part by part, undoing it, telling people, and forgetting."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, current
from tillit.exchange import actions, files, people, queries, reading, targets, telling
from tillit.exchange.models import Batch
from tillit.kernel import clock, ends
from tillit.kernel.tasks import Permanent, periodic, task

PART = 250  # rows of one transaction
LONGEST = 3 * actions.DAY  # for which a file is taken over and undone

KEEP_DAYS = ends.Setting(
    "exchange.keep_days",
    default=people.KEEP_DAYS,
    least=30,
    most=3650,
    says=_("Days until somebody who was taken over from a file, and never booked or asked anything, is forgotten"),
)


def _give_up(*, batch: UUID, attempts: int, reason: str) -> None:
    """What has been taken over stays, and can be undone for a day."""
    row = Batch.objects.select_for_update(of=("self",)).filter(pk=batch, state__in=["running", "undoing"]).first()
    if row:
        actions.finish(row, "failed")


@task("exchange.take_over", give_up=_give_up)
def take_over(*, batch: UUID) -> None:
    """One more part of a file, as the administrator who confirmed it. A worker that dies loses the part it was at."""
    row = Batch.objects.select_for_update(of=("self",)).filter(pk=batch, state="running").first()
    if row is None:
        return
    target = targets.get(row.target)
    try:
        looked = queries.looked(row)
    except (Http404, reading.Unreadable):
        raise Permanent from None
    records = queries.folded(row, looked.records)
    part = records[row.done : row.done + PART]
    tally = target.take(row, [line for line, _record in part], [record for _line, record in part])
    if not row.done:
        row.refused = [[one.line, one.why, one.column] for one in looked.bad]
    row.refused += [[line, why, ""] for line, why in tally.refused]
    row.done += len(part)
    row.total = len(records)
    row.added, row.changed, row.passed = (
        row.added + tally.added, row.changed + tally.changed, row.passed + tally.passed,
    )  # fmt: skip
    if row.done >= row.total:
        actions.finish(row, "done")
    else:
        row.save()
        take_over.defer(batch=batch)


@task("exchange.take_back", give_up=_give_up)
def take_back(*, batch: UUID) -> None:
    """One more part of an undoing."""
    row = Batch.objects.select_for_update(of=("self",)).filter(pk=batch, state="undoing").first()
    if row is None:
        return
    more, stay = targets.get(row.target).take_back(row, PART)
    row.stayed += stay
    if not more:
        row.state = "undone"
    row.save(update_fields=["stayed", "state"])
    if more:
        take_back.defer(batch=batch)


@ends.handler(
    "exchange.file",
    says=_("a file that was given to be taken over"),
    why=_("a day is enough to look at it, and to undo it"),
)
def end_file(batches: list[UUID]) -> None:
    """The file goes; one that nobody confirmed goes altogether. Whoever was taken over is told now."""
    organisation = (current() or Actor()).organisation
    for row in Batch.objects.filter(pk__in=batches):
        if row.state in ("running", "undoing"):
            if row.confirmed is None or clock.now() < row.confirmed + LONGEST:
                actions.on_the_clock(row.pk, clock.now() + actions.DAY)
                continue
            row.state = "failed"  # whoever gave it is here no more, and nobody else goes on with it
            row.save(update_fields=["state"])
        if row.state == "waiting":
            Batch.objects.filter(pk=row.pk).delete()
        elif targets.get(row.target).personal:
            tell.configure(actor=Actor(office="reaction", organisation=organisation)).defer(batch=row.pk, after=0)
        files.remove(row.pk)


@ends.handler(
    "exchange.contact",
    says=_("somebody who was taken over from a file"),
    why=_("the days that contacts from files are kept are over"),
    setting=KEEP_DAYS,
)
def forget(contacts: list[UUID]) -> None:
    """Who they are goes, unless they have an account or other dealings here."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange.forget(%s)", [contacts])


@task("exchange.tell")
def tell(*, batch: UUID, after: int) -> None:
    """Tell some of those who were taken over, from a line of the file on."""
    last = telling.tell(batch, after)
    if last is not None:
        tell.defer(batch=batch, after=last)


@periodic("exchange.sweep", cron="17 4 * * *", office="sweeper")
def sweep() -> None:
    """Files that nobody needs any more."""
    files.remove_old()
