"""Somebody calls: their number leads to who they are, as little of it as is needed, for a reason and a quarter of an
hour. What they say is theirs, whoever types it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, acting, current
from tillit.desk import actions, events
from tillit.desk.models import Call, Thread
from tillit.identity import throttle
from tillit.identity.actions import meet_guest
from tillit.identity.queries import opened_people, people_by_id, phone_index
from tillit.kernel import happenings, normal, outbox, sealed, signing
from tillit.kernel.dpv import Words
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import sign_text

REASONS: dict[str, Words] = {
    "called": _("they are on the line and asked for help"),
    "called-back": _("I call them back, as they asked"),
    "somebody-else": _("somebody calls for them and may do so"),
}
"""Why what is known of a caller is opened."""
LOOKED = throttle.Limit("caller", burst=20, every=timedelta(seconds=30))  # numbers looked for by one person
ENTERED = throttle.Limit("desk-entered", burst=20, every=timedelta(minutes=1))  # new callers, by one person
MAILED = throttle.Limit("desk-entered-to", burst=3, every=timedelta(hours=1))  # to one address or number


class TooOften(Exception):
    """Too many numbers were looked for, or new callers written down, in a short time."""


class Refused(Exception):
    """It is not opened. `why`: nobody (not with this number, or oneself), rests (their data lies at rest)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Caller:
    """Somebody with the number that was looked for: the first letter of the name, and since when they are known."""

    person: UUID
    initial: str
    since: datetime


def country_of(organisation: Any) -> str:
    """The calling code of numbers that are written without one."""
    return "98" if organisation.region == "ir" else "46"


def look_up(number: str) -> list[Caller]:
    """Who stands here with a number (E.164, of the acting organisation), the latest first. Each look is recorded.

    Raises `TooOften`, and Django's ProgrammingError (42501) for whoever answers no calls.
    """
    actor = current() or Actor()
    assert actor.organisation is not None and actor.person is not None
    if not LOOKED.take(str(actor.person)):
        raise TooOften
    rows = _ordered("desk.callers", "caller", {"number": phone_index(actor.organisation, number)})
    names = opened_people(actor.organisation, [(row[0], row[1], b"", b"") for row in rows])
    evidence.record(events.SOUGHT.name)
    evidence.saw([row[0] for row in rows], "desk.caller", "called")
    found = zip(rows, names, strict=True)
    return [Caller(row[0], name[:1].upper(), row[2]) for row, (name, _email, _phone) in found if name]


def open_for(caller: UUID, number: str, *, reason: str, words: str) -> UUID:
    """Open what is known of a caller for a quarter of an hour, for a reason (a word of `REASONS`). They read of it
    under what is shown of them, and can end it. It counts as a look: nobody tries which number somebody has. Returns
    the call's id. Raises `Refused`, `TooOften`, ValueError."""
    if reason not in REASONS:
        raise ValueError("Say why.")
    actor = current() or Actor()
    assert actor.organisation is not None
    if not LOOKED.take(str(actor.person)):
        raise TooOften
    with transaction.atomic():
        return _open(actor, caller, number, reason, words)


def _open(actor: Actor, caller: UUID, number: str, reason: str, words: str) -> UUID:
    call = new_id()
    assert actor.organisation is not None
    written = sealed.value(Call, "words", words, organisation=actor.organisation, row=call, person=caller)
    wish = {"id": str(call), "caller": str(caller), "reason": reason, "words": written.hex()}
    answer = _ordered("desk.open_call", "call", wish | {"number": phone_index(actor.organisation, number)})[0][0]
    if answer != "ok":
        raise Refused(answer)
    happenings.announce(
        "access.grant.opened", subject=caller, object=call, reason=reason, scope="contact", grantee=actor.person
    )
    return call


def close(call: UUID) -> bool:
    """The call is over; what was opened is closed. False when it was closed before."""
    caller = Call.objects.filter(pk=call).values_list("person_id", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("select desk.close_call(%s)", [call])
        done = bool(cursor.fetchone()[0])
    if done and caller:
        happenings.announce("access.grant.revoked", subject=caller, object=call, scope="contact")
    return done


def caller_of(call: UUID) -> Any:
    """The person of a call that is open for whoever acts; each look is recorded. 404 once it is closed."""
    person = people_by_id([_caller(call)]).get(_caller(call))
    if person is None:
        raise Http404
    evidence.saw([person.pk], "desk.call", "called", object=call)
    return person


def threads_of(person: UUID) -> list[Thread]:
    """What the caller asked before, as far as whoever acts may see it."""
    return list(Thread.objects.filter(person_id=person).order_by("-words_at")[:20])


@contextmanager
def for_caller(call: UUID) -> Iterator[UUID]:
    """Do for the caller of an open call what they could do themselves: what comes of it is theirs. The evidence says
    who entered it, and they are told. Yields the operator's id. 404 once the call is closed."""
    caller, operator = _caller(call), current() or Actor()
    assert operator.person is not None
    with acting(replace(operator, office="member", account=None, person=caller, subject=None)):
        yield operator.person
    evidence.record(events.ENTERED.name, subject=caller, object=call, reason="telephone")
    outbox.emit(events.Entered(person=caller))


@transaction.atomic
def enter(call: UUID, kind: str, words: str, *, language: str) -> Thread:
    """Write down what the caller asks. 404 once the call is closed."""
    with for_caller(call) as operator:
        return actions.ask(kind, words, language=language, channel="telephone", entered_by=operator)


@transaction.atomic
def enter_new(kind: str, words: str, *, name: str, phone: str, email: str, language: str, zone: str) -> Thread:
    """Write down what somebody asks who calls for the first time: who they are, and what they want. It is theirs from
    then on. For whoever answers calls (the view sees to it). Raises `TooOften`: whoever is written down gets a message,
    and nobody shall be able to send many of them to whom they like."""
    operator = current() or Actor()
    assert operator.organisation is not None
    to = str(operator.organisation)
    told = [MAILED.take(to, one) for one in (normal.email(email) if email else "", phone) if one]
    if not (all(told) and ENTERED.take(str(operator.person))):
        raise TooOften
    guest = meet_guest(
        organisation=operator.organisation, name=name, email=email, phone=phone, language=language, time_zone=zone
    )
    with acting(Actor(office="guest", person=guest, organisation=operator.organisation)):
        thread = actions.ask(kind, words, language=language, channel="telephone", entered_by=operator.person)
    evidence.record(events.ENTERED.name, subject=guest, object=thread.pk, reason="telephone")
    outbox.emit(events.Entered(person=guest))
    return thread


def read_number(text: str, organisation: Any) -> str:
    """A number as somebody reads it out, in any digits, as E.164 has it. Raises ValueError for what is none."""
    return normal.phone(text, country=country_of(organisation))


def _caller(call: UUID) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("select desk.caller(%s)", [call])
        found: UUID | None = cursor.fetchone()[0]
    if found is None:
        raise Http404
    return found


def _ordered(function: str, purpose: str, wish: dict[str, Any]) -> list[Any]:
    """Send the database an order that it believes only from this program, for whoever acts now."""
    actor = current() or Actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    body = signing.canonical(wish | {name: part and str(part) for name, part in who.items()})
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {function}(%s, %s)", [body, sign_text(purpose, body)])  # noqa: S608 (our names)
        return list(cursor.fetchall())
