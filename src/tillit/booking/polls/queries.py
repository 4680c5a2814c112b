"""Reads: polls, what was said in them, and which of their times suits best."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch
from django.http import Http404

from tillit import evidence
from tillit.booking.models import Poll, PollAnswer, PollHost, PollTime
from tillit.booking.polls import times
from tillit.identity.queries import opened_people, people_by_id
from tillit.kernel import clock, sealed

REASON = "answered"  # why hosts see who takes part


@dataclass
class TimeRow:
    """One proposed time: how many can, how many can if need be, and how many have not said no or are silent."""

    start: datetime
    end: datetime
    yes: int
    maybe: int
    answered: int
    taken: bool = False
    said: list[str] = field(default_factory=list)  # of each participant, in their order
    cells: str = ""  # the same, drawn by the page that shows it

    @property
    def no(self) -> int:
        """How many cannot."""
        return self.answered - self.yes - self.maybe

    @property
    def past(self) -> bool:
        """Has it begun?"""
        return self.start <= clock.now()

    @property
    def everybody(self) -> bool:
        """Can all who answered, if need be?"""
        return self.answered > 0 and self.no == 0


@dataclass(frozen=True)
class Participant:
    """One who takes part, as a host sees them; the name is empty of who was asked and has not answered."""

    answer: UUID
    name: str
    email: str
    note: str
    answered: bool


@dataclass(frozen=True)
class Table:
    """What hosts see of a poll. `best`: the times that can be chosen, the one that suits most people first."""

    rows: list[TimeRow]
    people: list[Participant]
    silent: list[Participant]
    best: list[TimeRow]


@dataclass(frozen=True)
class Contact:
    """One who is told about a poll: `side` is guest or host. said: of the chosen time, "" where nothing was said."""

    side: str
    answer: UUID | None
    state: str
    said: str
    person: UUID
    name: str
    email: str
    phone: str
    language: str
    zone: str


def get_poll(poll: UUID) -> Poll:
    """A poll that the actor may see, with its hosts, or 404."""
    hosts = Prefetch("hosts", PollHost.objects.select_related("host").order_by("host__position", "host__name"))
    found = Poll.objects.select_related("organisation").prefetch_related(hosts).filter(pk=poll).first()
    if found is None:
        raise Http404
    return found


def my_polls() -> list[Poll]:
    """The polls that need the acting person as a host, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.polls_hosted()")
        (mine,) = cursor.fetchone()
    polls = list(Poll.objects.filter(pk__in=mine).order_by("-made")[:100])
    sealed.prefetch(polls)
    return polls


def undecided_or_to_come() -> list[Poll]:
    """The polls that need the acting person as a host and that are open, or whose meeting has not begun."""
    mine = [one for one in my_polls() if one.state in ("open", "chosen")]
    return [one for one in mine if one.state == "open" or ((span := chosen(one)) and span.lower > clock.now())]


def hosted(poll: UUID) -> Poll:
    """A poll that needs the acting person as a host, or 404."""
    with connection.cursor() as cursor:
        cursor.execute("select %s = any(booking.polls_hosted())", [poll])
        if not cursor.fetchone()[0]:
            raise Http404
    return get_poll(poll)


def counts(poll: Poll) -> list[TimeRow]:
    """The times of a poll in order, with how many can; for whoever may see it."""
    with connection.cursor() as cursor:
        cursor.execute("select starts, yes, maybe, answered from booking.poll_counts(%s)", [poll.pk])
        said = {row[0]: row[1:] for row in cursor.fetchall()}
    spans = PollTime.objects.filter(poll=poll).order_by("span")
    return [TimeRow(one.span.lower, one.span.upper, *said.get(one.span.lower, (0, 0, 0))) for one in spans]


def table(poll: Poll) -> Table:
    """All that was said, for a host of the poll; that they saw it is recorded for each who takes part."""
    rows = counts(poll)
    taken = times.taken(poll.pk) if poll.state == "open" else set()
    answers = list(PollAnswer.objects.filter(poll=poll).order_by("made", "pk"))
    sealed.prefetch(answers)
    people = people_by_id(one.person_id for one in answers)
    evidence.saw(list(people), "booking.poll", REASON, object=poll.pk)
    shown, silent = [], []
    names = [key(row.start) for row in rows]
    for one in answers:
        person = people.get(one.person_id)
        if person is None:
            continue
        name, email = (person.display_name, person.email)
        about = Participant(one.pk, name, email, one.note, one.state == "answered")
        if not about.answered:
            silent.append(about)
            continue
        shown.append(about)
        for row, time in zip(rows, names, strict=True):
            row.said.append(one.choices.get(time, "no"))
    for row in rows:
        row.taken = row.start in taken
    return Table(rows, shown, silent, best(rows))


def best(rows: Iterable[TimeRow]) -> list[TimeRow]:
    """The times that can still be chosen and that somebody can, best first: at which most can at all, then at which
    fewest come only if need be, then the soonest."""
    able = [row for row in rows if not row.taken and not row.past and row.yes + row.maybe]
    return sorted(able, key=lambda row: (-(row.yes + row.maybe), row.maybe, row.start))


def my_answer(answer: UUID) -> PollAnswer:
    """The acting participant's own answer, or 404 once it is taken back or gone."""
    found = PollAnswer.objects.filter(pk=answer).exclude(state="withdrawn").first()
    if found is None:
        raise Http404
    return found


def others(poll: Poll) -> list[tuple[str, dict[str, str]]]:
    """Who can when, by name, where the poll shows names and the acting participant has answered; that they saw it is
    recorded for each."""
    with connection.cursor() as cursor:
        cursor.execute("select person, name, choices::text from booking.poll_names(%s)", [poll.pk])
        rows = cursor.fetchall()
    evidence.saw([row[0] for row in rows], "booking.poll", REASON, object=poll.pk)
    people = opened_people(poll.organisation_id, [(row[0], row[1], b"", b"") for row in rows])
    return [(name, json.loads(row[2])) for (name, _e, _p), row in zip(people, rows, strict=True)]


def chosen(poll: Poll) -> Any:
    """The span of the meeting that came of a poll, or None."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.poll_meeting(%s)", [poll.pk])
        return cursor.fetchone()[0]


def contacts(poll: UUID, organisation: UUID) -> list[Contact]:
    """To whom a message about a poll goes; only a reaction (office "reaction") gets an answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select side, answer, state, said, person, name, email, phone, language, zone"
            " from booking.poll_contacts(%s)",
            [poll],
        )
        rows = cursor.fetchall()
    people = opened_people(organisation, [row[4:8] for row in rows])
    return [
        Contact(row[0], row[1], row[2], row[3] or "", row[4], name, email, phone, row[8], row[9])
        for row, (name, email, phone) in zip(rows, people, strict=True)
    ]


def key(start: datetime) -> str:
    """A time in what a participant says (booking.poll_key)."""
    return start.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
