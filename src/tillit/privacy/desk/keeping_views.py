"""The office's pages about what is kept: for how long, held back, handed out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.identity.queries import current_organisation, roles
from tillit.kernel import clock, ends
from tillit.kernel.formats import format_date
from tillit.privacy import office, registry
from tillit.privacy.desk import clocks, disclosing, holds, queries
from tillit.privacy.desk.keeping_forms import DaysForm, DisclosureForm, HoldForm
from tillit.privacy.desk.orders import Refused
from tillit.privacy.desk.reasons import DISCLOSURE_STATES, DISCLOSURES, HOLDS, RECEIVERS, answered
from tillit.privacy.models import Disclosure, Hold
from tillit.privacy.policy.frames import frame
from tillit.privacy.rights.queries import people_with
from tillit.privacy.rights.said import called

SOON = timedelta(days=14)
"""How long before its end a hold stands among what waits."""

AHEAD = (7, 30, 90, 365)
"""Days ahead for which one can see what will go."""


@office.waiting
def _waiting(organisation: Any) -> Iterator[office.Line]:
    """Holds and disclosures that want a second person, and holds that end soon."""
    for hold in queries.holds():
        url = reverse("office_holds", args=[organisation.slug])
        if hold.state == "waiting":
            yield office.Line(_("A hold"), _("waits for a second person"), url)
        elif hold.ends <= clock.now() + SOON:
            day = clocks.last_day(organisation, hold.ends)
            says = _("ends on %(day)s") % {"day": format_date(day, get_language() or "en")}
            yield office.Line(_("A hold"), says, url)
    for row in queries.disclosures():
        if row.state in ("waiting", "approved"):
            url = reverse("office_disclosure", args=[organisation.slug, row.pk])
            says = _("waits for a second person") if row.state == "waiting" else _("may be handed over")
            yield office.Line(_("Something to be handed out"), says, url)


# -- for how long ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@office.staffed
def retention(request: HttpRequest, slug: str) -> HttpResponse:
    """Every time that is kept, the settings with their bounds and laws, what will go, and what has gone."""
    organisation = current_organisation(request)
    assert organisation is not None
    chooses = "administrator" in roles()
    asked = request.POST.get("setting", "")
    if request.method == "POST" and (not chooses or asked not in ends.settings):
        raise PermissionDenied
    ends.known()
    rows = [_setting(setting, request.POST if setting.name == asked else None) for setting in ends.settings.values()]
    if asked:
        form = next(row["form"] for row in rows if row["setting"].name == asked)
        if form.is_valid():
            return _choose(request, slug, ends.settings[asked], form)
    days = next((day for day in AHEAD if str(day) == request.GET.get("days")), 30)
    context = {
        "rows": rows,
        "chooses": chooses,
        "preview": ends.preview(organisation.pk, clock.now() + timedelta(days=days)) if chooses else [],
        "days": days,
        "ahead": [{"label": _ahead(day), "url": f"?days={day}#goes", "current": day == days} for day in AHEAD],
        "history": ends.history(clock.now() - timedelta(days=90), most=40) if chooses else [],
        "kinds": registry.kinds(),
    }
    return render(request, "privacy/desk/retention.html", context, status=422 if asked else 200)


def _setting(setting: ends.Setting, data: Any) -> dict[str, Any]:
    form = DaysForm(data, setting=setting)
    return {"setting": setting, "days": setting.days(), "form": form}


def _choose(request: HttpRequest, slug: str, setting: ends.Setting, form: forms.Form) -> HttpResponse:
    try:
        moved = setting.choose(form.cleaned_data["days"])
    except ends.OutOfBounds as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, _("Chosen. %(n)s dates have moved.") % {"n": moved} if moved else _("Chosen."))
    return redirect("office_retention", slug=slug)


def _ahead(days: int) -> str:
    return {7: _("a week"), 30: _("a month"), 90: _("three months"), 365: _("a year")}[days]


# -- held back -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@office.staffed
def hold_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What is held back from erasure, and holding something."""
    organisation = current_organisation(request)
    assert organisation is not None
    form = HoldForm(request.POST or None, today=clocks.today(organisation))
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data
        try:
            opened = holds.ask(
                answer["address"], reason=answer["reason"], words=answer["words"], tables=answer["tables"],
                until=clocks.end_of(organisation, answer["until"]),
            )  # fmt: skip
        except Refused as refused:
            form.add_error("address" if refused.why == "nobody" else None, _refused(refused.why))
        else:
            _say_held(request, opened)
            return redirect("office_holds", slug=slug)
    context = {
        "form": form,
        "rows": [_hold(organisation, one) for one in queries.holds()],
        "past": [_hold(organisation, one) for one in queries.holds(closed=True)],
    }
    return render(request, "privacy/desk/holds.html", context, status=422 if form.errors else 200)


@require_POST
@office.staffed
def hold_do(request: HttpRequest, slug: str, hold: UUID, do: str) -> HttpResponse:
    """Approve, refuse or take back, end before its day, or let it stay."""
    act = {"approve": holds.approve, "refuse": holds.refuse, "end": holds.end, "keep": holds.keep}.get(do)
    if act is None:
        raise Http404
    try:
        answer = act(hold)
    except Refused as refused:
        messages.warning(request, _refused(refused.why))
    else:
        asked = _("It ends as soon as a second person says so too.")
        messages.success(request, asked if answer == "asked" else _("Done, and recorded."))
    return redirect("office_holds", slug=slug)


def _say_held(request: HttpRequest, opened: holds.Opened) -> None:
    if opened.erased:
        messages.warning(request, _("This person was erased before. What is gone cannot be held; the rest is."))
    elif opened.state == "waiting":
        messages.info(request, _("It holds as soon as a second person has approved it."))
    else:
        messages.success(request, _("It is held from now on, whatever else would end it."))


def _hold(organisation: Any, one: Hold) -> dict[str, Any]:
    return {
        "hold": one,
        "why": HOLDS.get(one.reason, one.reason),
        "until": clocks.last_day(organisation, one.ends),
        "only": [called(table) for table in one.tables],
    }


# -- handed out ------------------------------------------------------------------------------------


@require_safe
@office.staffed
def disclosure_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What was and will be handed out, and whom the organisation answers."""
    organisation = current_organisation(request)
    assert organisation is not None
    here = frame(organisation)
    rows = [_disclosure(one) for one in queries.disclosures()]
    context = {"rows": rows, "answered": [RECEIVERS[one] for one in answered(here)], "frame": here}
    return render(request, "privacy/desk/disclosures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office.staffed
def disclosure_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose to hand something out."""
    organisation = current_organisation(request)
    assert organisation is not None
    here = frame(organisation)
    form = DisclosureForm(request.POST or None, frame=here, today=clocks.today(organisation))
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data
        known = people_with(answer["address"])
        if not known:
            form.add_error("address", _("Nobody is known here by this address."))
        else:
            until = answer["silent_until"]
            made = disclosing.ask(
                answer["kind"], person=known[0][0], frame=here, receiver_kind=answer["receiver_kind"],
                receiver=answer["receiver"], case=answer["case"], basis=answer["basis"], words=answer["words"],
                fields=form.labels, silence=answer["silence"],
                silent_until=clocks.end_of(organisation, until) if until else None,
            )  # fmt: skip
            return redirect("office_disclosure", slug=slug, wanted=made)
    return render(request, "privacy/desk/disclosure_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@office.staffed
def disclosure(request: HttpRequest, slug: str, wanted: UUID) -> HttpResponse:
    """One proposal: to whom, why, what exactly; approving it, handing it over."""
    row = queries.get_disclosure(wanted)
    own = row.asked_by_id == request.actor.person  # type: ignore[attr-defined]
    named: dict[str, list[str]] = {}
    for table, fields in disclosing.choices().items():
        if kinds := dict.fromkeys(str(one.declared.what.label) for one in fields if one.label in row.fields):
            named[str(called(table))] = list(kinds)
    context = _disclosure(row) | {"own": own, "named": named.items()}
    if row.silent_until:
        context["silent_until"] = clocks.last_day(row.organisation, row.silent_until)
    return render(request, "privacy/desk/disclosure.html", context)


@require_POST
@office.staffed
def disclosure_do(request: HttpRequest, slug: str, wanted: UUID, do: str) -> HttpResponse:
    """Approve, refuse or take back; hand over, which downloads the file."""
    row = queries.get_disclosure(wanted)
    try:
        if do == "hand-over":
            content = disclosing.hand_over(row, get_language() or "en")
            response = HttpResponse(content, content_type="application/zip")
            response["Content-Disposition"] = 'attachment; filename="handed-out.zip"'
            return response
        act = {"approve": disclosing.approve, "refuse": disclosing.refuse}.get(do)
        if act is None:
            raise Http404
        act(wanted)
    except Refused as refused:
        messages.warning(request, _refused(refused.why))
    else:
        messages.success(request, _("Done, and recorded."))
    return redirect("office_disclosure", slug=slug, wanted=wanted)


def _disclosure(row: Disclosure) -> dict[str, Any]:
    return {
        "row": row,
        "why": DISCLOSURES[row.kind],
        "to": RECEIVERS.get(row.receiver_kind, row.receiver_kind),
        "state": DISCLOSURE_STATES[row.state],
    }


def _refused(why: str) -> str:
    return {
        "nobody": _("Nobody is known here by this address."),
        "bounds": _("Choose a day from today on, within ten years."),
        "own": _("Somebody else must approve what you have proposed."),
        "left": _("Whoever proposed it works here no more. Refuse it, and propose it anew."),
        "late": _("Its last day is over."),
        "gone": _("It is no longer there."),
        "unfounded": _("It lacks a ground, a case number or what is to be handed out."),
    }.get(why, _("It has gone on meanwhile. Here is how it stands."))
