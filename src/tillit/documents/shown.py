"""Documents in words, for pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tillit.documents import events, kinds
from tillit.documents.models import Check, Document
from tillit.documents.reminders import days_left
from tillit.kernel import formats
from tillit.privacy.rights import coded

SOON = 60  # days before the last one it is said
_WHY: dict[Any, coded.Speller] = {  # as whoever it is about reads it in the evidence
    events.KEPT: kinds.KINDS.get,
    events.SEEN: {"approved": gettext_lazy("you approved it")}.get,
    events.FETCHED: {"approved": gettext_lazy("you approved it")}.get,
    events.TITLE: {"moderates": gettext_lazy("to check them")}.get,
    events.ASKED: kinds.ASKED_FOR.get,
    events.ANSWERED: kinds.STATES.get,
    events.CHECKED: kinds.HOW.get,
}
for _event, _reasons in _WHY.items():
    coded.declare(_event.name, _reasons)
coded.declare("documents.document.kind", kinds.KINDS)
coded.declare("documents.check.how", kinds.HOW)
coded.declare("documents.opening.reason", {"approved": gettext_lazy("its owner approved it")})


def when(moment: datetime, zone: str) -> str:
    """A moment as pages write it."""
    return formats.format_datetime(moment, get_language() or "en", zone=zone)


def day(of: date) -> str:
    """A day as pages write it."""
    return formats.format_date(of, get_language() or "en", "medium")


def line(document: Document, zone: str) -> dict[str, Any]:
    """A document as lists show it."""
    language = get_language() or "en"
    return {
        "document": document,
        "kind": kinds.KINDS[document.kind],
        "listed": kinds.SHOWN_ON_PROFILE[document.listed],
        "issued": formats.format_date(document.issued, language, "medium") if document.issued else "",
        **ending(document, zone),
        "checked": checked(getattr(document, "checked", []), zone),
    }


def ending(document: Any, zone: str) -> dict[str, str]:
    """Its last day in words, a chip for it, and which kind of chip."""
    if document.expires is None:
        return {"last": "", "chip": "", "chip_kind": ""}
    language = get_language() or "en"
    left = days_left(document.expires, zone)
    words, kind = "", ""
    if left < 0:
        words, kind = _("expired"), "wrong"
    elif left <= SOON:
        number = {"n": formats.format_number(left, language)}
        words, kind = ngettext("%(n)s day left", "%(n)s days left", left) % number, "soon"
    return {"last": formats.format_date(document.expires, language, "medium"), "chip": words, "chip_kind": kind}


def checked(checks: list[Check], zone: str) -> str:
    """Who checked what and when; or that nobody here did."""
    if not checks:
        return _("Not checked by us")
    how, day = kinds.HOW[checks[0].how], when(checks[0].made, zone)
    return _("Checked by us on %(day)s: %(how)s") % {"day": day, "how": how}


def title_checked(title: Any, zone: str) -> str:
    """The same of what stands on a profile."""
    if title.checked is None:
        return _("Not checked by us")
    return _("Checked by us on %(day)s: %(how)s") % {"day": when(title.checked, zone), "how": title.checked_by}


def span(hours: int) -> str:
    """So many hours, in words."""
    language = get_language() or "en"
    if hours % 24 or hours == 24 * 2:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": formats.format_number(hours, language)}
    days = timedelta(hours=hours).days
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": formats.format_number(days, language)}
