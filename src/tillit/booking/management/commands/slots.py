"""`tillit slots FILE`: the free times of a file of neutral cases, as one JSON object. Needs no database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tillit.booking.slot_cases import BadCase, answer_all


class Command(BaseCommand):
    help = "Print the free times of each case in FILE as one JSON object (no database needed)."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            answers = answer_all(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, BadCase, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(json.dumps(answers, indent=1))
