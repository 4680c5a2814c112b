"""A small care marketplace: seekers, providers, a moderator and an administrator, laid out past the policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.booking.conftest import make_organisation, make_person
from tillit.access import Actor
from tillit.identity.models import Organisation, Person

MODULES = ["directory", "messaging", "documents", "hiring", "sales", "booking"]
ROLES: dict[str, tuple[str, ...]] = {
    "Sara Holm": (),
    "Amir Lund": (),
    "Petra Nyström": ("provider", "host"),
    "Omar Berg": ("provider", "host"),
    "Maria Ek": ("moderator",),
    "Jonas Ek": ("administrator",),
}


@dataclass
class Market:
    """What tests of the marketplace's apps start from; people by their first names."""

    organisation: Organisation
    people: dict[str, Person]

    def person(self, first: str) -> Person:
        """Whoever is called so: "Sara"."""
        return next(one for name, one in self.people.items() if name.split()[0] == first)

    def as_(self, first: str, **more: Any) -> Actor:
        """The actor that a logged-in member is."""
        return Actor(organisation=self.organisation.pk, person=self.person(first).pk, office="member", **more)

    def visitor(self) -> Actor:
        """Somebody who is not logged in."""
        return Actor(organisation=self.organisation.pk)


def lay_out(slug: str = "omsorgstorget") -> Market:
    """The organisation and its people, as superuser."""
    organisation = make_organisation(slug)
    organisation.modules = MODULES
    organisation.save(update_fields=["modules"])
    return Market(organisation, {name: make_person(organisation, name, *roles) for name, roles in ROLES.items()})
