"""Pages for rooms, cars and equipment, and for what goes with a meeting type. For administrators."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.booking.forms import BlockForm
from tillit.booking.models import Resource
from tillit.booking.queries import all_meeting_types
from tillit.booking.resources import actions
from tillit.booking.resources.forms import BesideForm, ResourceForm
from tillit.booking.resources.queries import blocked, coming_in, get_resource, resources, resources_of
from tillit.booking.setup_views import administrator
from tillit.booking.visits.actions import set_additions
from tillit.booking.visits.queries import additions, goes_along
from tillit.identity.queries import current_organisation
from tillit.kernel import clock, formats, zones


@never_cache
@require_safe
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """Every resource, pool by pool."""
    administrator(request)
    language = get_language() or "en"
    pools = [
        {"pool": pool, "resources": [{"resource": one, "name": one.name(language)} for one in those]}
        for pool, those in groupby(resources(), key=lambda one: one.pool)
    ]
    return render(request, "booking/resources.html", {"pools": pools})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resource(request: HttpRequest, slug: str, resource: UUID | None = None) -> HttpResponse:
    """Make a resource, or change it and see what stands in it."""
    administrator(request)
    organisation = current_organisation(request)
    assert organisation is not None
    language, zone = get_language() or "en", organisation.time_zone
    one = get_resource(resource) if resource else None
    given: dict[str, Any] = {"languages": organisation.languages, "language": language, "zone": zone}
    if request.method == "POST":
        form = ResourceForm(request.POST, **given)
        if form.is_valid():
            wanted = ("names", "pool", "weekly", "bookable")
            made = actions.set_resource(
                organisation=organisation.pk, resource=one, zone=one.zone if one else zone,
                **{name: form.cleaned_data[name] for name in wanted},
            )  # fmt: skip
            _say_saved(request, made)
            return redirect("resource", slug=slug, resource=made.pk)
    else:
        form = ResourceForm.filled(one, **given) if one else ResourceForm(**given)
    context = {"form": form, "resource": one, "name": one.name(language) if one else "", "pools": actions.pools()}
    return render(request, "booking/resource.html", context | _calendar(one), status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, slug: str, resource: UUID) -> HttpResponse:
    """It cannot be had for a while. Who comes back to the address alone finds the form on its page."""
    administrator(request)
    one = get_resource(resource)
    if request.method != "POST":
        return redirect("resource", slug=slug, resource=resource)
    form = BlockForm(request.POST, zone=one.zone)
    if not form.is_valid():
        context = {"block_form": form, "resource": one, "name": one.name(get_language() or "en")}
        return render(request, "booking/resource_block.html", context, status=422)
    actions.block(resource=one, start=form.cleaned_data["start"], end=form.cleaned_data["end"])
    messages.success(request, _("Saved. What is booked already stays as it is."))
    return redirect("resource", slug=slug, resource=resource)


@require_POST
def unblock(request: HttpRequest, slug: str, resource: UUID, busy: UUID) -> HttpResponse:
    """It can be had again."""
    administrator(request)
    if not actions.unblock(resource=get_resource(resource), busy=busy):
        raise Http404
    return redirect("resource", slug=slug, resource=resource)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def beside(request: HttpRequest, slug: str, kind: UUID) -> HttpResponse:
    """What a type needs beside its hosts, and what guests can add to it."""
    administrator(request)
    kinds = all_meeting_types()
    found = next((one for one in kinds if one.pk == kind), None)
    if found is None:
        raise Http404
    language = get_language() or "en"
    along = [one for one in kinds if one.pk != kind and goes_along(found, one)]
    given: dict[str, Any] = {"resources": resources(), "kinds": along, "language": language}
    if request.method == "POST":
        form = BesideForm(request.POST, **given)
        if form.is_valid():
            needed, added = form.chosen()
            actions.set_needs(kind=found, resources=needed)
            set_additions(kind=found, added=added)
            messages.success(request, _("Saved."))
            return redirect("offer", slug=slug, kind=kind)
    else:
        form = BesideForm(**given)
        needed_now = {str(one.pk) for one in resources_of(found)}
        form.initial = dict.fromkeys(form.pools, needed_now) | {"added": [str(one.pk) for one in additions(found)]}
    context = {"form": form, "kind": found, "title": found.word("title", language)}
    return render(request, "booking/beside.html", context, status=422 if form.errors else 200)


def _calendar(one: Resource | None) -> dict[str, Any]:
    """What stands in a resource, and when else it cannot be had."""
    if one is None:
        return {}
    language = get_language() or "en"
    today = clock.now().astimezone(zones.zone(one.zone)).date()
    standing = [
        {
            "start": each.start,
            "end": each.end,
            "title": each.kind.word("title", language),
            "hosts": formats.join_words([host.name for host in each.hosts], language),
        }
        for each in coming_in(one)
    ]
    return {
        "standing": standing,
        "blocked": blocked(one),
        "block_form": BlockForm(initial={"day": today}),
        "zone": one.zone,
    }


def _say_saved(request: HttpRequest, one: Resource) -> None:
    """Saved; and where it is out of use, which meetings stand in it still."""
    standing = [] if one.bookable else coming_in(one)
    if not standing:
        messages.success(request, _("Saved."))
        return
    language = get_language() or "en"
    when = [formats.format_datetime(each.start, language, "short", zone=one.zone) for each in standing[:5]]
    said = ngettext(
        "Out of use from now on. One meeting stands in it still: %(when)s. Its host must move it.",
        "Out of use from now on. %(n)s meetings stand in it still, first: %(when)s. Their hosts must move them.",
        len(standing),
    )
    words = {"n": formats.digits(len(standing), language), "when": formats.join_words(when, language)}
    messages.warning(request, said % words)
