"""The answer to a guest whose time cannot be had: what is free near it, one press away, and what was typed.

Many guests get it in the same moment: those who wanted one time. So it holds no calendar and no zones, and all of it
but what the guest has typed is worked out once for the guests of one second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tillit.booking import lines
from tillit.booking.engine import Refusal
from tillit.booking.queries import nearest_times
from tillit.journeys import embedding
from tillit.journeys.booking_page import instant_text
from tillit.journeys.offers import offer_words
from tillit.journeys.sentences import refusal_sentence
from tillit.kernel import clock, zones

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType

_PLACE = SafeString("<!-- what this guest has typed -->")
_PERSONAL = {"session", "messages"}  # cookies of visitors whose pages are their own
_MOST = 256
_drawn: dict[tuple[Any, ...], str] = {}


def page(request: HttpRequest, kind: MeetingType, typed: dict[str, Any], refusal: Refusal | None) -> HttpResponse:
    """409: why the start in `typed` (a valid booking form's data) cannot be had, and the nearest that can."""
    around = _around(request, kind, typed["start"], typed["zone"], refusal)
    own = render_to_string("journeys/_typed.html", {"typed": typed, "csrf_token": embedding.token(request)})
    return HttpResponse(around.replace(_PLACE, own), status=409)


def _around(request: HttpRequest, kind: MeetingType, minute: int, zone: str, refusal: Refusal | None) -> str:
    """The page without what was typed, kept for a second: whoever asks alike sees the same, for all of it is public."""
    if _PERSONAL & request.COOKIES.keys():
        return _draw(request, kind, minute, zone, refusal)
    second = int(clock.now().timestamp())
    looks = request.get_full_path(), get_language(), request.COOKIES.get("theme")
    key = (kind.pk, minute, zone, refusal, second, *looks)
    found = _drawn.get(key)
    if found is None:
        if len(_drawn) >= _MOST:
            _drawn.clear()
        found = _drawn[key] = _draw(request, kind, minute, zone, refusal)
    return found


def _draw(request: HttpRequest, kind: MeetingType, minute: int, zone: str, refusal: Refusal | None) -> str:
    waiting = lines.open_lines(kind, minute, minute + 1).get(minute) if refusal is Refusal.FULL else None
    near = [zones.minute_to_utc(one.minute) for one in nearest_times(kind, minute, zone)]
    shown = offer_words(kind) | {
        "sentence": refusal_sentence(refusal),
        "near": [{"start": moment, "value": instant_text(moment)} for moment in near],
        "wanted": instant_text(zones.minute_to_utc(minute)),
        "zone": zone,
        "wait": waiting is not None,
        "waiting": waiting or 0,
        "typed": _PLACE,
    }
    return render_to_string("journeys/refused.html", shown, request)
