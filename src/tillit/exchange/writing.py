"""Lists as files: CSV and XLSX for spreadsheets, vCard for address books. No cell runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import get_language, get_language_bidi
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from tillit.exchange.lists import Cell
from tillit.kernel import spreadsheets

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcf": "text/vcard; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}
_LONGEST = 32_767  # characters of an Excel cell
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML 1.0
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


def xlsx_file(title: str, heads: Sequence[Any], rows: Iterable[Sequence[Cell]], *, zone: str = "UTC") -> bytes:
    """One sheet, from right to left where the reader's language runs so; days and instants are real ones, on the clock
    of `zone`, since a sheet knows no time zones. Text is text whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1")
    sheet.sheet_view.rightToLeft = get_language_bidi()
    sheet.freeze_panes = "A2"
    widths = [max(10, min(50, len(str(head)) + 4)) for head in heads]
    for at, width in enumerate(widths):
        sheet.column_dimensions[chr(65 + at % 26) if at < 26 else f"A{chr(65 + at - 26)}"].width = max(width, 18)
    sheet.append([_bold(sheet, str(head)) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, cell, zone) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(sheet: Any, text: str) -> Any:
    cell = _cell(sheet, text, "UTC")
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Cell, zone: str) -> Any:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, datetime):
        cell.value = value.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, int):
        cell.value = value
    elif value:
        cell.value = _ILLEGAL.sub("", value)[:_LONGEST]
        cell.data_type = "s"  # also what begins like a formula
        cell.quotePrefix = spreadsheets.runs(value)  # and stays so when somebody edits the cell or saves as CSV
    return cell


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
    return _ILLEGAL.sub("", one.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n"))


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
