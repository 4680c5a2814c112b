"""People can be found: colleagues by administrators, and whoever is shown to the acting person by a live grant.

Row security decides whom. A result leads to where its finder meets the person: the list of people, a booked time, or
what was shown by choice.
"""

from __future__ import annotations

from typing import Any
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
    found, more = asked.sift([row for row in rows if row.pk != me], MOST, lambda row: _match(asked, row))
    known = {row.pk for _why, row in found} | {me}
    beyond = identity.with_contact(email=asked.email, phone=asked.phone)
    found += [(finding.Why.EXACT, row) for row in beyond if row.pk not in known]
    ranked = sorted(found, key=lambda one: (one[0], one[1].display_name))[: finding.SHOWN]
    return finding.Answer(_hits([(why, row) for why, row in ranked], asked), more)


def _match(asked: finding.Asked, person: Any) -> finding.Why | None:
    return finding.Why.EXACT if asked.is_contact_of(person) else asked.match([person.display_name])


def _hits(found: list[tuple[finding.Why, Any]], asked: finding.Asked) -> list[finding.Hit]:
    ids = [row.pk for _why, row in found]
    granted = access.relations_to(ids) if ids else {}
    booked = booking.last_times([one for one in ids if granted.get(one) == "booked with"], asked)
    reasons: dict[str, list[UUID]] = {}
    for one in ids:
        reasons.setdefault(granted.get(one, "colleague"), []).append(one)
    for reason, subjects in reasons.items():
        evidence.saw(subjects, "journeys.search", reason)
    return [_hit(row, why, granted.get(row.pk, ""), booked.get(row.pk), asked) for why, row in found]


def _hit(
    row: Any, why: finding.Why, relation: str, booked: tuple[str, str] | None, asked: finding.Asked
) -> finding.Hit:
    if booked:
        note, url = booked
    elif relation:
        note, url = str(_("Shown to you for a while")), reverse("me:shown", args=[asked.slug])
    else:
        note, url = str(_("Works here")), reverse("people:list", args=[asked.slug]) + f"#person-{row.pk}"
    return finding.Hit(row.display_name, url, why, note, row.display_name, row.pk)


coded.declare("journeys.search.seen", REASONS)
finding.declare(finding.Source("people", _("People"), "group", people, dated=True, place=10))
