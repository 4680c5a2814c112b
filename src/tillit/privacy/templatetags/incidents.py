"""{% load incidents %}: what an office must not overlook."""

from __future__ import annotations

from typing import Any

from django.template import Library
from django.urls import reverse

from tillit.privacy.incidents import waiting

register = Library()


@register.inclusion_tag("privacy/incidents/_banner.html", takes_context=True)
def incident_banner(context: Any) -> dict[str, Any]:
    """{% incident_banner %}: on every page of the office, each open incident whose clock runs, but the one at hand."""
    request, organisation = context["request"], context["organisation"]
    lines = list(waiting.incidents(organisation))
    return {"lines": [line for line in lines if not request.path.startswith(line.url)
                      and request.path != reverse("office", args=[organisation.slug])]}  # fmt: skip
