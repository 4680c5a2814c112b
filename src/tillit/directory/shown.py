"""A profile as its page shows it: facts in words, who says so, who checked it and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.directory import facts, players, slots, telling
from tillit.directory.models import Fact
from tillit.kernel import clock, formats


@dataclass(frozen=True)
class Line:
    """One fact on a page. words: "" where nothing is said. says: who says so. checked: how, by whom and when, or ""."""

    kind: str
    heading: str
    words: str
    says: str
    checked: str
    unchecked: str
    seen_by: str


def line(kind: str, fact: Fact | None, *, short: str, house: str, zone: str) -> Line:
    """A fact, or that nothing is said, in the reader's language."""
    one = facts.KINDS[kind]
    if fact is None:
        return Line(kind, str(one.heading), "", "", "", "", "")
    checked = checked_words(fact, house=house, zone=zone)
    unchecked = "" if checked else _("Nobody has checked it") if one.checkable else _("It is not something we check")
    says = _("%(name)s says so") % {"name": short}
    return Line(kind, str(one.heading), telling.told(fact), says, checked, unchecked, str(facts.SEEN_BY[fact.seen_by]))


def checked_words(fact: Fact, *, house: str, zone: str) -> str:
    """Who of the organisation checked a fact, how and when; "" where nobody did, or it counts no more."""
    today = formats.local(clock.now(), zone).date()
    if fact.checked is None or (fact.check_ends and fact.check_ends < today):
        return ""
    language = get_language() or "en"
    told = {
        "house": house, "how": facts.HOW[fact.check_how],
        "day": formats.format_date(formats.local(fact.checked, zone).date(), language, "medium"),
    }  # fmt: skip
    if not fact.check_ends:
        return _("Checked by %(house)s: %(how)s, %(day)s") % told
    told["ends"] = formats.format_date(fact.check_ends, language, "medium")
    return _("Checked by %(house)s: %(how)s, %(day)s; it counts until %(ends)s") % told


def lines(found: dict[str, Fact], *, short: str, house: str, zone: str) -> list[Line]:
    """The list that is the same for everybody."""
    return [line(kind, found.get(kind), short=short, house=house, zone=zone) for kind in facts.LISTED]


def picture(slug: str, code: str, found: dict[str, Fact], size: str = "large") -> str:
    """The address of the picture; "" without one."""
    fact = found.get("picture")
    return reverse("profile_picture", args=[slug, code, fact.pk, size]) if fact else ""


def head(found: dict[str, Fact]) -> dict[str, Any]:
    """What stands above and beside the list."""

    def value(kind: str) -> Any:
        fact = found.get(kind)
        return fact.value if fact else None

    rate, area, film = value("rate"), value("area"), value("film")
    services = telling.words("services", value("services"))
    return {
        "name": value("name") or "", "about": value("about") or "", "services": services,
        "lead": _("%(services)s, %(place)s") % {"services": services, "place": telling.place_name(area)}
        if services and area
        else services,
        "price": telling.hourly(rate) if rate else "", "vat": telling.vat_words(rate) if rate else "",
        "film": film and {"page": players.page(film), "frame": players.frame(film), "host": players.name(film)},
        "links": [(one, one.removeprefix("https://").removeprefix("www.")) for one in value("links") or ()],
    }  # fmt: skip


def parts(where: str, request: HttpRequest, profile: Any) -> list[SafeString]:
    """What other apps put there, rendered; a part's context is there by name and as `it`."""
    filled = slots.filled(where, request, profile)
    return [render_to_string(part.template, {**part.context, "it": part.context}, request) for part in filled]
