"""The office's pages about the policy: versions to publish, own words, choices, the record of processing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.identity.queries import current_organisation
from tillit.privacy import office
from tillit.privacy.models import Document
from tillit.privacy.policy import acceptance, actions, frames, pdf, queries, versions
from tillit.privacy.policy.forms import ChoicesForm, WordsForm
from tillit.privacy.policy.record import as_csv, record
from tillit.privacy.policy.settings import NOTICE_DAYS

office.section("told", gettext_lazy("What is published"), "office_notice")
office.section("told", gettext_lazy("Record"), "office_record")


@office.waiting
def _to_publish(organisation: Any) -> Iterator[office.Line]:
    """Documents that were never published, or say something that is no longer so."""
    url = reverse("office_notice", args=[organisation.slug])
    for document in Document:
        last = versions.latest(organisation, document)
        if last is None:
            yield office.Line(document.label, _("not published yet"), url, late=True)
        elif versions.untrue(organisation, last):
            yield office.Line(document.label, _("no longer true"), url, late=True)


@require_safe
@office.staffed
def published(request: HttpRequest, slug: str) -> HttpResponse:
    """How each document stands: what is published, what it no longer says rightly, who accepted the agreement."""
    organisation = current_organisation(request)
    agreement = versions.current(organisation, Document.AGREEMENT)
    context = {
        "standings": queries.standings(organisation),
        "agreement": agreement,
        "accepted": acceptance.of(agreement) if agreement else [],
        "zone": organisation.time_zone if organisation else "UTC",
        "days": NOTICE_DAYS.days(),
    }
    return render(request, "privacy/policy/office_notice.html", context)


@require_POST
@office.staffed
def publish(request: HttpRequest, slug: str, document: str) -> HttpResponse:
    """Publish what a document says now, as its next version."""
    organisation = current_organisation(request)
    try:
        kind = Document(document)
    except ValueError:
        raise Http404 from None
    try:
        with transaction.atomic():
            row = versions.publish(organisation, kind)
    except IntegrityError:
        row = None  # somebody else published the same at this moment
    if row is None:
        messages.info(request, _("Nothing has changed since the last version."))
    elif row.applies > row.made:
        messages.success(request, _("It is published. Everybody is told before it holds."))
    else:
        messages.success(request, _("It is published and holds from now on."))
    return redirect("office_notice", slug=slug)


@require_POST
@office.staffed
def accept_agreement(request: Any, slug: str) -> HttpResponse:
    """Accept the agreement with the operator, for the organisation."""
    agreement = versions.current(current_organisation(request), Document.AGREEMENT)
    if agreement is None:
        raise Http404
    acceptance.accept(request.actor.person, [agreement])
    messages.success(request, _("The agreement is accepted. That is written down, with its version."))
    return redirect("office_notice", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office.staffed
def own_words(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisation's own words in the notice's marked places."""
    organisation = current_organisation(request)
    chosen = frames.settings_of(organisation)
    form = WordsForm(request.POST if request.method == "POST" else None, words=chosen.words)
    if request.method == "POST" and form.is_valid():
        actions.choose(organisation, words=form.words())
        messages.success(request, _("Your words are kept. They are public from the next version on."))
        return redirect("office_notice", slug=slug)
    return render(request, "privacy/policy/office_words.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office.staffed
def choices(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom to ask about data, the youngest age, further laws, how early changes are announced."""
    organisation = current_organisation(request)
    chosen, here = frames.settings_of(organisation), frames.frame(organisation)
    names = ("contact_name", "contact_email", "contact_phone", "age_at_booking", "additions")
    initial = {name: getattr(chosen, name) for name in names}
    initial |= {"minimum_age": frames.minimum_age(organisation), "notice_days": NOTICE_DAYS.days()}
    form = ChoicesForm(request.POST if request.method == "POST" else None, frame=here, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose(organisation, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is kept. Look whether the notice has to be published again."))
            return redirect("office_notice", slug=slug)
    context = {"form": form, "frame": here}
    return render(request, "privacy/policy/office_choices.html", context, status=422 if form.errors else 200)


@require_safe
@office.staffed
def record_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The record of processing."""
    organisation = current_organisation(request)
    context = {"tables": record(organisation), "frame": frames.frame(organisation)}
    return render(request, "privacy/policy/office_record.html", context)


@require_safe
@office.staffed
def record_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The record as a file for spreadsheets."""
    return _file(as_csv(record(current_organisation(request))).encode(), "text/csv; charset=utf-8", "record.csv")


@require_safe
@office.staffed
def record_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The record as a document to hand over."""
    organisation = current_organisation(request)
    assert organisation is not None
    content = pdf.tables(_("Record of processing"), organisation.name, record(organisation))
    return _file(content, "application/pdf", "record.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
