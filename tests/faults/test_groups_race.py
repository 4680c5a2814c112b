"""Guests of groups at the same moment, each on a connection of its own: seats, the line for them, and series."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.test_booking_race import ZONE, admin, at, count, desk, order, together  # noqa: F401 (fixtures)
from tillit.access import acting
from tillit.booking.engine import Refusal
from tillit.journeys.book import NotBooked, book, cancel, cancel_series, move, move_series

OVERLAPS = """booking_hosttime a join booking_hosttime b on a.host_id = b.host_id and a.id < b.id
              and a.live and b.live and a.span && b.span"""


@pytest.fixture
def group(desk, admin):  # noqa: F811
    """Twelve seats, and a line for them."""
    kind = desk.kinds["group"]
    admin.execute("update booking_meetingtype set capacity = 12, waiting_places = 30 where id = %s", [kind.pk])
    kind.capacity, kind.waiting_places = 12, 30
    (kind.revision,) = admin.execute("select revision from booking_meetingtype where id = %s", [kind.pk]).fetchone()
    return kind


def wait(kind, minute, n=0) -> Any:
    """A guest who takes a seat, or stands in the line for one."""
    try:
        return book(
            kind=kind, minute=minute, request_key=uuid4(), name=f"Guest {n}", email=f"g{n}@example.org", language="en",
            zone=ZONE, waits=True,
        )[0]  # fmt: skip
    except NotBooked as refused:
        return refused.refusal


def seats_and_lines(admin) -> None:  # noqa: F811
    """What must hold whatever happened: of seats, lines, hosts' time and the clock."""
    taken = "(select count(*) from booking_booking b where b.meeting_id = m.id and b.state = 'confirmed')"
    waits = "exists (select from booking_booking b where b.meeting_id = m.id and b.state = 'waiting')"
    kinds = "booking_meeting m join booking_meetingtype k on k.id = m.meeting_type_id where"
    assert count(admin, OVERLAPS) == 0
    assert count(admin, f"{kinds} {taken} > k.capacity") == 0
    assert count(admin, f"{kinds} {waits} and (m.cancelled is not null or {taken} < k.capacity)") == 0
    assert count(admin, f"{kinds} (m.cancelled is null) <> ({taken} > 0)") == 0
    # nobody who came later has a seat while somebody who came earlier still waits
    earlier = "booking_booking a join booking_booking b on a.meeting_id = b.meeting_id and a.line < b.line"
    assert (
        count(admin, f"{earlier} where a.state = 'waiting' and b.decline_by is not null and b.state = 'confirmed'") == 0
    )
    clocked = "kernel_end e where e.kind = 'booking.line' and e.state = 'open' and e.object_id"
    assert count(admin, f"{clocked} in (select id from booking_booking where state = 'waiting')") == count(
        admin, "booking_booking where state = 'waiting'"
    )
    assert count(admin, f"{clocked} not in (select id from booking_booking where state = 'waiting')") == 0
    known = "(select from access_grant g where g.object_id = b.id and g.revoked is null)"
    assert count(admin, f"booking_booking b where (b.state = 'confirmed') <> exists {known}") == 0


def test_twenty_guests_for_twelve_seats_and_the_line_moves_up_in_order(desk, admin, group):  # noqa: F811
    answers = together(20, desk.visitor(), lambda n: wait(group, at(10), n))
    assert not any(isinstance(answer, Refusal) for answer in answers)
    states = Counter(state for (state,) in admin.execute("select state from booking_booking").fetchall())
    assert states == {"confirmed": 12, "waiting": 8}
    order_of = "select id from booking_booking where line is not null order by line"
    line = [one for (one,) in admin.execute(order_of).fetchall()]
    seated = [one for one in answers if one not in line]

    def leave(n: int) -> Any:
        with acting(desk.guest(seated[n])):
            return cancel(booking_id=seated[n])

    assert all(together(5, desk.visitor(), leave))
    up = admin.execute("select id from booking_booking where line is not null and state = 'confirmed' order by line")
    assert [one for (one,) in up.fetchall()] == line[:5], "the first five, and nobody else"
    assert count(admin, "kernel_outbox where name = 'booking.booking.moved_up' and person_id is null") == 5
    seats_and_lines(admin)


def test_those_who_leave_come_and_move_at_once_never_pass_each_other(desk, admin, group):  # noqa: F811
    """Guests of a group with a line and of a series with the same hosts: made, moved, cancelled by chance."""
    admin.execute("update booking_meetingtype set capacity = 3 where id = %s", [group.pk])
    weekly = desk.kinds["either"]
    admin.execute("update booking_meetingtype set times = 3, horizon = 90 * 1440 where id = %s", [weekly.pk])
    for kind in (group, weekly):
        kind.capacity, kind.times, kind.revision = admin.execute(
            "select capacity, times, revision from booking_meetingtype where id = %s", [kind.pk]
        ).fetchone()
    weekly.horizon = 90 * 1440

    def wander(n: int) -> Counter[str]:
        dice, mine, series = random.Random(n), [], []
        done: Counter[str] = Counter()
        for _ in range(14):
            minute, step = at(dice.choice((9, 10, 11))), dice.random()
            try:
                if step < 0.45 or not mine:
                    found = wait(group, minute, n)
                    mine += [found] if not isinstance(found, Refusal) else []
                    done["came"] += 1
                elif step < 0.6:
                    answer = order(weekly, at(dice.choice((9, 10, 13))))
                    series += [answer[0]] if isinstance(answer, tuple) else []
                    done["series"] += isinstance(answer, tuple)
                elif step < 0.75:
                    one = dice.choice(mine)
                    with acting(desk.guest(one)):
                        elsewhere = at(dice.choice((9, 10, 14, 15)))
                        done["moved"] += move(booking_id=one, minute=elsewhere, zone=ZONE)
                elif step < 0.9 or not series:
                    one = dice.choice(mine)
                    with acting(desk.guest(one)):
                        done["left"] += cancel(booking_id=one)
                else:
                    one = dice.choice(series)
                    with acting(desk.guest(one)):
                        if step < 0.95:
                            start = at(dice.choice((9, 11, 13)))
                            done["shifted"] += move_series(
                                booking_id=one, minutes=[start + week * 7 * 1440 for week in range(3)], zone=ZONE
                            )
                        else:
                            done["ended"] += cancel_series(booking_id=one)
            except NotBooked:
                done["refused"] += 1
        return done

    done = sum(together(8, desk.visitor(), wander), Counter())
    assert all(done[what] for what in ("came", "moved", "left", "refused")), done
    seats_and_lines(admin)
    whole = "(select count(*) c from booking_booking where series is not null group by series having count(*) <> 3) s"
    assert count(admin, whole) == 0, "a series is whole or not there"
    assert count(admin, "booking_booking where series is null and meeting_id in (select m.id from booking_meeting m"
                        " join booking_meetingtype k on k.id = m.meeting_type_id where k.times > 1)") == 0  # fmt: skip
