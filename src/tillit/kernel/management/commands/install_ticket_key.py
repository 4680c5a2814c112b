from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from tillit.kernel import config, ticket


class Command(BaseCommand):
    help = "Hand the database what it needs to verify tickets. Run as the owner, after migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        inner, outer = ticket.pads(config.secret("ticket.key"))
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into access.secret (inner_pad, outer_pad) values (%s, %s) "
                "on conflict (id) do update set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad",
                [inner, outer],
            )
