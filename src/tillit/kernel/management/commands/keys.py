import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tillit.kernel import config, keys, root, rotation


class Command(BaseCommand):
    help = "Look at the keys, or change what wraps them while the product runs. Run as the worker (`tillit keys`)."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        what.add_parser("status", help="the root key in use, and what each wrapping secret wraps")
        what.add_parser("rotate-root", help="seal every secret anew, under a new root key or the one just configured")
        what.add_parser("rotate", help="wrap every key anew and destroy the old wrapping secret")

    def handle(self, *args: Any, what: str = "", **options: Any) -> None:
        try:
            keys.check()
            {"status": self._status, "rotate-root": self._rotate_root, "rotate": self._rotate}[what]()
        except config.Missing as missing:
            sys.exit(str(missing))

    def _status(self) -> None:
        self.stdout.write(f"Root key: {root.in_use().name}")
        for number, state, opened, count in rotation.horizons():
            there = "" if root.place(keys.horizon_name(number)).exists() else ", destroyed"
            self.stdout.write(f"Wrapping secret {number}: {state} since {opened:%Y-%m-%d}, {count} keys{there}")

    def _rotate_root(self) -> None:
        done = root.rotate()
        self.stdout.write(f"{len(done)} secrets are sealed under {root.in_use().name} now. Copy {root.folder()} again.")

    def _rotate(self) -> None:
        done = rotation.rotate_horizon()
        gone = ", ".join(map(str, done.destroyed)) or "none"
        self.stdout.write(f"{done.rewrapped} keys wrapped anew with {done.present}; destroyed: {gone}.")
