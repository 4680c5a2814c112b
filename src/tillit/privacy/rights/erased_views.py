"""The receipt of an erasure, for whoever holds its link: what went, what stays, and the proof."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tillit import evidence
from tillit.access import Actor, acting, as_office, current
from tillit.evidence import queries as evidence_log
from tillit.privacy.models import Erasure
from tillit.privacy.rights import receipts
from tillit.privacy.rights.said import called


@require_safe
@never_cache
def receipt(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """What was erased, when, what stays and why, and from when on backups cannot bring it back."""
    row = _row(token)
    stays = [(called(table), count, why, until and parse_datetime(until)) for table, count, why, until in row.stays]
    context = {
        "erasure": row,
        "goes": [(called(table), rows) for table, rows in row.gone.items()],
        "stays": stays,
        "verifier": evidence_log.verifier(),
        "token": token,
    }
    return render(request, "privacy/rights/erased.html", context)


@require_safe
@never_cache
def proof(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The tlog-proof file, a minute after the erasure."""
    row = _row(token)
    actor = current() or Actor()
    # the id is nobody's any more: acting as it shows this one event
    with acting(Actor(office="guest", person=row.person_id, organisation=actor.organisation)):
        try:
            file = evidence.receipt(row.event_id)
        except evidence.Unknown:
            raise Http404 from None
        except evidence.NotYet:
            messages.info(request, _("The log has not closed over this yet. Try again in a minute."))
            return redirect("erased", slug=slug, token=token)
    response = HttpResponse(file, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="erased.tlog-proof"'
    return response


def _row(token: str) -> Erasure:
    with as_office("receipt", str(receipts.erasure(token))):
        found = Erasure.objects.filter(pk=receipts.erasure(token)).first()
    if found is None:
        raise Http404
    return found
