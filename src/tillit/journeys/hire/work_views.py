"""Pages for after the yes: first meetings, reporting time, reviews and references."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tillit import evidence
from tillit.booking.actions import NotBooked
from tillit.booking.engaging import free_starts
from tillit.directory.queries import called, profile_of
from tillit.hiring import queries, working
from tillit.hiring.actions import Refused
from tillit.identity.doors import signed_in
from tillit.journeys.hire import agreeing
from tillit.journeys.hire.forms import (
    AnswerForm,
    AskForm,
    MeetingForm,
    ObjectionForm,
    ReferenceForm,
    ReportForm,
    ReviewForm,
)
from tillit.journeys.hire.job_views import _page, here, sides
from tillit.journeys.hire.shown import REPORTED_TIMES, name_of, signed, why
from tillit.kernel import clock, zones
from tillit.messaging import naming
from tillit.messaging import queries as talks

if TYPE_CHECKING:
    from tillit.hiring.models import Job

MOST_TIMES = 5
SHOWN = 24  # free times that are offered to be ticked


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def propose_meeting(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """Propose up to five times for getting to know each other."""
    organisation = here(request)
    talk = talks.talk(thread)
    seeker, provider = sides(talk)
    zone = organisation.time_zone
    now = clock.now()
    starts = free_starts(provider, minutes=30, low=now, high=now + timedelta(days=14), zone=zone)
    ticked = [start for text in request.POST.getlist("start")[:20] if (start := _instant(text))]
    form = MeetingForm(request.POST or None, zone=zone)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wanted = sorted({*ticked, *([own] if (own := form.own_time()) else [])})
            if not 1 <= len(wanted) <= MOST_TIMES:
                problem = _("Choose at least one time, and at most five.")
            else:
                given = form.cleaned_data
                try:
                    made = agreeing.propose_meeting(
                        seeker=seeker, provider=provider, starts=wanted, thread=thread, place=given["place"],
                        where=given["where"],
                    )  # fmt: skip
                except Refused as refused:
                    problem = why(refused)
                else:
                    return redirect("first_meeting", slug, made)
    days: dict[Any, list[Any]] = {}
    for start in _spread(starts, zone):
        day = start.astimezone(zones.zone(zone)).date()
        days.setdefault(day, []).append({"start": start, "text": start.isoformat(), "ticked": start in ticked})
    context = {"form": form, "problem": problem, "name": talk.called, "days": days, "zone": zone, "thread": thread}
    return render(request, "journeys/hire/meeting_propose.html", context, status=status)


def _spread(starts: list[datetime], zone: str) -> list[datetime]:
    """A few times of each day instead of all of the first one."""
    place, per_day = zones.zone(zone), dict[Any, list[datetime]]()
    for start in starts:
        per_day.setdefault(start.astimezone(place).date(), []).append(start)
    return [start for day in list(per_day)[:6] for start in per_day[day][:: max(1, len(per_day[day]) // 4)][:4]][:SHOWN]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def first_meeting(request: HttpRequest, slug: str, meeting: UUID) -> HttpResponse:
    """Times that were proposed for a first meeting: pick one, or none of them."""
    organisation = here(request)
    one = queries.get_meeting(meeting)
    problem, status = "", 200
    if request.method == "POST":
        start = _instant(request.POST.get("start", ""))
        try:
            if "off" in request.POST:
                if agreeing.call_off(one):
                    messages.success(request, _("It is cancelled, and the other is told."))
                return redirect("first_meeting", slug, meeting)
            if start or "none" in request.POST:
                agreeing.pick(one, start)
                messages.success(request, _("Booked, for both of you.") if start else _("Declined. The other is told."))
                return redirect("first_meeting", slug, meeting)
            problem, status = _("Choose one of the times."), 422
        except Refused as refused:
            problem, status = why(refused), 409
        except NotBooked as refused:
            problem, status = why(refused.refusal), 409
        one = queries.get_meeting(meeting)
    now = clock.now()
    context = {
        "meeting": one, "name": name_of(one), "zone": organisation.time_zone, "problem": problem,
        "stands": agreeing.stands(one), "to_come": one.chosen is not None and one.chosen > now,
        "mine": one.author_id == queries.me(), "over": all(start <= now for start in one.starts),
        "starts": [{"start": start, "text": start.isoformat(), "over": start <= now} for start in one.starts],
    }  # fmt: skip
    return render(request, "journeys/hire/meeting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: HttpRequest, slug: str, job: UUID, replaces: UUID | None = None) -> HttpResponse:
    """Report time: filled in with what was agreed, so that one tap is enough; or correct what was reported."""
    organisation = here(request)
    one = queries.get_job(job)
    terms = queries.terms_of(job)
    zone = zones.zone(organisation.time_zone)
    old = queries.get_report(replaces) if replaces else None
    done = {row.span.lower for row in queries.reports(one) if row.state != "corrected"}
    past = [span for span in (terms.spans if terms else []) if span.upper <= clock.now() and span.lower not in done]
    span = old.span if old else (past[0] if past else None)
    initial: dict[str, Any] = {"travel": old.travel if old else terms.travel if terms else 0}
    if old:
        initial |= {"pause": old.pause, "note": old.note}
    if span:
        local = (span.lower.astimezone(zone), span.upper.astimezone(zone))
        initial |= {"day": local[0].date(), "start": local[0].time(), "end": local[1].time()}
    form = ReportForm(
        request.POST or None, currency=organisation.currency, zone=organisation.time_zone, initial=initial
    )  # fmt: skip
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                working.report(one, **form.values(), replaces=replaces)
            except Refused as refused:
                problem = str(REPORTED_TIMES) if refused.why == "times" else why(refused)
            else:
                messages.success(request, _("Reported. It counts once the other approves it."))
                return redirect("job", slug, job)
    context = {"form": form, "problem": problem, "name": name_of(one), "job": one, "old": old}
    return render(request, "journeys/hire/report.html", context, status=status)


@require_POST
@signed_in
def decide(request: HttpRequest, slug: str, report: UUID) -> HttpResponse:
    """Approve reported time, or object in words."""
    here(request)
    one = queries.get_report(report)
    approve = "approve" in request.POST
    form = ObjectionForm(request.POST)
    if not approve and not form.is_valid():
        return _page(request, one.job_id, status=422, objection_form=form, report=report)
    try:
        working.decide(one, approve=approve, objection="" if approve else form.cleaned_data["objection"])
    except Refused as refused:
        return _page(request, one.job_id, why(refused), 409)
    messages.success(request, _("Approved.") if approve else _("Sent. The other can correct it."))
    return redirect("job", slug, one.job_id)


def signatures(one: Job) -> list[str]:
    """How whoever acts may sign a review of a job: never as somebody else."""
    me = queries.me()
    assert me is not None
    first = naming.called(me).split(" ")[0]
    shown = called([me]).get(me, first)
    place = profile_of(one.provider_id)
    area = place.value("area") if place else None
    town = str(area.get("name", "")) if isinstance(area, dict) else ""
    names = [*dict.fromkeys([first, shown])]
    if queries.side_of(one) == "seeker":
        names.append(_("A family in %(town)s") % {"town": town} if town else _("A family"))
    return names


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def review(request: HttpRequest, slug: str, job: UUID) -> HttpResponse:
    """Say how it was, once; nobody reads it before both have written, or two weeks are over."""
    here(request)
    one = queries.get_job(job)
    names = signatures(one)
    form = ReviewForm(request.POST or None, names=names)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                both = working.review(one, stars=given["stars"], words=given["words"], signature=given["signature"])
            except Refused as refused:
                problem = why(refused)
            else:
                said = _("Thank you. Both have written, so now you read each other's.")
                alone = _("Thank you. It shows once the other has written too, or after two weeks.")
                messages.success(request, said if both else alone)
                return redirect("job", slug, job)
    context = {"form": form, "problem": problem, "name": name_of(one), "job": one}
    return render(request, "journeys/hire/review.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def answer(request: HttpRequest, slug: str, review: UUID) -> HttpResponse:
    """Answer in public, once, what was said of oneself."""
    here(request)
    one = queries.get_review(review)
    form = AnswerForm(request.POST or None)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                working.answer_review(one, form.cleaned_data["words"])
            except Refused as refused:
                problem = why(refused)
            else:
                messages.success(request, _("Your answer stands below the review."))
                return redirect("job", slug, one.job_id)
    context = {"form": form, "problem": problem, "review": one, "by": signed(one)}
    return render(request, "journeys/hire/answer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def refer(request: HttpRequest, slug: str, job: UUID) -> HttpResponse:
    """You may ask me: let others ask about whoever helped, for a time; or no more."""
    here(request)
    one = queries.get_job(job)
    form = ReferenceForm(request.POST or None)
    problem, status = "", 200
    if request.method == "POST":
        try:
            if "stop" in request.POST:
                working.refer(one, until=None)
                messages.success(request, _("Nobody can ask you any more, and nobody reads it any more."))
                return redirect("job", slug, job)
            status = 422
            if form.is_valid():
                until = clock.now() + timedelta(days=30 * form.cleaned_data["months"])
                working.refer(one, words=form.cleaned_data["words"], until=until)
                messages.success(request, _("Thank you. Whoever asks needs your yes, one by one."))
                return redirect("job", slug, job)
        except Refused as refused:
            problem = why(refused)
    context = {"form": form, "problem": problem, "name": name_of(one), "job": one, "given": queries.reference_of(one)}
    return render(request, "journeys/hire/reference.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest, slug: str, reference: UUID) -> HttpResponse:
    """Ask to read a reference."""
    here(request)
    form = AskForm(request.POST or None)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                working.ask_reference(reference, form.cleaned_data["words"])
            except Refused as refused:
                problem = why(refused)
            else:
                messages.success(request, _("Asked. Whoever gives the reference decides."))
                return redirect("jobs", slug)
    return render(request, "journeys/hire/ask.html", {"form": form, "problem": problem}, status=status)


@require_POST
@signed_in
def answer_ask(request: HttpRequest, slug: str, ask: UUID) -> HttpResponse:
    """Show one's reference to whoever asked for a week, or say no."""
    here(request)
    one = queries.get_ask(ask)
    until = clock.now() + timedelta(days=7) if "yes" in request.POST else None
    try:
        working.answer_ask(one, until=until)
        evidence.saw([one.asker_id], "hiring.reference", "shown")
    except Refused as refused:
        messages.warning(request, why(refused))
    else:
        messages.success(request, _("They can read it for a week.") if until else _("Declined. They are told."))
    return redirect("jobs", slug)


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo and 1971 <= moment.year <= 3000 else None
