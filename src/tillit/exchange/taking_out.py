"""A list becomes a file, and each of those in it can read that it was taken: by whom, in which form and what for."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit import evidence
from tillit.access import Actor, current
from tillit.exchange import events, lists, writing
from tillit.identity.queries import current_organisation
from tillit.kernel import clock, formats
from tillit.privacy.rights import coded

PURPOSES = {
    "work": gettext_lazy("to do the work that the list is for"),
    "move": gettext_lazy("to move to, or work with, another program"),
    "count": gettext_lazy("to count or plan, without looking at single people"),
    "law": gettext_lazy("because a law or an authority demands it"),
    "asked": gettext_lazy("because the people in it asked for it"),
}
coded.declare(events.EXPORTED.name, PURPOSES)
FORMS = {
    "xlsx": gettext_lazy("Spreadsheet (.xlsx)"),
    "csv": gettext_lazy("Plain table (.csv)"),
    "vcf": gettext_lazy("Contact cards (.vcf)"),
    "ics": gettext_lazy("Calendar (.ics)"),
}


class TooMany(Exception):
    """More rows than one file holds. Its text says what to do, in the reader's language."""


def offered(wanted: lists.List) -> list[str]:
    """The forms in which a list goes out."""
    return ["xlsx", "csv", *(name for name, _make in wanted.forms)]


def take_out(request: Any, wanted: lists.List, form: str, between: lists.Between, purpose: str = "") -> HttpResponse:
    """The file, as whoever asks sees the list. form: one of `offered`; purpose: a key of PURPOSES where the list is
    about others. Raises TooMany."""
    organisation: Any = current_organisation(request)
    rows = list(islice(wanted.rows(request, between), lists.MOST + 1))
    if len(rows) > lists.MOST:
        fewer = _("These are more than 10,000 rows. Choose fewer days.")
        raise TooMany(fewer if wanted.days else _("These are more than 10,000 rows: too many for one file."))
    _record(wanted, rows, form, purpose)
    return _file(request, wanted, rows, form, organisation.time_zone)


def _record(wanted: lists.List, rows: list[lists.Line], form: str, purpose: str) -> None:
    """Each of those who stand in the list can read that it was taken out, by whom, in which form and what for."""
    me = (current() or Actor()).person
    people = list(dict.fromkeys(row.person for row in rows if row.person and row.person != me))
    detail: dict[str, str | int] = {"list": wanted.key, "form": form, "rows": len(rows)}
    if people:
        evidence.record(events.EXPORTED.name, subjects=people, reason=purpose, detail=detail)
    else:
        evidence.record(events.SAVED.name, reason=purpose, detail=detail)


def _file(request: Any, wanted: lists.List, rows: list[lists.Line], form: str, zone: str) -> HttpResponse:
    cells = (row.cells for row in rows)
    if form == "csv":
        content = writing.csv_file(wanted.heads, cells, zone=zone)
    elif form == "xlsx":
        from tillit.exchange import workbook  # 10 MB that only this needs

        content = workbook.xlsx_file(str(wanted.title), wanted.heads, cells, zone=zone)
    else:
        content = dict(wanted.forms)[form](request, rows)
    day = formats.local(clock.now(), zone).date()
    return writing.download(f"{wanted.key}-{day:%Y-%m-%d}", form, content)
