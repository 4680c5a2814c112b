from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction

from tillit.access import Actor, acting
from tillit.identity import actions
from tillit.identity.models import ACCENTS, LANGUAGES, REGIONS
from tillit.kernel import happenings


class Command(BaseCommand):
    help = "Open an organisation and print the link with which its first administrator joins."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="its short name in addresses: /o/<slug>/")
        parser.add_argument("name")
        parser.add_argument("--number", required=True, help="organisation number, as its country writes it")
        parser.add_argument("--address", required=True, help="postal address")
        parser.add_argument("--publisher", required=True, help="the responsible publisher, named on every page")
        parser.add_argument("--email", required=True, help="where the public writes to it")
        parser.add_argument("--administrator", required=True, help="e-mail address of the first administrator")
        parser.add_argument("--region", choices=REGIONS, default="eu")
        parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=["sv", "en"])
        parser.add_argument("--time-zone", default="Europe/Stockholm")
        parser.add_argument("--currency", default="SEK")
        parser.add_argument("--modules", nargs="*", default=["booking"])
        parser.add_argument("--colour", choices=ACCENTS, default="spruce")
        parser.add_argument("--send", action="store_true", help="mail the link too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with acting(Actor(office="operator")), transaction.atomic():
                organisation = actions.found_organisation(
                    slug=options["slug"],
                    name=options["name"],
                    number=options["number"],
                    address=options["address"],
                    publisher=options["publisher"],
                    contact_email=options["email"],
                    region=options["region"],
                    languages=options["languages"],
                    time_zone=options["time_zone"],
                    currency=options["currency"],
                    modules=options["modules"],
                    colour=options["colour"],
                )
                with acting(Actor(office="operator", organisation=organisation.pk)):
                    happenings.announce("identity.organisation.opened", organisation=organisation.pk)
                invited = actions.invite(
                    organisation=organisation.pk,
                    email=options["administrator"],
                    roles=["administrator"],
                    language=options["languages"][0],
                    send=options["send"],
                )
        except IntegrityError:
            raise CommandError(f"There is an organisation called {options['slug']} already.") from None
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{organisation.name} is open at /o/{organisation.slug}/\n"
            f"Its first administrator joins here, until {invited.expires:%Y-%m-%d %H:%M} UTC, once:\n{invited.link}\n"
        )
