"""What is held of a person, and who has seen it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tillit import evidence
from tillit.evidence import queries as evidence_log
from tillit.identity.queries import current_organisation
from tillit.kernel import clock
from tillit.privacy import doors
from tillit.privacy.rights import history, my_data, queries
from tillit.privacy.rights.sections import acts

PAGE = 50
FEW = 6


@require_safe
@doors.person
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is held of the person, live: what, why, until when, who sees it, and what they can do."""
    door: doors.Door = request.mine  # type: ignore[attr-defined]
    organisation = current_organisation(request)
    assert organisation is not None
    zone, now = door.person.time_zone or organisation.time_zone, clock.now()
    found = my_data.tables(door, language=get_language() or "en", zone=zone)
    ends = my_data.ends_soon(found)
    context = {
        "name": door.person.display_name,
        "tables": found,
        "watchers": {seer.name for table in found for line in table.lines for seer in line.seers if seer.person},
        "soon": [one for one in ends if one[0] - now < my_data.SOON],
        "resting": queries.my_restriction(),
        "ends": [history.ending(*one, zone=zone) for one in ends[:FEW]],
        "happened": [history.happening(one, zone=zone) for one in history.events(most=FEW)],
        "sent": [history.departure(one, zone=zone) for one in history.departures(most=PAGE)],
        "acts": acts(request),
    }
    return render(request, "privacy/rights/data.html", context)


@require_safe
@doors.person
def evidence_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What was seen, shown and changed of the person here: by whom, why, when; each provable."""
    before = request.GET.get("before")
    moments = history.events(before=UUID(before) if before and _is_id(before) else None, most=PAGE)
    context = {
        "events": moments,
        "verifier": evidence_log.verifier(),
        "following": f"?before={moments[-1].event.id}" if len(moments) == PAGE else "",
    }
    return render(request, "privacy/rights/evidence.html", context)


@require_safe
@doors.person
def receipt(request: HttpRequest, slug: str, event: UUID) -> HttpResponse:
    """The receipt of one event of the person: a file that proves it, offline (C2SP tlog-proof)."""
    try:
        proof = evidence.receipt(event)
    except evidence.Unknown:
        raise Http404 from None
    except evidence.NotYet:
        messages.info(request, _("The log has not closed over this yet. Try again in a minute."))
        return redirect(doors.mine(request, "evidence"))
    response = HttpResponse(proof, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event}.tlog-proof"'
    return response


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
