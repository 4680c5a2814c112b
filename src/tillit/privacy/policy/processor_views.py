"""The office's pages about processors: who receives data, under which agreement, until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.identity.doors import needs_role
from tillit.kernel import clock, formats
from tillit.kernel.egress import WrongHost
from tillit.privacy import office, processors
from tillit.privacy.models import Processor
from tillit.privacy.policy import tasks, words
from tillit.privacy.policy.processor_forms import AgreementForm, ProcessorForm

office.section("told", gettext_lazy("Receivers"), "office_processors")
SOON = timedelta(days=60)


@office.waiting
def _ending(organisation: Any) -> Iterator[office.Line]:
    """Agreements that are missing, over, or near their last day."""
    url = reverse("office_processors", args=[organisation.slug])
    today = clock.now().date()
    for row in Processor.objects.filter(organisation_id=organisation.pk, stopped=None).order_by("ends"):
        if not row.agreement and processors.read(row).role.needs_agreement:
            yield office.Line(row.name, _("no agreement yet"), url, late=True)
        elif row.ends and row.ends - today <= SOON:
            day = formats.format_date(row.ends, get_language() or "en", "medium")
            yield office.Line(row.name, _("agreement until %(day)s") % {"day": day}, url, late=row.ends < today)


@require_safe
@office.staffed
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who receives data, the organisation's own with their agreements."""
    rows = Processor.objects.order_by("name")
    keys = {row.name: row.key for row in rows}
    entries = [
        {
            "entry": entry,
            "key": keys.get(entry.name) if entry.own else None,
            "role": words.ROLES[entry.role.value],
            "place": words.region(entry.region),
            "uses": words.listed(purpose.says for purpose in entry.purposes),
            "kinds": words.listed(kind.label for kind in entry.categories),
            "missing": entry.own and entry.role.needs_agreement and not entry.agreed and not entry.stopped,
            "over": bool(entry.ends and entry.ends < clock.now().date()),
        }
        for entry in processors.listed()
    ]
    return render(request, "privacy/policy/office_processors.html", {"entries": entries})


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def edit(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """Register a receiver, or change one."""
    row = _row(key) if key else None
    form = ProcessorForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            processors.register(form.key(), **form.wish())
        except ValidationError as error:
            form.add_error(None, error)
        except WrongHost:
            form.add_error("hosts", _("Write each host as name:port, such as sms.example.com:443."))
        else:
            messages.success(request, _("The register says so now. Publish the notice again, so that people read it."))
            return redirect("office_processors", slug=slug)
    context = {"form": form, "row": row}
    return render(request, "privacy/policy/office_processor.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def agree(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Enter the agreement with a receiver: where it lies, its first and its last day."""
    row = _row(key)
    form = AgreementForm(
        request.POST or None, initial={"document": row.agreement, "agreed": row.agreed, "ends": row.ends}
    )
    if request.method == "POST" and form.is_valid():
        try:
            processors.agree(key, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            tasks.watch(_row(key))
            messages.success(
                request, _("The agreement is entered. You are told 60, 30 and 7 days before its last day.")
            )
            return redirect("office_processors", slug=slug)
    context = {"form": form, "row": row}
    return render(request, "privacy/policy/office_agreement.html", context, status=422 if form.errors else 200)


@require_POST
@needs_role("administrator")
def stop(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Send nothing there any more, from now on."""
    _row(key)
    processors.stop(key)
    tasks.watch(_row(key))
    messages.success(request, _("Nothing is sent there any more."))
    return redirect("office_processors", slug=slug)


def _row(key: str) -> Processor:
    row = Processor.objects.filter(key=key).first()
    if row is None:
        raise Http404
    return row
