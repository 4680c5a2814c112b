"""The record of processing: complete, safe for spreadsheets, and a document in three languages."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import translation

from tests.privacy.policy.conftest import past
from tillit.access import acting
from tillit.privacy.policy import pdf
from tillit.privacy.policy.record import as_csv, record


def test_it_names_every_use_with_ground_time_and_receivers(house, office):
    with acting(office):
        tables = record(house)
    who, uses, receivers, protection, as_processor = tables
    assert "559402-1187" in str(who.rows)
    assert all(all(row) for row in uses.rows), "a use without ground, data, time or end"
    assert "GDPR Art. 6(1)(f)" in str(uses.rows)
    assert receivers.head and len(protection.rows) >= 4
    assert house.name in str(as_processor.rows)


def test_no_cell_is_a_formula(house, office):
    past(house=house, contact_name='=HYPERLINK("http://x.example","Data")')
    with acting(office):
        rows = list(csv.reader(io.StringIO(as_csv(record(house)))))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("language", ["sv", "en", "fa"])
def test_it_is_a_document(house, office, language):
    past(house=house, contact_name='#panic() $ *bold* \\ " ]')
    with acting(office), translation.override(language):
        drawn = pdf.tables("Record", house.name, record(house))
    assert drawn.startswith(b"%PDF-")
    assert b"Vazirmatn" in drawn
