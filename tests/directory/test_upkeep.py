"""Training is one's own record; the ethical code is accepted by version, and asked for again when it changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel import support
from tests.marketplace import lay_out
from tillit.access import PUBLIC, acting
from tillit.directory.models import Acceptance, Training
from tillit.directory.upkeep import actions, queries
from tillit.kernel import clock, sweeper, tasks
from tillit.notify.models import Sending

COURSE = actions.Taken("HLR för barn", "Röda Korset", date(2026, 11, 20), 180, 30, True)


@pytest.fixture
def market(db):
    tasks.load()
    with acting(PUBLIC), privileged():
        return lay_out()


def browser(market, first):
    with acting(PUBLIC):
        return log_in(market.person(first).pk)


def url(market, path):
    return f"/o/{market.organisation.slug}/{path}"


def told(kind):
    with privileged():
        return Sending.objects.filter(kind=kind, channel="inside").count()


def test_a_course_is_noted_and_counts(market):
    petra = browser(market, "Petra")
    given = {
        "course": "HLR",
        "place": "Röda Korset",
        "on": "2026-11-20",
        "hours": "3",
        "points": "",
        "emergencies": "on",
    }
    assert petra.post(url(market, "training/"), given).status_code == 302
    page = petra.get(url(market, "training/")).content.decode()
    assert "HLR" in page and "3 of 10 points in 2026" in page and "7 points are left" in page
    assert petra.post(url(market, "training/"), {**given, "on": "2031-01-01"}).status_code == 422
    for first in ("Omar", "Jonas", "Maria", "Sara"):
        with acting(market.as_(first)):
            assert not Training.objects.exists()
    assert browser(market, "Sara").get(url(market, "training/")).status_code == 403
    with privileged():
        row = Training.objects.get()
    assert browser(market, "Omar").post(url(market, f"training/{row.pk}/remove/")).status_code == 404
    assert petra.post(url(market, f"training/{row.pk}/remove/")).status_code == 302


def test_the_code_is_accepted_and_asked_for_again(market):
    petra, jonas, person = browser(market, "Petra"), browser(market, "Jonas"), market.person("Petra").pk
    assert petra.post(url(market, "ethical-code/"), {"number": "7"}).status_code == 302
    with acting(market.visitor()):
        assert queries.accepted([person]) == {}
    petra.post(url(market, "ethical-code/"), {"number": "1"})
    with acting(market.visitor()):
        assert queries.accepted([person])[person][0] == 1
        assert not Acceptance.objects.exists()
    assert browser(market, "Sara").post(url(market, "ethical-code/"), {"number": "1"}).status_code == 404
    words = {"sv": "Ett\nTvå", "en": "One\nTwo", "fa": "یک\nدو"}
    assert petra.get(url(market, "ethical-code/new/")).status_code == 403
    uneven = {**words, "sv": "Ett\nTvå\nTre"}  # who reads Persian would promise less
    assert jonas.post(url(market, "ethical-code/new/"), uneven).status_code == 422
    assert jonas.post(url(market, "ethical-code/new/"), words).status_code == 302
    support.react()
    assert told("directory.code") == 1
    assert "You accepted an older version" in petra.get(url(market, "ethical-code/")).content.decode()


def test_reminded_before_the_year_ends(market):
    with acting(market.as_("Petra")):
        actions.record(COURSE)
    for year, count in ((2027, 1), (2028, 2)):
        moment = clock.now().replace(year=year, month=11, day=16)
        with clock.at(moment), support.worker_rights():
            sweeper.run(60)
        with clock.at(moment):
            support.react()
        assert told("directory.train") == count


def test_a_course_goes_in_time(market):
    with acting(market.as_("Petra")):
        actions.record(COURSE)
    with clock.at(clock.now() + timedelta(days=1830)), support.worker_rights():
        sweeper.run(60)
    with privileged():
        assert not Training.objects.exists()
