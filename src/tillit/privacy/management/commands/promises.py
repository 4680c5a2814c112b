import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from tillit.access import PUBLIC, acting
from tillit.identity.queries import published_organisations
from tillit.kernel.egress import gate
from tillit.privacy.checking import check


class Command(BaseCommand):
    help = "Ask every promise whether it holds. The exit status is not zero if one does not."

    def run_from_argv(self, argv: list[str]) -> None:
        """As a program of its own it leaves by egress only, as web and worker do."""
        gate.shut()
        super().run_from_argv(argv)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of {id, kind, ok, detail, checked_at}")
        parser.add_argument("--organisation", metavar="SLUG", help="only this one's")
        parser.add_argument("ids", nargs="*", metavar="ID", help="only these promises")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(PUBLIC), transaction.atomic():
            organisations = published_organisations()
        wanted = options["organisation"]
        answers = [
            answer
            for organisation in organisations
            if wanted in {None, organisation.slug}
            for answer in check(organisation, options["ids"])
        ]
        if options["json"]:
            self.stdout.write(json.dumps([answer.as_dict() for answer in answers], indent=1))
        else:
            for answer in answers:
                word = "kept  " if answer.ok else "BROKEN"
                self.stdout.write(f"{word} {answer.organisation:16} {answer.promise.id:32} {answer.detail}")
        if any(not answer.ok for answer in answers):
            sys.exit(1)
