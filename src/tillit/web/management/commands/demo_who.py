from typing import Any

from django.core.management.base import BaseCommand

from tillit.kernel import config
from tillit.web.demo_data.fill import HOUSES, here
from tillit.web.demo_data.people import PASSWORD


class Command(BaseCommand):
    help = "Print who can log in to the demo, with which password, and where to go."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        origin = config.text("TILLIT_ORIGIN").rstrip("/")
        known = here()
        houses = [house for house in HOUSES if house.slug in known]
        if config.mode() != "demo" or not houses:
            self.stdout.write("There are no invented people here. `make demo` brings them.")
            return
        everyone = [one for house in houses for one in house.people if one.logs_in]
        mail, part = (max(len(getattr(one, what)) for one in everyone) for what in ("email", "part"))
        for house in houses:
            self.stdout.write(f"{house.name}  {origin}/o/{house.slug}/")
            for one in house.people:
                if one.logs_in:
                    # the name comes last: columns would not line up after names in other scripts
                    self.stdout.write(f"  {one.email:<{mail}}  {one.part:<{part}}  {one.name}")
        self.stdout.write(
            f"\nEveryone's password: {PASSWORD}\n"
            f"Log in:    {origin}/account/login/\n"
            f"Book:      {origin}/o/tidboken/   (no account needed)\n"
            f"The mail:  {origin}/demo/inbox/\n"
            f"The clock: {origin}/demo/clock/\n"
            f"All doors: {origin}/"
        )
