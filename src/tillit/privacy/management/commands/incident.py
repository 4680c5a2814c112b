from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tillit.access import PUBLIC, Actor, acting
from tillit.identity.queries import published_organisations
from tillit.privacy.incidents import actions


class Command(BaseCommand):
    help = "As the operator, tell organisations of an incident: it is opened with each, and their officers get a mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", help="what happened, as each of them will read it")
        parser.add_argument("organisations", nargs="*", metavar="SLUG", help="these (else all)")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = set(options["organisations"])
        with acting(PUBLIC), transaction.atomic():
            known = {one.slug: one.pk for one in published_organisations()}
        if strange := wanted - known.keys():
            raise CommandError(f"There is no organisation {', '.join(sorted(strange))}.")
        for slug in sorted(wanted or known):
            with acting(Actor(office="incidents", organisation=known[slug])), transaction.atomic():
                incident = actions.open_incident(options["words"], source="operator")
            self.stdout.write(f"{slug}: {incident.reference}")
