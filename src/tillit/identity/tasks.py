"""Background work of identity."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tillit.identity.sessions import IDLE
from tillit.kernel.tasks import periodic


@periodic("identity.sweep", cron="*/10 * * * *", office="sweeper")
def sweep() -> None:
    """Sessions, allowances, invitations, tokens and kept answers that have ended go."""
    values: list[Any] = [IDLE]
    with connection.cursor() as cursor:
        cursor.execute("select identity.sweep(%s)", values)
        cursor.execute("select identity.sweep_programs()")
