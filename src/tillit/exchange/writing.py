"""Lists as CSV for spreadsheets (workbook.py writes XLSX) and as vCard for address books. No cell runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import get_language

from tillit.exchange.lists import Cell
from tillit.kernel import spreadsheets

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcf": "text/vcard; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML 1.0
_COMMA = {"en"}  # languages whose spreadsheets divide by commas; elsewhere a comma stands in numbers


def download(name: str, kind: str, content: bytes) -> HttpResponse:
    """A file that no browser shows or keeps. `name` is ours and ASCII."""
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def csv_file(heads: Sequence[Any], rows: Iterable[Sequence[Cell]], *, zone: str = "UTC") -> bytes:
    """RFC 4180 in UTF-8 with a mark, as spreadsheets want it. Days and instants as ISO 8601 writes them, on the clock
    of `zone` (IANA)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if (get_language() or "en")[:2] in _COMMA else ";", lineterminator="\r\n")
    writer.writerow([spreadsheets.safe(str(head)) for head in heads])
    writer.writerows([_text(cell, zone) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode(errors="replace")


def _text(cell: Cell, zone: str) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, int) else spreadsheets.safe(cell)


def cards(people: Iterable[tuple[str, str, str, str, str]]) -> bytes:
    """Contact cards (vCard 4.0, RFC 6350) of people: name, e-mail, phone, language, note."""
    out = []
    for name, email, phone, language, note in people:
        lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{_escaped(name)}"]
        lines += [f"EMAIL:{_escaped(email)}"] if email else []
        lines += [f"TEL;VALUE=uri:tel:{phone}"] if phone else []
        lines += [f"LANG:{_escaped(language)}"] if language else []
        lines += [f"NOTE:{_escaped(note)}"] if note else []
        out += [_folded(line) for line in [*lines, "END:VCARD"]]
    return "".join(f"{line}\r\n" for line in out).encode(errors="replace")


def _escaped(text: str) -> str:
    one = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return ILLEGAL.sub("", one.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n"))


def _folded(line: str) -> str:
    """At most 75 octets a line (RFC 6350, 3.2), never inside a letter."""
    lines, at = [""], 0
    for letter in line:
        size = len(letter.encode(errors="replace"))
        if at + size > 73:
            lines.append("")
            at = 0
        lines[-1] += letter
        at += size
    return "\r\n ".join(lines)
