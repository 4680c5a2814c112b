"""Guests and hosts who book, wait, pay, move and cancel at the same moments: sequences that Hypothesis makes up, each
step several clients at once with connections of their own. After each step everything holds (booking/upheld.py).

`make fuzz` seeks new sequences for long; here they are the same each time, but for who comes first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.http import Http404
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.booking.conftest import lay_out
from tests.booking.upheld import troubles
from tests.conftest import connected_to
from tests.wallet.conftest import KEY, Played
from tillit.access import PUBLIC, Actor, acting
from tillit.booking import paying
from tillit.booking.engine import Window
from tillit.booking.models import Addition, MeetingType, Resource, Schedule, TypeResource
from tillit.booking.queries import free_times, get_booking
from tillit.booking.visits.together import together
from tillit.journeys import book as journey
from tillit.journeys import series
from tillit.journeys.book import NotBooked
from tillit.kernel import clock, zones
from tillit.wallet import actions as wallet
from tillit.wallet import providers
from tillit.wallet.models import Refund
from tillit.wallet.providers import Told

NOW = datetime(2027, 3, 23, 8, 0, tzinfo=UTC)
SATURDAY = date(2027, 3, 27).toordinal()  # the night after it European clocks change
ZONES = ("Europe/Stockholm", "Asia/Kathmandu", "Pacific/Chatham")
KINDS = ("consultation", "visit", "together", "either", "group", "short")
CLIENTS = 6
QUICK = settings(max_examples=8, stateful_step_count=9)
LONG = settings(max_examples=300, stateful_step_count=30)

TIMES = (540, 600, 660, 720, 840)  # of a day, on the wall clock: few, so that they are wanted by many
WISHES = {"book": 8, "wait": 4, "move": 4, "cancel": 2, "host cancels": 1, "series ends": 1, "pays": 5}
PRICE = 45_000
SEED = st.integers(0, 2**32)


@dataclass
class Bed:
    """A database, an eye on it past every policy, and clients that keep their connections."""

    admin: psycopg.Connection[Any]
    clients: ThreadPoolExecutor
    as_owner: Callable[[], Any]
    provider: Played


class Bookings(RuleBasedStateMachine):
    """One organisation, and what happens to it."""

    bed: Bed

    @initialize(
        zone=st.sampled_from(ZONES),
        seats=st.integers(2, 3),
        rooms=st.integers(1, 2),
        price=st.sampled_from([None, PRICE]),
        sharing=st.sampled_from(MeetingType.SHARINGS),
        minutes=st.sampled_from([None, 100, 240]),
        a_day=st.sampled_from([None, 4]),
        a_week=st.sampled_from([None, 5]),
    )
    def begin(self, zone: str, seats: int, rooms: int, price: int | None, sharing: str, **most: int | None) -> None:
        with self.bed.as_owner():
            self.desk = lay_out(f"o-{uuid4().hex}")
            own = MeetingType.objects.filter(organisation=self.desk.organisation)
            own.filter(slug="consultation").update(max_per_day=2, buffer_before=15)
            own.filter(slug="either").update(sharing=sharing)
            own.filter(slug__in=["together", "group"]).update(price=price, kept_percent=50)
            own.filter(slug="group").update(capacity=seats, waiting_places=2)
            own.filter(slug="short").update(times=2)
            self.furnish(rooms)
            week = {str(day): [["08:00", "16:00"]] for day in range(1, 8)}
            schedules = Schedule.objects.filter(organisation=self.desk.organisation)
            schedules.update(zone=zone, weekly=week)
            schedules.filter(host=self.desk.h1).update(
                minutes_per_day=most["minutes"], meetings_per_day=most["a_day"], meetings_per_week=most["a_week"]
            )
        boss = Actor(organisation=self.desk.organisation.pk, person=self.desk.administrator.pk, office="member")
        with clock.at(NOW), acting(boss), transaction.atomic():
            wallet.turn_on(self.bed.provider)
        self.zone, self.mine = zone, []  # type: tuple[str, list[UUID]]

    @rule(seed=SEED)
    def at_once(self, seed: int) -> None:
        """Several clients, each with one wish, at one moment."""
        dice = Random(seed)
        wishes = dice.choices([*WISHES], [*WISHES.values()], k=CLIENTS)
        start, known = threading.Barrier(CLIENTS), tuple(self.mine)

        def client(what: str, seed: int) -> UUID | None:
            with clock.at(NOW), acting(self.desk.visitor()):
                start.wait(timeout=60)
                try:
                    return self.wish(Random(seed), known, what)
                except (NotBooked, Http404):
                    return None

        asked = [self.bed.clients.submit(client, what, dice.getrandbits(32)) for what in wishes]
        self.mine += [made for one in asked if (made := one.result(timeout=120))]
        self.settle()

    @rule(kind=st.sampled_from(KINDS), day=st.integers(0, 1), nth=SEED)
    def what_is_offered_can_be_had(self, kind: str, day: int, nth: int) -> None:
        """As long as nobody else books, no time on the page is refused: the engine knows what the database knows."""
        with clock.at(NOW), acting(self.desk.visitor()):
            offer = self.offer(kind)
            first = zones.day_start(self.zone, SATURDAY + day)
            with transaction.atomic():
                times = free_times(offer, Window(first, zones.day_start(self.zone, SATURDAY + day + 1)), self.zone)
                starts = [one.minute for one in times.starts]
                if offer.times > 1:
                    every = {one: series.plan(offer, series.weekly(offer, one), self.zone) for one in starts[:3]}
                    starts = [one for one, dates in every.items() if not any(date.refusal for date in dates)]
            if starts:
                self.mine.append(self.order(kind, starts[nth % len(starts)]))

    @invariant()
    def all_holds(self) -> None:
        assert troubles(self.bed.admin, self.desk.organisation.pk) == []

    def wish(self, dice: Random, known: tuple[UUID, ...], what: str) -> UUID | None:
        """What one client does; the booking that they made."""
        minute = zones.wall_minute(self.zone, SATURDAY + dice.choice((0, 0, 1)), dice.choice(TIMES))
        session = zones.wall_minute(self.zone, SATURDAY, TIMES[0])
        if what == "wait":
            return self.order("group", session, waits=True)
        if what == "book":
            kind = dice.choice(KINDS)
            return self.order(kind, session if kind == "group" else minute)
        if not known:
            return None
        booking = dice.choice(known)
        if what == "host cancels":
            with acting(self.desk.as_host(dice.choice((self.desk.h1, self.desk.h2)))):
                journey.cancel(booking_id=booking)
            return None
        if what == "pays":
            self.pay(dice, booking)
            return None
        with acting(self.desk.guest(booking)):
            if what == "move":
                journey.move(booking_id=booking, minute=minute, zone=self.zone)
            elif what == "cancel":
                journey.cancel(booking_id=booking)
            else:
                journey.cancel_series(booking_id=booking)
        return None

    def pay(self, dice: Random, booking: UUID) -> None:
        """To the provider's page, where it is paid, or fails, or is left; the provider tells of it."""
        with acting(self.desk.guest(booking)), transaction.atomic():
            payment = paying.hold(get_booking(booking))
        try:
            with acting(Actor(organisation=self.desk.organisation.pk)):
                reference = wallet.begin(payment).rpartition("/")[2]
        except wallet.Over:
            return
        state = dice.choice(("paid", "paid", "failed", "open"))
        if state != "open":
            told = Told(reference, state, self.bed.provider.orders[reference].money)
            self.bed.provider.states[reference] = state
            with acting(Actor(organisation=self.desk.organisation.pk, office="payments")), transaction.atomic():
                wallet.note(KEY, told)
        with acting(Actor(organisation=self.desk.organisation.pk, office="reaction")):
            paying.settle(booking)

    def settle(self) -> None:
        """What reactions and the worker do by and by."""
        own = self.desk.organisation.pk
        with clock.at(NOW):
            with acting(Actor(organisation=own, office="reaction")):
                for booking in self.mine:
                    paying.settle(booking)
            with acting(Actor(organisation=own, office="payments")):
                with transaction.atomic():
                    asked = list(Refund.objects.filter(state="asked").values_list("pk", flat=True))
                for refund in asked:
                    wallet.send_refund(refund)

    def furnish(self, rooms: int) -> None:
        """What both hosts do, together or in turns, needs a room; one service can be had after another."""
        own, kinds = {"organisation": self.desk.organisation}, self.desk.kinds
        for _ in range(rooms):
            room = Resource.objects.create(**own, words={"en": {"name": "A room"}}, pool="room", zone="UTC")
            for slug in ("together", "either"):
                TypeResource.objects.create(**own, meeting_type=kinds[slug], resource=room)
        Addition.objects.create(**own, meeting_type=kinds["consultation"], added=kinds["either"])

    def offer(self, slug: str) -> MeetingType:
        if slug == "visit":
            return together(self.offer("consultation"), [self.offer("either")])
        with transaction.atomic():
            return MeetingType.objects.get(organisation=self.desk.organisation, slug=slug)

    def order(self, slug: str, minute: int, *, waits: bool = False) -> UUID:
        booking, _new = journey.book(
            kind=self.offer(slug), minute=minute, request_key=uuid4(), name="Grace Miller", waits=waits,
            email=f"{uuid4().hex}@example.org", language="en", zone=self.zone,
        )  # fmt: skip
        return booking


@pytest.fixture
def bed(server, real_db, monkeypatch):
    """Clients log in as the application's own role; deadlocks would be seen at the end."""
    desk_dsn = server.admin_dsn(real_db)

    class AsOwner:
        def __enter__(self) -> None:
            self.inside = [clock.at(NOW), acting(PUBLIC), connected_to(desk_dsn)]
            for one in self.inside:
                one.__enter__()
            connection.ticketless = True
            self.inside.append(transaction.atomic())
            self.inside[-1].__enter__()

        def __exit__(self, *error: Any) -> None:
            for one in reversed(self.inside):
                one.__exit__(*error)

    with (
        psycopg.connect(desk_dsn, autocommit=True) as admin,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        monkeypatch.setitem(providers._providers, KEY, provider := Played())
        yield Bed(admin, clients, AsOwner, provider)
        barrier = threading.Barrier(CLIENTS)
        for closed in [clients.submit(lambda: (barrier.wait(30), connection.close())) for _ in range(CLIENTS)]:
            closed.result()
        (deadlocks,) = admin.execute(
            "select deadlocks from pg_stat_database where datname = current_database()"
        ).fetchone()
        assert deadlocks == 0


def test_whatever_happens_at_once_everything_holds_after_it(bed):
    quick = settings.default.derandomize
    chosen = settings(QUICK if quick else LONG, phases=[Phase.generate], derandomize=quick, report_multiple_bugs=False)
    machine = type("Bookings", (Bookings,), {"bed": bed})
    run_state_machine_as_test(machine, settings=chosen)
