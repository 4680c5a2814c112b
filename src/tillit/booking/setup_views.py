"""Pages where hosts set their hours and administrators say what can be booked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.booking import actions
from tillit.booking.forms import HoursForm, MeetingTypeForm, RemindersForm
from tillit.booking.holidays import coming
from tillit.booking.limits import limits_of, set_limits
from tillit.booking.limits_forms import LimitsForm
from tillit.booking.models import MeetingType
from tillit.booking.other_hours import mine
from tillit.booking.queries import all_hosts, all_meeting_types, my_host, my_schedule, reminder_times
from tillit.identity.queries import colleagues, current_organisation, roles
from tillit.kernel import clock, zones


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, slug: str) -> HttpResponse:
    """The acting host's working hours."""
    host = my_host()
    organisation = current_organisation(request)
    if host is None or organisation is None:
        raise Http404
    schedule = my_schedule(host)
    language = get_language() or "en"
    if request.method == "POST":
        form = HoursForm(request.POST, language=language, zone=organisation.time_zone)
        most = LimitsForm(request.POST)
        if form.is_valid() & most.is_valid():
            data = form.cleaned_data
            actions.set_schedule(
                host=host,
                zone=data["zone"],
                weekly=data["weekly"],
                overrides=data["overrides"],
                days_off=data["days_off"],
                travel=data["travel"],
                holidays=data["holidays"],
            )
            set_limits(host=host, most=most.limits())
            messages.success(request, _("Your hours are saved. Booked meetings stay as they are."))
            return redirect("calendar", slug=slug)
    else:
        form = HoursForm.of(schedule, language=language, zone=organisation.time_zone)
        most = LimitsForm.of(limits_of(host))
    worked = {date.fromisoformat(day) for day in schedule.overrides} if schedule else set()
    off = coming(schedule.holidays, clock.now().date(), worked, language) if schedule else []
    context = {
        "form": form,
        "limits": most,
        "host": host,
        "others": mine(host),
        "holidays": off,
        "zones": sorted(n for n in zones.names() if "/" in n),
    }
    return render(request, "booking/hours.html", context, status=422 if form.errors or most.errors else 200)


@never_cache
@require_safe
def offers(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that can be booked, shown or not. For administrators."""
    administrator(request)
    hosts = all_hosts()
    taken = {host.person_id for host in hosts}
    context = {
        "kinds": _listed(all_meeting_types()),
        "hosts": hosts,
        "others": [person for person in colleagues() if person.pk not in taken],
    }
    return render(request, "booking/offers.html", context)


@require_POST
def host_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a colleague bookable, with ordinary hours to begin with. For administrators."""
    administrator(request)
    organisation = current_organisation(request)
    person = next((one for one in colleagues() if str(one.pk) == request.POST.get("person")), None)
    if organisation is None or person is None:
        raise Http404
    actions.add_host(
        organisation=organisation.pk,
        person=person.pk,
        slug=slugify(person.display_name) or str(person.pk),
        name=person.display_name,
        zone=organisation.time_zone,
    )
    messages.success(
        request,
        _("%(name)s can be booked now, on weekdays 9 to 16 until other hours are set.") % {"name": person.display_name},
    )
    return redirect("offers", slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, slug: str, kind: UUID | None = None) -> HttpResponse:
    """Make or change a meeting type. For administrators."""
    administrator(request)
    organisation = current_organisation(request)
    assert organisation is not None
    existing = None
    if kind is not None:
        existing = next((one for one in all_meeting_types() if one.pk == kind), None)
        if existing is None:
            raise Http404
    hosts = all_hosts()
    given: dict[str, Any] = {"hosts": hosts, "languages": organisation.languages}
    if request.method == "POST":
        form = MeetingTypeForm(request.POST, **given)
        if form.is_valid() and existing and existing.price and form.cleaned_data["times"] > 1:
            form.add_error("times", _("What has a price is booked once. Take the price away first."))
        if form.is_valid():
            chosen = [host for key in form.cleaned_data["hosts"] for host in hosts if str(host.pk) == key]
            try:
                with transaction.atomic():
                    _save(organisation.pk, existing, chosen, form.cleaned_data["fields"])
            except IntegrityError:
                form.add_error("slug", _("Another one has that address already."))
            else:
                messages.success(request, _("Saved."))
                return redirect("offers", slug=slug)
    elif existing:
        form = MeetingTypeForm.filled(existing, **given)
    else:
        form = MeetingTypeForm(initial=MeetingTypeForm.DEFAULTS, **given)
    return render(request, "booking/offer.html", {"form": form, "kind": existing}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, slug: str) -> HttpResponse:
    """When both sides are reminded before a booking. For administrators."""
    administrator(request)
    organisation = current_organisation(request)
    assert organisation is not None
    chosen = [str(int(before.total_seconds()) // 60) for before in reminder_times()]
    form = RemindersForm(request.POST if request.method == "POST" else None, initial={"times": chosen})
    if request.method == "POST" and form.is_valid():
        actions.set_reminders(organisation=organisation.pk, minutes=form.cleaned_data["times"])
        messages.success(request, _("Saved. What is booked already follows the new reminders."))
        return redirect("offers", slug=slug)
    return render(request, "booking/reminders.html", {"form": form}, status=422 if form.errors else 200)


def _save(organisation: UUID, existing: MeetingType | None, hosts: list[Any], fields: dict[str, Any]) -> None:
    if existing:
        actions.change_meeting_type(kind=existing, hosts=hosts, **fields)
    else:
        actions.add_meeting_type(organisation=organisation, hosts=hosts, **fields)


def administrator(request: Any) -> None:
    """An administrator of this organisation, else 404."""
    if "administrator" not in roles():
        raise Http404


def _listed(kinds: list[MeetingType]) -> list[dict[str, Any]]:
    language = get_language() or "en"
    return [{"kind": kind, "title": kind.word("title", language)} for kind in kinds]
