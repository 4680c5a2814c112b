"""What is shown of a person and to them, by grants: in words, and with the people whom one may show something to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from tillit import evidence
from tillit.access import current
from tillit.access import queries as access
from tillit.access.scopes import REASONS, SCOPES
from tillit.identity import living
from tillit.identity.queries import opened_people, people_by_id
from tillit.kernel import clock
from tillit.kernel.dpv import Words
from tillit.kernel.ticket import Actor
from tillit.privacy.rights import parts, queries

CHOOSABLE = ("contact.phone", "contact.email", "contact", "contact.address")
"""What somebody may show of themselves by choice."""


@dataclass(frozen=True)
class Shown:
    """One live grant. name: of the other one. ends: when it closes by itself. share: what is left of its time.
    closable: the acting person may end it now (what was broken open is closed by those who may open)."""

    id: UUID
    name: str
    what: Words
    why: Words
    ends: datetime
    share: float
    closable: bool
    email: str = ""
    phone: str = ""
    lives: living.Lives | None = None
    other: UUID | None = None


def choosable() -> list[str]:
    """What of CHOOSABLE the acting person has to show."""
    person = people_by_id([_me()]).get(_me())
    lacks = {
        "contact.phone": person is None or not person.phone,
        "contact.email": person is None or not person.email,
        "contact.address": living.mine() is None,
    }
    return [scope for scope in CHOOSABLE if not lacks.get(scope)]


def of_me(to: UUID | None = None) -> list[Shown]:
    """Everything that is shown of the acting person now (to one person), soonest end first."""
    grants = [one for one in access.shown_of_me() if to in (None, one.grantee_id)]
    names = queries.named(one.grantee_id for one in grants)
    return [_shown(one, names.get(one.grantee_id, "")) for one in grants]


def opened_of_me() -> list[dict[str, Any]]:
    """What was broken open of the acting person in the last year, by whom, why and until when, the latest first."""
    found = access.broken_of_me()
    names = queries.named(who for one in found for who in (one.asked_by_id, one.answered_by_id))
    return [
        {
            "what": SCOPES.get(one.scope, one.scope),
            "reason": REASONS.get(one.reason, one.reason),
            "words": one.words,
            "by": names.get(one.asked_by_id, ""),
            "opened": one.answered,
            "ends": one.ends,
        }
        for one in found
    ]


def to_me(*, quietly: bool = False, of: UUID | None = None) -> list[Shown]:
    """What others (or one person) show the acting person now, with it; each of them can read that it was looked at,
    unless the caller records that otherwise (`quietly`)."""
    details = _details()
    grants = [one for one in access.shown_to_me() if one.pk in details and of in (None, one.subject_id)]
    if not quietly:
        evidence.saw([one.subject_id for one in grants], "privacy.shown", "shown")
    live = living.of(one.subject_id for one in grants if one.scope == "contact.address")
    return [
        _shown(one, *details[one.pk], lives=live.get(one.subject_id) if one.scope == "contact.address" else None)
        for one in grants
    ]


def may_know(person: UUID) -> list[tuple[UUID, str]]:
    """To whom the acting person may show something: whom apps name to them anyhow, and whom they share a grant with."""
    grants = [*access.shown_of_me(), *access.shown_to_me()]
    known = queries.named(who for one in grants for who in (one.grantee_id, one.subject_id) if who != person)
    for part in parts.every():
        known |= {who: name for who, name in part.knows(person) if who not in known and who != person}
    return sorted(known.items(), key=lambda one: one[1].casefold())


def _details() -> dict[UUID, tuple[str, str, str]]:
    actor = current() or Actor()
    if actor.organisation is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select id, person, name, email, phone from privacy.shown_to_me()")
        rows = cursor.fetchall()
    people = opened_people(actor.organisation, [row[1:] for row in rows])
    return {row[0]: found for row, found in zip(rows, people, strict=True)}


def _me() -> Any:
    return (current() or Actor()).person


def _shown(grant: Any, name: str, email: str = "", phone: str = "", lives: living.Lives | None = None) -> Shown:
    left = (grant.ends - clock.now()) / (grant.ends - grant.starts)
    return Shown(
        id=grant.pk,
        name=_("a moderator") if grant.relation == "moderating" else name or _("somebody who works here"),
        what=SCOPES.get(grant.scope, grant.scope),
        why=_why(grant),
        ends=grant.ends,
        share=max(0.0, min(1.0, left)),
        closable=grant.relation != "glass",
        email=email,
        phone=phone,
        lives=lives,
        other=grant.grantee_id if grant.subject_id == _me() else grant.subject_id,
    )


def _why(grant: Any) -> Words:
    relations: dict[str, Words] = {
        "choice": _("chosen"),
        "booked with": _("because of a booked time"),
        "answered": _("because you are asked in their poll"),
        "document": _("because you opened a document to them"),
        "imported": _("because you were taken over from a file"),
        "moderating": _("to decide about something of yours"),
        "hired": _("because of a job that you agreed on"),
    }
    said = REASONS.get(grant.reason) if grant.relation == "glass" else relations.get(grant.relation)
    return said or str(grant.relation)
