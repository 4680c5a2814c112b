"""Lists as XLSX. Imported where one is written and not before: openpyxl takes 10 MB of memory."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language_bidi
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from tillit.exchange.lists import Cell
from tillit.exchange.writing import ILLEGAL
from tillit.kernel import spreadsheets

_LONGEST = 32_767  # characters of an Excel cell


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
        cell.value = ILLEGAL.sub("", value)[:_LONGEST]
        cell.data_type = "s"  # also what begins like a formula
        cell.quotePrefix = spreadsheets.runs(value)  # and stays so when somebody edits the cell or saves as CSV
    return cell
