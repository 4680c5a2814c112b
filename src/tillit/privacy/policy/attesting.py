"""What no program can see, a named person states: with evidence, and until a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tillit.access import current
from tillit.evidence import record
from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation
from tillit.kernel import clock, formats
from tillit.kernel.day_fields import DayField
from tillit.kernel.promise import Kind, Promise, given_by
from tillit.privacy import office
from tillit.privacy.models import Attestation
from tillit.privacy.policy.events import ATTESTED

LONGEST = timedelta(days=366)
SOON = timedelta(days=60)

office.section("told", gettext_lazy("Stated by people"), "office_attested")


class StatementForm(forms.Form):
    """Who states what, where the proof lies, and until when."""

    name = forms.CharField(label=gettext_lazy("Who answers for it, as everybody reads it"), max_length=200)
    statement = forms.CharField(
        label=gettext_lazy("What is so"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    evidence = forms.CharField(
        label=gettext_lazy("Where the proof lies"),
        max_length=500,
        help_text=gettext_lazy("A protocol, a certificate, a visit, with its date"),
    )
    ends = DayField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("A year at most; then somebody looks again"),
    )

    def clean_ends(self) -> date:
        """From today on, a year at most."""
        ends: date = self.cleaned_data["ends"]
        today = clock.now().date()
        if not today <= ends <= today + LONGEST:
            raise ValidationError(_("Choose a day from today on, a year ahead at most."))
        return ends


def stated(organisation: Any) -> Iterator[tuple[Promise, Attestation | None]]:
    """The promises that people state, each with its last statement."""
    rows = Attestation.objects.filter(organisation_id=organisation.pk).order_by("ends", "made")
    last = {row.promise: row for row in rows}
    for promise in given_by(organisation.modules):
        if promise.kind is Kind.ATTESTED:
            yield promise, last.get(promise.id)


def state(promise: str, *, name: str, statement: str, evidence: str, ends: date) -> None:
    """The acting administrator states a promise until `ends` (the last day, UTC), under the name that is published."""
    actor = current()
    if actor is None or actor.organisation is None or actor.person is None:
        raise PermissionError("A promise is stated by a person of the organisation.")
    row = Attestation(
        organisation_id=actor.organisation, promise=promise, person_id=actor.person, name=name, statement=statement,
        evidence=evidence, ends=ends,
    )  # fmt: skip
    row.save(force_insert=True)
    record(ATTESTED.name, object=row.pk, detail={"promise": promise})


@office.waiting
def _ending(organisation: Any) -> Iterator[office.Line]:
    """Statements that are missing, over, or near their end."""
    today = clock.now().date()
    for promise, row in stated(organisation):
        url = reverse("office_attest", args=[organisation.slug, promise.id])
        if row is None or row.ends < today:
            yield office.Line(promise.says, _("nobody states it now"), url, late=True)
        elif row.ends - today <= SOON:
            day = formats.format_date(row.ends, get_language() or "en", "medium")
            yield office.Line(promise.says, _("stated until %(day)s") % {"day": day}, url)


@require_safe
@office.staffed
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """What people state here, by whom and until when."""
    today = clock.now().date()
    rows = [(promise, row, bool(row and row.ends >= today)) for promise, row in stated(current_organisation(request))]
    return render(request, "privacy/policy/office_attested.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def attest(request: Any, slug: str, promise: str) -> HttpResponse:
    """State a promise, or state it again; what was stated before stays in the history."""
    organisation = current_organisation(request)
    found = next((one for one, _row in stated(organisation) if one.id == promise), None)
    if found is None or organisation is None:
        raise Http404
    form = StatementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        state(found.id, **form.cleaned_data)
        messages.success(request, _("It is stated, and everybody reads it on the page of promises."))
        return redirect("office_attested", slug=slug)
    context = {"form": form, "promise": found}
    return render(request, "privacy/policy/office_attest.html", context, status=422 if form.errors else 200)
