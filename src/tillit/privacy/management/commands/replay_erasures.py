from typing import Any

from django.core.management.base import BaseCommand

from tillit.privacy.rights import ledger


class Command(BaseCommand):
    help = "Erase again whoever was erased after the backup that was restored. Run as the worker, after a restore."

    def handle(self, *args: Any, **options: Any) -> None:
        again = ledger.replay()
        self.stdout.write(f"Erased again since the backup: {again}.")
