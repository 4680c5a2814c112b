"""Tables as text (CSV, RFC 4180 and what programs make of it): encodings, delimiters, line ends, quotation marks."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from tillit.exchange.reading.tables import Bad, Limits, Table, Unreadable, gathered
from tillit.kernel import spreadsheets
from tillit.kernel.dpv import Words

ENCODINGS: dict[str, Words] = {
    "utf-8": _("UTF-8 (most programs)"),
    "utf-16": _("UTF-16 (“Unicode text”)"),
    "cp1252": _("Windows, western Europe"),
    "cp1256": _("Windows, Persian and Arabic"),
}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
_DELIMITERS = ";,\t"
_SAMPLE = 30  # lines


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text, and the encoding it was in. Raises Unreadable where it is not text in `encoding`."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return _as(content, codec)
    if encoding in ENCODINGS:
        return _as(content, _width(content) or "utf-16-le" if encoding == "utf-16" else encoding)
    if codec := _width(content):
        return _as(content, codec)
    try:
        return content.decode(), "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3 and error.reason == "unexpected end of data":
            return content[: error.start].decode(), "utf-8"  # a piece of a longer text
    return _as(content, "cp1256" if _in_runs(content) else "cp1252")


def _as(content: bytes, codec: str) -> tuple[str, str]:
    if not codec:
        raise Unreadable("encoding")
    try:
        return content[: len(content) & ~1 if codec.startswith("utf-16") else None].decode(codec), _NAMES.get(
            codec, codec
        )
    except UnicodeDecodeError:
        pass
    if codec == "cp1252":
        try:
            return content.decode("cp1256"), "cp1256"  # five of its signs stand for nothing in western Europe
        except UnicodeDecodeError:
            pass
    raise Unreadable("encoding")


def _width(content: bytes) -> str:
    """UTF-16 without a mark: every other byte of a table's commas, digits and line ends is nought."""
    sample = content[:2000]
    if sample.count(0) * 10 < len(sample):
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return "utf-16-be" if even > odd * 4 else "utf-16-le" if odd > even * 4 else ""


def _in_runs(content: bytes) -> bool:
    """Do signs beyond ASCII stand in words of their own (Persian), rather than one by one among others (Swedish)?"""
    high = [byte > 127 for byte in content[:20_000]]
    beside = sum(a and b for a, b in pairwise(high))
    return beside * 2 > sum(high)


def read(text: str, encoding: str, limits: Limits) -> Table:
    """The rows of a text. Raises Unreadable."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    bad: list[Bad] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            why = _fault(str(error), text, line)
            bad.append(Bad(line, why))
            if why == "quote":
                break
            continue
        if len(rows) > limits.rows + 1 and any(cells):
            raise Unreadable("rows")
        if len(cells) > limits.columns and any(cells[limits.columns :]) and not rows:
            raise Unreadable("columns")
        if any(cells) and not (line == 1 and _divided(text)):
            rows.append((line, [spreadsheets.plain(cell) for cell in cells]))
    return gathered(rows, bad, encoding, limits)


def _fault(error: str, text: str, line: int) -> str:
    """What is wrong with a line that the reader gave up: a cell without end, or a mark in the wrong place."""
    if "limit" in error and '"' not in text.split("\n", line)[line - 1]:
        return "long"
    return "quote" if "unexpected end" in error or "limit" in error else "quoted"


def _divided(text: str) -> str:
    """The sign that a first line "sep=;" names, as spreadsheet programs write it; "" without such a line."""
    if text[:4].lower() != "sep=" or text[5:6] not in ("", "\r", "\n"):
        return ""
    return text[4:5] if text[4:5] in _DELIMITERS else ","


def _delimiter(text: str) -> str:
    """The sign that divides the first lines into most columns, equally many in each."""
    head = text[:20_000]
    if said := _divided(head):
        return said

    def fits(delimiter: str) -> tuple[int, int]:
        widths = []
        try:
            for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
                widths.append(len(cells))
                if len(widths) == _SAMPLE:
                    break
        except csv.Error:
            pass
        first = widths[0] if widths else 1
        return (sum(width == first for width in widths) if first > 1 else 0), first

    return max(",;\t", key=fits)
