from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from tillit.kernel import erasure_sql


class Command(BaseCommand):
    help = "Install what erasure does to each table, from the declarations. Run as the owner, after migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local role tillit_definer")
            cursor.execute(erasure_sql.functions())
