"""The trust page: every promise of an organisation and whether it holds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tillit.privacy import place
from tillit.privacy.queries import grouped, standings


@require_safe
def trust(request: HttpRequest, slug: str) -> HttpResponse:
    """What this organisation promises, what enforces it, when it was last asked and the answer."""
    organisation = place.here(request)
    every = standings(organisation)
    asked = [s.result.made for s in every if s.result]
    context = {
        "broken": [s for s in every if s.state == "broken"],
        "groups": grouped([s for s in every if s.ok]),
        "waiting": [s for s in every if s.state == "waiting"],
        "dots": [s.state for s in every],
        "kept": sum(s.state == "kept" for s in every),
        "attested": sum(s.state == "attested" for s in every),
        "held": sum(s.ok for s in every),
        "all": len(every),
        "last": max(asked, default=None),
        "not_protected": not_protected(),
    }
    return render(request, "privacy/trust.html", context)


def not_protected() -> list[str]:
    """What no promise here covers; said before somebody finds out."""
    return [
        _("Whoever you have shown a detail can write it down. We can close our door, not another person's memory."),
        _("Whoever borrows your unlocked phone sees what you see."),
        _("A mail travels through other people's servers, and what stands in it is theirs to read on the way."),
        _("Those who run the machine could change the program. The log shows what was done through it, not that."),
        _("A court can demand what is kept here."),
    ]
