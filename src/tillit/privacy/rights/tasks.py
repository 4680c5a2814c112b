"""What people chose is forgotten when it has long been over."""

from __future__ import annotations

from django.db import connection

from tillit.kernel.tasks import periodic


@periodic("privacy.sweep_choices", cron="47 2 * * *", office="sweeper")
def sweep_choices() -> None:
    """Choices that were over a year ago go, and those of people whom the organisation no longer knows."""
    with connection.cursor() as cursor:
        cursor.execute("select privacy.sweep_choices()")
