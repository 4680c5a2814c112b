"""What the kernel clears away by itself."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from tillit.kernel import uploads
from tillit.kernel.tasks import periodic

KEEP = timedelta(days=14)


@periodic("kernel.sweep", cron="17 * * * *", office="sweeper")
def sweep() -> None:
    """Old events, failed jobs, mails that could not be sent, the demo's old inbox; files without a row."""
    with connection.cursor() as cursor:
        cursor.execute("select kernel.sweep(make_interval(secs => %s))", [KEEP.total_seconds()])
    uploads.remove_orphans()
