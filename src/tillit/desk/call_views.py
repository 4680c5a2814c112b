"""On the telephone: which number calls, why it is opened, what they want. Numbers stand in no address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tillit.access.queries import shown_to_me
from tillit.desk import calls
from tillit.desk.forms import EnterForm, NewCallerForm, NumberForm, OpenForm
from tillit.desk.navigation import tabs
from tillit.desk.roles import CALLS
from tillit.desk.shown import line, number
from tillit.identity import throttle
from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation
from tillit.kernel import formats
from tillit.privacy.incidents import noting

answers_calls = needs_role(*CALLS)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_calls
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """The number that calls leads to a first letter and that something is known, or to "no record"."""
    organisation = current_organisation(request)
    assert organisation is not None
    form = NumberForm(request.POST if request.method == "POST" else None, organisation=organisation)
    context: dict[str, Any] = {"tabs": tabs(request, slug), "form": form, "new_form": None, "found": None}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = _look(request, form.cleaned_data["number"], context)
    return render(request, "desk/call.html", context, status=status)


def _look(request: HttpRequest, number: str, context: dict[str, Any]) -> int:
    try:
        found = calls.look_up(number)
    except calls.TooOften:
        context["form"].add_error(None, _("That is a lot of numbers at once. Go on in a few minutes."))
        return 429
    organisation = current_organisation(request)
    if not found:  # many such looks raise an alarm
        noting.note("refused", noting.mark_of_network(throttle.network(request)))
        context["new_form"] = NewCallerForm(initial={"phone": number, "language": get_language()})
    context["number"] = number
    context["found"] = [_found(one, n, number, organisation) for n, one in enumerate(found)]
    return 200


def _found(one: calls.Caller, place: int, number: str, organisation: Any) -> dict[str, Any]:
    """Somebody with the number, as little of them as is needed, and the form that opens more."""
    since = formats.local(one.since, organisation.time_zone).date()
    initial = {"person": one.person, "number": number}
    return {
        "initial": one.initial,
        "since": formats.format_date(since, get_language() or "en"),
        "form": OpenForm(initial=initial, organisation=organisation, auto_id=f"id_{place}_%s"),
    }


@require_POST
@answers_calls
def open_call(request: HttpRequest, slug: str) -> HttpResponse:
    """Open what is known of the caller, for the reason that was given."""
    organisation = current_organisation(request)
    form = OpenForm(request.POST, organisation=organisation)
    if not form.is_valid():
        messages.warning(request, _("Say why you open it, and in a few words what it is about."))
        return redirect("desk_call", slug=slug)
    given = form.cleaned_data
    try:
        opened = calls.open_for(given["person"], given["number"], reason=given["reason"], words=given["words"])
    except calls.TooOften:
        messages.warning(request, _("That is a lot of numbers at once. Go on in a few minutes."))
        return redirect("desk_call", slug=slug)
    except calls.Refused as refused:
        if refused.why == "rests":
            messages.warning(request, _("Their data lies at rest. The privacy office can help them."))
        else:
            noting.note("refused", noting.mark_of_network(throttle.network(request)))
            messages.warning(request, _("No record."))
        return redirect("desk_call", slug=slug)
    return redirect("desk_caller", slug=slug, call=opened)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_calls
def caller(request: HttpRequest, slug: str, call: UUID) -> HttpResponse:
    """What is known of the caller while the call is open, and what they ask."""
    organisation = current_organisation(request)
    assert organisation is not None
    person = calls.caller_of(call)
    form = EnterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        calls.enter(call, given["kind"], given["words"], language=person.language)
        messages.success(request, _("It is written down as theirs, and they are told."))
        return redirect("desk_caller", slug=slug, call=call)
    ends = next((one.ends for one in shown_to_me() if one.object_id == call), None)
    context = {
        "tabs": tabs(request, slug), "person": person, "form": form, "call": call,
        "ends": formats.format_time(ends, get_language() or "en", zone=organisation.time_zone) if ends else "",
        "rows": [line(one, organisation.time_zone) for one in calls.threads_of(person.pk)],
    }  # fmt: skip
    return render(request, "desk/caller.html", context, status=422 if form.errors else 200)


@require_POST
@answers_calls
def close_call(request: HttpRequest, slug: str, call: UUID) -> HttpResponse:
    """The call is over: what was opened closes at once."""
    if calls.close(call):
        messages.success(request, _("It is closed again."))
    return redirect("desk_call", slug=slug)


@require_POST
@answers_calls
def new_caller(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what somebody wants who calls for the first time."""
    organisation = current_organisation(request)
    assert organisation is not None
    form = NewCallerForm(request.POST)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = calls.enter_new(
                given["kind"], given["words"], name=given["name"], phone=given["phone"], email=given["email"],
                language=given["language"], zone=organisation.time_zone,
            )  # fmt: skip
            said = _(
                "It is written down as theirs, with the number %(reference)s. They are told where they can see it."
            )
            messages.success(request, said % {"reference": number(made)})
            return redirect("desk_call", slug=slug)
        except calls.TooOften:
            status = 429
            form.add_error(None, _("That is a lot at once. Go on in a few minutes."))
    context = {
        "tabs": tabs(request, slug),
        "form": NumberForm(organisation=organisation),
        "new_form": form,
        "found": [],
    }
    return render(request, "desk/call.html", context, status=status)
