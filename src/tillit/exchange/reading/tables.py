"""What a file is read into, within which bounds, and what can be wrong with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

_KEPT = "\t\n\r"


@dataclass(frozen=True)
class Limits:
    """Bounds: bytes of the file, bytes unpacked, rows, columns, characters of one cell."""

    size: int = 5_000_000
    unpacked: int = 30_000_000
    rows: int = 10_000
    columns: int = 50
    cell: int = 2_000


LIMITS = Limits()

WORDS: dict[str, Words] = {
    "empty": _("The file is empty."),
    "kind": _("This is neither a table (CSV or Excel’s .xlsx) nor contact cards (.vcf). Save it as one of them."),
    "size": _("The file is larger than 5 MB. Divide it into several."),
    "unpacked": _("Unpacked, this file is far too large. Save it again with nothing but the table."),
    "damaged": _("The file is damaged, or protected with a password."),
    "encoding": _("The letters of this file cannot be read. Save it as UTF-8."),
    "rows": _("The file has more than 10,000 rows. Divide it into several."),
    "columns": _("The file has more than 50 columns. Leave out those that are not needed."),
    "no_rows": _("The file has a line of headings and nothing below it."),
    "card": _("a contact card that cannot be read"),
    "cards": _("There is no whole contact card in this file."),
    "quote": _("a quotation mark is opened and never closed, so the rest of the file cannot be read"),
    "quoted": _("quotation marks in the wrong place"),
    "cells": _("more cells than there are headings"),
    "long": _("a cell with more than 2,000 characters"),
    "signs": _("signs that no text has"),
}
"""What is wrong with a file or with one of its rows, by a stable word."""


class Unreadable(ValueError):
    """A file that is not taken. `why`: a word of `WORDS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    @property
    def says(self) -> Words:
        """What is wrong and what to do, in the reader's language."""
        return WORDS[self.why]


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken: its line in the file, a word that says why, and the column's key if it is one's."""

    line: int
    why: str
    column: str = ""


@dataclass
class Table:
    """The rows of a file: headings, (line in the file, cells) each, and what could not be read."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    bad: list[Bad] = field(default_factory=list)
    encoding: str = ""
    keys: tuple[str, ...] = ()  # where the columns need no guessing

    @property
    def used(self) -> list[int]:
        """The columns in which anything stands."""
        return [at for at in range(len(self.headings)) if self.headings[at] or any(row[at] for _line, row in self.rows)]


def gathered(rows: Sequence[tuple[int, list[str]]], bad: list[Bad], encoding: str, limits: Limits) -> Table:
    """A table of raw rows, the first of them its headings. Rows that are empty are passed over. Raises Unreadable."""
    full = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not full:
        raise Unreadable("empty")
    headings = [clean(cell)[:100] for cell in full[0][1]]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > limits.columns:
        raise Unreadable("columns")
    if len(full) - 1 > limits.rows:
        raise Unreadable("rows")
    taken = []
    for line, raw in full[1:]:
        cells = [clean(cell) for cell in raw]
        if why := _wrong(raw, cells, len(headings), limits):
            bad.append(Bad(line, why))
        else:
            taken.append((line, (cells + [""] * len(headings))[: len(headings)]))
    if not taken and not bad:
        raise Unreadable("no_rows")
    return Table(headings, taken, bad, encoding)


def clean(cell: str) -> str:
    """A cell's text in one form: NFC, no blanks around it."""
    return unicodedata.normalize("NFC", cell).strip().replace("\r\n", "\n").replace("\r", "\n")


def _wrong(raw: list[str], cells: list[str], width: int, limits: Limits) -> str:
    if any(cells[width:]):
        return "cells"
    if any(len(cell) > limits.cell for cell in cells):
        return "long"
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Cn", "Co"} and sign not in _KEPT for one in raw for sign in one):
        return "signs"
    return ""
