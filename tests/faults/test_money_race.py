"""Guests pay, leave, come too late and cancel while the provider calls and the clock runs, each on a connection of its
own. Whatever the order: the money that is held is what the bookings that stand were to pay, and no öre more."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from threading import Thread, current_thread, main_thread
from typing import Any

import pytest
from django.db import connection, transaction

from tests.booking.conftest import NOW
from tests.faults.test_booking_race import admin, at, count, desk, order, together  # noqa: F401 (fixtures)
from tests.wallet.conftest import KEY, Played
from tillit.access import Actor, acting
from tillit.booking import paying
from tillit.booking.queries import get_booking
from tillit.journeys.book import NotBooked, cancel
from tillit.kernel import clock
from tillit.wallet import actions, providers
from tillit.wallet.models import Refund
from tillit.wallet.providers import Told

PRICE = 45_000
OVERLAPS = """booking_hosttime a join booking_hosttime b on a.host_id = b.host_id and a.id < b.id
              and a.live and b.live and a.span && b.span"""


@pytest.fixture
def shop(desk, admin, monkeypatch) -> Any:  # noqa: F811
    """Two types that cost something: one host's time, and three seats with a line for them."""
    played = Played()
    monkeypatch.setitem(providers._providers, KEY, played)
    boss = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(boss), transaction.atomic():
        actions.turn_on(played)
    admin.execute("update booking_meetingtype set price = %s, kept_percent = 50, max_per_day = null", [PRICE])
    admin.execute("update booking_meetingtype set waiting_places = 9 where slug = 'group'")
    kinds = [desk.kinds["consultation"], desk.kinds["group"]]
    for kind in kinds:
        with acting(desk.visitor()), transaction.atomic():
            kind.refresh_from_db()
    return desk, played, kinds


def test_money_held_equals_bookings_that_stand(shop, admin):  # noqa: F811
    desk, played, kinds = shop  # noqa: F811
    organisation = desk.organisation.pk
    program = Actor(organisation=organisation, office="payments")

    def step(dice: random.Random, mine: list[Any], done: Counter[str]) -> None:
        chance, booking = dice.random(), dice.choice(mine) if mine else None
        if booking is None or chance < 0.25:
            kind = dice.choice(kinds)
            found = order(kind, at(dice.choice((9, 10, 11))))
            if isinstance(found, tuple):
                mine.append(found[0])
                done["booked"] += 1
        elif chance < 0.45:
            with acting(desk.guest(booking)), transaction.atomic():
                payment = paying.hold(get_booking(booking))
            with acting(desk.visitor()), suppress(actions.Over):
                actions.begin(payment)
                done["began"] += 1
        elif chance < 0.75:
            known = list(played.orders.items())
            if known:
                reference, asked = dice.choice(known)
                state = dice.choice(("paid", "paid", "failed", "ended"))
                played.states[reference] = state
                with acting(program), transaction.atomic():
                    done[actions.note(KEY, Told(reference, state, asked.money))] += 1
        elif chance < 0.85:
            with acting(desk.guest(booking)), transaction.atomic():
                done["cancelled"] += cancel(booking_id=booking)
        elif chance < 0.92:
            sweeper = Actor(organisation=organisation, office="sweeper")
            with clock.at(NOW + timedelta(minutes=31)), acting(sweeper), transaction.atomic():
                paying.unpaid([booking])
        elif chance < 0.96:
            with acting(desk.guest(booking)), transaction.atomic():
                paying.returned(get_booking(booking))
        if booking is not None and dice.random() < 0.5:
            with acting(Actor(organisation=organisation, office="reaction")):
                done[paying.settle(booking)] += 1

    def wander(n: int) -> Counter[str]:
        dice, mine, done = random.Random(n), [], Counter()  # type: ignore[var-annotated]
        for _ in range(60):
            try:
                step(dice, mine, done)
            except NotBooked:
                done["not"] += 1
        return done

    total: Counter[str] = sum(together(8, desk.visitor(), wander), Counter())
    # how many are freed, and how many stand at the end, is left to chance
    assert total["booked"] and total["paid"] and total["failed"] and total["cancelled"], total
    # what the reactions and the worker would do by now, twice over
    for _ in range(2):
        for (booking,) in admin.execute("select id from booking_booking").fetchall():
            with clock.at(NOW), acting(Actor(organisation=organisation, office="reaction")):
                paying.settle(booking)
        with clock.at(NOW), acting(program):
            with transaction.atomic():
                waiting = list(Refund.objects.filter(state="asked").values_list("pk", flat=True))
            for one in waiting:
                actions.send_refund(one)
    held = "(select coalesce(sum(p.held), 0) from wallet_payment p where p.object_id = b.id)"
    stands = "case when b.state = 'confirmed' and b.pay_by is null then b.to_pay else 0 end"
    assert count(admin, f"booking_booking b where {held} <> {stands}") == 0
    entries = "(select coalesce(sum(e.amount), 0) from wallet_entry e where e.payment_id = p.id)"
    assert count(admin, f"wallet_payment p where p.held <> {entries}") == 0
    assert count(admin, OVERLAPS) == 0
    taken = "(select count(*) from booking_booking b where b.meeting_id = m.id and b.state = 'confirmed')"
    kinds_of = "booking_meeting m join booking_meetingtype k on k.id = m.meeting_type_id where"
    assert count(admin, f"{kinds_of} {taken} > k.capacity") == 0
    clocked = (
        "kernel_end e join booking_booking b on b.id = e.object_id where e.kind = 'booking.pay' and e.state = 'open'"
    )
    assert count(admin, f"{clocked} and b.pay_by is null and b.state = 'confirmed'") == 0
    assert sum(played.refunds.values()) == count_sum(admin)


def count_sum(admin) -> int:  # noqa: F811
    """What went back, by the books."""
    return int(admin.execute("select coalesce(-sum(amount), 0) from wallet_entry where amount < 0").fetchone()[0])


def test_nobody_waits_for_a_slow_provider(shop, admin, monkeypatch):  # noqa: F811
    """While the provider takes its time, others book the same host."""
    desk, played, (kind, _group) = shop  # noqa: F811
    first = order_as(desk, kind, 9)
    with acting(desk.guest(first)), transaction.atomic():
        payment = paying.hold(get_booking(first))
    start, others = played.start, []

    def slow(asked: Any, secret: str) -> Any:
        thread = Thread(target=lambda: others.append(order_as(desk, kind, 11)))
        thread.start()
        thread.join(60)
        return start(asked, secret)

    monkeypatch.setattr(played, "start", slow)
    with acting(desk.visitor()):
        url = actions.begin(payment)
        assert others and url == actions.begin(payment), "it goes on with the same one"
    assert len(played.orders) == 1


def order_as(desk, kind: Any, hour: int) -> Any:  # noqa: F811
    try:
        with clock.at(NOW), acting(desk.visitor()):
            found = order(kind, at(hour))
        return found[0]
    finally:
        if current_thread() is not main_thread():
            connection.close()
