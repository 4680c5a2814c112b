"""What is held of a person, and who has seen it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tillit import evidence
from tillit.evidence import queries as evidence_log
from tillit.privacy import doors

PAGE = 50


@require_safe
@doors.person
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is held of the person, live."""
    return render(request, "privacy/rights/data.html")


@require_safe
@doors.person
def evidence_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What was seen, shown and changed of the person here: by whom, why, when; each provable."""
    before = request.GET.get("before")
    moments = evidence_log.my_events(before=UUID(before) if before and _is_id(before) else None, most=PAGE)
    reasons = {"booked with": _("you had booked with them"), "booking": _("the booking")}
    context = {
        "events": [(one, reasons.get(one.reason, one.reason)) for one in moments],
        "verifier": evidence_log.verifier(),
        "following": f"?before={moments[-1].id}" if len(moments) == PAGE else "",
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
