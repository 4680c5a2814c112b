"""Tidboken's calendars: schedules, blocked time and bookings by invented guests, all relative to a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from tillit.access import Actor, acting
from tillit.booking import actions
from tillit.booking.actions import NotBooked
from tillit.booking.engine import Window
from tillit.booking.intake.actions import publish, save_draft
from tillit.booking.intake.questions import read
from tillit.booking.queries import free_times, get_meeting_type
from tillit.booking.resources.actions import set_needs, set_resource
from tillit.booking.resources.queries import resources_of
from tillit.booking.visits.actions import set_additions
from tillit.journeys import book as journey
from tillit.kernel import zones
from tillit.web.demo_data.meeting_types import HOSTS, MEETING_TYPES, ROOMS
from tillit.web.demo_data.questions import QUESTIONS
from tillit.web.demo_data.tidboken import HELENA, MIRA, OMID

ZONE = "Europe/Stockholm"
SEARCHED = 14 * zones.DAY_MINUTES
As = Callable[[str], AbstractContextManager[Any]]


class Guest(NamedTuple):
    """Who books: with an invented address, in a language and a zone."""

    name: str
    email: str
    language: str
    zone: str


GRACE = Guest("Grace Miller", "grace@post.example", "en", "America/New_York")
ANTON = Guest("Anton Berg", "anton@post.example", "sv", ZONE)
LEILA = Guest("لیلا محمدی", "leila@post.example", "fa", ZONE)
NOOR = Guest("Noor Jansen", "noor@post.example", "en", "Europe/Amsterdam")
ASTRID = Guest("Astrid Sjöberg", "astrid@post.example", "sv", ZONE)
KENJI = Guest("Kenji Mori", "kenji@post.example", "en", "Asia/Tokyo")
SAMAN = Guest("سامان پارسا", "saman@post.example", "fa", "Asia/Tehran")
EBBA = Guest("Ebba Nyman", "ebba@post.example", "sv", ZONE)
MAJA = Guest("Maja Lindh", "maja@post.example", "sv", ZONE)
OTTO = Guest("Otto Falk", "otto@post.example", "sv", ZONE)
SETAREH = Guest("ستاره کمالی", "setareh@post.example", "fa", ZONE)
GUESTS = (GRACE, ANTON, LEILA, NOOR, ASTRID, KENJI, SAMAN, EBBA, MAJA, OTTO, SETAREH)


@dataclass(frozen=True, slots=True)
class Wish:
    """A guest wants a meeting `workday` working days away, at `hour` o'clock in Stockholm or soon after; or a place in
    the line of the full session that the wish before this one has filled."""

    kind: str
    guest: Guest
    workday: int
    hour: int
    note: str = ""
    then: str = ""  # "moved" (two working days later) or "cancelled"
    waits: bool = False


WISHES = (
    *(Wish("consultation", guest, day, 9) for day, guest in ((-5, OTTO), (-4, SETAREH), (-3, MAJA))),
    *(Wish("phone", guest, day, 10) for day, guest in ((-5, SAMAN), (-4, EBBA), (-3, OTTO), (-2, NOOR))),
    *(Wish("whoever-is-free", guest, day, 13) for day, guest in ((-5, GRACE), (-4, MAJA), (-2, ANTON), (-1, KENJI))),
    Wish("consultation", ASTRID, -3, 10, "Vi tittar på en trea i Farsta och undrar över lånelöftet."),
    Wish("phone", LEILA, -2, 13),
    Wish("consultation", NOOR, -1, 13, "Moving my company from Utrecht. What comes first?"),
    Wish("whoever-is-free", EBBA, 0, 14),
    Wish("consultation", ANTON, 1, 9, "F-skatt eller aktiebolag? Jag är snickare och ensam."),
    Wish("first-talk", KENJI, 1, 11),
    Wish("consultation", GRACE, 2, 14, "We are buying our first flat in Stockholm, from New York."),
    Wish("phone", SAMAN, 2, 10, "نامه‌ای از ادارهٔ مالیات آمده و درست نمی‌فهممش."),
    Wish("together", EBBA, 3, 10, "Huset är också verkstad. Hur räknar man då?"),
    Wish("consultation", LEILA, 4, 13, "برای وام خانه باید چه چیزهایی آماده کنم؟", then="moved"),
    Wish("first-talk", NOOR, 5, 9, then="cancelled"),
    Wish("whoever-is-free", ASTRID, 6, 10),
    Wish("consultation", KENJI, 8, 9, "A small import business, one employee to begin with."),
    *(Wish("workshop", guest, 1, 8) for guest in (ANTON, ASTRID, EBBA, NOOR, LEILA, MAJA)),
    *(Wish("workshop", guest, 1, 8, waits=True) for guest in (OTTO, SETAREH)),
    Wish("six-weeks", MAJA, 1, 10),
)
LATELY = (
    Wish("viewing", OTTO, 4, 11, "En tvåa på Kocksgatan. Vad ska jag titta efter i källaren?"),
    Wish("viewing", SETAREH, 6, 13),
)
"""What nobody has answered yet."""


def workday(today: date, count: int) -> date:
    """The day `count` working days (Monday to Friday) from today; 0 is today, or the next working day."""
    day = today
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    for _ in range(abs(count)):
        day += timedelta(days=1 if count > 0 else -1)
        while day.isoweekday() > 5:
            day += timedelta(days=1 if count > 0 else -1)
    return day


def christmas(today: date) -> list[str]:
    """24 to 26 December, of this year and the next one."""
    return [date(year, 12, day).isoformat() for year in (today.year, today.year + 1) for day in (24, 25, 26)]


def schedules(today: date) -> dict[str, dict[str, Any]]:
    """When each host works. Omid rests at noon, and is in Tehran for one week."""
    away = workday(today, 30)
    away -= timedelta(days=away.weekday())
    late = workday(today, 7)
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    noon = [["10:00", "12:00"], ["13:00", "17:00"]]
    return {
        HELENA: {
            "weekly": {str(day): [["09:00", "16:00"]] for day in range(1, 6)},
            "overrides": {late.isoformat(): [["12:00", "19:00"]]},
            "days_off": christmas(today),
        },
        OMID: {
            "weekly": {**{str(day): noon for day in range(1, 5)}, "5": [["10:00", "14:00"]]},
            "overrides": {saturday.isoformat(): [["10:00", "13:00"]]},
            "days_off": christmas(today),
            "travel": [[away.isoformat(), (away + timedelta(days=4)).isoformat(), "Asia/Tehran"]],
        },
        MIRA: {"weekly": {"4": [["16:30", "18:30"]]}, "days_off": christmas(today)},
    }


def blocks(today: date) -> Iterator[tuple[str, datetime, datetime]]:
    """When a host is not free, and nobody is told why."""
    for who, away, begin, end in (
        (HELENA, 0, time(12), time(13)),
        (HELENA, 3, time(13), time(15, 30)),
        (HELENA, 9, time(9), time(12)),
        (OMID, 1, time(15), time(17)),
        (OMID, 5, time(10), time(12)),
    ):
        day = workday(today, away)
        zone = zones.zone(ZONE)
        yield who, datetime.combine(day, begin, zone), datetime.combine(day, end, zone)


def open_calendars(organisation: UUID, people: dict[str, UUID], today: date, as_person: As) -> None:
    """Hosts, schedules and meeting types by the administrator; blocked time by each host."""
    hosts = {}
    for position, (name, said) in enumerate(HOSTS.items()):
        hosts[name] = actions.add_host(
            organisation=organisation, person=people[name], name=name, position=position, **said
        )
    for name, parts in schedules(today).items():
        actions.set_schedule(host=hosts[name], zone=ZONE, **parts)
    kinds = {}
    for position, (names, fields) in enumerate(MEETING_TYPES):
        kinds[fields["slug"]] = kind = actions.add_meeting_type(
            organisation=organisation, hosts=[hosts[name] for name in names], position=position, **fields
        )
        if asked := QUESTIONS.get(kind.slug):
            save_draft(kind=kind, questions=read(asked))
            publish(kind=kind)
    for called in ROOMS:
        room = set_resource(organisation=organisation, names=called, pool="Room", zone=ZONE)
        set_needs(kind=kinds["workshop"], resources=[*resources_of(kinds["workshop"]), room])
    set_additions(kind=kinds["first-talk"], added=[kinds["consultation"]])
    for name, start, end in blocks(today):
        with as_person(name):
            actions.block_time(host=hosts[name], start=start, end=end)


def take_bookings(organisation: UUID, today: date, wishes: Sequence[Wish] = WISHES) -> list[UUID]:
    """The guests book, one moves and one cancels. Whoever finds no time within two weeks does not book."""
    made = []
    full: list[int] = []
    with acting(Actor(organisation=organisation)):
        for wish in wishes:
            minutes = full if wish.waits else _free(wish.kind, wish.guest.zone, _wanted(today, wish.workday, wish.hour))
            for minute in minutes:
                with suppress(NotBooked):
                    made.append(booking := _book(organisation, wish, minute))
                    full = [minute]
                    if wish.then:
                        _then(organisation, wish, booking, today)
                    break
    return made


def _book(organisation: UUID, wish: Wish, minute: int) -> UUID:
    booking, _ = journey.book(
        kind=get_meeting_type(wish.kind),
        minute=minute,
        request_key=uuid5(NAMESPACE_URL, f"tillit:demo:{organisation}:{wish}"),
        name=wish.guest.name,
        email=wish.guest.email,
        note=wish.note,
        language=wish.guest.language,
        zone=wish.guest.zone,
        waits=wish.waits,
    )
    return booking


def _then(organisation: UUID, wish: Wish, booking: UUID, today: date) -> None:
    with acting(Actor(organisation=organisation, office="guest", subject=str(booking))):
        if wish.then == "cancelled":
            journey.cancel(booking_id=booking)
            return
        for minute in _free(wish.kind, wish.guest.zone, _wanted(today, wish.workday + 2, wish.hour))[:1]:
            journey.move(booking_id=booking, minute=minute, zone=wish.guest.zone)


def _wanted(today: date, away: int, hour: int) -> int:
    return zones.minute_down(datetime.combine(workday(today, away), time(hour), zones.zone(ZONE)))


def _free(kind: str, zone: str, minute: int) -> list[int]:
    starts = free_times(get_meeting_type(kind), Window(minute, minute + SEARCHED), zone).starts
    return sorted(start.minute for start in starts)
