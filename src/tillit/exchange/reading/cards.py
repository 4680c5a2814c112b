"""Contact cards (vCard 2.1, 3.0 and 4.0): one card is one row."""

from __future__ import annotations

import logging
import re
from typing import Any

import vobject

from tillit.exchange.reading.tables import Bad, Limits, Table, Unreadable, clean, gathered

KEYS = ("name", "email", "phone", "language", "note")
_LONGEST = 100_000  # characters of one card, without its pictures
_PICTURES = re.compile(r"([A-Z0-9-]+\.)?(PHOTO|LOGO|SOUND|KEY)[;:]")

logging.getLogger("vobject").setLevel(logging.CRITICAL)  # it would log what it reads


def read(text: str, encoding: str, limits: Limits) -> Table:
    """The cards of a text. Raises Unreadable."""
    rows: list[tuple[int, list[str]]] = [(0, list(KEYS))]
    bad: list[Bad] = []
    for line, card in _cards(text):
        if len(rows) + len(bad) > limits.rows + 1:
            raise Unreadable("rows")
        cells = _cells(card) if len(card) <= _LONGEST else None
        if cells is None:
            bad.append(Bad(line, "card"))
        elif any(cells):
            rows.append((line, cells))
    if len(rows) == 1:
        raise Unreadable("cards")
    table = gathered(rows, bad, encoding, limits)
    table.keys = KEYS
    return table


def _cards(text: str) -> list[tuple[int, str]]:
    """Where each card begins, and its lines; a card that does not end is none."""
    found: list[tuple[int, str]] = []
    lines: list[str] = []
    begun, passed = 0, False
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        mark = line.strip().upper()
        if mark == "BEGIN:VCARD":
            lines, begun = [], number
        passed = (
            passed if line[:1] in (" ", "\t") else _PICTURES.match(mark) is not None
        )  # with the lines it goes on in
        if begun and not passed:
            lines.append(line)
        if mark == "END:VCARD" and begun:
            found.append((begun, "\r\n".join(lines)))
            begun = 0
    if begun:
        found.append((begun, ""))
    return found


def _cells(card: str) -> list[str] | None:
    """The values of a card, the first of each kind; None for one that cannot be read."""
    try:
        read_card: Any = vobject.readOne(card, allowQP=True)
        if read_card is None:
            return None
        name = _first(read_card, "fn") or _full(read_card)
        return [clean(one) for one in (name, *(_first(read_card, key) for key in ("email", "tel", "lang", "note")))]
    except Exception:  # whatever a library for an old and loose format raises
        return None


def _first(card: Any, key: str) -> str:
    values = [value for one in card.contents.get(key, ()) if isinstance(value := one.value, str) and value.strip()]
    found = str(values[0]) if values else ""
    return found.removeprefix("tel:").removeprefix("mailto:")


def _full(card: Any) -> str:
    for one in card.contents.get("n", ()):
        return " ".join(part for part in (str(one.value.given), str(one.value.family)) if part)
    return ""
