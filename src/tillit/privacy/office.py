"""The office of an organisation: one door, one navigation and one start page for all its areas.

    office.section("wrong", _("Incidents"), "office_incidents")         # an area's page, by the name of its address

    @office.waiting
    def incidents(organisation): yield office.Line(_("An incident"), "31 hours left", url, late=False)

Areas say so in their urls' views, which are imported with the addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation, roles
from tillit.kernel import formats
from tillit.kernel.dpv import Words
from tillit.privacy.queries import standings

ROLES = ("administrator", "privacy")
"""Who works in the office. What may be done there the database decides once more."""

GROUPS: dict[str, Words] = {
    "today": "",
    "people": _("What people ask"),
    "keeping": _("What is kept"),
    "told": _("What we say"),
    "wrong": _("When something is wrong"),
    "sent": _("What we send"),
    "money": _("Money"),
    "doors": _("Other programs"),
}
"""The navigation's groups, in their order, and their headings."""

staffed = needs_role(*ROLES)
"""The door of every page of the office."""


@dataclass(frozen=True)
class Line:
    """Something that waits for somebody: what, how many or until when (in words), and where it is dealt with."""

    label: Words
    says: str
    url: str
    late: bool = False


@dataclass(frozen=True)
class Section:
    """A page of the navigation: words, the name of its address, and whether only administrators see it there."""

    group: str
    label: Words
    name: str
    only_administrators: bool = False


_sections: list[Section] = [Section("today", _("What waits"), "office")]


def section(group: str, label: Words, name: str, *, only_administrators: bool = False) -> None:
    """Put a page into the navigation. group: a key of GROUPS; name: of its address. KeyError for an unknown group."""
    GROUPS[group]
    _sections.append(Section(group, label, name, only_administrators))


Waiting = Callable[[Any], Iterable[Line]]
_waiting: list[Waiting] = []


def waiting(function: Waiting) -> Waiting:
    """Ask this function, with the organisation, what waits; it runs as whoever looks at the start page."""
    _waiting.append(function)
    return function


def all_that_waits(organisation: Any) -> list[Line]:
    """What waits in all areas, what is late first."""
    found = [line for function in _waiting for line in function(organisation)]
    return sorted(found, key=lambda line: not line.late)


@require_safe
@staffed
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for whoever answers for people's data here."""
    return render(request, "privacy/office/start.html", {"lines": all_that_waits(current_organisation(request))})


def groups(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    """The navigation: groups with their pages, of which the one that is shown is `current`; pages below a section
    belong to it."""
    administers, found = "administrator" in roles(), []
    for key, heading in GROUPS.items():
        items = []
        for one in _sections:
            if one.group == key and (administers or not one.only_administrators):
                url = reverse(one.name, args=[slug])
                here = request.path == url or (one.name != "office" and request.path.startswith(url))
                items.append({"label": one.label, "url": url, "current": here})
        if items:
            found.append({"heading": heading, "items": items})
    return found


@waiting
def _promises(organisation: Any) -> Iterator[Line]:
    """Promises that do not hold right now."""
    broken = sum(one.state == "broken" for one in standings(organisation))
    if broken:
        says = ngettext("%(n)s promise", "%(n)s promises", broken) % {
            "n": formats.format_number(broken, get_language() or "en")
        }
        yield Line(_("Not kept right now"), says, reverse("trust", args=[organisation.slug]), late=True)
