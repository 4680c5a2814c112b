"""Looking at somebody's document: first what has and has not been checked, then its pages as pictures that carry the
viewer's name. Nothing of it is kept by browsers; taken back, the next picture is not there any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tillit import evidence
from tillit.documents import actions, drawing, events, queries
from tillit.documents.forms import OpenForm
from tillit.documents.models import Document
from tillit.documents.shown import checked, line, when
from tillit.documents.views import member, own
from tillit.identity import throttle
from tillit.identity.queries import acting_person
from tillit.kernel import clock, formats, uploads
from tillit.kernel.tables import Upload

LOOKED = throttle.Limit("documents-pages", burst=120, every=timedelta(seconds=5))
"""Pages that one person looks at: each is drawn for them."""


@require_http_methods(["GET", "HEAD", "POST"])
@member
def document(request: Any, slug: str, document: UUID) -> HttpResponse:
    """One's own document; or one that was opened to whoever looks, who first reads what was and was not checked."""
    mine = Document.objects.select_related("organisation").filter(pk=document, person_id=request.actor.person).first()
    return own(request, mine) if mine else _before(request, slug, queries.open_document(document))


def _before(request: HttpRequest, slug: str, found: Document) -> HttpResponse:
    form = OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        opening = actions.open_it(found.pk, name=_first_name(request))
        if opening is None:
            raise Http404
        return redirect("document_pages", slug=slug, opening=opening)
    until = queries.open_until(found.pk)
    context = {**_told(request, found), "form": form, "until": when(until, request.zone) if until else ""}  # type: ignore[attr-defined]
    return render(request, "documents/before.html", context, status=422 if form.errors else 200)


@require_safe
@member
def pages(request: Any, slug: str, opening: UUID) -> HttpResponse:
    """Its pages, below what has and has not been checked."""
    held = queries.opening(opening)
    _upload, count = queries.file_of(opening)
    found = queries.open_document(held.document_id)
    context = {**_told(request, found), "opening": held, "pages": range(1, count + 1), "count": count}
    context |= {"until": when(min(held.ends, queries.open_until(found.pk) or held.ends), request.zone)}
    context["download"] = _may_download(opening)
    return render(request, "documents/pages.html", context)


@require_safe
@member
def page(request: Any, slug: str, opening: UUID, number: int) -> HttpResponse:
    """One page as a picture with the viewer's name and the time in it."""
    upload, count = queries.file_of(opening)
    return _picture(request, upload, count, number)


@require_safe
@member
def own_page(request: Any, slug: str, document: UUID, number: int) -> HttpResponse:
    """A page of one's own document, as others get to see it."""
    upload, count = queries.own_file(queries.my_document(document))
    return _picture(request, upload, count, number)


@require_safe
@member  # type: ignore[arg-type]
def file(request: Any, slug: str, opening: UUID) -> FileResponse:
    """The file itself, where its owner allowed it; its owner reads of it."""
    held = queries.opening(opening)
    upload, _count = queries.file_of(opening, plainly=True)
    evidence.record(events.FETCHED.name, subject=held.person_id, object=held.document_id, reason="approved")
    return uploads.download(uploads.read(upload), name=upload.name, kind=upload.kind, size=upload.size)


def _picture(request: Any, upload: Upload, count: int, number: int) -> HttpResponse:
    if not 1 <= number <= count:
        raise Http404
    if not LOOKED.take(str(request.actor.person)):
        return HttpResponse(_("That is a lot at once. Go on in a few minutes."), status=429, content_type="text/plain")
    with uploads.read(upload) as content:
        drawn = drawing.page(_whole(content), upload.kind, number, _mark(request))
    response = HttpResponse(drawn, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _whole(content: Any) -> bytes:
    return b"".join(iter(lambda: content.read(65536), b""))


def _mark(request: Any) -> str:
    person = acting_person(request)
    moment = formats.local(clock.now(), request.zone)
    return f"{person.display_name if person else ''} · {moment:%Y-%m-%d %H:%M}"


def _first_name(request: HttpRequest) -> str:
    person = acting_person(request)
    return person.display_name.split()[0] if person and person.display_name.split() else ""


def _told(request: Any, found: Document) -> dict[str, Any]:
    checks = queries.checks(found.pk)
    return {**line(found, request.zone), "checked": checked(checks, request.zone), "was_checked": bool(checks),
            "language": get_language()}  # fmt: skip


def _may_download(opening: UUID) -> bool:
    try:
        queries.file_of(opening, plainly=True)
    except Http404:
        return False
    return True
