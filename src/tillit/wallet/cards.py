"""Card numbers, so that none is ever kept: what looks like one in what a provider sends is refused."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(?<![0-9A-Za-z])(?:[0-9][ -]?){12,18}[0-9](?![0-9A-Za-z])")
_ISSUED = re.compile(r"(?:4|5[1-5]|2[2-7]|3[47]|6(?:011|5|2))")
"""How numbers of the large card networks begin (ISO/IEC 7812)."""


def looks_like_card(text: str) -> bool:
    """Does a whole card number stand in this text: 13 to 19 digits, of a network, with the right check digit?"""
    for found in _DIGITS.finditer(text):
        digits = re.sub(r"[ -]", "", found[0])
        if _ISSUED.match(digits) and _luhn(digits):
            return True
    return False


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
