from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tillit.web.demo_data.fill import fill


class Command(BaseCommand):
    help = "Fill the demo with invented organisations and people (demo mode only; a second time: nothing to do)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            fill(begun=lambda: self.stderr.write("Filling the demo…", style_func=str))
        except RuntimeError as error:
            raise CommandError(str(error)) from error
