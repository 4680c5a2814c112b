"""Days are typed in either calendar, with any digits; a Persian reader sees Jalali days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from tillit.kernel.day_fields import DayField, MomentField, typed_day


class Form(forms.Form):
    day = DayField()
    at = MomentField(required=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026/11/22", "2026-11-22"),
        ("۱۴۰۵/۰۹/۰۱", "2026-11-22"),
        ("۱۴۰۵/۹/۱", "2026-11-22"),
        ("١٤٠٥-٠٩-٠١", "2026-11-22"),
        (" 1405.09.01 ", "2026-11-22"),
        ("۱۴۰۵/۰۹/۰۱ ۱۴:۳۰", "2026-11-22 14:30"),
        ("1405/12/30", "1405/12/30"),
        ("1405/13/01", "1405/13/01"),
        ("0000/01/01", "0000/01/01"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_what_is_typed_is_understood_or_left_as_it_is(typed, meant):
    assert typed_day(typed) == meant


@given(st.dates(date(1922, 3, 21), date(2200, 1, 1)), st.sampled_from(["sv", "en", "fa"]))
def test_a_day_that_was_shown_is_read_again_as_the_same_day(day, language):
    with translation.override(language):
        shown = Form().fields["day"].widget.format_value(day)
        form = Form({"day": shown})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["day"] == day


def test_a_persian_reader_gets_a_line_for_a_jalali_day_and_others_their_browser_calendar():
    with translation.override("fa"):
        page = str(Form(initial={"day": date(2026, 11, 22)})["day"])
        assert 'type="text"' in page and 'value="۱۴۰۵/۰۹/۰۱"' in page
    with translation.override("sv"):
        page = str(Form(initial={"day": date(2026, 11, 22)})["day"])
        assert 'type="date"' in page and 'value="2026-11-22"' in page


def test_a_moment_is_on_the_active_zone_and_shown_in_the_readers_calendar():
    with translation.override("fa"), timezone.override(ZoneInfo("Asia/Tehran")):
        form = Form({"day": "۱۴۰۵/۰۹/۰۱", "at": "۱۴۰۵/۰۹/۰۱ ۱۴:۳۰"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["at"] == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
        assert 'value="۱۴۰۵/۰۹/۰۱ ۱۴:۳۰"' in str(Form(initial={"at": form.cleaned_data["at"]})["at"])


@pytest.mark.parametrize(("language", "example"), [("fa", "۱۴۰۵/۰۹/۰۱"), ("en", "2026-11-22")])
def test_what_is_no_day_is_refused_with_an_example(language, example):
    with translation.override(language):
        form = Form({"day": "1405/12/30"})
        assert not form.is_valid()
        assert example in form.errors["day"][0]
        assert "1405/12/30" in str(form["day"])
