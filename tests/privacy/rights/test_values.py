"""What is held, as its person reads it: in their language, without codes, ids or a program's own words."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.urls import get_resolver
from django.utils import translation

from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Data
from tillit.privacy.rights import formats, values

DAY = "2026-12-24"


def read(label, what, value, language="sv"):
    with translation.override(language):
        return values.of(label, what, value, language=language, zone="Europe/Stockholm")


def coded_fields():
    """Declared fields that hold one of a few words, with these words."""
    len(get_resolver().url_patterns)  # loads what every process with pages has loaded
    for one in holdings():
        model, _dot, name = one.label.rpartition(".")
        field = apps.get_model(model)._meta.get_field(name)
        choices = getattr(field, "inner", field).choices or ()
        if one.declared.what is not Data.LANGUAGE and choices:
            yield one, [str(code) for code, _words in choices if code]


@pytest.mark.parametrize("language", ["sv", "fa"])
def test_every_code_has_words(language):
    raw = [
        f"{one.label}: {code}"
        for one, codes in coded_fields()
        for code in codes
        if read(one.label, one.declared.what, code, language) in ("", code)
    ]
    assert raw == [], "say with coded.declare what they mean"


def test_the_page_of_a_copy_says_what_codes_mean():
    with translation.override("fa"):
        means = formats._meaning("fa", "Asia/Tehran")
        assert means("desk.thread.kind", Data.ACTIVITY, "complaint") == "<bdi>شکایت</bdi>"
        assert means("identity.person.language", Data.LANGUAGE, "sv") == "<bdi>سوئدی</bdi>"
        assert means("x.y.z", Data.ACTIVITY, "<b>") == "<bdi>&lt;b&gt;</bdi>"


def test_what_programs_write_is_read_by_people():
    assert read("booking.schedule.overrides", Data.PROFESSIONAL, {DAY: []}) == "torsdag 24\xa0december 2026: –"
    assert read("booking.schedule.days_off", Data.PROFESSIONAL, [DAY], "fa") == "پنجشنبه ۳\xa0دی ۱۴۰۵"
    weekly = {"1": [["09:00", "12:00"], ["13:00", "17:00"]]}
    assert read("booking.schedule.weekly", Data.PROFESSIONAL, weekly, "fa") == "دوشنبه: ۰۹:۰۰–۱۲:۰۰، ۱۳:۰۰–۱۷:۰۰"
    journey = read("x.y.travel", Data.LOCATION, [{"first": DAY, "last": DAY, "zone": "Asia/Tehran"}])
    assert "Teheran" in journey and "first" not in journey and "Asia" not in journey
    assert read("booking.host.about", Data.PROFESSIONAL, {"sv": "Hej"}) == "Svenska: Hej"
    assert read("notify.quiet.starts", Data.CHOICE, 1320, "fa") == "۲۲:۰۰"
    assert "push" not in read("notify.device.subscription", Data.DEVICE, {"endpoint": "https://push.example/1"})
    assert "/" not in read("notify.note.path", Data.ACTIVITY, "/o/tidboken/desk/")
    assert read("booking.item.key", Data.CALENDAR, "0f" * 32) == "ett märke som bara program läser"
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    assert read("identity.session.device", Data.DEVICE, agent) == "Firefox på Linux"
    assert read("identity.person.display_name", Data.NAME, DAY) == DAY  # what somebody typed stays as they typed it
