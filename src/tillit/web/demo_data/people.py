"""What the demo's organisations and people are made of. Everybody is invented: addresses end in .example, phone
numbers are from the ranges set aside for fiction (in Sweden by PTS), and no organisation number is in use yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

PASSWORD = "granskog-lyser-lugnt-2026"  # noqa: S105 (for invented people, in demo mode only)
LANGUAGES = ("sv", "en", "fa")
AGE = timedelta(days=10)
"""The demo begins with a past: founded, and booked at, so long ago."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the demo. `part` says in English who they are in the story.

    Whoever is served (seekers, customers, members) holds no role: a role would show them to colleagues.
    """

    name: str
    email: str
    part: str
    roles: tuple[str, ...] = ()
    phone: str = ""
    language: str = "sv"
    zone: str = "Europe/Stockholm"
    logs_in: bool = True


@dataclass(frozen=True, slots=True)
class House:
    """An organisation of the demo. `about`: language → title, lead, offers and, where nothing can be booked, later."""

    slug: str
    name: str
    number: str
    address: str
    publisher: str
    contact_email: str
    colour: str
    about: dict[str, dict[str, Any]]
    people: tuple[Someone, ...]
    modules: tuple[str, ...]
    languages: tuple[str, ...] = LANGUAGES
    region: str = "eu"
    time_zone: str = "Europe/Stockholm"
    currency: str = "SEK"

    def someone(self, name: str) -> Someone:
        """The person of this name."""
        return next(person for person in self.people if person.name == name)


def page(title: str, lead: str, *offers: tuple[str, str], later: str = "") -> dict[str, Any]:
    """A public page's words in one language."""
    words: dict[str, Any] = {
        "title": title,
        "lead": lead,
        "offers": [{"title": what, "text": text} for what, text in offers],
    }
    return words | ({"later": later} if later else {})
