import sys
from typing import Any

from django.core.management.base import BaseCommand

from tillit.kernel import config, keys


class Command(BaseCommand):
    help = "Make the key store's secrets, or see that they belong to this database. Run as the owner, after migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys.install()
        except config.Missing as missing:
            sys.exit(str(missing))
