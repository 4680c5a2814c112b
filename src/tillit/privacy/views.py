"""The trust page: every promise of an organisation and whether it holds; and each person's own evidence."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tillit import evidence
from tillit.evidence import queries as evidence_log
from tillit.identity.queries import acting_person, current_organisation
from tillit.privacy.queries import grouped, standings

PAGE = 50


@require_safe
def trust(request: HttpRequest, slug: str) -> HttpResponse:
    """What this organisation promises, what enforces it, when it was last asked and the answer."""
    organisation = current_organisation(request)
    if organisation is None or not organisation.published:
        raise Http404
    every = standings(organisation)
    asked = [s.result.made for s in every if s.result]
    context = {
        "broken": [s for s in every if s.state == "broken"],
        "groups": grouped([s for s in every if s.ok]),
        "waiting": [s for s in every if s.state == "waiting"],
        "dots": [s.state for s in every],
        "kept": sum(s.state == "kept" for s in every),
        "attested": sum(s.state == "attested" for s in every),
        "held": sum(s.ok for s in every),
        "all": len(every),
        "last": max(asked, default=None),
        "not_protected": not_protected(),
    }
    return render(request, "privacy/trust.html", context)


def not_protected() -> list[str]:
    """What no promise here covers; said before somebody finds out."""
    return [
        _("Whoever you have shown a detail can write it down. We can close our door, not another person's memory."),
        _("Whoever borrows your unlocked phone sees what you see."),
        _("A mail travels through other people's servers, and what stands in it is theirs to read on the way."),
        _("Those who run the machine could change the program. The log shows what was done through it, not that."),
        _("A court can demand what is kept here."),
    ]


@never_cache
@require_safe
def my_evidence(request: HttpRequest, slug: str) -> HttpResponse:
    """What was seen, shown and changed of the acting person here: by whom, why, when; each provable."""
    person = acting_person(request)
    if person is None:
        raise Http404
    before = request.GET.get("before")
    moments = evidence_log.my_events(before=UUID(before) if before and _is_id(before) else None, most=PAGE)
    reasons = {"booked with": _("you had booked with them"), "booking": _("the booking")}
    context = {
        "events": [(one, reasons.get(one.reason, one.reason)) for one in moments],
        "verifier": evidence_log.verifier(),
        "following": f"?before={moments[-1].id}" if len(moments) == PAGE else "",
    }
    return render(request, "privacy/my_evidence.html", context)


@never_cache
@require_safe
def my_receipt(request: HttpRequest, slug: str, event: UUID) -> HttpResponse:
    """The receipt of one event of the acting person: a file that proves it, offline (C2SP tlog-proof)."""
    if acting_person(request) is None:
        raise Http404
    try:
        proof = evidence.receipt(event)
    except evidence.Unknown:
        raise Http404 from None
    except evidence.NotYet:
        messages.info(request, _("The log has not closed over this yet. Try again in a minute."))
        return redirect("my_evidence", slug=slug)
    response = HttpResponse(proof, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event}.tlog-proof"'
    return response


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
