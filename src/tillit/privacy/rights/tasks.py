"""What people chose is forgotten when it has long been over."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock, ends
from tillit.kernel.tasks import periodic, task
from tillit.privacy.rights import closing, copying, erasing, everything, files, ledger, staying  # noqa: F401 (copying declares a task)

AT_ONCE = 20  # people who are erased in one transaction when an organisation closes


@periodic("privacy.sweep_choices", cron="47 2 * * *", office="sweeper")
def sweep_choices() -> None:
    """Choices that were over a year ago go, and those of people whom the organisation no longer knows."""
    with connection.cursor() as cursor:
        cursor.execute("select privacy.sweep_choices()")


@ends.handler(
    "privacy.copy",
    says=_("a copy that you asked for"),
    why=_("a copy lies here for a week"),
)
def drop_copies(copies: list[UUID]) -> None:
    """Copies whose week is over go, with their files."""
    with connection.cursor() as cursor:
        cursor.execute("select * from privacy.drop_copies(%s)", [copies])
        gone = [row[0] for row in cursor.fetchall()]
    for copy in gone:
        transaction.on_commit(partial(files.remove, copy))


LEAVER_DAYS = ends.Setting(
    "privacy.leaver_days",
    default=30,
    least=1,
    most=365,
    says=_("Days after somebody's last role here has ended until what is private of them is deleted"),
)


@ends.handler(
    staying.LEAVER,
    says=_("who you were here, after your last role ended"),
    why=_("the days for leaving are over"),
    setting=LEAVER_DAYS,
    batch=1,
)
def let_go(people: list[UUID]) -> None:
    """Somebody who left a workplace some days ago is erased like anybody, unless they came back: what others rely on
    stays for them, without the leaver's private data."""
    for person in people:
        if erasing.has_left(person):
            erasing.erase(person, request_key=uuid5(person, f"left {clock.now():%F}"))


@ends.handler(
    closing.CLOSING,
    says=_("the organisation itself"),
    why=_("the days after it was closed are over"),
    setting=closing.DAYS,
)
def close(organisations: list[UUID]) -> None:
    """Everybody whom the organisation knew is erased and told, some at a time."""
    close_next.defer(after=None)


@task("privacy.close.next")
def close_next(*, after: UUID | None) -> None:
    """Some people more, in one transaction; the next ones are queued with it."""
    waiting = [person for person, _files in everything.people() if after is None or person > after][:AT_ONCE]
    for person in waiting:
        erasing.close_out(person)
    if waiting:
        close_next.defer(after=waiting[-1])


@periodic("privacy.sweep_files", cron="37 3 * * *", office="sweeper")
def sweep_files() -> None:
    """Files of copies that are gone."""
    files.remove_orphans()


@periodic("privacy.list_erasures", cron="47 3 * * *", office="restorer", own_transactions=True)
def list_erasures() -> None:
    """The list outside the database of who was erased, whole again."""
    ledger.catch_up()
