"""An advertisement as pages show it, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.directory import places, queries, telling
from tillit.directory.models import Advert
from tillit.kernel import formats
from tillit.kernel.dpv import Words

STATES: dict[str, Words] = {
    "waiting": _("Waits for a moderator"), "open": _("Providers see it"), "refused": _("Not shown"),
    "closed": _("Closed"),
}  # fmt: skip
ANSWERS: dict[str, Words] = {
    "sent": _("Waits for an answer"), "withdrawn": _("Withdrawn"), "chosen": _("Yes"), "declined": _("No"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One advertisement. ends: the last day, as words."""

    row: Advert
    title: str
    place: str
    day: str
    ages: str
    state: str
    made: str
    ends: str


def line(row: Advert) -> Line:
    """One of them."""
    return lines([row])[0]


def lines(rows: list[Advert]) -> list[Line]:
    """Several, in their order."""
    language = get_language() or "en"
    services = {one.pk: telling.category_words(one) for one in queries.categories(retired=True)}
    return [
        Line(
            row, services.get(row.category, ""), _place(row.place),
            formats.format_date(row.day, language, "full") if row.day else "", telling.words("ages", row.ages),
            str(STATES[row.state]), formats.format_date(row.made.date(), language, "medium"),
            formats.format_date(row.ends.date(), language, "medium"),
        )
        for row in rows
    ]  # fmt: skip


def _place(place: int) -> str:
    found: Any = places.get(place)
    return str(found.shown) if found else ""
