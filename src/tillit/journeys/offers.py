"""What can be booked, as lists and headings say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.kernel import formats

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType


def offer_words(kind: MeetingType) -> dict[str, str]:
    """A meeting type in the reader's words."""
    language = get_language() or "en"
    place = {"video": _("by video"), "phone": _("by phone"), "place": _("on the spot")}[kind.place]
    length = formats.format_duration(kind.duration, language)
    return {
        "title": kind.word("title", language),
        "summary": kind.word("summary", language),
        "length_and_place": formats.join_words([length, kind.word("place", language) or place], language),
    }


def offer_item(kind: MeetingType, url: str, *, current: bool = False) -> dict[str, Any]:
    """A meeting type as the list of offers shows it; `url` is where it is booked."""
    words = offer_words(kind)
    several = kind.capacity > 1 or kind.assignment == "collective"
    sign = "group" if several else {"place": "pin"}.get(kind.place, kind.place)
    return {
        "title": words["title"],
        "note": words["length_and_place"],
        "icon": sign,
        "url": url,
        "current": current,
    }
