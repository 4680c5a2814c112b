"""What goes out comes in again as it was, and no cell ever runs."""

from __future__ import annotations

import csv
import io
import unicodedata

from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tillit.exchange import reading, workbook, writing
from tillit.exchange.reading.tables import clean
from tillit.kernel import spreadsheets

ALPHABET = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])
WORDS = st.text(ALPHABET, max_size=40)
STARTS = st.sampled_from(["", "=", "+", "-", "@", "＝", "＋", "'=", "''-", " =", "\u200e=", "﹢", "−"])
TEXTS = st.builds(str.__add__, STARTS, WORDS)


@given(st.text(max_size=60))
def test_no_text_runs_and_every_text_comes_back(text):
    cell = spreadsheets.safe(text)
    assert cell == text or cell == f"'{text}"
    assert not cell.lstrip(" \t\r\n\u200e\u200f\ufeff").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not cell.startswith(("\t", "\r", "\n"))
    assert spreadsheets.plain(cell) == text


def rows(table: reading.Table) -> list[list[str]]:
    return [cells for _line, cells in table.rows]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8),
    st.sampled_from(["sv", "en", "fa"]),
    st.sampled_from(["csv", "xlsx"]),
)
def test_tables(values, language, form):
    wanted = [[clean(a), clean(b)] for a, b in values if clean(a) or clean(b)]
    with translation.override(language):
        made = (
            writing.csv_file(["one", "two"], values)
            if form == "csv"
            else workbook.xlsx_file("Sheet", ["one", "two"], values)
        )
    if not wanted:
        return
    found = reading.read(made, kind=reading.kind_of(made))
    assert found.headings == ["one", "two"] and not found.bad
    assert rows(found) == wanted
    if form == "csv":
        for line in csv.reader(io.StringIO(made.decode("utf-8-sig")), delimiter="," if language == "en" else ";"):
            assert not any(cell[:1] in tuple("=+-@\t\r＝＋－＠") and cell for cell in line)
    else:
        for line in load_workbook(io.BytesIO(made)).active.iter_rows(min_row=2):
            assert all(cell.data_type in ("s", "n", "inlineStr") and cell.data_type != "f" for cell in line)


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXTS, WORDS), min_size=1, max_size=5))
def test_cards(values):
    people = [
        (clean(name), "grace@example.org", "+46701740605", "sv", clean(note)) for name, note in values if clean(name)
    ]
    if not people:
        return
    found = reading.read(writing.cards(people), kind="vcard")
    assert rows(found) == [list(one) for one in people]
    assert all(unicodedata.is_normalized("NFC", one[0]) for one in people)
