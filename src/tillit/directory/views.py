"""Profiles as others see them: the page, its picture, its film."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tillit import evidence
from tillit.directory import actions, events, facts, pictures, players, queries, shown
from tillit.directory.models import Fact
from tillit.directory.setting_forms import CheckForm
from tillit.identity.doors import needs_role
from tillit.identity.queries import acting_person, current_organisation, roles


@require_safe
def profile(request: Any, slug: str, code: str) -> HttpResponse:
    """Somebody's profile: the same facts in the same order for everybody, each with who says so and who checked it."""
    found = seen(request, code)
    return render(request, "directory/profile.html", page(request, slug, found))


def seen(request: HttpRequest, code: str) -> queries.Shown:
    """The profile of the address, for whoever asks; on record where it shows more than everybody sees. Raises 404."""
    organisation = current_organisation(request)
    if organisation is None or "directory" not in organisation.modules:
        raise Http404
    found = queries.profile(code)
    if any(fact.seen_by != "everybody" for fact in found.facts.values()):
        evidence.saw([found.person], events.SEEN.name.rpartition(".")[0], "shown")
    return found


def page(request: Any, slug: str, found: queries.Shown, *, preview: str = "") -> dict[str, Any]:
    """What the page is filled with."""
    organisation = current_organisation(request)
    assert organisation is not None
    me = acting_person(request)
    mine = bool(me and me.pk == found.person)
    top = shown.head(found.facts)
    film, plays = found.value("film"), False
    if film and not preview and (plays := actions.plays(found.person) or getattr(request, "play_once", False)):
        players.lets_in(request, film)
    checks = bool(me and not mine and not preview and roles() & {"moderator", "administrator"})
    return {
        "profile": found, "top": top, "mine": mine, "preview": preview, "plays": plays,
        "never": bool(film) and actions.never_plays(),
        "picture": shown.picture(slug, found.slug, found.facts),
        "lines": shown.lines(found.facts, short=found.short, house=organisation.name, zone=organisation.time_zone),
        "checks": list(_checks(found)) if checks else [],
        **{where: [] if preview else shown.parts(where, request, found) for where in ("actions", "card", "sections")},
    }  # fmt: skip


def _checks(found: queries.Shown) -> Iterator[tuple[str, CheckForm]]:
    """A form for each fact that can be checked."""
    for kind, fact in found.facts.items():
        one = facts.KINDS[kind]
        if one.checkable:
            held = {"fact": fact.pk, "how": fact.check_how, "ends": fact.check_ends}
            yield str(one.heading), CheckForm(initial=held, auto_id=f"{kind}_%s")


@require_safe
def picture(request: HttpRequest, slug: str, code: str, fact: UUID, size: str) -> HttpResponse:
    """A person's picture, for whoever sees it on the profile (its owner also before that)."""
    found = Fact.objects.filter(pk=fact, profile__slug=code, kind="picture").first()
    if found is None:
        raise Http404
    return pictures.answer(found, size)


@require_POST
def film(request: Any, slug: str, code: str) -> HttpResponse:
    """Whoever looks turns this person's film on, off again, or all players off for good. A visitor's choice holds for
    this one answer."""
    found = seen(request, code)
    wanted = request.POST.get("do", "")
    if not found.value("film") or wanted not in ("play", "stop", "never", "ask"):
        raise Http404
    if acting_person(request) is None:
        request.play_once = wanted == "play"
        return render(request, "directory/profile.html", page(request, slug, found))
    actions.choose_player(found.person, wanted)
    return redirect("profile", slug=slug, code=code)


@require_POST
@needs_role("moderator", "administrator")
def check(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Somebody of the organisation says how they checked a fact."""
    found = seen(request, code)
    form = CheckForm(request.POST)
    known = {fact.pk: fact for fact in found.facts.values()}
    if not form.is_valid() or form.cleaned_data["fact"] not in known:
        raise Http404
    actions.check(known[form.cleaned_data["fact"]], form.cleaned_data["how"], ends=form.cleaned_data["ends"])
    return redirect("profile", slug=slug, code=code)


__all__ = ["check", "film", "page", "picture", "profile", "seen"]
