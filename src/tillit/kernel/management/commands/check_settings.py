import sys
from typing import Any

from django.core.management.base import BaseCommand

from tillit.kernel import checks


class Command(BaseCommand):
    help = "Explain every setting, secret and right that is missing or unsafe. Ends with 1 when something is wrong."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(checks.report(self.stdout.write))
