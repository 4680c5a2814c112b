"""What can be booked, as lists and headings say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, ngettext
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


def offer_item(kind: MeetingType, url: str, *, currency: str, current: bool = False) -> dict[str, Any]:
    """A meeting type as the list of offers shows it, with what tells it apart: how many dates it has, that a host
    confirms it first, what it costs (`currency`: ISO 4217). `url` is where it is booked."""
    language = get_language() or "en"
    words = offer_words(kind)
    apart = [
        ngettext("%(n)s date", "%(n)s dates", kind.times) % {"n": formats.format_number(kind.times, language)}
        if kind.times > 1
        else "",
        _("confirmed by the host") if kind.answer_within else "",
        formats.format_money(kind.price, currency, language) if kind.price else "",
    ]
    several = kind.capacity > 1 or kind.assignment == "collective"
    sign = "group" if several else {"place": "pin"}.get(kind.place, kind.place)
    return {
        "title": words["title"],
        "note": formats.join_words([words["length_and_place"], *apart], language),
        "icon": sign,
        "url": url,
        "current": current,
    }
