import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tillit.access import PUBLIC, Actor, acting
from tillit.identity.queries import published_organisations
from tillit.privacy.incidents import drill


class Command(BaseCommand):
    help = "Do everything that an incident demands, on paper, and say what was done when. Nothing leaves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of {organisation, steps, people, …}")
        parser.add_argument("organisations", nargs="*", metavar="SLUG", help="of these (else of all)")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = set(options["organisations"])
        with acting(PUBLIC), transaction.atomic():
            known = {one.slug: one for one in published_organisations()}
        if strange := wanted - known.keys():
            raise CommandError(f"There is no organisation {', '.join(sorted(strange))}.")
        found = []
        for slug in sorted(wanted or known):
            with acting(Actor(office="incidents", organisation=known[slug].pk)), transaction.atomic():
                found.append((slug, drill.run()))
        if options["json"]:
            json.dump([_as_dict(slug, done) for slug, done in found], sys.stdout, indent=1)
            return
        for slug, done in found:
            self.stdout.write(f"{slug}: {done.people} people counted, {done.languages} languages, {done.officers} told")
            for step, milliseconds in done.steps:
                self.stdout.write(f"  {milliseconds:6} ms  {step}")


def _as_dict(slug: str, done: drill.Drilled) -> dict[str, Any]:
    return {
        "organisation": slug, "reference": done.incident.reference, "steps": dict(done.steps), "people": done.people,
        "languages": done.languages, "officers": done.officers, "milliseconds": done.milliseconds,
    }  # fmt: skip
