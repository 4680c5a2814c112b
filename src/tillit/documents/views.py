"""Pages of owners: their documents, what is asked of them, what is open to whom, and every opening."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.documents import actions, intake, kinds, queries
from tillit.documents.asking import ApproveForm
from tillit.documents.forms import FactsForm, KeepForm
from tillit.documents.models import Document, Request
from tillit.documents.shown import day, line, when
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation
from tillit.kernel import uploads

View = Callable[..., HttpResponse]


def member(view: View) -> View:
    """Somebody of the organisation, where it has documents; 404 for others."""

    @signed_in
    @wraps(view)
    def opened(request: Any, slug: str, **more: Any) -> HttpResponse:
        organisation = current_organisation(request)
        if organisation is None or request.actor.person is None or "documents" not in organisation.modules:
            raise Http404
        request.zone = organisation.time_zone
        return view(request, slug=slug, **more)

    return opened


@require_safe
@member
def mine(request: Any, slug: str) -> HttpResponse:
    """What one keeps here, who asks for it, to whom it is open, who opened it; and what others opened to oneself."""
    zone = request.zone
    context = {
        "rows": [line(one, zone) for one in queries.mine()],
        "waiting": [asked(one, zone) for one in queries.asked_of_me()],
        "running": running(zone),
        "openings": [opening(one, zone) for one in queries.openings(most=20)],
        "to_me": [{**line(one, zone), "until": when(until, zone)} for one, until in queries.open_to_me()],
        "by_me": [asked(one, zone) for one in queries.asked_by_me()],
        "shown": [(one, day(one.on)) for one in queries.my_shown()],
    }
    return render(request, "documents/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member
def new(request: Any, slug: str) -> HttpResponse:
    """Put a document here."""
    form = KeepForm(request.POST or None, request.FILES or None, initial={"kind": "first_aid", "listed": ""})
    refused = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = actions.keep(form.facts, file, name=file.name)
            messages.success(request, _("It is kept. Nobody sees it until you open it to somebody."))
            return redirect("document", slug=slug, document=kept.pk)
        except intake.Refused as why:
            refused = str(why)
            if not why.criminal:
                form.add_error("file", refused)
    told = refused if refused and not form.errors else ""
    status = 422 if form.errors or refused else 200
    return render(request, "documents/new.html", {"form": form, "criminal": told}, status=status)


def own(request: Any, found: Document) -> HttpResponse:
    """One of one's own: what it says, to whom it is open, who opened it."""
    facts = {name: getattr(found, name) for name in actions.Facts.__dataclass_fields__}
    form = FactsForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(found, form.facts)
            messages.success(request, _("It is changed."))
            return redirect("document", slug=found.organisation.slug, document=found.pk)
        except intake.Refused as why:
            form.add_error("kind", str(why))
            found = queries.my_document(found.pk)
    found.checked = queries.checks(found.pk)  # type: ignore[attr-defined]
    context = {
        **line(found, request.zone),
        "form": form,
        "pages": range(1, found.pages + 1),
        "running": [one for one in running(request.zone) if one["row"].document.pk == found.pk],
        "openings": [opening(one, request.zone) for one in queries.openings(document=found.pk)],
    }
    return render(request, "documents/own.html", context, status=422 if form.errors else 200)


@require_safe
@member  # type: ignore[arg-type]
def own_file(request: Any, slug: str, document: UUID) -> FileResponse:
    """One's own file, as a download."""
    row, _pages = queries.own_file(queries.my_document(document))
    return uploads.download(uploads.read(row), name=row.name, kind=row.kind, size=row.size)


@require_http_methods(["GET", "HEAD", "POST"])
@member
def remove(request: Any, slug: str, document: UUID) -> HttpResponse:
    """Remove one, after having said so."""
    found = queries.my_document(document)
    if request.method == "POST":
        actions.remove(found)
        messages.success(request, _("It is gone, and closed to everybody."))
        return redirect("documents", slug=slug)
    return render(request, "documents/remove.html", line(found, request.zone))


@require_http_methods(["GET", "HEAD", "POST"])
@member
def answer(request: Any, slug: str, wanted: UUID) -> HttpResponse:
    """Somebody asks: open one document to them for a while, or say no."""
    found = _asked_of(request, wanted)
    fitting = [one for one in queries.mine() if found.document_id in (None, one.pk)]
    fitting.sort(key=lambda one: one.kind != found.kind)
    choices = [(one.pk, f"{one.title} ({kinds.KINDS[one.kind]})") for one in fitting]
    form = ApproveForm(request.POST or None, documents=choices)
    if request.method == "POST" and form.is_valid() and found.kind != kinds.CRIMINAL:
        given = form.cleaned_data
        try:
            actions.approve(
                UUID(given["document"]), found.asker_id, hours=given["hours"], request=found.pk,
                download=given["download"],
            )  # fmt: skip
            messages.success(request, _("It is open now, and closes by itself. You can take it back at any moment."))
            return redirect("documents", slug=slug)
        except actions.Refused:
            messages.error(request, _("That is no longer possible."))
            return redirect("documents", slug=slug)
    context = {**asked(found, request.zone), "form": form, "has": bool(choices)}
    return render(request, "documents/answer.html", context, status=422 if form.errors else 200)


@require_POST
@member
def settle(request: Any, slug: str, wanted: UUID, what: str) -> HttpResponse:
    """Say no, agree to show an extract in person, or withdraw what one asked."""
    state = {"no": "refused", "agree": "approved", "withdraw": "withdrawn"}.get(what)
    if state is None:
        raise Http404
    queries.request(wanted)
    try:
        actions.answer(wanted, state)
    except actions.Refused:
        messages.error(request, _("That is no longer possible."))
    return redirect("documents", slug=slug)


@require_POST
@member
def take_back(request: Any, slug: str, grant: UUID) -> HttpResponse:
    """Close what is open to somebody, at once."""
    if not actions.take_back(grant):
        raise Http404
    messages.success(request, _("It is closed. From this moment on they see nothing of it."))
    return redirect("documents", slug=slug)


@require_POST
@member
def forget_shown(request: Any, slug: str, shown: UUID) -> HttpResponse:
    """Take away the note that an extract was shown."""
    actions.forget_shown(shown)
    return redirect("documents", slug=slug)


def asked(one: Request, zone: str) -> dict[str, Any]:
    """A request as lists show it."""
    return {
        "row": one,
        "what": one.document.title if one.document else kinds.ASKED_FOR[one.kind],
        "kind": kinds.ASKED_FOR[one.kind],
        "name": one.name,
        "when": when(one.made, zone),
        "state": kinds.STATES[one.state],
        "in_person": one.kind == kinds.CRIMINAL,
    }


def running(zone: str) -> list[dict[str, Any]]:
    """What is open to whom."""
    return [{"row": one, "until": when(one.ends, zone)} for one in queries.running()]


def opening(one: Any, zone: str) -> dict[str, Any]:
    """An opening as its owner reads it."""
    return {"title": one.document.title, "name": one.name, "when": when(one.made, zone)}


def _asked_of(request: Any, wanted: UUID) -> Request:
    found = queries.request(wanted)
    if found.person_id != request.actor.person or found.state != "waiting":
        raise Http404
    return found
