"""What ends in moderation by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.kernel import ends


@ends.handler(
    "moderation.case",
    says=_("what was decided about something of yours, and why"),
    why=_("the time to appeal is long over"),
)
def forget(cases: list[UUID]) -> None:
    """Cases go, with decisions, reports and appeals. A membership that was ended stays so."""
    with connection.cursor() as cursor:
        cursor.execute("select moderation.forget(%s::uuid[])", [cases])


@ends.handler(
    "moderation.proof", says=_("what somebody reported from an address"), why=_("nobody answered our mail there")
)
def lapse(reports: list[UUID]) -> None:
    """Nobody said that it was they: it is as if it had never come."""
    with connection.cursor() as cursor:
        cursor.execute("select moderation.forget_reports(%s::uuid[])", [reports])
