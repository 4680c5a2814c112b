"""Taking a list out as a file: what for is asked where it holds other people's data, and each of them can read it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tillit import evidence
from tillit.access import Actor, current
from tillit.exchange import events, lists, writing
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation
from tillit.kernel import clock, formats
from tillit.kernel.day_fields import DayField
from tillit.privacy.rights import coded

PURPOSES = {
    "work": gettext_lazy("to do the work that the list is for"),
    "move": gettext_lazy("to move to, or work with, another program"),
    "count": gettext_lazy("to count or plan, without looking at single people"),
    "law": gettext_lazy("because a law or an authority demands it"),
    "asked": gettext_lazy("because the people in it asked for it"),
}
coded.declare(events.EXPORTED.name, PURPOSES)
FORMS = {
    "xlsx": gettext_lazy("Spreadsheet (.xlsx)"),
    "csv": gettext_lazy("Plain table (.csv)"),
    "vcf": gettext_lazy("Contact cards (.vcf)"),
    "ics": gettext_lazy("Calendar (.ics)"),
}


class ExportForm(forms.Form):
    """In which form, between which days, and what for."""

    form = forms.ChoiceField(label=gettext_lazy("As"), widget=forms.RadioSelect, choices=())
    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("To"), required=False)
    purpose = forms.ChoiceField(
        label=gettext_lazy("What do you need it for?"), widget=forms.RadioSelect, choices=list(PURPOSES.items()),
        help_text=gettext_lazy("Those who stand in the list can read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, wanted: lists.List, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        offered = ["xlsx", "csv", *(name for name, _make in wanted.forms)]
        fields["form"].choices = [(name, FORMS[name]) for name in offered]
        fields["form"].initial = "xlsx"
        if not wanted.days:
            del fields["first"], fields["last"]
        if not wanted.others:
            del fields["purpose"]

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last."""
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", _("The last day lies before the first."))
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def export(request: HttpRequest, slug: str, which: str) -> HttpResponse:
    """The form, and its answer: the file. 404 for a list that does not exist or that the asker may not see."""
    wanted = lists.get(which)
    organisation = current_organisation(request)
    if wanted is None or organisation is None or request.actor.person is None or not wanted.may(request):  # type: ignore[attr-defined]
        raise Http404
    form = ExportForm(request.POST if request.method == "POST" else None, wanted=wanted)
    if request.method == "POST" and form.is_valid():
        between = lists.Between(form.cleaned_data.get("first"), form.cleaned_data.get("last"))
        rows = list(islice(wanted.rows(request, between), lists.MOST + 1))
        if len(rows) <= lists.MOST:
            _record(wanted, rows, form.cleaned_data)
            return _file(request, wanted, rows, form.cleaned_data["form"], organisation.time_zone)
        form.add_error(
            None,
            _("These are more than 10,000 rows. Choose fewer days.")
            if wanted.days
            else _("These are more than 10,000 rows: too many for one file."),
        )
    context = {"form": form, "list": wanted, "back": reverse(wanted.back, args=[slug])}
    return render(request, "exchange/export.html", context, status=422 if form.errors else 200)


def _record(wanted: lists.List, rows: list[lists.Line], said: dict[str, Any]) -> None:
    """Each of those who stand in the list can read that it was taken out, by whom, in which form and what for."""
    me = (current() or Actor()).person
    people = list(dict.fromkeys(row.person for row in rows if row.person and row.person != me))
    detail = {"list": wanted.key, "form": said["form"], "rows": len(rows)}
    if people:
        evidence.record(events.EXPORTED.name, subjects=people, reason=said.get("purpose", ""), detail=detail)
    else:
        evidence.record(events.SAVED.name, reason=said.get("purpose", ""), detail=detail)


def _file(request: HttpRequest, wanted: lists.List, rows: list[lists.Line], form: str, zone: str) -> HttpResponse:
    cells = (row.cells for row in rows)
    if form == "csv":
        content = writing.csv_file(wanted.heads, cells, zone=zone)
    elif form == "xlsx":
        content = writing.xlsx_file(str(wanted.title), wanted.heads, cells, zone=zone)
    else:
        content = dict(wanted.forms)[form](request, rows)
    day = formats.local(clock.now(), zone).date()
    return writing.download(f"{wanted.key}-{day:%Y-%m-%d}", form, content)
