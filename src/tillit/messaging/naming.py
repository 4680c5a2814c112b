"""What people are called in messages: never their full name. Whoever knows a better name than the first one (the name
on a public profile) says so:  naming.by(called)  in AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from tillit.access import Actor, acting, current
from tillit.identity.queries import people_by_id
from tillit.kernel import contact_words

LONGEST = 80
Called = Callable[[Iterable[UUID]], Mapping[UUID, str]]
_sources: list[Called] = []


def by(source: Called) -> Called:
    """Ask this, too, what people are called; it leaves out those whom it does not know."""
    if source not in _sources:
        _sources.append(source)
    return source


def called(person: UUID) -> str:
    """What somebody is called where a thread begins: as they say in public, else their first name. "" for nobody,
    and for a name that is a number, an address or a link."""
    for source in _sources:
        if found := source([person]).get(person):
            return found[:LONGEST]
    with acting(replace(current() or Actor(), office="member", account=None, person=person, subject=None)):
        known = people_by_id([person]).get(person)
        first = known.display_name.split()[0][:LONGEST] if known and known.display_name.split() else ""
        return "" if contact_words.find(first) else first
