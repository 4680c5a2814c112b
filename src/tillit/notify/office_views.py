"""The office's pages about messages: what left, by which way, and what became of it; never what it said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tillit.identity.doors import needs_role
from tillit.identity.queries import roles
from tillit.kernel.day_fields import DayField
from tillit.notify import deliveries, kinds, queries
from tillit.notify.kinds import Channel
from tillit.notify.said import STATES, said_of
from tillit.privacy import office

office.section("sent", gettext_lazy("Messages"), "office_messages")
PAGE = 50
administrators = needs_role("administrator")


class FilterForm(forms.Form):
    """Which lines of the delivery log are shown."""

    state = forms.ChoiceField(label=gettext_lazy("What became of it"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("How"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    since = DayField(label=gettext_lazy("From"), required=False)
    until = DayField(label=gettext_lazy("To and with"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        every = [("", gettext_lazy("Everything"))]
        fields["state"].choices = [*every, *STATES.items()]
        fields["channel"].choices = [*every, *((one.value, one.label) for one in Channel)]
        fields["kind"].choices = [*every, *((one.name, one.says) for one in kinds.every())]

    def chosen(self) -> dict[str, Any]:
        """What `queries.deliveries` takes; nothing where the form holds something that is not offered."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}


@require_safe
@office.staffed
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The delivery log, newest first, fifty to a page."""
    form = FilterForm(request.GET)
    chosen = form.chosen()
    found = queries.deliveries(before=_id(request.GET.get("before", "")), most=PAGE + 1, **chosen)
    more = len(found) > PAGE
    found = found[:PAGE]
    names = queries.named(one.person_id for one in found)
    rows = [{"sending": one, "line": said_of(one), "name": names.get(one.person_id, "")} for one in found]
    kept = {name: request.GET[name] for name in (*chosen, "since", "until") if request.GET.get(name)}
    context = {
        "rows": rows,
        "form": form,
        "chosen": bool(chosen),
        "next_url": f"?{urlencode({**kept, 'before': str(found[-1].pk)})}" if more else "",
        "administrator": "administrator" in roles(),
    }
    return render(request, "notify/office/messages.html", context, status=422 if form.errors else 200)


@require_POST
@administrators
def again(request: HttpRequest, slug: str, sending: UUID) -> HttpResponse:
    """Try once more to send what nobody took."""
    if deliveries.again(sending):
        messages.success(request, _("It is on its way again."))
    else:
        messages.error(request, _("There is nothing left of it that could be sent: it went, or its time is over."))
    return redirect("office_messages", slug=slug)


@office.waiting
def _failed(organisation: Any) -> Iterator[office.Line]:
    """Messages that nobody took, of the last week."""
    count = queries.failed_lately()
    if count:
        says = ngettext("%(n)d did not leave", "%(n)d did not leave", count) % {"n": count}
        yield office.Line(_("Messages"), says, reverse("office_messages", args=[organisation.slug]) + "?state=failed")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
