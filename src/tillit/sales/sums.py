"""What lines come to, by whole numbers alone; the database counts them once more (sql/sales.sql)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Item:
    """A line to be: quantity in thousandths of `unit`, price in minor units for one unit, rate of VAT in hundredths of
    a per cent; work: a key of rates.WORKS where it counts for the reduction of tax."""

    kind: Literal["work", "travel", "material"]
    text: str
    quantity: int
    unit: Literal["hour", "piece", "km"]
    price: int
    rate: int = 2500
    work: str = ""


@dataclass(frozen=True)
class Sums:
    """Minor units; work: with VAT, of what counts for the reduction."""

    net: int
    vat: int
    gross: int
    work: int = 0


def of_item(item: Item, *, includes_vat: bool) -> Sums:
    """What one line comes to, rounded half away from zero."""
    listed = divided(item.quantity * item.price, 1000)
    if includes_vat:
        vat = divided(listed * item.rate, 10_000 + item.rate)
        net, gross = listed - vat, listed
    else:
        vat = divided(listed * item.rate, 10_000)
        net, gross = listed, listed + vat
    return Sums(net, vat, gross, gross if item.kind == "work" and item.work else 0)


def of_all(items: Iterable[Item], *, includes_vat: bool) -> Sums:
    """What lines come to together."""
    found = [of_item(one, includes_vat=includes_vat) for one in items]
    return Sums(*(sum(getattr(one, name) for one in found) for name in ("net", "vat", "gross", "work")))


def reduction(work: int, share: int, left: int, *, unit: int = 100) -> int:
    """The reduction on `work` (minor units with VAT): its share in whole major units, no more than is left of the
    year's."""
    return max(0, min(work * share // 100, left) // unit * unit)


def divided(part: int, whole: int) -> int:
    """part / whole, rounded half away from zero."""
    rounded = (2 * abs(part) + whole) // (2 * whole)
    return rounded if part >= 0 else -rounded


def ocr(number: int) -> str:
    """The reference that a payment names: the number, its length with both check digits, and a Luhn digit. 10042 →
    1004274."""
    text = str(number)
    text += str((len(text) + 2) % 10)
    return text + luhn(text)


def luhn(digits: str) -> str:
    """The check digit by Luhn's algorithm (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
