"""Reads. What of a profile whoever acts gets to see, the database decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from tillit.access import current
from tillit.directory.models import Category, Fact, Profile, Rules
from tillit.identity.queries import names
from tillit.kernel.ticket import Actor


@dataclass(frozen=True)
class Shown:
    """A profile as whoever acts may see it: its live facts by kind, and nothing else.

    name: the public name; short: how one speaks of them ("Petra").
    """

    id: UUID
    person: UUID
    slug: str
    organisation: UUID
    approved: datetime | None
    changed: datetime
    facts: dict[str, Fact]

    @property
    def name(self) -> str:
        """The public name."""
        return str(self.value("name", ""))

    @property
    def short(self) -> str:
        """The first word of it."""
        return self.name.split(" ")[0]

    def value(self, kind: str, otherwise: Any = None) -> Any:
        """What a fact says, as directory.facts describes it for its kind; `otherwise` where it is not there for
        whoever acts."""
        fact = self.facts.get(kind)
        return otherwise if fact is None else fact.value


def profile(slug: str) -> Shown:
    """The visible profile of that address (or one's own). Raises Http404."""
    found = Profile.objects.filter(slug=slug).exclude(approved=None).first()
    if found is None:
        raise Http404
    shown = _shown([found])[0]
    if not shown.facts:
        raise Http404
    return shown


def profile_of(person: UUID) -> Shown | None:
    """The profile of a person, if whoever acts may see it."""
    return profiles_of([person]).get(person)


def profiles_of(people: Iterable[UUID]) -> dict[UUID, Shown]:
    """The profiles of people, of those that whoever acts may see."""
    rows = list(Profile.objects.filter(person__in=set(people)).exclude(approved=None))
    return {one.person: one for one in _shown(rows) if one.facts}


def profiles(ids: Iterable[UUID]) -> dict[UUID, Shown]:
    """The profiles of these ids, of those that whoever acts may see."""
    rows = list(Profile.objects.filter(pk__in=set(ids)).exclude(approved=None))
    return {one.id: one for one in _shown(rows) if one.facts}


def visible_profiles(*, after: UUID | None = None, most: int = 50) -> list[Shown]:
    """Profiles that others see, by id, from after the id `after` on: for whoever derives something from all of them."""
    rows = Profile.objects.filter(standing="open", here=True).exclude(approved=None).order_by("pk")
    return _shown(list(rows.filter(pk__gt=after)[:most] if after else rows[:most]))


def public_names(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names on profiles that whoever acts may see, and the own one's; who has none is not in the answer."""
    return {person: one.name for person, one in profiles_of(people).items() if one.name}


def called(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names by which whoever acts may call these people: the public name of a profile, and for oneself without one
    the first name. Who has neither is not in the answer."""
    wanted = set(people)
    found = public_names(wanted)
    me = (current() or Actor()).person
    if me in wanted and me not in found and (own := names([me]).get(me, "")):
        found[me] = own.split(" ")[0]
    return found


def categories(*, retired: bool = False) -> list[Category]:
    """The services that can be offered here, in the organisation's order; with those that nobody new chooses."""
    rows = Category.objects.order_by("position", "pk")
    return list(rows if retired else rows.filter(retired=False))


def rules() -> Rules:
    """What the acting organisation demands of profiles."""
    found = Rules.objects.first()
    return found or Rules(required=["name", "services", "rate", "area", "about"], to_check=[])


def has_profile() -> bool:
    """Does whoever acts have a profile, or a draft of one?"""
    me = (current() or Actor()).person
    return bool(me) and Profile.objects.filter(person=me).exists()


def _shown(rows: list[Profile]) -> list[Shown]:
    facts: dict[UUID, dict[str, Fact]] = {one.pk: {} for one in rows}
    for fact in Fact.objects.filter(profile__in=list(facts), stage="live"):
        facts[fact.profile_id][fact.kind] = fact
    return [
        Shown(one.pk, one.person_id, one.slug, one.organisation_id, one.approved, one.changed, facts[one.pk])
        for one in rows
    ]


__all__ = [
    "Shown", "called", "categories", "has_profile", "profile", "profile_of", "profiles",
    "profiles_of", "public_names", "rules", "visible_profiles",
]  # fmt: skip
