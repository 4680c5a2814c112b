"""What is asked before a time is chosen, where the answer leads to another type or to one of its hosts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tillit.booking.intake import links, routing
from tillit.booking.intake.asking import AskingForm, Intake
from tillit.booking.intake.queries import current_intake
from tillit.booking.queries import meeting_types
from tillit.journeys import embedding
from tillit.journeys.offers import offer_words

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType

SENT = "asked_first"  # marks the form that is sent from here


def led(request: HttpRequest, kind: MeetingType) -> routing.Way | None:
    """The way that has led here, by the address. It narrows the type to the host it leads to."""
    word = request.GET.get(routing.PARAMETER, "")
    way = routing.read_word(word, of=kind.pk) if word else None
    kind.only = way.host if way else None  # type: ignore[misc]
    return way


def needed(request: HttpRequest, kind: MeetingType) -> bool:
    """Has somebody to answer before they can choose a time?"""
    way = led(request, kind)
    return way is None and bool(current_intake(kind).routes)


def page(request: Any, slug: str, kind: MeetingType) -> HttpResponse:
    """Ask what leads; on to where the answers lead, or here where no rule fits."""
    intake = current_intake(kind)
    first: Intake = replace(intake, questions=routing.leading(intake.questions, intake.routes))
    brought = links.brought(request.GET.dict())
    sent = request.method == "POST" and SENT in request.POST
    form = AskingForm(request.POST, intake=first) if sent else AskingForm(initial=brought, intake=first)
    if sent and form.is_valid():
        answers = form.cleaned_data["answers"]
        route = routing.way(first.questions, intake.routes, answers)
        target = next((one for one in meeting_types() if route and one.pk == route.type), kind)
        host = route.host if route and route.type == target.pk else None
        word = routing.word(routing.Way(target.pk, host, answers))
        there = embedding.address(request, "book", slug, target.slug)
        return redirect(f"{there}{'&' if '?' in there else '?'}{urlencode(brought | {routing.PARAMETER: word})}")
    shown = offer_words(kind) | {"form": form, "sent": SENT, "kind": kind}
    return render(request, "journeys/asked_first.html", shown, status=422 if form.errors else 200)
