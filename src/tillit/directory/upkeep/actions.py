"""Noting training, accepting the ethical code; and, for administrators, wishing, suggesting, writing the code anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404

from tillit import evidence
from tillit.access import Actor, current
from tillit.directory.models import Acceptance, Code, Course, Training, Wish
from tillit.directory.upkeep import events, queries
from tillit.documents import queries as documents
from tillit.kernel import clock, ends, outbox

LANGUAGES = ("sv", "en", "fa")


class Stale(Exception):
    """Another version of the code came meanwhile: it has to be read first."""


@dataclass(frozen=True)
class Taken:
    """A course that somebody has taken; document: the proof, one of their own."""

    course: str
    place: str
    on: date
    minutes: int
    tenths: int
    emergencies: bool = False
    document: UUID | None = None


@transaction.atomic
def record(taken: Taken) -> Training:
    """The acting person notes a course that they have taken. Raises Http404 for a proof that is not theirs."""
    me, organisation = _who()
    if taken.document is not None:
        documents.my_document(taken.document)
    row = Training(organisation_id=organisation, person_id=me, **vars(taken))
    row.save(force_insert=True)
    since = datetime(taken.on.year, taken.on.month, taken.on.day, 12, tzinfo=UTC)
    ends.set("directory.training", object=row.pk, subject=me, since=since)
    keep_reminding()
    evidence.record(events.TRAINED.name, subject=me, object=row.pk)
    return row


@transaction.atomic
def remove(training: UUID) -> None:
    """The acting person takes a course out again. Raises Http404."""
    me, _organisation = _who()
    if not Training.objects.filter(pk=training, person_id=me).delete()[0]:
        raise Http404
    ends.cancel("directory.training", training)
    evidence.record(events.FORGOTTEN.name, subject=me, object=training)


@transaction.atomic
def accept(number: int) -> None:
    """The acting person accepts the ethical code in its present version. Again is no error. Raises Stale."""
    me, organisation = _who()
    if number != queries.code().number:
        raise Stale
    if Acceptance.objects.filter(person_id=me, number=number).exists():
        return
    row = Acceptance(organisation_id=organisation, person_id=me, number=number)
    row.save(force_insert=True)
    ends.set("directory.acceptance", object=row.pk, subject=me, due=clock.now() + queries.ACCEPTED)
    keep_reminding()
    evidence.record(events.ACCEPTED.name, subject=me, object=row.pk, detail={"number": number})


def keep_reminding() -> None:
    """Towards the end of each year the acting person is reminded of what is left of the points."""
    me, _organisation = _who()
    ends.set("directory.upkeep", object=me, subject=me, due=queries.next_reminder(clock.now()))


@transaction.atomic
def write_code(words: dict[str, str]) -> Code:
    """As an administrator, write the ethical code anew: a text in each language. Raises ValueError for a missing one,
    and Django's ProgrammingError (42501) for others."""
    plain = {language: words.get(language, "").strip() for language in LANGUAGES}
    if not all(plain.values()):
        raise ValueError("The code has words in each language.")
    _me, organisation = _who()
    row = Code(organisation_id=organisation, number=queries.code().number + 1, words=plain)
    row.save(force_insert=True)
    evidence.record(events.WRITTEN.name, object=row.pk, detail={"number": row.number})
    outbox.emit(events.CodeWritten(number=row.number))
    return row


@transaction.atomic
def wish(points: int) -> None:
    """As an administrator, say how many points of training a year are wished for (0: none)."""
    _me, organisation = _who()
    if not Wish.objects.update(points=points):
        Wish(organisation_id=organisation, points=points).save(force_insert=True)
    evidence.record(events.WISHED.name)


def suggest(title: str, *, words: str = "", url: str = "", points: int = 0, emergencies: bool = False) -> Course:
    """As an administrator, suggest a course."""
    _me, organisation = _who()
    row = Course(
        organisation_id=organisation, title=title, words=words, url=url, points=points, emergencies=emergencies
    )
    row.save(force_insert=True)
    evidence.record(events.WISHED.name, object=row.pk)
    return row


def no_longer(course: UUID) -> None:
    """As an administrator, suggest a course no more."""
    Course.objects.filter(pk=course).delete()


def _who() -> tuple[Any, Any]:
    actor = current() or Actor()
    return actor.person, actor.organisation
