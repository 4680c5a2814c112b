"""What people chose is forgotten when it has long been over."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.kernel import ends
from tillit.kernel.tasks import periodic
from tillit.privacy.rights import copying, files, ledger  # noqa: F401 (copying declares the task of large copies)


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


@periodic("privacy.sweep_files", cron="37 3 * * *", office="sweeper")
def sweep_files() -> None:
    """Files of copies that are gone."""
    files.remove_orphans()


@periodic("privacy.list_erasures", cron="47 3 * * *", office="restorer", own_transactions=True)
def list_erasures() -> None:
    """The list outside the database of who was erased, whole again."""
    ledger.catch_up()
