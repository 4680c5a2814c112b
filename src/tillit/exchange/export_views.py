"""Taking a list out as a file: what for is asked where it holds other people's data, and each of them can read it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tillit.access import current
from tillit.exchange import lists, taking_out
from tillit.exchange.taking_out import FORMS, PURPOSES
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation
from tillit.kernel.day_fields import DayField


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
        fields["form"].choices = [(name, FORMS[name]) for name in taking_out.offered(wanted)]
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
    actor = current()
    if wanted is None or current_organisation(request) is None or not (actor and actor.person and wanted.may(request)):
        raise Http404
    form = ExportForm(request.POST if request.method == "POST" else None, wanted=wanted)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        between = lists.Between(said.get("first"), said.get("last"))
        try:
            return taking_out.take_out(request, wanted, said["form"], between, said.get("purpose", ""))
        except taking_out.TooMany as error:
            form.add_error(None, str(error))
    context = {"form": form, "list": wanted, "back": reverse(wanted.back, args=[slug])}
    return render(request, "exchange/export.html", context, status=422 if form.errors else 200)
