"""What counts as a contact detail in people's words, and what does not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillit.kernel.contact_words import KINDS, find, fold, without

TRUE = [
    ("phone", "Ring mig på 070-174 06 31 om det är något"),
    ("phone", "0701740631"),
    ("phone", "+46 70 174 06 31"),
    ("phone", "0046701740631"),
    ("phone", "mitt nummer: 070.174.06.31"),
    ("phone", "016-12 34 56 går bra"),
    ("phone", "۰۹۱۲۱۲۳۴۵۶۷"),
    ("phone", "٠٩١٢ ١٢٣ ٤٥ ٦٧"),
    ("phone", "０７０１７４０６３１"),
    ("phone", "⓪⑦⓪①⑦④⓪⑥③①"),
    ("phone", "𝟎𝟕𝟎𝟏𝟕𝟒𝟎𝟔𝟑𝟏"),
    (
        "phone",
        "0\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e31\ufe0f\u20e37\ufe0f\u20e34\ufe0f\u20e30\ufe0f\u20e36\ufe0f\u20e3",
    ),
    ("phone", "0 7 0 1 7 4 0 6 3 1"),
    ("phone", "0-7-0_1*7*4 / 06 | 31"),
    ("phone", "07\u200b01\u200d74\u206006\ufeff31"),
    ("phone", "O7O l74 O6 3l"),
    ("phone", "noll sju noll ett sju fyra noll sex tre ett"),
    ("phone", "noll sjuttio, sjutton fyrtio, sextiotre, tio"),
    ("phone", "noll sju noll 174 06 31"),
    ("phone", "zero seven zero one seven four zero six three one"),
    ("phone", "oh seven oh one seven four oh six three one"),
    ("phone", "صفر نهصد و دوازده صد و بیست و سه چهل و پنج شصت و هفت"),
    ("phone", "صفر نه یک دو یک دو سه چهار پنج شش هفت"),
    ("phone", "701740631"),
    ("phone", "9121234567"),
    ("email", "sara.holm@example.org"),
    ("email", "sara @ gmail . com".replace(" . ", ".")),
    ("email", "sara at gmail dot com"),
    ("email", "sara punkt holm snabel-a gmail punkt com"),
    ("email", "sara (at) example (dot) org"),
    ("email", "sara[at]example.se"),
    ("email", "sara＠example．se"),
    ("email", "sаrа@gmаil.соm"),
    ("email", "mejla sara.holm på gmail"),
    ("email", "sara ات جیمیل دات کام"),
    ("link", "https://example.org/x"),
    ("link", "titta på example.com"),
    ("link", "wa.me/46701740631"),
    ("link", "t.me/sara_h"),
    ("link", "example punkt com"),
    ("link", "www.exempel.nu"),
    ("link", "min insta: sara_h92"),
    ("link", "@sara_holm"),
    ("address", "Vi bor på Storgatan 12"),
    ("address", "Kungsvägen 4 B, två trappor"),
    ("address", "Stora gatan 5"),
    ("address", "Björkvägen tolv"),
    ("address", "14 Oxford Street"),
    ("address", "خیابان آزادی، کوچه لاله، پلاک ۱۲"),
]
FALSE = [
    "Vi betalar 460 kr i timmen",
    "Det blir 1 380 kr och 60 kr för resan",
    "1 250 000 kronor",
    "12,500,000 تومان",
    "350000 تومان",
    "lördag 28 november mellan 9 och 12",
    "2026-11-28",
    "28/11 2026",
    "28.11.2026 klockan 09.00-12.00",
    "kl. 08.00-17.00 måndag till fredag",
    "från 07:30 till 16:30",
    "01/12 - 05/12",
    "mellan 01.12 och 05.12",
    "۱۴۰۵/۰۹/۰۷ ساعت ۱۰:۳۰",
    "Barnen är 2 och 5 år",
    "Jag är 34 år och har 10 års erfarenhet",
    "632 20 Eskilstuna",
    "63220",
    "åldrarna 1, 2, 3, 4, 5, 6, 7, 8",
    "2019, 2020, 2021, 2022",
    "ett två tre fyra fem sex sju åtta",
    "Jag kan en timme, två timmar eller tre",
    "hela vägen 3 km",
    "Vi ses på torget 10.30",
    "Jag väntar hemma på dig. Se till att ta med nyckeln",
    "Meet me at home. Se you",
    "Jag är på skolan.Nu kommer jag",
    "t.ex. böcker, bl.a. om djur",
    "Ni är välkomna!",
    "یک بچهٔ دو ساله و یک بچهٔ پنج ساله",
    "ساعت نه تا دوازده",
    "Hej! Är du ledig?",
    "3 x 460 = 1380",
    "Betyg 4,5 av 5",
    "",
]


@pytest.mark.parametrize(("kind", "text"), TRUE)
def test_found(kind: str, text: str) -> None:
    assert kind in {one.kind for one in find(text)}, find(text)


@pytest.mark.parametrize("text", FALSE)
def test_not_found(text: str) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in find(text)] == []


def test_where_it_stands() -> None:
    text = "Vad bra! Ring mig på 070-174 06 31 om det är något."
    (one,) = find(text)
    assert text[one.start : one.end] == "070-174 06 31"
    assert without(text) == "Vad bra! Ring mig på om det är något."


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_borne(text: str) -> None:
    folded, at = fold(text)
    assert len(folded) == len(at) and at == sorted(at)
    found = find(text)
    assert all(0 <= one.start < one.end <= len(text) and one.kind in KINDS for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


_ZEROS = "0٠۰０𝟎𝟘𝟬0"
_GAPS = ["", " ", "-", "\u200b", " - ", "*", "\u00a0"]  # dots and strokes also make times and dates


@settings(max_examples=120, deadline=None)
@given(
    st.text("123456789", min_size=2, max_size=2), st.text("0123456789", min_size=6, max_size=6),
    st.sampled_from(_ZEROS), st.lists(st.sampled_from(_GAPS), min_size=10, max_size=10),
)  # fmt: skip
def test_a_mobile_number_in_any_dress(area: str, rest: str, script: str, gaps: list[str]) -> None:
    dressed = "".join(
        chr(ord(script) + int(digit)) + gap for digit, gap in zip("07" + area[:1] + "1" + rest, gaps, strict=True)
    )
    assert "phone" in {one.kind for one in find("Ring " + dressed + " tack")}, dressed


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 10_000, "a." * 10_000, "sara at " * 2_500, "storgatan " * 2_000, "٠" * 20_000, "خیابان " + "،" * 10_000,
        "خیابان a" + ",a" * 5_000,
    ],
)  # fmt: skip
def test_long_texts_end(text: str) -> None:
    find(text)
