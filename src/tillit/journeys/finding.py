"""People can be found: colleagues by administrators, and whoever is shown to the acting person by a live grant.

Row security decides whom. A result leads to where its finder meets the person: the list of people, a booked time, or
what was shown by choice.
"""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import current
from tillit.access import queries as access
from tillit.booking import finding as booking
from tillit.identity import queries as identity
from tillit.kernel import finding
from tillit.kernel.dpv import Words
from tillit.kernel.ticket import Actor
from tillit.privacy.rights import coded

MOST = 250
"""People whose names are opened for one question: those who came last."""

REASONS: dict[str, Words] = {
    "booked with": _("you had booked with them"),
    "answered": _("you asked them in a poll"),
    "choice": _("you chose it"),
    "glass": _("it was opened for a reason"),
    "colleague": _("you work in the same place"),
    "called": _("you called"),
    "imported": _("you were taken over from a file"),
}


def people(asked: finding.Asked) -> finding.Answer:
    """People by name; by an address or a number that was written whole also beyond the bound and the days."""
    me = (current() or Actor()).person
    if me is None:
        return finding.Answer()
    rows = identity.newest_people(most=MOST + 1, since=asked.since, until=asked.until)
    rows.pop(me, None)
    found, more = asked.sift(rows.items(), MOST, lambda row: asked.match([row[1]]))
    ranked = {person: (why, name) for why, (person, name) in found}
    beyond = identity.with_contact(email=asked.email, phone=asked.phone)
    ranked |= {person: (finding.Why.EXACT, name) for person, name in beyond.items() if person != me}
    best = sorted(ranked.items(), key=lambda one: one[1])[: finding.SHOWN]
    return finding.Answer(_hits(best, asked), more)


def _hits(found: list[tuple[UUID, tuple[finding.Why, str]]], asked: finding.Asked) -> list[finding.Hit]:
    grants = access.relations_to(one for one, _best in found) if found else []
    relations = {person: relation for person, relation, _about in grants}
    times = booking.last_times(
        [about for _person, relation, about in grants if about and relation == "booked with"], asked
    )
    reasons: dict[str, list[UUID]] = {}
    for person, _best in found:
        reasons.setdefault(relations.get(person, "colleague"), []).append(person)
    for reason, subjects in reasons.items():
        evidence.saw(subjects, "journeys.search", reason)
    return [
        _hit(person, name, why, relations.get(person, ""), times.get(person), asked) for person, (why, name) in found
    ]


def _hit(
    person: UUID, name: str, why: finding.Why, relation: str, time: tuple[str, str] | None, asked: finding.Asked
) -> finding.Hit:
    if relation == "booked with" and time:
        note, url = time
    elif relation:
        note, url = str(_("Shown to you for a while")), reverse("me:shown", args=[asked.slug])
    else:
        note, url = str(_("Works here")), reverse("people:list", args=[asked.slug]) + f"#person-{person}"
    return finding.Hit(name, url, why, note, name, person)


coded.declare("journeys.search.seen", REASONS)
finding.declare(finding.Source("people", _("People"), "group", people, dated=True, place=10))
