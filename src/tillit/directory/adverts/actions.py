"""Advertising, answering, deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404

from tillit import evidence
from tillit.directory import queries as directory
from tillit.directory.adverts import events, queries
from tillit.directory.models import Advert, Application
from tillit.directory.models.adverts import DAYS, MOST_OPEN
from tillit.directory.search import saving
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, ends, outbox, zones
from tillit.kernel.ids import new_id
from tillit.moderation import actions as moderation

KIND = "advert"


class Refused(Exception):
    """It is not taken. `why`: again (they offered before), many (ten offers in a day), profile (theirs is not seen),
    nobody (no such advertisement for them)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. place: a place's id. day: in the organisation's zone, None for several."""

    category: UUID
    place: int
    when: str
    words: str
    day: date | None = None
    ages: tuple[str, ...] = ()


@transaction.atomic
def advertise(asked: Asked) -> Advert:
    """The acting member asks for help; a moderator looks at it before anybody sees it. Raises saving.TooMany (MOST_OPEN
    are not closed), Http404 for an unknown service, and ProgrammingError of the database for a paused account."""
    organisation, me = saving.member()
    if asked.category not in {one.pk for one in directory.categories()}:
        raise Http404
    until = clock.now() + timedelta(days=DAYS)
    if asked.day:
        zone = organisation_by_id(organisation).time_zone
        until = min(until, zones.day_start(zone, asked.day.toordinal() + 1))  # type: ignore[assignment]
    row: Advert = saving.placed(
        Advert.objects.filter(person_id=me).exclude(state="closed"), MOST_OPEN,
        lambda number: Advert(
            organisation_id=organisation, person_id=me, number=number, category=asked.category, place=asked.place,
            day=asked.day, when=asked.when, ages=list(asked.ages), words=asked.words, ends=until,
        ),
    )  # fmt: skip
    ends.set("directory.advert", object=row.pk, subject=me, due=until)
    moderation.submit(kind=KIND, object=row.pk, subject=me)
    evidence.record(events.WROTE.name, subject=me, object=row.pk)
    return row


@transaction.atomic
def close(advert: Advert) -> None:
    """Its owner needs it no more: nobody sees it any longer, and whoever waits for an answer gets one."""
    _mine(advert)
    if advert.state == "closed":
        return
    moderation.withdraw(kind=KIND, object=advert.pk)
    Advert.objects.filter(pk=advert.pk).update(state="closed")  # first: whoever offers at this moment comes too late
    for one in Application.objects.filter(advert=advert, state="sent"):
        _answer(one, "declined")
    evidence.record(events.CLOSED.name, subject=advert.person_id, object=advert.pk)


@transaction.atomic
def renew(advert: Advert) -> bool:
    """Another DAYS days, not beyond the day that it is for. False where it is not open."""
    _mine(advert)
    with connection.cursor() as cursor:
        cursor.execute("select directory.renew_advert(%s)", [advert.pk])
        (until,) = cursor.fetchone()
    return bool(until) and ends.move("directory.advert", advert.pk, until)


def apply(advert: Advert, *, thread: UUID, heard: bool = True) -> UUID:
    """The acting provider offers to do it; their words stand in the thread. heard: do they reach whoever advertised?
    Returns the offer's id. Raises Refused."""
    made = new_id()
    with connection.cursor() as cursor:
        cursor.execute("select directory.apply(%s, %s, %s, %s)", [made, advert.pk, thread, heard])
        (outcome,) = cursor.fetchone()
    if outcome != "ok":
        raise Refused(outcome)
    if heard:
        evidence.record(events.APPLIED.name, subject=advert.person_id, object=advert.pk)
    return made


def withdraw(application: UUID) -> bool:
    """The acting provider offers it no more. False where it was answered already; Http404 where it is not theirs."""
    row = queries.application(application)
    if row.person_id != saving.member()[1]:
        raise Http404
    return bool(Application.objects.filter(pk=row.pk, state="sent").update(state="withdrawn"))


@transaction.atomic
def decide(application: UUID, *, chosen: bool) -> bool:
    """Whoever advertised says yes or no to an offer, once. False where it was answered or withdrawn; Http404 where it
    is not theirs to answer."""
    row = queries.application(application)
    if row.owner_id != saving.member()[1]:
        raise Http404
    return _answer(row, "chosen" if chosen else "declined")


def _answer(row: Application, answer: str) -> bool:
    if not Application.objects.filter(pk=row.pk, state="sent").update(state=answer):
        return False
    evidence.record(events.DECIDED.name, subject=row.person_id, object=row.advert_id)
    outbox.emit(events.Answered(application=row.pk))
    return True


def _mine(advert: Advert) -> None:
    if advert.person_id != saving.member()[1]:
        raise Http404
