"""Pages of advertisements: asking for help, and looking through what others ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import current
from tillit.directory import queries as directory
from tillit.directory.adverts import actions, queries, shown
from tillit.directory.adverts.forms import AdvertForm, LookForm
from tillit.directory.search import hours, saving
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation, roles
from tillit.kernel.ticket import Actor
from tillit.moderation import queries as moderation


def _here(request: HttpRequest) -> Any:
    found = current_organisation(request)
    if found is None or "directory" not in found.modules or (current() or Actor()).person is None:
        raise Http404
    return found


def country_of(organisation: Any) -> str:
    """Whose places come first."""
    return {"SEK": "SE", "IRR": "IR"}.get(organisation.currency, "")


@never_cache
@require_safe
@signed_in
def adverts(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own; for providers also what others ask, and what they offered to do."""
    organisation = _here(request)
    provides = "provider" in roles()
    context: dict[str, Any] = {"mine": shown.lines(queries.mine()), "provides": provides}
    if provides:
        form = LookForm(request.GET or None, language=get_language() or "en", country=country_of(organisation))
        offered = queries.my_offers()
        lines = {one.row.pk: one for one in shown.lines(list(queries.seen([o.advert_id for o in offered]).values()))}
        context |= {
            "form": form,
            "found": shown.lines(queries.open_ones(form.wanted())),
            "offered": [
                {"offer": one, "line": lines.get(one.advert_id), "state": shown.ANSWERS[one.state]} for one in offered
            ],
        }
    return render(request, "directory/adverts/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for help."""
    organisation = _here(request)
    if moderation.paused():
        messages.warning(request, _("Your account is paused. The reasons are among your messages."))
        return redirect("adverts", slug=slug)
    today = hours.today(organisation.time_zone)
    form = AdvertForm(request.POST or None, today=today, country=country_of(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.advertise(form.asked())
        except saving.TooMany:
            form.add_error(None, _("You have as many advertisements as one can. Close one first."))
        else:
            messages.success(request, _("A moderator looks at it. Then providers see it."))
            return redirect("advert", slug=slug, advert=row.pk)
    return render(request, "directory/adverts/new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def advert(request: HttpRequest, slug: str, advert: UUID) -> HttpResponse:
    """What it asks. For its owner who offers to do it; posted by them: renew or close."""
    _here(request)
    row = queries.get(advert)
    owner = row.person_id == (current() or Actor()).person
    if request.method == "POST":
        if not owner:
            raise Http404
        do = request.POST.get("do")
        if do == "close":
            actions.close(row)
            messages.success(request, _("It is closed. Whoever had no answer yet has got one."))
        elif do == "renew" and actions.renew(row):
            messages.success(request, _("It is there for another 30 days, or until its day."))
        return redirect("advert", slug=slug, advert=advert)
    context: dict[str, Any] = {"one": shown.line(row), "owner": owner}
    if owner:
        offers = queries.offers(row)
        profiles = directory.profiles_of([one.person_id for one in offers])
        context["offers"] = [
            {"offer": one, "profile": profiles.get(one.person_id), "state": shown.ANSWERS[one.state]} for one in offers
        ]
    else:
        mine = queries.my_offer(row)
        profile = directory.profile_of((current() or Actor()).person)  # type: ignore[arg-type]
        context |= {"mine": mine, "state": shown.ANSWERS[mine.state] if mine else "", "profile": profile}
    return render(request, "directory/adverts/advert.html", context)


@require_POST
@signed_in
def offer(request: HttpRequest, slug: str, application: UUID) -> HttpResponse:
    """Yes or no to an offer; its owner takes it back."""
    _here(request)
    row, do = queries.application(application), request.POST.get("do")
    if do == "withdraw":
        done = actions.withdraw(application)
        messages.success(request, _("Your offer is taken back.") if done else _("It was answered already."))
        return redirect("adverts", slug=slug)
    if do in {"choose", "decline"}:
        done = actions.decide(application, chosen=do == "choose")
        messages.success(request, _("They hear of it.") if done else _("It was answered already."))
    return redirect("advert", slug=slug, advert=row.advert_id)
