"""What people chose. Everything that sends, searches, reports or exports asks here, or the same functions in SQL
(`access.restricted()`, `privacy.objected(use)`, `privacy.willing(consent, use)`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tillit.access import current
from tillit.identity.queries import address_index, opened_people
from tillit.kernel.ticket import Actor
from tillit.privacy.models import Consent, Objection, Restriction
from tillit.privacy.rights import consents

Otherwise = Callable[[Mapping[UUID, str]], Mapping[UUID, str]]
_otherwise: list[Otherwise] = []


def known_otherwise(source: Otherwise) -> None:
    """Let an app say by what other name than their full one people are known here, given their full names; it leaves
    out those of whom it knows nothing."""
    if source not in _otherwise:
        _otherwise.append(source)


def restricted(person: UUID) -> bool:
    """Does the person's data lie at rest: stored, and used for nothing else?"""
    return person in _ids("access.restricted()")


def objected(person: UUID, use: str) -> bool:
    """Does the person object to a use (a key of `objections.every`)? While the answer is waited for, too."""
    return person in _ids("privacy.objected(%s)", use)


def consented(person: UUID, consent: str) -> bool:
    """May it be done to the person: agreed to, not objected to, and their data not at rest?"""
    return person in willing(consent)


def willing(consent: str) -> set[UUID]:
    """To whom what was asked (a key of `consents.every`) may be done. Raises KeyError for what was never declared."""
    return _ids("privacy.willing(%s, %s)", consent, consents.every[consent].stopped_by)


def my_consents() -> dict[str, Consent]:
    """What the acting person agrees to now, by key."""
    return {one.purpose: one for one in Consent.objects.filter(person_id=_me(), withdrawn=None)}


def my_objections() -> dict[str, Objection]:
    """What the acting person objects to now, by key."""
    return {one.purpose: one for one in Objection.objects.filter(person_id=_me(), withdrawn=None)}


def my_restriction() -> Restriction | None:
    """That the acting person's data lies at rest, or None."""
    return Restriction.objects.filter(person_id=_me(), lifted=None).first()


def waiting_objections() -> list[Objection]:
    """Objections with reasons that nobody has answered, the oldest first: for administrators and privacy officers."""
    return list(Objection.objects.filter(state="waiting", withdrawn=None).exclude(person_id=_me()).order_by("made"))


def named(people: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of those who see or saw something of the acting person, and of whom the acting person sees something; as
    they are known here (`known_otherwise`)."""
    wanted = {one for one in people if one}
    actor = current() or Actor()
    if not wanted or actor.organisation is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select person, name from privacy.named(%s::uuid[])", [list(wanted)])
        found = cursor.fetchall()
    opened = opened_people(actor.organisation, [(person, name, b"", b"") for person, name in found])
    names = {person: name for (person, _sealed), (name, _email, _phone) in zip(found, opened, strict=True) if name}
    for source in _otherwise:
        names |= source(names)
    return names


def people_with(address: str) -> list[tuple[UUID, datetime]]:
    """Who stands here with this address and since when, the latest first: for who may break something open."""
    actor = current() or Actor()
    if actor.organisation is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select person, since from privacy.people_with(%s)", [address_index(actor.organisation, address)]
        )
        return list(cursor.fetchall())


def _ids(function: str, *words: str) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}", words)
        return set(cursor.fetchone()[0])


def _me() -> Any:
    return (current() or Actor()).person
