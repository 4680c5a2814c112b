"""Digits spelled out in Swedish, English and Persian, as people say telephone numbers. Letters carry no marks."""

from __future__ import annotations

from collections.abc import Sequence

JOINS = frozenset({"och", "and", "و", "sen", "then", "punkt", "streck", "dash", "minus", "mellanslag", "space", "خط"})
"""Words that may stand between two numbers."""
_UNITS = [
    ("noll zero oh nolla صفر", 0), ("ett en etta one یک", 1), ("tva tvaa two دو", 2), ("tre three سه", 3),
    ("fyra four چهار", 4), ("fem five پنج", 5), ("sex six شش شیش", 6), ("sju seven هفت", 7), ("atta eight هشت", 8),
    ("nio nie nine نه", 9),
]  # fmt: skip
_TEENS = [
    ("tio ten ده", 10), ("elva eleven یازده", 11), ("tolv twelve دوازده", 12), ("tretton thirteen سیزده", 13),
    ("fjorton fourteen چهارده", 14), ("femton fifteen پانزده پونزده", 15), ("sexton sixteen شانزده شونزده", 16),
    ("sjutton seventeen هفده", 17), ("arton eighteen هجده", 18), ("nitton nineteen نوزده", 19),
]  # fmt: skip
_TENS = [
    ("tjugo tjuge twenty بیست", 20), ("trettio tretti thirty سی", 30), ("fyrtio forti fyrti forty چهل", 40),
    ("femtio femti fifty پنجاه", 50), ("sextio sexti sixty شصت", 60), ("sjuttio sjutti seventy هفتاد", 70),
    ("attio atti eighty هشتاد", 80), ("nittio nitti ninety نود", 90),
]  # fmt: skip
_HUNDREDS = [
    ("hundra etthundra hundred صد یکصد", 100), ("tvahundra دویست", 200), ("trehundra سیصد", 300),
    ("fyrahundra چهارصد", 400), ("femhundra پانصد", 500), ("sexhundra ششصد", 600), ("sjuhundra هفتصد", 700),
    ("attahundra هشتصد", 800), ("niohundra نهصد", 900),
]  # fmt: skip
_VALUES = {
    word: value for known in (_UNITS, _TEENS, _TENS, _HUNDREDS) for words, value in known for word in words.split()
}
for _ten in _TENS:
    for _unit in _UNITS[1:]:
        for _first in _ten[0].split():
            for _second in _unit[0].split():
                if _first.isascii() and _second.isascii():
                    _VALUES.setdefault(_first + _second, _ten[1] + _unit[1])  # sjuttiofyra


def digits_of(words: Sequence[str]) -> list[str]:
    """Groups of digits that these words and digits say, one for each number: ["noll", "sjuttio", "fyra"] is 0, 74.

    Words that join are passed over; an empty list for anything else among them.
    """
    groups: list[str] = []
    value = 0  # a number that is being said, and what it may still take
    room = 0
    for word in words:
        if word.lstrip("+").isdigit() or word == "+":
            groups.append(word)
            room = 0
        elif word in JOINS:
            continue
        elif (said := _VALUES.get(word)) is None:
            return []
        elif room and 0 < said < room:
            value += said
            groups[-1] = str(value)
            room = _room(said)
        else:
            value = said
            groups.append(str(said))
            room = _room(said)
    return groups


def _room(said: int) -> int:
    """What may be added: units to tens, tens and units to hundreds."""
    if said >= 100:
        return 100
    return 10 if said >= 20 and said % 10 == 0 else 0


__all__ = ["JOINS", "digits_of"]
