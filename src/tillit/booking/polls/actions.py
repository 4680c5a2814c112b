"""Asking when others can, answering, choosing. What must hold between people is decided by sql/polls.sql."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext

from tillit.access import Actor, current
from tillit.booking.models import MeetingType, Poll, PollAnswer
from tillit.booking.polls.events import (
    PollAnswered,
    PollAsked,
    PollCalledOff,
    PollChosen,
    PollOpened,
    PollWithdrawn,
)
from tillit.identity import throttle
from tillit.identity.queries import sealed_name, sealed_person
from tillit.kernel import keys, outbox, sealed
from tillit.kernel.ids import new_id


class Refused(Exception):
    """Nothing was done. The word says why: nobody (a host cannot be asked), times, many (too many open polls), late
    (one can answer no more), full, taken (a host is not free by now), past, gone, often (too much mail at once)."""


@transaction.atomic
def open_poll(
    *,
    organisation: UUID,
    hosts: Sequence[UUID],
    title: str,
    place: str = "",
    about: str = "",
    minutes: int,
    starts: Iterable[datetime],
    closes: datetime,
    shows_names: bool = False,
    keeps_free: bool = False,
) -> UUID:
    """The acting host asks when others can, for a meeting that needs all of `hosts`, the acting one among them.

    starts: of the proposed times, at most 60 (aware). closes: until when one can answer, at the latest when the last
    of them begins. Returns the poll's id. Raises Refused (nobody, times, many).
    """
    poll, me = new_id(), (current() or Actor()).person
    if me is None:
        raise Refused("nobody")

    def seal(field: str, text: str) -> bytes:
        return sealed.value(Poll, field, text, organisation=organisation, row=poll, person=me)

    answer = _call(
        "select booking.open_poll(%s, %s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s::timestamptz[])",
        poll, seal("title", title), seal("place", place), seal("about", about), minutes, closes, shows_names,
        keeps_free, list(hosts), list(starts),
    )  # fmt: skip
    _must(answer)
    outbox.emit(PollOpened(poll=poll))
    return poll


def write_words(field: str, poll: UUID, words: str) -> bool:
    """As the host who asked, write the title, place or about of a poll anew. False where it is not theirs."""
    me = (current() or Actor()).person
    one = Poll.objects.filter(pk=poll, person_id=me).first() if me else None
    if one is None:
        return False
    written = sealed.value(Poll, field, words, organisation=one.organisation_id, row=poll, person=one.person_id)
    return bool(_call("select booking.write_poll(%s, %s, %s)", poll, field, written))


def renew(poll: Poll) -> None:
    """The link to share is another one from now on; who has answered keeps theirs. Raises Refused (gone)."""
    if not _call("select booking.renew_poll(%s)", poll.pk):
        raise Refused("gone")


@transaction.atomic
def ask(poll: Poll, addresses: Iterable[str], *, language: str, zone: str) -> int:
    """Ask these addresses by mail, each by a link of its own. Returns how many; those that the poll has already are
    left out. Raises Refused (often)."""
    asked = 0
    for address in dict.fromkeys(addresses):
        if not throttle.INVITE.take(str(poll.organisation_id)):
            raise Refused("often")
        answer, person = new_id(), new_id()
        key = keys.fresh(poll.organisation_id, person)
        called, email, index, *_phone = sealed_person(
            organisation=poll.organisation_id, person=person, key=key, name="", email=address, phone=""
        )
        if _call(
            "select booking.ask_into_poll(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            poll.pk, answer, person, called, email, index, key.wrapped, language, zone,
        ):  # fmt: skip
            outbox.emit(PollAsked(poll=poll.pk, answer=answer))
            asked += 1
    return asked


@transaction.atomic
def answer(
    poll: Poll,
    *,
    form: UUID,
    name: str,
    email: str = "",
    note: str = "",
    said: Mapping[datetime, str],
    language: str,
    zone: str,
) -> tuple[UUID, UUID, bool]:
    """By the link to share (office "poll"), say when one can: start → yes, maybe or no. The same `form` answers once.

    Returns the answer's id, whose it is and whether it is new. Raises Refused (late, full, gone).
    """
    made, person = new_id(), new_id()
    key = keys.fresh(poll.organisation_id, person)
    called, address, index, *_phone = sealed_person(
        organisation=poll.organisation_id, person=person, key=key, name=name, email=email, phone=""
    )
    words = sealed.value(PollAnswer, "note", note, organisation=poll.organisation_id, row=made, person=person, key=key)
    with connection.cursor() as cursor:
        cursor.execute(
            "select outcome, answer, person from booking.answer_poll(%s, %s, %s, %s, %s, %s, %s, %s, %s,"
            " %s::timestamptz[], %s::text[], %s)",
            [made, form, person, called, address, index, key.wrapped, language, zone, *_said(said), words],
        )
        outcome, found, whose = cursor.fetchone()
    if outcome == "again":
        return found, whose, False
    _must(outcome)
    outbox.emit(PollAnswered(poll=poll.pk, answer=made, first=True))
    return made, person, True


@transaction.atomic
def change(mine: PollAnswer, *, name: str, note: str = "", said: Mapping[datetime, str], zone: str) -> None:
    """As who takes part, say it anew, or for the first time after being asked by mail. Raises Refused (late, gone)."""
    own, whose = mine.organisation_id, mine.person_id
    words = sealed.value(PollAnswer, "note", note, organisation=own, row=mine.pk, person=whose)
    _must(
        _call(
            "select booking.change_poll_answer(%s, %s, %s, %s::timestamptz[], %s::text[], %s)",
            mine.pk,
            sealed_name(mine.organisation_id, mine.person_id, name),
            zone,
            *_said(said),
            words,
        )
    )
    outbox.emit(PollAnswered(poll=mine.poll_id, answer=mine.pk, first=mine.state == "asked"))


@transaction.atomic
def withdraw(mine: PollAnswer) -> bool:
    """As who takes part, take it back: it is gone for everybody at once. False where it was gone already."""
    if not _call("select booking.withdraw_poll_answer(%s)", mine.pk):
        return False
    outbox.emit(PollWithdrawn(poll=mine.poll_id, answer=mine.pk))
    return True


@transaction.atomic
def choose(poll: Poll, start: datetime) -> bool:
    """The acting host chooses a time: it is taken in the calendars of all its hosts. False when that was done already.
    Raises Refused (taken, past, gone); then nothing has changed."""
    outcome = _call("select booking.choose_poll_time(%s, %s, %s, %s::jsonb)", poll.pk, start, new_id(), _kind())
    if outcome == "again":
        return False
    _must(outcome)
    outbox.emit(PollChosen(poll=poll.pk))
    return True


@transaction.atomic
def call_off(poll: Poll) -> bool:
    """The acting host calls the poll off, or the meeting that came of it. False when that was done already. Raises
    Refused (past, gone)."""
    outcome = _call("select booking.call_off_poll(%s)", poll.pk)
    if outcome == "again":
        return False
    _must(outcome)
    outbox.emit(PollCalledOff(poll=poll.pk, meeting=poll.meeting_id is not None))
    return True


def _kind() -> str:
    """The row of the type under which meetings stand that a poll has found, as the database completes it (poll_type);
    its words are those of places where the poll's own are not known."""
    words = {}
    for language, _called in settings.LANGUAGES:
        with translation.override(language):
            words[language] = {"title": gettext("A common time"), "summary": "", "place": ""}
    kind = MeetingType(words=words, place="place", duration=60, step=60, assignment="collective", horizon=0)
    row = {field.attname: getattr(kind, field.attname) for field in MeetingType._meta.concrete_fields}
    return json.dumps({name: value for name, value in row.items() if name not in ("id", "organisation_id", "made")})


def _said(said: Mapping[datetime, str]) -> tuple[list[datetime], list[str]]:
    return list(said), list(said.values())


def _must(outcome: Any) -> None:
    if outcome != "ok":
        raise Refused(outcome)


def _call(statement: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(arguments))
        return cursor.fetchone()[0]
