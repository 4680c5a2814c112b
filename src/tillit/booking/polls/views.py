"""A host's polls: all of them, a new one, and what was said in one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.booking.models import Host
from tillit.booking.polls import actions, cells, links, queries, times
from tillit.booking.polls.forms import AskForm, PollForm, read_minutes, read_start
from tillit.booking.queries import all_hosts, my_host, my_schedule
from tillit.kernel import clock, formats, mail, zones

WEEK = 7  # days whose free times are shown at once


@never_cache
@require_safe
def polls(request: HttpRequest, slug: str) -> HttpResponse:
    """The acting host's polls."""
    _host, zone = _me()
    shown = [{"poll": one, "chosen": queries.chosen(one) if one.meeting_id else None} for one in queries.my_polls()]
    return render(request, "booking/polls/list.html", {"polls": shown, "zone": zone})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask when others can. `show` in a form asks for the page with another week's free times and what is typed."""
    host, zone = _me()
    others = [one for one in all_hosts() if one.pk != host.pk and one.bookable and one.here]
    today = clock.now().astimezone(zones.zone(zone)).date()
    initial = {"closes": today + timedelta(days=7)}
    posted = request.method == "POST"
    look = "show" in request.POST
    form = PollForm(request.POST if posted else None, zone=zone, others=others, initial=initial)
    problem = ""
    if posted and not look and form.is_valid():
        data = form.cleaned_data
        try:
            poll = actions.open_poll(
                organisation=host.organisation_id,
                hosts=[host.pk, *(form.others[one].pk for one in data.get("with_hosts", ()))],
                title=data["title"], place=data["place"], about=data["about"], minutes=data["minutes"],
                starts=data["starts"], closes=data["closes_at"], shows_names=data["shows_names"],
                keeps_free=data["keeps_free"],
            )  # fmt: skip
            messages.success(request, _("The poll is open. Share its link."))
            return redirect("poll", slug=slug, poll=poll)
        except actions.Refused as why:
            problem = _refused(str(why))
    ticked = sorted({one for text in request.POST.getlist("start")[:400] if (one := read_start(text))})
    if look:  # nothing is wrong yet with a form that only asks for more times
        form = _unchecked(form, zone, others)
    return render(
        request,
        "booking/polls/new.html",
        {
            "form": form,
            "zone": zone,
            "problem": problem,
            "others": others,
            **_week(request, [host, *_with(request, others)], zone, today, ticked),
        },
        status=409 if problem else 422 if form.is_bound and form.errors else 200,
    )


def _unchecked(form: PollForm, zone: str, others: list[Host]) -> PollForm:
    """What was typed, without saying what is wrong with it."""
    again = PollForm(form.data, zone=zone, others=others)
    again._errors = {}  # type: ignore[attr-defined]
    return again


def _with(request: HttpRequest, others: list[Host]) -> list[Host]:
    wanted = set(request.POST.getlist("with_hosts"))
    return [one for one in others if str(one.pk) in wanted]


def _week(request: HttpRequest, hosts: list[Host], zone: str, today: date, ticked: list[datetime]) -> dict[str, Any]:
    """The free times of the hosts in the week that is asked for, by day; and what is ticked on other days."""
    try:
        first = max(date.fromisoformat(request.POST.get("show") or request.POST.get("week") or ""), today)
    except ValueError:
        first = today
    first = min(first, today + timedelta(days=365))
    low = zones.local_to_utc(datetime.combine(first, time()), zones.zone(zone))
    high = zones.local_to_utc(datetime.combine(first + timedelta(days=WEEK), time()), zones.zone(zone))
    minutes = read_minutes(request.POST.get("minutes", ""))
    free = times.free([one.pk for one in hosts], minutes, low, high, zone)
    days: dict[date, list[dict[str, Any]]] = {}
    for start in sorted({*free, *(one for one in ticked if low <= one < high)}):
        day = start.astimezone(zones.zone(zone)).date()
        slot = {"start": start, "text": queries.key(start), "ticked": start in ticked}
        days.setdefault(day, []).append(slot)
    return {
        "days": [{"day": day, "slots": slots} for day, slots in days.items()],
        "elsewhere": [{"start": one, "text": queries.key(one)} for one in ticked if not low <= one < high],
        "week": first,
        "earlier": max(first - timedelta(days=WEEK), today) if first > today else None,
        "later": first + timedelta(days=WEEK),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def poll(request: HttpRequest, slug: str, poll: UUID) -> HttpResponse:
    """What was said in a poll of the acting host's, which times suit best, and asking by mail."""
    host, zone = _me()
    one = queries.hosted(poll)
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            count = actions.ask(
                one,
                form.cleaned_data["addresses"],
                language=get_language() or one.organisation.languages[0],
                zone=one.organisation.time_zone,
            )
            said = ngettext("%(n)s mail is on its way.", "%(n)s mails are on their way.", count)
            messages.success(request, said % {"n": formats.digits(count, get_language() or "en")})
            return redirect("poll", slug=slug, poll=poll)
        except actions.Refused:
            form.add_error(None, _("That is a lot of mail at once. Go on in a few minutes."))
    return _page(request, slug, one, host, zone, form, status=422 if form.errors else 200)


@require_POST
def choose(request: HttpRequest, slug: str, poll: UUID) -> HttpResponse:
    """A time is chosen: the meeting stands, or the page says why not."""
    host, zone = _me()
    one = queries.hosted(poll)
    start = read_start(request.POST.get("start", ""))
    if start is None:
        raise Http404
    try:
        if actions.choose(one, start):
            messages.success(request, _("It stands in your calendar. Those who left an address are told."))
        else:
            messages.info(request, _("This time was chosen already. Nothing has changed."))
    except actions.Refused as why:
        return _page(request, slug, queries.hosted(poll), host, zone, AskForm(), status=409, problem=_refused(str(why)))
    return redirect("poll", slug=slug, poll=poll)


@require_POST
def call_off(request: HttpRequest, slug: str, poll: UUID) -> HttpResponse:
    """The poll is called off, or the meeting that came of it."""
    _me()
    try:
        if actions.call_off(queries.hosted(poll)):
            messages.success(request, _("It is called off. Those who left an address are told."))
        else:
            messages.info(request, _("It was called off already. Nothing has changed."))
    except actions.Refused as why:
        messages.warning(request, _refused(str(why)))
    return redirect("poll", slug=slug, poll=poll)


@require_POST
def renew(request: HttpRequest, slug: str, poll: UUID) -> HttpResponse:
    """The link to share becomes another one."""
    _me()
    try:
        actions.renew(queries.hosted(poll))
        messages.success(request, _("This is the new link. The old one opens nothing any more."))
    except actions.Refused as why:
        messages.warning(request, _refused(str(why)))
    return redirect("poll", slug=slug, poll=poll)


def _page(
    request: HttpRequest, slug: str, one: Any, host: Host, zone: str, form: AskForm, *, status: int, problem: str = ""
) -> HttpResponse:
    shown, drawn = queries.table(one), cells.drawer()
    for row in shown.rows:
        row.cells = drawn(row.said)
    context = {
        "poll": one,
        "table": shown,
        "best": shown.best[:3],
        "zone": zone,
        "form": form,
        "problem": problem,
        "link": mail.link(reverse("poll_shared", args=[slug, links.shared(one.pk, one.number)])),
        "answering": one.state == "open" and one.closes > clock.now(),
        "chosen": queries.chosen(one) if one.meeting_id else None,
        "hosts": [each.host for each in one.hosts.all()],
        "others": [each.host for each in one.hosts.all() if each.host_id != host.pk],
        "now": clock.now(),
    }
    return render(request, "booking/polls/poll.html", context, status=status)


def _me() -> tuple[Host, str]:
    """The acting host and their time zone; 404 for everybody else."""
    host = my_host()
    if host is None:
        raise Http404
    schedule = my_schedule(host)
    return host, schedule.zone if schedule else "UTC"


def _refused(why: str) -> str:
    return {
        "taken": _("Something else stands in a calendar then by now. Nothing has changed; choose another time."),
        "past": _("That time is over. Nothing has changed."),
        "times": _("One of the times is over already. Take it out."),
        "many": _("You have many open polls. Decide some of them first."),
        "nobody": _("One of the colleagues cannot be booked any more. Look who must be there."),
    }.get(why, _("The poll is not open any more. Nothing has changed."))
