"""What is shown of a person: to whom, why, until when; ended at once, and shown to somebody for a while."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tillit import evidence
from tillit.access import actions as access
from tillit.identity import living
from tillit.identity.queries import current_organisation
from tillit.privacy import doors
from tillit.privacy.rights import corrections, events, showing
from tillit.privacy.rights.show_form import ShowForm, take_back

ADDRESS = "identity.address"


def _address_page(slug: str, row: UUID) -> str:
    return reverse("me:address", args=[slug])


for _part in living.PARTS:
    corrections.elsewhere(f"{ADDRESS}.{_part}", _address_page)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def shown(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is shown of the person, and what others show them; a posted form shows something more."""
    people = showing.may_know(doors.whose(request))
    form = ShowForm(request.POST if request.method == "POST" else None, people=people, zone=_zone(request))
    if form.is_valid():
        try:
            form.show()
        except access.Refused:
            raise Http404 from None
        messages.success(request, _("It is shown, and closes by itself. You can end it here at any time."))
        return redirect(doors.mine(request, "shown"))
    context = {
        "form": form if people else None,
        "lives": living.mine(),
        "of_me": showing.of_me(),
        "to_me": showing.to_me(),
        "opened": showing.opened_of_me(),
    }
    return render(request, "privacy/rights/shown.html", context, status=422 if form.errors else 200)


@require_POST
@doors.person
def end(request: HttpRequest, slug: str, grant: UUID) -> HttpResponse:
    """End one of them, at once. Somebody else's is a 404."""
    if not any(one.id == grant for one in showing.of_me()):
        raise Http404
    if take_back(grant):
        messages.success(request, _("It is closed. From now on it is not shown."))
    return redirect(doors.mine(request, "shown"))


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def address(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the person lives: written, corrected, or taken away. Nobody sees it whom they do not show it to."""
    lives = living.mine()
    if request.method == "POST" and "delete" in request.POST:
        if living.forget():
            messages.success(request, _("It is deleted."))
        return redirect(doors.mine(request, "shown"))
    initial = {part: getattr(lives, part) for part in living.PARTS} if lives else {}
    form = living.AddressForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        row = living.write(living.Lives(**form.cleaned_data))
        evidence.record(events.CORRECTED.name, subject=doors.whose(request), object=row, detail={"what": ADDRESS})
        messages.success(request, _("It is saved. Nobody sees it until you show it to somebody."))
        return redirect(doors.mine(request, "shown"))
    context = {"form": form, "lives": lives}
    return render(request, "privacy/rights/address.html", context, status=422 if form.errors else 200)


@require_POST
@doors.person
def end_all(request: HttpRequest, slug: str) -> HttpResponse:
    """End everything that is shown of the person by choice or by a relation, at once."""
    if access.take_back_all():
        messages.success(request, _("Everything is closed. From now on nothing of you is shown."))
    return redirect(doors.mine(request, "shown"))


def _zone(request: HttpRequest) -> str:
    """The zone in which the person counts days."""
    organisation: Any = current_organisation(request)
    return str(request.mine.person.time_zone or organisation.time_zone)  # type: ignore[attr-defined]
