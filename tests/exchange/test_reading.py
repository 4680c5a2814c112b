"""Files that people bring: whatever program wrote them, and whatever somebody did to them."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tillit.exchange import reading
from tillit.exchange.reading import Limits, Unreadable

ROWS = "Namn;E-post;Anteckning\r\nÅsa Öberg;asa@example.org;Går på möte\r\nنرگس رضایی;narges@example.org;سلام\r\n"
SWEDISH = "Namn;E-post\r\nÅsa Öberg;asa@example.org\r\nBjörn Ågren;bjorn@example.org\r\n"
PERSIAN = "نام;ایمیل\r\nنرگس رضایی;narges@example.org\r\nپژمان چراغی;pejman@example.org\r\n"


def table(content: bytes, **more):
    return reading.read(content, kind=reading.kind_of(content), **more)


def sheet(rows, **more) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        b"\xef\xbb\xbf" + ROWS.encode(),
        ROWS.encode("utf-16"),
        ROWS.encode("utf-16-le"),
        ROWS.encode("utf-16-be"),
        b"\xfe\xff" + ROWS.encode("utf-16-be"),
    ],
)
def test_every_unicode(content):
    found = table(content)
    assert found.headings == ["Namn", "E-post", "Anteckning"]
    assert found.rows[0] == (2, ["Åsa Öberg", "asa@example.org", "Går på möte"])
    assert found.rows[1][1][0] == "نرگس رضایی"


def test_the_old_windows_encodings():
    assert table(SWEDISH.encode("cp1252")).rows[0][1][0] == "Åsa Öberg"
    assert table(SWEDISH.encode("cp1252")).encoding == "cp1252"
    persian = PERSIAN.replace("ی", "ي")  # cp1256 has no Persian yeh
    assert table(persian.encode("cp1256")).rows[1][1][0] == "پژمان چراغي"
    assert table(persian.encode("cp1256")).encoding == "cp1256"


def test_the_encoding_can_be_chosen_and_a_wrong_one_is_named():
    assert table(SWEDISH.encode("cp1252"), encoding="cp1256").rows[0][1][0] != "Åsa Öberg"
    with pytest.raises(Unreadable, match="encoding"):
        table(SWEDISH.encode("cp1252"), encoding="utf-8")
    with pytest.raises(Unreadable, match="encoding"):
        table("a,b\n1,2".encode("utf-32"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter, end):
    lines = [["Name", "E-mail"], ["Grace", "grace@example.org"], ["Ali", "ali@example.org"]]
    found = table(end.join(delimiter.join(line) for line in lines).encode())
    assert found.headings == ["Name", "E-mail"] and [cells[0] for _line, cells in found.rows] == ["Grace", "Ali"]


def test_lines_are_those_of_the_file():
    found = table(b'name,note\n\nGrace,"two\nlines"\nAli,one\n\n,\nSara,x\n')
    assert [(line, cells[0]) for line, cells in found.rows] == [(3, "Grace"), (5, "Ali"), (8, "Sara")]


def test_a_quotation_mark_that_never_ends_is_named_and_what_stands_before_it_is_read():
    found = table(b'name,email\nGrace,g@example.org\nAli,"ali@example.org\nSara,s@example.org\n')
    assert [cells[0] for _line, cells in found.rows] == ["Grace"]
    assert [(bad.line, bad.why) for bad in found.bad] == [(3, "quote")]


def test_quotation_marks_in_the_wrong_place_cost_their_row_only():
    found = table(b'name,email\n"Gr"ace,g@example.org\nAli,a@example.org\n')
    assert [cells[0] for _line, cells in found.rows] == ["Ali"]
    assert [(bad.line, bad.why) for bad in found.bad] == [(2, "quoted")]


def test_rows_with_what_no_text_has_or_too_much_are_named():
    found = table(b"name,email\nGr\x00ace,g\nAli,a,b\nSara," + b"x" * 3000 + b"\nOmid,o\n")
    assert [(bad.line, bad.why) for bad in found.bad] == [(2, "signs"), (3, "cells"), (4, "long")]
    assert [cells for _line, cells in found.rows] == [["Omid", "o"]]


def test_double_and_empty_columns():
    found = table(b"name,name,,email\nGrace,Miller,,g@example.org\nAli,,,a@example.org\n")
    assert found.headings == ["name", "name", "", "email"] and found.used == [0, 1, 3]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"), (b"\xef\xbb\xbf", "empty"), (b"\r\n\r\n", "empty"), (b"name,email\n", "no_rows"),
        (b"%PDF-1.7 x", "kind"), (b"\x1f\x8b\x08 x", "kind"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "kind"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"a,b\n" + b"1,2\n" * 10_001, "rows"),
        (b",".join(b"c%d" % n for n in range(51)) + b"\n" + b"1," * 51, "columns"),
        (b"a" * 5_000_001, "size"),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:x\n", "cards"),
    ],
)  # fmt: skip
def test_what_is_not_taken_says_why(content, why):
    with pytest.raises(Unreadable) as caught:
        table(content)
    assert caught.value.why == why and str(caught.value.says)


# -- Excel ------------------------------------------------------------------------------------------------------------


def test_a_sheet():
    found = table(
        sheet([["Namn", "Dag", "Tal", "När"], ["Åsa", date(2026, 11, 22), 46701740605, datetime(2026, 1, 2, 3, 4)]])  # noqa: DTZ001 (without a zone on purpose)
    )
    assert found.rows == [(2, ["Åsa", "2026-11-22", "46701740605", "2026-01-02 03:04"])]


def test_formulas_are_not_evaluated():
    found = table(sheet([["name", "email"], ["=1+1", "g@example.org"], ["Ali", '=HYPERLINK("http://x")']]))
    assert found.rows == [(2, ["", "g@example.org"]), (3, ["Ali", ""])]


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet([["name"], ["Grace"]]))) as old, zipfile.ZipFile(out, "w", 8) as new:
        for one in old.namelist():
            new.writestr(one, members.pop(one.rpartition("/")[2].replace(".", "_"), old.read(one)))
        for name, content in members.items():
            new.writestr(f"xl/{name.replace('_', '.')}", content)
    return out.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize("name", ["sheet1_xml", "workbook_xml", "sharedStrings_xml"])
def test_entities_are_refused(name):
    with pytest.raises(Unreadable, match="damaged"):
        table(packed(**{name: BOMB}))
    with pytest.raises(Unreadable, match="damaged"):
        table(packed(**{name: BOMB.decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16")}))


def test_a_zip_bomb_is_not_unpacked():
    content = packed(big=b"\0" * 40_000_000)
    assert len(content) < 200_000
    tracemalloc.start()
    with pytest.raises(Unreadable, match="unpacked"):
        table(content)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_sheet_that_lies_about_its_size():
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    head += b'<dimension ref="A1:A2"/><sheetData>'
    with pytest.raises(Unreadable, match=r"rows|columns"):
        table(packed(sheet1_xml=head + row + far + b"</sheetData></worksheet>"))


# -- contact cards ----------------------------------------------------------------------------------------------------


def test_cards_old_and_new():
    found = table(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Åsa Öberg\r\nEMAIL;TYPE=work:asa@example.org\r\n"
        "TEL:0701740605\r\nNOTE:Rad\\nrad\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:4.0\r\nN:رضایی;نرگس;;;\r\n"
        "FN:نرگس رضایی\r\nTEL;VALUE=uri:tel:+989121234567\r\nLANG:fa\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Lindstr=C3=B6m;Bj=C3=B6rn\nEMAIL:b@example.org\nEND:VCARD\n".encode()
    )
    assert found.keys[:3] == ("name", "email", "phone")
    assert found.rows[0] == (1, ["Åsa Öberg", "asa@example.org", "0701740605", "", "Rad\nrad"])
    assert found.rows[1][1][:4] == ["نرگس رضایی", "", "+989121234567", "fa"]
    assert found.rows[2][1][:2] == ["Björn Lindström", "b@example.org"]


def test_a_broken_card_costs_itself_only():
    found = table(
        b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nEMAIL:a@b.se\nEND:VCARD\nBEGIN:VCARD\n\x01\x02;;=\nEND:VCARD\nBEGIN:VCARD\nFN:B"
    )
    assert (
        [cells[0] for _line, cells in found.rows] == ["A"]
        and found.bad
        and all(bad.why in ("card", "signs") for bad in found.bad)
    )


# -- whatever it is ---------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: t.encode(errors="replace")))
def test_any_bytes_are_read_or_refused_with_a_word(content):
    try:
        found = table(content)
    except Unreadable as refused:
        assert refused.why in reading.WORDS
    else:
        assert all(len(cells) == len(found.headings) for _line, cells in found.rows)
        assert all(bad.why in reading.WORDS for bad in found.bad)


def test_as_large_as_may_be_is_quick_enough():
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "email", "phone"])
    writer.writerows([f"Somebody {n}", f"s{n}@example.org", f"+4670{n:07}"] for n in range(10_000))
    assert len(table(out.getvalue().encode()).rows) == 10_000
    assert Limits().rows == 10_000


def test_a_line_that_names_the_sign_is_no_heading():
    table = reading.read("sep=;\r\nNamn;E-post\r\nÅsa;asa@example.org\r\n".encode(), kind="csv")
    assert table.headings == ["Namn", "E-post"] and table.rows == [(3, ["Åsa", "asa@example.org"])]


def test_a_cell_without_end_is_named_and_the_next_row_is_read():
    table = reading.read(b"name,email\n" + b"a" * 200_000 + b",x@example.org\nGrace,g@example.org\n", kind="csv")
    assert [(bad.line, bad.why) for bad in table.bad] == [(2, "long")] and table.rows == [
        (3, ["Grace", "g@example.org"])
    ]


def test_cards_with_large_pictures():
    picture = b"\r\n ".join([b"QUJD" * 18] * 3000)
    card = (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Grace\r\nitem1.PHOTO;ENCODING=b:"
        + picture
        + b"\r\nEMAIL:g@example.org\r\nEND:VCARD\r\n"
    )
    assert [row[1][:2] for row in reading.read(card, kind="vcard").rows] == [["Grace", "g@example.org"]]
