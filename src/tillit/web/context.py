"""What every page's shell may count on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from tillit.identity import queries
from tillit.kernel import clock, config


def shell(request: HttpRequest) -> dict[str, Any]:
    """Organisation, acting person, languages and the demo's clock."""
    demo = config.mode() == "demo"
    ahead = clock.offset() if demo else None
    return {
        "organisation": queries.current_organisation(request),
        "actor_person": queries.acting_person(request),
        "languages": settings.LANGUAGES,
        "LANGUAGE_CODE": get_language(),
        "text_direction": "rtl" if get_language_bidi() else "ltr",
        "demo_mode": demo,
        "demo_clock": {"now": clock.now(), "moved": bool(ahead)} if demo else None,
    }
