"""Polls answered, decided and called off at the same moment, each client on a connection of its own."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from tests.booking.conftest import NOW
from tests.faults.test_booking_race import TUESDAY, admin, at, count, desk, order, together  # noqa: F401 (fixtures)
from tests.faults.test_groups_race import OVERLAPS
from tillit.access import Actor, acting
from tillit.booking.polls import actions, queries
from tillit.kernel import clock


def hour(n: int) -> Any:
    return TUESDAY + timedelta(hours=n - 1)


def opened(desk, **more) -> UUID:  # noqa: F811
    asked = {"hosts": [desk.h1.pk, desk.h2.pk], "title": "Plan", "minutes": 60, "closes": hour(8)}
    starts = [hour(n) for n in range(9, 16)]
    with clock.at(NOW), acting(desk.as_host(desk.h1)):
        return actions.open_poll(organisation=desk.organisation.pk, starts=starts, **asked | more)


def holder(desk, poll: UUID) -> Actor:  # noqa: F811
    return Actor(organisation=desk.organisation.pk, office="poll", subject=str(poll))


@transaction.atomic
def tried(poll: UUID, do: Any, *given: Any, **more: Any) -> Any:
    try:
        return do(queries.get_poll(poll), *given, **more)
    except actions.Refused as why:
        return str(why)


def say(poll: UUID, name: str, form: UUID | None = None) -> Any:
    more = {"form": form or uuid4(), "name": name, "said": {hour(10): "yes"}, "language": "en", "zone": "UTC"}
    return tried(poll, actions.answer, **more)


def test_two_hosts_choose_at_once(desk, admin):  # noqa: F811
    poll = opened(desk)

    def choose(n: int) -> Any:
        with acting(desk.as_host([desk.h1, desk.h2][n % 2])):
            return tried(poll, actions.choose, hour(10 + n % 3))

    answers = Counter(together(12, desk.visitor(), choose))
    assert answers == {True: 1, "gone": 8, False: 3}
    assert count(admin, "booking_meeting") == 1 and count(admin, "booking_hosttime where live") == 2
    assert count(admin, OVERLAPS) == 0


def test_one_form_from_many_windows_answers_once(desk, admin):  # noqa: F811
    poll, form = opened(desk), uuid4()
    answers = together(8, holder(desk, poll), lambda n: say(poll, "Noor", form))
    assert len({one[0] for one in answers}) == 1 and sum(one[2] for one in answers) == 1
    assert count(admin, "booking_pollanswer") == 1


def test_answers_meet_the_choice_and_guests_meet_the_time(desk, admin):  # noqa: F811
    """Whatever comes first: nobody answers a poll that is decided, and no host has two meetings at one time."""
    poll = opened(desk)
    kind = desk.kinds["consultation"]

    def work(n: int) -> Any:
        if n == 0:
            with acting(desk.as_host(desk.h1)):
                return "chosen", tried(poll, actions.choose, hour(10))
        if n == 1:
            with acting(desk.as_host(desk.h2)):
                return "off", tried(poll, actions.call_off)
        if n < 6:
            return "booked", order(kind, at(10))
        with acting(holder(desk, poll)):
            return "said", say(poll, f"Nr {n}")

    done = together(16, desk.visitor(), work)
    said = [what for word, what in done if word == "said"]
    assert all(one == "late" or isinstance(one, tuple) for one in said)
    assert count(admin, "booking_pollanswer") == sum(isinstance(one, tuple) for one in said)
    assert count(admin, OVERLAPS) == 0
    booked = sum(isinstance(what, tuple) for word, what in done if word == "booked")
    assert booked <= 1 and dict(done)["off"] is True
    assert count(admin, "booking_hosttime where live") == booked, "a meeting that is called off holds nobody"
