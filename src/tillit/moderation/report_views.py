"""Reporting by anybody (DSA Art. 16), and the published figures (Art. 15 and 24)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tillit.access import Actor, acting
from tillit.identity import throttle
from tillit.identity.queries import acting_person, current_organisation
from tillit.kernel import clock
from tillit.moderation import actions, kinds, links, queries, shown
from tillit.moderation.forms import NoticeForm, ReportForm
from tillit.moderation.kinds import OUTCOMES
from tillit.moderation.reasons import REASONS
from tillit.moderation.roles import MODERATED

REPORTED = throttle.Limit("moderation-reported", burst=6, every=timedelta(minutes=10))
MAILED = throttle.Limit("moderation-mailed", burst=3, every=timedelta(hours=8))  # to one address


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: Any, slug: str) -> HttpResponse:
    """Report what a page of the organisation shows: by members at once, by others when their address has answered."""
    organisation = current_organisation(request)
    if organisation is None or not organisation.published or not MODERATED & set(organisation.modules):
        raise Http404
    known = acting_person(request) is not None
    where = request.GET.get("where", "")[:300]
    form: Any = (_MemberForm if known else NoticeForm)(request.POST or None, initial={"where": where})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if done := _reported(request, slug, form, known):
                return done
            status = 422
    return render(request, "moderation/notice.html", {"form": form, "known_here": known}, status=status)


class _MemberForm(ReportForm):
    """Somebody who is known says where it is and what is wrong."""

    where = NoticeForm.base_fields["where"]
    field_order = ("where", "reason", "words")


def _reported(request: Any, slug: str, form: Any, known: bool) -> HttpResponse | None:
    given = form.cleaned_data
    if not REPORTED.take(throttle.network(request)):
        form.add_error(None, _("That is a lot at once. Go on in a few minutes."))
        return None
    found = at(given["where"], slug)
    if found is None:
        form.add_error(
            "where", _("Nothing there can be reported. Copy the address of a profile, an advertisement or a review.")
        )
        return None
    kind, object, whose = found
    organisation: Any = current_organisation(request)
    told = {"kind": kind.name, "object": object, "of": whose, "reason": given["reason"], "words": given["words"]}
    try:
        if known:
            made = actions.report(**told)
            messages.success(request, _("Thank you. Somebody looks into it, and you read here what becomes of it."))
            return redirect(reverse("me-moderation:report", args=[slug, made]))
        if MAILED.take(given["email"].casefold()):  # whoever types another's address learns nothing, nor sends much
            actions.report_as_stranger(
                **told, name=given["name"], email=given["email"], language=get_language() or "en",
                zone=organisation.time_zone,
            )  # fmt: skip
    except actions.Refused as refused:
        form.add_error(None, refused_words(refused.why))
        return None
    return render(request, "moderation/noticed.html", {"life": actions.PROOF_LIFE.days})


def refused_words(why: str) -> str:
    """Why a report is not taken, for whoever would make it."""
    return {
        "again": _("You have reported it already. Somebody looks into it."),
        "limited": _(
            "Three of your reports were clearly without any ground. For half a year you can report once a month."
        ),
    }.get(why, _("That cannot be reported by you."))


def at(where: str, slug: str) -> tuple[kinds.Kind, UUID, UUID] | None:
    """What a page shows: its kind, its id and whose it is; None for a page that shows nothing of the kind."""
    path = urlsplit(where.strip()).path
    if not path.startswith(f"/o/{slug}/"):
        return None
    for kind in kinds.every():
        object = kind.at(path)
        whose = kind.whose(object) if object else None
        if object and whose:
            return kind, object, whose
    return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: Any, slug: str, token: str) -> HttpResponse:
    """By the link in a mail: say that it was you, and see what becomes of it."""
    report, person = links.read(token)
    with acting(Actor(office="guest", person=person, organisation=request.actor.organisation)):
        found = queries.my_report(report)
        if request.method == "POST":
            if actions.prove(report):
                messages.success(request, _("Thank you. Somebody looks into it."))
            return redirect(request.path)
        organisation: Any = current_organisation(request)
        context = {**shown.told(found, organisation.time_zone), "unproven": found.state == "unproven"}
        return render(request, "moderation/by_link.html", context)


@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """What was decided in a year, for everybody. No number from one to four."""
    organisation = current_organisation(request)
    if organisation is None or not organisation.published or not MODERATED & set(organisation.modules):
        raise Http404
    first = clock.now().date().replace(day=1)
    year = sorted({first.year, first.year - 1, _year(request.GET.get("year", ""), first.year)}, reverse=True)
    wanted = _year(request.GET.get("year", ""), first.year)
    since, until = first.replace(year=wanted, month=1), first.replace(year=wanted + 1, month=1)
    rows = [
        {
            "kind": shown.kind_words(one.kind),
            "queue": shown.QUEUES[one.queue],
            "outcome": OUTCOMES[one.outcome],
            "reason": REASONS[one.reason].says if one.reason in REASONS else "–",
            **{name: shown.figure(getattr(one, name)) for name in ("decided", "hours", "appealed", "lifted")},
        }
        for one in queries.figures(since, until)
    ]
    return render(request, "moderation/figures.html", {"rows": rows, "year": wanted, "years": year})


def _year(text: str, now: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and now - 10 <= int(text) <= now else now
