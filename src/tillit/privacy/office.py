"""The privacy office of an organisation: one door, one navigation and one start page for all its areas.

    office.SECTIONS.append((_("Incidents"), "office_incidents"))        # an area's page, by the name of its address

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

SECTIONS: list[tuple[Words, str]] = [(_("What waits"), "office")]
"""The pages of the navigation: words, and the name of the address."""

FOR_ADMINISTRATORS: set[str] = set()
"""Names of addresses in the navigation that only administrators may open: others do not see them there."""

staffed = needs_role(*ROLES)
"""The door of every page of the office."""


@dataclass(frozen=True)
class Line:
    """Something that waits for somebody: what, how many or until when (in words), and where it is dealt with."""

    label: Words
    says: str
    url: str
    late: bool = False


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


def sections(request: HttpRequest, slug: str) -> Iterator[dict[str, Any]]:
    """The navigation, as `{% tabs %}` takes it; pages below a section belong to it."""
    barred = set() if "administrator" in roles() else FOR_ADMINISTRATORS
    for label, name in SECTIONS:
        if name in barred:
            continue
        url = reverse(name, args=[slug])
        here = request.path == url or (name != "office" and request.path.startswith(url))
        yield {"label": label, "url": url, "current": here}


@waiting
def _promises(organisation: Any) -> Iterator[Line]:
    """Promises that do not hold right now."""
    broken = sum(one.state == "broken" for one in standings(organisation))
    if broken:
        says = ngettext("%(n)s promise", "%(n)s promises", broken) % {
            "n": formats.format_number(broken, get_language() or "en")
        }
        yield Line(_("Not kept right now"), says, reverse("trust", args=[organisation.slug]), late=True)
