"""Hours that differ from a host's schedule for some of what they take: one page for each."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tillit.booking.facts import parse_schedule
from tillit.booking.models import Host, MeetingType, OtherHours
from tillit.booking.queries import my_host
from tillit.booking.week_fields import add_week, read_week, written_week
from tillit.kernel.normal import clean_text

MOST = 20  # of one host


class OtherHoursForm(forms.Form):
    """What these hours are called, the week, and what goes by them."""

    name = forms.CharField(
        label=gettext_lazy("What you call these hours"), max_length=60, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, *args: Any, language: str, kinds: list[MeetingType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekdays = add_week(self, language)
        self.fields["kinds"] = forms.MultipleChoiceField(
            label=gettext_lazy("What goes by these hours"),
            required=False,
            choices=[(str(kind.pk), kind.word("title", language)) for kind in kinds],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"], lines=False)
        if not name:
            raise forms.ValidationError(_("Give them a name."))
        return name

    def clean(self) -> dict[str, Any]:
        """Adds `weekly` as the engine takes it."""
        data = super().clean() or {}
        data["weekly"] = read_week(self, data, self.weekdays)
        return data


def mine(host: Host) -> list[OtherHours]:
    """The acting host's other hours, by name."""
    return list(OtherHours.objects.filter(host=host).order_by("name", "pk"))


@transaction.atomic
def write(host: Host, one: OtherHours | None, name: str, weekly: dict[str, Any], kinds: list[UUID]) -> OtherHours:
    """Set other hours of the acting host, and what goes by them. Raises ValueError for hours that are none."""
    parse_schedule("UTC", json.dumps(weekly), "{}", "[]", "[]")
    if one is None:
        one = OtherHours(organisation_id=host.organisation_id, host=host, person_id=host.person_id)
    one.name, one.weekly = name, weekly
    one.save()
    with connection.cursor() as cursor:
        cursor.execute("select booking.use_hours(%s, %s::uuid[])", [one.pk, kinds])
    return one


@transaction.atomic
def take_away(one: OtherHours) -> None:
    """Other hours of the acting host go; what went by them goes by the schedule again."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.use_hours(%s, %s::uuid[])", [one.pk, []])
    OtherHours.objects.filter(pk=one.pk).delete()


def taken_by(host: Host) -> list[MeetingType]:
    """What a host takes in their own right."""
    mine = MeetingType.objects.filter(type_hosts__host=host, type_hosts__stands_in=False)
    return list(mine.order_by("position", "pk"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, one: UUID | None = None) -> HttpResponse:
    """Other hours of the acting host, new ones or those of the address."""
    host, language = _host(), get_language() or "en"
    known = mine(host)
    found = next((row for row in known if row.pk == one), None)
    if (one and found is None) or (one is None and len(known) >= MOST):
        raise Http404
    kinds = taken_by(host)
    given: dict[str, Any] = {"language": language, "kinds": kinds}
    if request.method == "POST":
        form = OtherHoursForm(request.POST, **given)
        if form.is_valid():
            data = form.cleaned_data
            write(host, found, data["name"], data["weekly"], [UUID(key) for key in data["kinds"]])
            messages.success(request, _("Your hours are saved. Booked meetings stay as they are."))
            return redirect("hours", slug=slug)
    elif found:
        used = found.type_hosts.values_list("meeting_type", flat=True)
        initial: dict[str, Any] = {"name": found.name, "kinds": [str(kind) for kind in used]}
        initial |= written_week(found.weekly, language)
        form = OtherHoursForm(initial=initial, **given)
    else:
        form = OtherHoursForm(**given)
    return render(request, "booking/other_hours.html", {"form": form, "one": found}, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, slug: str, one: UUID) -> HttpResponse:
    """What went by these hours goes by the schedule again."""
    found = next((row for row in mine(_host()) if row.pk == one), None)
    if found is None:
        raise Http404
    take_away(found)
    messages.success(request, _("Gone. What went by them goes by your ordinary hours again."))
    return redirect("hours", slug=slug)


def _host() -> Host:
    host = my_host()
    if host is None:
        raise Http404
    return host
