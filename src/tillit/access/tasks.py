"""What of access ends by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.kernel import ends, happenings
from tillit.kernel.tasks import periodic


@ends.handler(
    "access.grant",
    says=_("what is shown of you to somebody"),
    why=_("it was shown until then"),
)
def ended(grants: list[UUID]) -> None:
    """Policies saw the end themselves; here it is told."""
    with connection.cursor() as cursor:
        cursor.execute("select * from access.ended_grants(%s)", [grants])
        found = cursor.fetchall()
    for scope, reason, subjects in found:
        happenings.announce("access.grant.ended", subjects=subjects, reason=reason, scope=scope)


@periodic("access.sweep", cron="41 2 * * *", office="sweeper")
def sweep() -> None:
    """What was shown and asked for more than a year ago is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute("select access.sweep()")
