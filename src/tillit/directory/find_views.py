"""Finding: the search, how it sorts, where they are, and what seekers keep for themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import current
from tillit.directory import queries, shown
from tillit.directory.find_forms import FindForm, SaveForm
from tillit.directory.search import formula, mapped, question, results, saving, spoken
from tillit.identity import throttle
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation
from tillit.kernel import formats
from tillit.kernel.ticket import Actor


def _organisation(request: HttpRequest) -> Any:
    found, actor = current_organisation(request), current() or Actor()
    if found is None or "directory" not in found.modules or not (found.published or actor.person):
        raise Http404
    return found


def _member(request: HttpRequest) -> Any:
    found = _organisation(request)
    if (current() or Actor()).person is None:
        raise Http404
    return found


def asked(given: QueryDict, organisation: Any) -> question.Question:
    """The question of an address, with the weights that whoever acts asked us to remember."""
    country = {"SEK": "SE", "IRR": "IR"}.get(organisation.currency, "")
    return question.read(given, zone=organisation.time_zone, country=country, weights=saving.weights())


def front(request: HttpRequest, organisation: Any, most: int = 4) -> dict[str, Any]:
    """What the organisation's public page shows first: the short question, and the first people that everybody finds.

    Nothing where nobody can be found here.
    """
    if "directory" not in organisation.modules or (current() or Actor()).organisation != organisation.pk:
        return {}
    one = asked(QueryDict(), organisation)
    page = results.results(one, slug=organisation.slug, most=most)
    return {"finding": FindForm(one, get_language() or "en"), "people": page.lines}


@require_safe
def find(request: Any, slug: str) -> HttpResponse:
    """What is found, best first, each with why. 429 for too many."""
    organisation = _organisation(request)
    one = asked(request.GET, organisation)
    language = get_language() or "en"
    context: dict[str, Any] = {
        "form": FindForm(one, language), "question": one, "parts": formula.PARTS,
        "unread": [str(FindForm(one, language).fields[name].label) for name in one.unread if not name.startswith("w_")],
        "weighted": one.own_weights,
    }  # fmt: skip
    if request.GET:
        actor = current() or Actor()
        if not throttle.SEARCH.take(str(actor.person or throttle.network(request))):
            response = render(request, "identity/too_many.html", status=429)
            response.headers["Retry-After"] = str(int(throttle.SEARCH.every.total_seconds()))
            return response
        cursor = request.GET.get("after", "")
        page = results.results(one, slug=slug, cursor=cursor)
        address = one.address()
        context |= {
            "page": page, "address": address, "began": not cursor,
            "following_url": f"?{address}&after={page.following}" if page.following else "",
            "loosen": [] if page.lines or cursor else results.loosen(one, slug=slug),
            "save": SaveForm(initial={"name": spoken.words(one)[:80] or _("My search")}),
        }  # fmt: skip
    return render(request, "directory/find.html", context)


@require_safe
def how(request: HttpRequest, slug: str) -> HttpResponse:
    """The published formula."""
    organisation = _organisation(request)
    language = get_language() or "en"
    rows = [
        {
            "part": part, "weight": part.weight, "most": part.weight * (len(part.steps) - 1),
            "steps": [(number, words, number * part.weight) for number, words in enumerate(part.steps)],
        }
        for part in formula.PARTS
    ]  # fmt: skip
    bands = [
        formats.format_money(minor, organisation.currency, language)
        for minor in formula.BANDS.get(organisation.currency, ())
    ]
    total = formula.most(tuple(formula.WEIGHTS.values()))
    return render(request, "directory/find_how.html", {"rows": rows, "bands": bands, "total": total})


@require_safe
def on_map(request: HttpRequest, slug: str) -> HttpResponse:
    """Where they are: places with how many, roughly, as circles and as a list."""
    organisation = _organisation(request)
    one = asked(request.GET, organisation)
    drawn = mapped.drawn(one, slug=slug, language=get_language() or "en")
    return render(request, "directory/find_map.html", {"drawn": drawn, "question": one, "address": one.address()})


@require_POST
@signed_in
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the search of the posted address."""
    organisation = _member(request)
    form = SaveForm(request.POST)
    one = question.read(QueryDict(request.POST.get("question", "")[:2000]), zone=organisation.time_zone)
    if form.is_valid():
        try:
            saving.keep(one, form.cleaned_data["name"], alerts=form.cleaned_data["alerts"])
            messages.success(request, _("Your search is kept."))
        except saving.TooMany:
            messages.warning(request, _("You keep as many searches as one can. Take one away first."))
    else:
        messages.warning(request, _("Give your search a name."))
    return redirect("saved_searches", slug=slug)


@never_cache
@require_safe
@signed_in
def saved(request: HttpRequest, slug: str) -> HttpResponse:
    """The searches that one keeps."""
    _member(request)
    return render(request, "directory/saved.html", {"rows": saving.kept()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def saved_one(request: HttpRequest, slug: str, search: UUID) -> HttpResponse:
    """Go to a kept search; posted: alerts on or off, or take it away."""
    _member(request)
    row = saving.get(search)
    if request.method == "POST":
        do = request.POST.get("do")
        if do == "remove":
            saving.take_away(row)
            messages.success(request, _("The search is gone."))
        elif do in {"alerts", "quiet"}:
            saving.set_alerts(row, do == "alerts")
            messages.success(request, _("Changed."))
        return redirect("saved_searches", slug=slug)
    saving.used(row)
    return redirect(f"{reverse('find', args=[slug])}?{saving.asked_by(row).address() or 'q='}")


@never_cache
@require_safe
@signed_in
def favourites(request: HttpRequest, slug: str) -> HttpResponse:
    """The profiles that one likes."""
    _member(request)
    rows = [
        {"profile": one, "head": shown.head(one.facts), "picture": shown.picture(slug, one.slug, one.facts, "small")}
        for one in saving.liked()
    ]
    return render(request, "directory/favourites.html", {"rows": rows})


@require_POST
@signed_in
def favourite(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Like a profile, or no more."""
    _member(request)
    found = queries.profile(code)
    try:
        if request.POST.get("do") == "remove":
            saving.like_no_more(found.id)
            messages.success(request, _("It is no favourite any more."))
        else:
            saving.like(found.id)
            messages.success(request, _("It is among your favourites. Only you see that."))
    except saving.TooMany:
        messages.warning(request, _("You have as many favourites as one can. Take one away first."))
    return redirect("favourites", slug=slug)


@require_POST
@signed_in
def weights(request: HttpRequest, slug: str) -> HttpResponse:
    """Remember what counts for whoever acts, or forget it."""
    organisation = _member(request)
    one = question.read(QueryDict(request.POST.get("question", "")[:2000]), zone=organisation.time_zone)
    saving.remember(None if request.POST.get("do") == "forget" else one.weights)
    messages.success(request, _("Changed."))
    return redirect(f"{reverse('find', args=[slug])}?{one.address()}")
