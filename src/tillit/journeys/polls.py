"""Pages of whoever is asked in a poll: by the link that was shared, and by one's own, to change or withdraw it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import Actor, acting
from tillit.booking.polls import actions, cells, links, queries
from tillit.identity import throttle
from tillit.identity.queries import current_organisation, people_by_id, roles
from tillit.journeys import ics
from tillit.journeys.booking_page import choose_zone
from tillit.journeys.forms import ZoneForm
from tillit.journeys.poll_forms import AnswerForm
from tillit.kernel import clock, formats, mail
from tillit.privacy import links as my_links

if TYPE_CHECKING:
    from tillit.booking.models import Poll, PollAnswer
    from tillit.identity.models import Person

View = Callable[..., HttpResponse]
ANSWERED = throttle.Limit("poll-answered", burst=60, every=timedelta(minutes=1))  # by one network


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: Any, slug: str, token: str) -> HttpResponse:
    """What is asked, and how many can so far; a posted form answers. A link that was renewed says so (410)."""
    poll_id, number = links.read_shared(token)
    with acting(Actor(organisation=request.actor.organisation, office="poll", subject=str(poll_id))):
        poll = queries.get_poll(poll_id)
        if poll.number != number:
            return _private(render(request, "journeys/polls/renewed.html", status=410))
        return _private(_shared(request, slug, poll))


def _shared(request: Any, slug: str, poll: Poll) -> HttpResponse:
    rows = queries.counts(poll)
    posted = request.method == "POST"
    form = AnswerForm(request.POST if posted else None, rows=rows, initial={"key": uuid4()})
    zone, chosen, unknown = _zone(request, poll.organisation.time_zone)
    problem, status = unknown, 400 if unknown else 200
    if posted and not unknown:
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                answer, person, new = actions.answer(
                    poll, form=data["key"], name=data["name"], email=data["email"], note=data["note"],
                    said=data["said"], language=get_language() or "en", zone=zone,
                )  # fmt: skip
                if new and not ANSWERED.take(throttle.network(request)):
                    request.failed = True  # nothing of the request stays
                    return render(request, "journeys/too_many.html", status=429)
                token = links.own(answer, person, mailed=False)
                return redirect(reverse("poll_mine", args=[slug, token]) + "?new")
            except actions.Refused as why:
                problem, status = _refused(str(why)), 409
    return render(
        request,
        "journeys/polls/shared.html",
        _about(poll, rows, form, zone, chosen) | {"problem": problem},
        status=status,
    )


def with_own(view: View) -> View:
    """The view of whoever takes part, by their own link: acts as that person. No role comes by a link."""

    @never_cache
    @wraps(view)
    def opened(request: Any, slug: str, token: str) -> HttpResponse:
        answer, person, mailed = links.read_own(token)
        with acting(Actor(office="guest", person=person, organisation=request.actor.organisation)):
            me = people_by_id([person]).get(person)
            if me is None or me.account_id or roles():
                raise Http404
            mine = queries.my_answer(answer)
            poll = queries.get_poll(mine.poll_id)
            return _private(view(request, slug=slug, token=token, mine=mine, poll=poll, me=me, mailed=mailed))

    return opened


@require_http_methods(["GET", "HEAD", "POST"])
@with_own
def mine(
    request: Any, *, slug: str, token: str, mine: PollAnswer, poll: Poll, me: Person, mailed: bool
) -> HttpResponse:
    """What was said, to be changed while the poll is open; then what came of it."""
    rows = queries.counts(poll)
    initial = {"key": mine.key, "name": me.display_name, "note": mine.note}
    posted = request.method == "POST"
    form = AnswerForm(request.POST if posted else None, rows=rows, said=mine.choices, known=me.email, initial=initial)
    zone, chosen, unknown = _zone(request, me.time_zone or poll.organisation.time_zone)
    problem, status = unknown, 400 if unknown else 200
    if posted and not unknown:
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.change(mine, name=data["name"], note=data["note"], said=data["said"], zone=zone)
                messages.success(request, _("Thank you. Your answer is kept."))
                return redirect("poll_mine", slug=slug, token=token)
            except actions.Refused as why:
                problem, status = _refused(str(why)), 409
    span = queries.chosen(poll) if poll.state == "chosen" else None
    context = _about(poll, rows, form, zone, chosen) | {
        "mine": mine,
        "me": me,
        "token": token,
        "new": "new" in request.GET,
        "problem": problem,
        "span": span,
        "said": mine.choices.get(queries.key(span.lower), "no") if span else "",
        "others": _others(poll, rows) if poll.shows_names and mine.state == "answered" else [],
        "my_data": reverse("my:data", args=[slug, my_links.token(me.pk)]) if mailed or not me.email else "",
    }
    return render(request, "journeys/polls/mine.html", context, status=status)


@require_POST
@with_own
def withdraw(request: Any, *, slug: str, token: str, mine: PollAnswer, poll: Poll, **more: Any) -> HttpResponse:
    """The answer is taken back; its link opens nothing any more."""
    actions.withdraw(mine)
    return render(request, "journeys/polls/withdrawn.html")


@require_safe
@with_own
def calendar_file(
    request: HttpRequest, *, slug: str, token: str, mine: PollAnswer, poll: Poll, **more: Any
) -> HttpResponse:
    """The time that was chosen, as an iCalendar file (RFC 5545)."""
    span = queries.chosen(poll) if poll.state == "chosen" else None
    organisation = current_organisation(request)
    if span is None or organisation is None:
        raise Http404
    content = ics.poll_file(
        poll, span, organisation=organisation.name, contact=organisation.contact_email,
        language=get_language() or "en", link=mail.link(reverse("poll_mine", args=[slug, token])),
    )  # fmt: skip
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


def _about(poll: Poll, rows: list[queries.TimeRow], form: AnswerForm, zone: str, chosen: bool) -> dict[str, Any]:
    """What every page of a poll shows."""
    days: dict[Any, list[Any]] = {}
    for asked in form.asked():
        days.setdefault(formats.local(asked["row"].start, zone).date(), []).append(asked)
    return {
        "poll": poll,
        "rows": rows,
        "days": [{"day": day, "asked": asked} for day, asked in days.items()],
        "form": form,
        "zone": zone,
        "zone_chosen": chosen,
        "zone_form": ZoneForm(initial={"zone": zone}, language=get_language() or "en"),
        "hosts": [one.host for one in poll.hosts.all()],
        "answering": poll.state == "open" and poll.closes > clock.now(),
    }


def _others(poll: Poll, rows: list[queries.TimeRow]) -> list[dict[str, Any]]:
    drawn, times = cells.drawer(), [queries.key(row.start) for row in rows]
    return [
        {"name": name, "cells": drawn(said.get(time, "no") for time in times)} for name, said in queries.others(poll)
    ]


def _zone(request: HttpRequest, fallback: str) -> tuple[str, bool, str]:
    asked = request.POST.get("zone") or request.GET.get("zone")
    return choose_zone(asked, request.COOKIES.get("zone"), fallback)


def _refused(why: str) -> str:
    return {
        "late": _("This poll can no longer be answered."),
        "full": _("So many have answered that nobody else can."),
    }.get(why, _("This poll is not open any more."))
