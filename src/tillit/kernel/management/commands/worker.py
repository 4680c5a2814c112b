import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tillit.kernel import worker


class Command(BaseCommand):
    help = "Relay events and run background jobs until told to stop (SIGTERM)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stalled",
            type=float,
            default=worker.STALLED,
            help="seconds after which the jobs of a silent worker are taken over",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
        worker.main(stalled=options["stalled"])
