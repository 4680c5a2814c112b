"""Pages of jobs: what is agreed, proposing and changing it, saying yes, cancelling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import current
from tillit.booking.actions import NotBooked
from tillit.directory.queries import profile_of, profiles_of
from tillit.hiring import queries
from tillit.hiring.actions import Refused
from tillit.identity import living
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation, roles
from tillit.journeys.hire import agreeing
from tillit.journeys.hire.forms import ObjectionForm, TermsForm
from tillit.journeys.hire.shown import REPORTS, facts, hours, name_of, signed, timeline, why, worked
from tillit.journeys.market import money
from tillit.journeys.market.messages import ABOUT
from tillit.kernel import clock, zones
from tillit.messaging import queries as talks


def here(request: HttpRequest) -> Any:
    """The organisation of the page, for whoever belongs to it. 404 for others."""
    organisation = current_organisation(request)
    actor = current()
    if organisation is None or actor is None or actor.person is None or "hiring" not in organisation.modules:
        raise Http404
    return organisation


@require_safe
@signed_in
def jobs(request: HttpRequest, slug: str) -> HttpResponse:
    """What the acting person has agreed on, on either side: what waits for them, what comes, and what was, the last
    first."""
    organisation = here(request)
    rows = list(queries.my_jobs()[:100])
    terms = queries.newest_terms(rows)
    pending = {one.pk: one for one in rows if one.number != one.agreed}
    newest = {
        job: found
        for job, one in pending.items()
        if (found := next(iter(queries.versions(one)), None)) and not found.refused
    }
    lines = [facts(one, newest.get(one.pk) or terms.get(one.pk)) for one in rows]
    lines.sort(key=_turn)
    unwanted = talks.unwanted()
    asks = [one for one in queries.asks_for_me() if one.asker_id not in unwanted]
    context = {"lines": lines, "asks": asks, "zone": organisation.time_zone}
    return render(request, "journeys/hire/jobs.html", context)


def _turn(line: dict[str, Any]) -> tuple[int, float]:
    """Where a job stands in the list."""
    at = line["start"].timestamp() if line["start"] else 0.0
    if line["waits_for_me"]:
        return 0, at
    return (1, at) if line["state"] in ("proposed", "agreed") else (2, -at)


@require_safe
@signed_in
def job(request: HttpRequest, slug: str, job: UUID) -> HttpResponse:
    """One job: what holds, what is proposed, what comes next, what happened."""
    here(request)
    return _page(request, job)


def _page(request: HttpRequest, wanted: UUID, problem: str = "", status: int = 200, **forms: Any) -> HttpResponse:
    one = queries.get_job(wanted)
    versions = queries.versions(one)
    held = next((terms for terms in versions if terms.number == one.agreed), None)
    newest = versions[0]
    pending = newest if newest.number != one.agreed and not newest.refused else None
    name = name_of(one)
    about = facts(one, held or newest, name=name)
    zone = about["zone"]
    reports = [
        {"row": row, "hours": hours(worked(row)), "state": REPORTS[row.state][0], "chip": REPORTS[row.state][1],
         "mine": about["side"] == "provider",
         "decide": about["side"] == "seeker" and row.state in ("sent", "objected")}
        for row in queries.reports(one)
    ]  # fmt: skip
    reviews = queries.reviews_in(one)
    over = about["state"] in ("done", "closed")
    mine = reviews.get(about["side"])
    other = next((row for side, row in reviews.items() if side != about["side"]), None)
    now = clock.now()
    context = about | {
        "held_line": about, "change": facts(one, pending, name=name) if pending else None,
        "held": held, "name": name, "reports": reports, "over": over, "problem": problem,
        "timeline": timeline(one, versions, zone), "review": mine, "other_review": other,
        "other_signed": signed(other) if other else "",
        "may_review": over and mine is None and one.ends and one.ends.timestamp() + 14 * 86400 > now.timestamp(),
        "may_report": about["side"] == "provider" and one.agreed and one.begins and one.begins <= now
        and one.state in ("agreed", "done"),
        "may_cancel": one.state == "agreed" and any(span.lower > now for span in (held.spans if held else [])),
        "may_change": one.state in ("proposed", "agreed") and not (one.begins and one.begins <= now),
        "address_until": agreeing.day_after(one, held or newest),
        "shares": one.state == "agreed" and agreeing.day_after(one, held or newest) > now,
        "reference": queries.reference_of(one) if about["side"] == "seeker" and over else None,
        **money.of_job(one), "lives_said": about["side"] == "provider" or living.mine() is not None,
        "objection_form": forms.get("objection_form") or ObjectionForm(), "open_report": forms.get("report"),
    }  # fmt: skip
    return render(request, "journeys/hire/job.html", context, status=status)


def sides(talk: Any) -> tuple[UUID, UUID]:
    """Who needs help and who helps in a thread: whoever it is about has the profile, else whoever of the two has one.
    404 where nobody of them helps."""
    actor = current()
    me = actor.person if actor else None
    if me is None or talk.other is None:
        raise Http404
    found = profiles_of([talk.other, me])
    theirs, mine = found.get(talk.other), found.get(me)
    if theirs is not None and (talk.about == theirs.id or mine is None or talk.about_kind != ABOUT):
        return me, talk.other
    if mine is not None or "provider" in roles():
        return talk.other, me
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def propose(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """Propose an agreement to whom one writes with."""
    organisation = here(request)
    talk = talks.talk(thread)
    seeker, provider = sides(talk)
    initial: dict[str, Any] = {"place": "theirs", "payee": "provider"}
    if (profile := profile_of(provider)) and isinstance(price := profile.value("rate"), dict):
        initial["rate"] = price.get("minor")
    form = TermsForm(
        request.POST or None, currency=organisation.currency, zone=organisation.time_zone, initial=initial
    )  # fmt: skip
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = agreeing.propose(seeker=seeker, provider=provider, offer=form.offer(), thread=thread)
            except Refused as refused:
                problem = why(refused)
            else:
                messages.success(request, _("Proposed. It is agreed once the other says yes too."))
                return redirect("job", slug, made)
    context = {"form": form, "problem": problem, "name": talk.called, "helps": provider == _me(), "thread": thread}
    return render(request, "journeys/hire/terms.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: HttpRequest, slug: str, job: UUID) -> HttpResponse:
    """Propose other terms for a job; what was agreed holds until the other says yes."""
    organisation = here(request)
    one = queries.get_job(job)
    newest = queries.versions(one)[0]
    zone = zones.zone(organisation.time_zone)
    first = newest.spans[0]
    initial = {
        "what": newest.what, "notes": newest.notes, "place": newest.place, "payee": newest.payee, "rate": newest.rate,
        "travel": newest.travel, "cancel_hours": newest.cancel_hours, "weeks": min(len(newest.spans), 26),
        "day": first.lower.astimezone(zone).date(), "start": first.lower.astimezone(zone).time(),
        "end": first.upper.astimezone(zone).time(),
    }  # fmt: skip
    form = TermsForm(
        request.POST or None, currency=organisation.currency, zone=organisation.time_zone, initial=initial
    )  # fmt: skip
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                agreeing.change(one, form.offer(), seen=_number(request.POST.get("seen", "")))
            except Refused as refused:
                problem = why(refused)
            else:
                messages.success(request, _("Proposed. What you agreed before holds until the other says yes."))
                return redirect("job", slug, job)
    context = {"form": form, "problem": problem, "name": name_of(one), "job": one, "seen": newest.number}
    return render(request, "journeys/hire/terms.html", context, status=status)


@require_POST
@signed_in
def do(request: HttpRequest, slug: str, job: UUID, what: str) -> HttpResponse:
    """Say yes or no to what was proposed, or cancel what was agreed."""
    here(request)
    one = queries.get_job(job)
    number = _number(request.POST.get("number", ""))
    try:
        if what == "yes":
            agreeing.confirm(one, number)
            messages.success(request, _("Agreed. The time is yours, and it stands in the calendar."))
        elif what == "no":
            agreeing.refuse(one, number)
            messages.success(request, _("Declined. The other is told."))
        elif what == "cancel":
            agreeing.cancel(one)
            messages.success(request, _("Cancelled. The other is told, and the time is free again."))
        else:
            raise Http404
    except Refused as refused:
        return _page(request, job, why(refused), 409)
    except NotBooked as refused:
        return _page(request, job, why(refused.refusal), 409)
    return redirect("job", slug, job)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _me() -> UUID | None:
    actor = current()
    return actor.person if actor else None
