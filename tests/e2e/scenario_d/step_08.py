"""Step 8: both sides are reminded a day and an hour before, each once, when the clock comes there."""

from __future__ import annotations

import time
from datetime import timedelta

from tests.conftest import connected_to
from tests.e2e.scenario_d.post import plain
from tests.e2e.scenario_d.step_03 import booked
from tillit.access import Actor, acting
from tillit.kernel import clock

BOTH = 2


def test_step_08_both_are_reminded_a_day_and_an_hour_before(live, tidboken, post, new_page):
    from django.db import transaction

    from tillit.booking.actions import set_reminders

    administrator = Actor(organisation=tidboken.organisation.pk, person=tidboken.administrator.pk, office="member")
    with live.django(), acting(administrator), transaction.atomic():
        set_reminders(organisation=tidboken.organisation.pk, minutes=[1440, 60])
    seen = len(post.letters)
    start = booked(new_page, live, hour=8, name="Ali Karimi", address="ali@example.org")
    post.wait(seen + BOTH)
    wait_for_reminder(live)
    for minutes, many in ((1441, 0), (1440, BOTH), (1410, 0), (60, BOTH), (5, 0)):
        seen = len(post.letters)
        sweep(live, start - timedelta(minutes=minutes))
        found = post.wait(seen + many)[seen:]
        if not many:
            time.sleep(1)
            assert len(post.letters) == seen
        assert sorted("ali@example.org" in str(one["To"]) for one in found) == ([False, True] if many else [])
        assert all("Reminder" in str(one["Subject"]) or "Consultation" in plain(one) for one in found)


def sweep(live, moment) -> None:
    """What the worker's hourly round does when the clock stands there."""
    from tillit.kernel import sweeper

    with connected_to(live.dsn("tillit_worker")), clock.at(moment):
        sweeper.run(60)


def wait_for_reminder(live) -> None:
    """Until the booking's reminder stands on the clock."""
    import psycopg

    for _ in range(900):
        with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
            (count,) = admin.execute("select count(*) from kernel_end where kind = 'booking.reminder'").fetchone()
        if count:
            return
        time.sleep(0.1)
    raise AssertionError("No reminder stands on the clock.")
