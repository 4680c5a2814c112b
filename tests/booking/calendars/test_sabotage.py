"""The promise about other calendars turns red when its defence is switched off."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import pytest

from tests.booking.conftest import NOW
from tests.conftest import privileged
from tests.privacy.test_sabotage import breaks, holds, sql
from tillit.access import acting
from tillit.booking.calendars import actions, freebusy, providers, reading, webdav, writing
from tillit.booking.models import Feed
from tillit.kernel import clock

PROMISE = "integrations-minimum"


@pytest.fixture
def house(desk, host):
    with acting(host):
        actions.make_feed(desk.h1)
    with clock.at(NOW):
        yield desk.organisation


def test_integrations_minimum(house):
    holds(house, PROMISE)
    more = {**reading.KEPT, "VEVENT": reading.KEPT["VEVENT"] | {"SUMMARY"}}
    with mock.patch.object(reading, "KEPT", more):
        breaks(house, PROMISE, "SUMMARY")
    asks = webdav.DATA.replace('name="UID"', 'name="SUMMARY"')
    with mock.patch.object(webdav, "DATA", asks):
        breaks(house, PROMISE, "asks servers")
    wider = replace(
        providers.GOOGLE, scope=f"{providers.GOOGLE.scope} https://www.googleapis.com/auth/calendar.readonly"
    )
    with mock.patch.dict(providers.PROVIDERS, {"google": wider}):
        breaks(house, PROMISE, "calendar.readonly")
    with mock.patch.object(freebusy, "SELECT", (*freebusy.SELECT, "subject")):
        breaks(house, PROMISE, "subject")
    real = writing.event
    with mock.patch.object(writing, "event", lambda one, language: real(one, language) + b"LOCATION:x\r\n"):
        breaks(house, PROMISE, "LOCATION")
    with mock.patch.object(
        writing, "event", lambda one, language: real(one, language) + one.meeting_type.slug.encode()
    ):
        breaks(house, PROMISE, "what was booked")
    holds(house, PROMISE)
    with privileged():
        assert Feed.objects.exists()
    with sql("create policy leak on booking_feed for select to tillit_app using (true)"):
        breaks(house, PROMISE, "booking_feed")
    with sql("drop policy leak on booking_feed"):
        holds(house, PROMISE)
    with sql("alter table booking_busytime add column title text"):
        breaks(house, PROMISE, "title")
    with sql("alter table booking_busytime drop column title"):
        holds(house, PROMISE)
    with sql(
        "drop function booking.fed()",
        "create function booking.fed() returns table (guest text) language sql as $$ select null::text $$",
    ):
        breaks(house, PROMISE, "guest")
