"""A provider's own pages: what is said, who sees it, a preview, and handing it in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.directory import actions, facts, queries, shown, telling
from tillit.directory.models import Submission
from tillit.directory.sections import SECTIONS, held, section_of, write
from tillit.directory.views import page
from tillit.identity.doors import needs_role
from tillit.identity.queries import acting_person, current_organisation

View = Callable[..., HttpResponse]


def provider(view: View) -> View:
    """Providers of an organisation where the module is on."""

    @needs_role("provider")
    @wraps(view)
    def wrapped(request: Any, slug: str, **more: Any) -> HttpResponse:
        organisation = current_organisation(request)
        if organisation is None or "directory" not in organisation.modules:
            raise Http404
        return view(request, slug=slug, **more)

    return wrapped


@require_safe
@provider
def mine(request: Any, slug: str) -> HttpResponse:
    """All that the profile says, what is missing, who sees each part, and where it stands."""
    return render(request, "directory/mine.html", _mine(request, slug))


def _mine(request: Any, slug: str) -> dict[str, Any]:
    organisation = current_organisation(request)
    assert organisation is not None
    profile, latest, live = held()
    rules = queries.rules()
    sections = []
    for name, (label, form) in SECTIONS.items():
        rows = [
            {
                "kind": kind, "heading": facts.KINDS[kind].heading, "fact": latest.get(kind),
                "seen_by": facts.SEEN_BY[latest[kind].seen_by] if kind in latest else "",
                "words": telling.told(latest[kind]) if kind in latest else "",
                "picture": shown.picture(slug, profile.slug, latest, "small") if profile and kind == "picture" else "",
                "film": shown.head(latest)["film"] if kind == "film" and kind in latest else None,
                "required": kind in rules.required,
                "change": kind in latest and latest[kind].stage != "live",
                "checked": shown.checked_words(live[kind], house=organisation.name, zone=organisation.time_zone)
                if kind in live
                else "",
            }
            for kind in form.kinds
        ]  # fmt: skip
        sections.append({"name": name, "label": label, "rows": rows})
    said, whole = len(latest), len(facts.KINDS)
    waits = Submission.objects.filter(profile=profile, state="waiting").exists() if profile else False
    last = Submission.objects.filter(profile=profile).order_by("-made").first() if profile else None
    return {
        "profile": profile, "sections": sections, "said": said, "whole": whole, "share": said / whole, "waits": waits,
        "missing": [facts.KINDS[one].heading for one in facts.KINDS if one in rules.required and one not in latest],
        "drafts": any(fact.stage == "draft" for fact in latest.values()), "seen_by": list(facts.SEEN_BY.items()),
        "refused": bool(last and last.state == "refused"),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@provider
def section(request: Any, slug: str, section: str) -> HttpResponse:
    """Part of the profile is written; nothing of it shows before a moderator has looked."""
    organisation = current_organisation(request)
    if organisation is None or section not in SECTIONS:
        raise Http404
    label, kind = SECTIONS[section]
    _profile, latest, _live = held()
    values = {name: fact.value for name, fact in latest.items()}
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = kind(*given, held=values, currency=organisation.currency)
    if request.method == "POST" and form.is_valid() and write(form, latest):
        messages.success(request, _("It is kept. Others see it when a moderator has looked at it."))
        names = list(SECTIONS)
        after = names[(names.index(section) + 1) % len(names)]
        if request.POST.get("then") == "next":
            return redirect("my_profile_section", slug=slug, section=after)
        return redirect("my_profile", slug=slug)
    context = {"form": form, "label": label, "section": section, "last": section == list(SECTIONS)[-1]}
    return render(request, "directory/section.html", context, status=422 if form.errors else 200)


@require_safe
@provider
def preview(request: Any, slug: str) -> HttpResponse:
    """The page as everybody, those who are logged in, or those one writes with would see it."""
    who = request.GET.get("as", "everybody")
    who = who if who in facts.SEEN_BY else "everybody"
    profile, latest, _live = held()
    me = acting_person(request)
    if profile is None or me is None:
        return redirect("my_profile", slug=slug)
    reach = list(facts.SEEN_BY)
    visible = {kind: fact for kind, fact in latest.items() if reach.index(fact.seen_by) <= reach.index(who)}
    found = queries.Shown(
        profile.pk, profile.person_id, profile.slug, profile.organisation_id, profile.approved, profile.changed, visible
    )
    context = page(request, slug, found, preview=who)
    return render(request, "directory/profile.html", context | {"seen_by": list(facts.SEEN_BY.items())})


@require_POST
@provider
def fact(request: Any, slug: str, kind: str) -> HttpResponse:
    """Say who sees a fact; delete it; drop a change to it."""
    if kind not in facts.KINDS:
        raise Http404
    do = request.POST.get("do")
    if do == "delete":
        if actions.unsay(kind):
            messages.success(request, _("It is deleted."))
    elif do == "drop":
        actions.forget_draft(kind)
    else:
        try:
            actions.show_to(kind, request.POST.get("seen_by", ""))
        except ValueError:
            raise Http404 from None
        messages.success(request, _("From now on only they see it."))
    return redirect(f"{request.path.partition('/profile/')[0]}/profile/#{section_of(kind)}")


@require_POST
@provider
def whole(request: Any, slug: str) -> HttpResponse:
    """Hand the profile in, take it back, hide it for a while, show it again, delete it."""
    match request.POST.get("do"):
        case "submit":
            try:
                actions.submit()
            except actions.Refused as why:
                words = {
                    "missing": _("Something is still missing."), "waits": _("A moderator looks at it already."),
                    "nothing": _("Nothing has changed since."),
                }  # fmt: skip
                messages.error(request, words[why.why])
            else:
                messages.success(request, _("Thank you. A moderator looks at it before others see it."))
        case "withdraw":
            actions.withdraw()
        case "pause" | "resume" as do:
            if not actions.pause(do == "pause"):
                messages.error(request, _("A moderator has taken it down."))
        case "delete":
            actions.delete()
            messages.success(request, _("Your profile is deleted, with all that it said."))
        case _:
            raise Http404
    return redirect("my_profile", slug=slug)


__all__ = ["fact", "mine", "preview", "provider", "section", "whole"]
