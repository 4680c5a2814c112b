"""Pages that belong to no trade."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tillit.booking.queries import meeting_types
from tillit.directory.find_views import front
from tillit.identity import joining
from tillit.identity.queries import current_organisation, published_organisations, roles
from tillit.journeys import embedding
from tillit.journeys.offers import offer_item


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive. Says nothing else and touches no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Who is here: the organisations of this installation that show themselves."""
    return render(request, "web/start.html", {"organisations": published_organisations()})


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation's public page: who it is, what can be booked, what it does."""
    here = current_organisation(request)
    if here is None or not here.published:
        raise Http404
    offers = [
        offer_item(kind, embedding.address(request, "book", slug, kind.slug), currency=here.currency)
        for kind in meeting_types()
    ]
    context = {"about": here.about_in(get_language()), "offer_items": offers, "joinable": joining.is_open(here)}
    if not embedding.frame(request):
        context |= front(request, here)
    if context["joinable"] and request.user.is_authenticated:
        context["provider"] = "provider" in roles()
    return render(request, "web/organisation.html", context)


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every part of the design system, for whoever builds pages."""
    return render(request, "web/gallery.html")
