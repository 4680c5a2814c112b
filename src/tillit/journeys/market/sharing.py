"""Showing a detail of oneself to whom one writes with: beside their thread, until a time, taken back at once. What is
shown stands there for that person alone, and goes with the grant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from tillit.identity.queries import acting_person, current_organisation
from tillit.kernel.slots import Part
from tillit.messaging import queries, slots
from tillit.messaging.shown import name
from tillit.privacy.rights import parts, showing
from tillit.privacy.rights.show_form import ShowForm


def beside(request: HttpRequest, talk: Any) -> Iterable[Part]:
    """What the two show each other now, and a way to show something."""
    if talk.other is None:
        return
    slug = request.resolver_match.kwargs["slug"]  # type: ignore[union-attr]
    form = form_for(request, talk)
    fields: dict[str, Any] = form.fields
    to_me, of_me = showing.to_me(of=talk.other), showing.of_me(talk.other)
    yield Part(
        "journeys/market/shown.html",
        {
            "to_me": to_me,
            "of_me": of_me,
            "name": name(talk),
            "form": form if fields["scope"].choices else None,
            "show_url": reverse("share", args=[slug, talk.id]),
            "end_url": reverse("share_end", args=[slug, talk.id]),
            "mine_url": reverse("me:shown", args=[slug]),
            "address_url": reverse("me:address", args=[slug]),
        },
    )


def form_for(request: HttpRequest, talk: Any) -> ShowForm:
    """What to show to the other of a thread; a posted form as it was filled in."""
    person, organisation = acting_person(request), current_organisation(request)
    zone = (person.time_zone if person else "") or (organisation.time_zone if organisation else "")
    return ShowForm(
        request.POST if request.method == "POST" and "scope" in request.POST else None,
        people=[(talk.other, name(talk))],
        zone=zone,
        one=True,
    )


def knows(person: UUID) -> Iterator[tuple[UUID, str]]:
    """Whom the acting person writes with."""
    for talk in queries.talks():
        if talk.other and talk.called:
            yield talk.other, talk.called


def ready() -> None:
    """Put it beside threads, and let people show something to whom they write with under "My data", too."""
    slots.add("beside", beside)
    parts.add(parts.Part("threads", knows=knows))
