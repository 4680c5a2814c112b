"""Reads: somebody's training, what is wished and suggested, the ethical code and who accepted it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from tillit.access import Actor, current
from tillit.directory.models import Acceptance, Code, Course, Training, Wish
from tillit.directory.models.upkeep import ACCEPTED_DAYS
from tillit.directory.upkeep.code import FIRST
from tillit.kernel import clock

ACCEPTED = timedelta(days=ACCEPTED_DAYS)
REMINDED = (11, 15)  # month and day: six weeks of the year are left
EMERGENCIES = timedelta(days=730)
"""What was learnt about emergencies is refreshed after so long."""


@dataclass(frozen=True)
class Version:
    """The ethical code as it holds; since: None for ours, with which an organisation begins."""

    number: int
    words: dict[str, str]
    since: datetime | None


@dataclass(frozen=True)
class Standing:
    """A year of somebody's training: points in tenths, the wish in points, minutes; and whether what they learnt about
    emergencies is fresh."""

    year: int
    tenths: int
    minutes: int
    wished: int
    emergencies: bool

    @property
    def left(self) -> int:
        """Points in tenths that are left to the wish."""
        return max(0, 10 * self.wished - self.tenths)


def mine() -> list[Training]:
    """The acting person's courses, the latest first."""
    return list(Training.objects.filter(person_id=_me()).order_by("-on", "-pk"))


def standing(today: date) -> Standing:
    """How the acting person's year stands."""
    return standing_of(_me(), today)


def standing_of(person: UUID, today: date) -> Standing:
    """The same of a person, for whoever may see it (a reminder)."""
    rows = Training.objects.filter(person_id=person)
    told = rows.filter(on__year=today.year).aggregate(tenths=Sum("tenths"), minutes=Sum("minutes"))
    fresh = rows.filter(emergencies=True, on__gte=today - EMERGENCIES).exists()
    return Standing(today.year, told["tenths"] or 0, told["minutes"] or 0, wished(), fresh)


def wished() -> int:
    """How many points a year the organisation wishes for."""
    found = Wish.objects.first()
    return found.points if found else int(Wish._meta.get_field("points").default)


def suggested() -> list[Course]:
    """Courses that the organisation suggests, those about emergencies first."""
    return list(Course.objects.order_by("-emergencies", "title", "pk"))


def code() -> Version:
    """The ethical code as it holds now."""
    found = Code.objects.order_by("-number").first()
    return Version(found.number, found.words, found.made) if found else Version(1, FIRST, None)


def version(number: int) -> Version | None:
    """A version of it, also an older one."""
    if number == 1:
        return Version(1, FIRST, None)
    found = Code.objects.filter(number=number).first()
    return Version(found.number, found.words, found.made) if found else None


def accepted(people: Iterable[UUID]) -> dict[UUID, tuple[int, datetime]]:
    """Of these people: the latest version that each accepted, and when; also for strangers."""
    with connection.cursor() as cursor:
        cursor.execute("select * from directory.accepted(%s::uuid[])", [list(people)])
        return {person: (number, made) for person, number, made in cursor.fetchall()}


def my_acceptance() -> Acceptance | None:
    """The latest version that the acting person accepted."""
    return Acceptance.objects.filter(person_id=_me()).order_by("-number").first()


def accepted_before(number: int) -> list[UUID]:
    """For a reaction: who accepted an older version and not this one."""
    rows = Acceptance.objects.values_list("person_id", "number")
    latest: dict[UUID, int] = {}
    for person, one in rows:
        latest[person] = max(one, latest.get(person, 0))
    return [person for person, one in latest.items() if one < number]


def next_reminder(moment: datetime) -> datetime:
    """When the next reminder of the year's points is due (UTC)."""
    due = datetime(moment.year, *REMINDED, 9, tzinfo=UTC)
    return due if due > moment else due.replace(year=moment.year + 1)


def today() -> date:
    """The day that it is (UTC)."""
    return clock.now().date()


def _me() -> Any:
    return (current() or Actor()).person
