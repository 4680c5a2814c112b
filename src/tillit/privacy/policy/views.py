"""Public pages: the notice, what members undertake, the agreement, their versions and differences, and cookies."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tillit.identity.doors import needs_role, signed_in
from tillit.identity.queries import current_organisation
from tillit.privacy import place
from tillit.privacy.models import Document
from tillit.privacy.policy import acceptance, changes, frames, queries, versions
from tillit.privacy.policy.cookies import COOKIES
from tillit.privacy.policy.forms import AcceptForm


def _known(document: str) -> Document:
    try:
        return Document(document)
    except ValueError:
        raise Http404 from None


@require_safe
def document(request: HttpRequest, slug: str, document: str = "notice", number: int | None = None) -> HttpResponse:
    """A document as it holds, or one version of it; in the reader's language."""
    organisation = place.here(request)
    shown = queries.shown(organisation, _known(document), number)
    if shown is None:
        raise Http404
    context = {
        "shown": shown,
        "old": number is not None,
        "ways": queries.ways(slug),
        "zone": organisation.time_zone,
        "changed": changes.summary(shown.coming.changes) if shown.coming else (),
    }
    return render(request, "privacy/policy/document.html", context)


@require_safe
def file(request: HttpRequest, slug: str, document: str, number: int) -> HttpResponse:
    """A version as JSON: facts and pages, whose SHA-256 in canonical form is the digest that the log carries."""
    row = versions.version(place.here(request), _known(document), number)
    if row is None:
        raise Http404
    return JsonResponse(
        {
            "document": row.document,
            "number": row.number,
            "made": row.made.isoformat(),
            "applies": row.applies.isoformat(),
            "digest": row.digest,
            "facts": row.facts,
            "pages": row.pages,
        },
        json_dumps_params={"ensure_ascii": False, "sort_keys": True},
    )


@require_safe
def version_list(request: HttpRequest, slug: str, document: str) -> HttpResponse:
    """Every version, and what each changed in sentences."""
    organisation, kind = place.here(request), _known(document)
    rows = [(row, changes.summary(row.changes)) for row in versions.history(organisation, kind)]
    context = {"document": kind, "rows": rows, "zone": organisation.time_zone}
    return render(request, "privacy/policy/versions.html", context)


@require_safe
def differences(request: HttpRequest, slug: str, document: str, number: int) -> HttpResponse:
    """What one version reads differently from the one before it, word by word."""
    organisation, kind = place.here(request), _known(document)
    row, before = (versions.version(organisation, kind, one) for one in (number, number - 1))
    if row is None or before is None:
        raise Http404
    context = {
        "document": kind,
        "row": row,
        "before": before,
        "summary": changes.summary(row.changes),
        "differences": changes.worded(queries.in_language(before), queries.in_language(row)),
        "zone": organisation.time_zone,
    }
    return render(request, "privacy/policy/changes.html", context)


@require_safe
def cookies(request: HttpRequest, slug: str) -> HttpResponse:
    """Every cookie that the program can set, and what the browser tells besides."""
    organisation = place.here(request)
    return render(request, "privacy/policy/cookies.html", {"cookies": COOKIES, "frame": frames.frame(organisation)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@needs_role()
def accept(request: Any, slug: str) -> HttpResponse:
    """What a member has not accepted yet, to read and accept; then on to where they were going."""
    organisation = current_organisation(request)  # its members, also while it does not show itself
    assert organisation is not None
    asked = acceptance.asked(organisation.pk, request.actor.person)
    open_ones = [*asked.due, *asked.coming]
    after = _after(request, slug)
    if not open_ones:
        return redirect(after)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        acceptance.accept(request.actor.person, open_ones)
        return redirect(after)
    documents = [
        (row, queries.in_language(row), changes.summary(row.changes) if row.number > 1 else ()) for row in open_ones
    ]
    context = {"form": form, "documents": documents, "after": after, "ways": queries.ways(slug)}
    context |= {"zone": organisation.time_zone}
    return render(request, "privacy/policy/accept.html", context, status=422 if form.errors else 200)


def _after(request: HttpRequest, slug: str) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    here = reverse("organisation", args=[slug])
    return asked if asked.startswith(here) and url_has_allowed_host_and_scheme(asked, None) else here
