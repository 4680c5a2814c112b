"""Breaking open what is closed, for a reason and a time: asking, the second person's answer, what is open now, and the
opened data itself. The person is told by mail, and reads it under "What is shown"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit import evidence
from tillit.access import actions as access
from tillit.access import queries as glass
from tillit.access.scopes import REASONS, SCOPES
from tillit.evidence import queries as log
from tillit.identity.queries import acting_person, roles
from tillit.kernel import formats
from tillit.privacy import office
from tillit.privacy.rights import events, history, queries, showing
from tillit.privacy.rights.forms import GlassForm

office.section("people", gettext_lazy("Opening what is closed"), "office_glass")


@require_http_methods(["GET", "HEAD", "POST"])
@office.staffed
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a second person, what is open now; a posted form asks to open something."""
    form = GlassForm(request.POST if request.method == "POST" else None, scopes=_scopes())
    if form.is_valid() and (person := _sought(form)):
        asked = form.cleaned_data
        try:
            opened, state = access.ask_to_break(
                asked["scope"], person, reason=asked["reason"], words=asked["words"], minutes=asked["minutes"]
            )
        except access.Refused:
            raise Http404 from None
        if state == "opened":
            messages.success(request, _("It is open for you. The person is told by mail, with your reason."))
            return redirect("office_glass_opened", slug=slug, asked=opened)
        messages.success(request, _("It waits for a second person, who has a day to answer."))
        return redirect("office_glass", slug=slug)
    me = acting_person(request)
    waiting, open_now = glass.waiting(), glass.requests(glass.open_now())
    names = queries.named(who for one in [*waiting, *open_now] for who in (one.asked_by_id, one.answered_by_id))
    context = {
        "form": form,
        "two_people": glass.needs_two_people(),
        "may_demand": "administrator" in roles(),
        "waiting": [_told(one, names, me) for one in waiting],
        "open_now": [_told(one, names, me) for one in open_now],
    }
    return render(request, "privacy/office/glass.html", context, status=422 if form.errors else 200)


def _scopes() -> list[tuple[str, Any]]:
    """What may be broken open by whoever acts: evidence is for those who answer for the data only."""
    return [(scope, says) for scope, says in SCOPES.items() if scope != "evidence" or "privacy" in roles()]


def _sought(form: GlassForm) -> UUID | None:
    """The person with the address that was written; where several have it, the one that was chosen of them. None
    where the form has to be shown again."""
    found = queries.people_with(form.cleaned_data["address"])
    evidence.record(events.SOUGHT.name)
    if not found:
        form.add_error("address", _("Nobody here has this address."))
        return None
    return found[0][0] if len(found) == 1 else form.choose(found)


def _told(asked: Any, names: dict[UUID, str], me: Any) -> dict[str, Any]:
    """A request in words; whose data it is about stays closed."""
    return {
        "asked": asked,
        "what": SCOPES.get(asked.scope, asked.scope),
        "reason": REASONS.get(asked.reason, asked.reason),
        "by": names.get(asked.asked_by_id, ""),
        "second": names.get(asked.answered_by_id, "") if asked.answered_by_id != asked.asked_by_id else "",
        "mine": bool(me and asked.asked_by_id == me.pk),
    }


@require_POST
@office.staffed
def answer(request: HttpRequest, slug: str, asked: UUID) -> HttpResponse:
    """The second person opens or refuses what was asked for; whoever asked withdraws it."""
    try:
        if request.POST.get("do") == "open":
            access.approve(asked)
            messages.success(request, _("It is open for whoever asked. The person is told by mail."))
        else:
            access.refuse(asked)
            messages.success(request, _("It stays closed."))
    except access.Refused as refused:
        messages.error(request, _REFUSED.get(refused.why, _REFUSED["gone"]))
    return redirect("office_glass", slug=slug)


_REFUSED = {
    "own": gettext_lazy("Somebody else has to open it: you asked yourself."),
    "late": gettext_lazy("It was asked more than a day ago. Ask anew."),
    "again": gettext_lazy("It is answered already."),
    "gone": gettext_lazy("It is no longer there to be answered."),
}


@require_safe
@office.staffed
def opened(request: HttpRequest, slug: str, asked: UUID) -> HttpResponse:
    """What is open, for whoever asked, until it closes; each look at it is recorded. 404 for anybody else."""
    found = glass.opened_by_me(asked)
    if found is None:
        raise Http404
    broken, grant = found
    evidence.saw([broken.subject_id], "privacy.glass", broken.reason, object=broken.pk)
    context = {
        "one": _told(broken, {}, None),
        "ends": grant.ends,
        "shown": next((one for one in showing.to_me(quietly=True) if one.id == grant.pk), None),
        "events": history.told(log.events_about(broken.subject_id)) if broken.scope == "evidence" else None,
    }
    return render(request, "privacy/office/glass_opened.html", context)


@require_POST
@office.staffed
def close(request: HttpRequest, slug: str, asked: UUID) -> HttpResponse:
    """Close what was broken open before its end."""
    grant = glass.open_now().get(asked)
    if grant and access.take_back(grant):
        messages.success(request, _("It is closed again."))
    return redirect("office_glass", slug=slug)


@require_POST
@office.staffed
def demand(request: HttpRequest, slug: str) -> HttpResponse:
    """An administrator demands two people from now on; one alone cannot let that go again."""
    if "administrator" not in roles():
        raise Http404
    access.require_two_people()
    messages.success(request, _("From now on it takes two people."))
    return redirect("office_glass", slug=slug)


@office.waiting
def _waits(organisation: Any) -> Iterable[office.Line]:
    """Requests that a second person can still answer."""
    if count := len(glass.waiting()):
        says = ngettext("%(n)s request", "%(n)s requests", count) % {
            "n": formats.format_number(count, get_language() or "en")
        }
        yield office.Line(
            _("To be opened by a second person"), says, reverse("office_glass", args=[organisation.slug]), late=True
        )
