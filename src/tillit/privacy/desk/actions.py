"""Requests come in, are proven, take longer, are taken back. Answers: deciding.py.

Each step is written beside the request, for whoever asked to read, and in the evidence of whom it is about.
"""

from __future__ import annotations

import base64
import os
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tillit import evidence
from tillit.access import as_office, current
from tillit.identity.queries import organisation_by_id, people_by_id
from tillit.kernel import clock, ends, outbox
from tillit.kernel.dpv import Delay
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor
from tillit.privacy.desk import clocks, events, kinds, likeness, queries, subjects
from tillit.privacy.desk.links import PROOF_LIFE
from tillit.privacy.models import RequestStep, RightsRequest

LONGEST_WORDS = 5000  # characters


class TooLate(Exception):
    """What was asked can no longer be done to this request: it is answered, over, or its time is out."""


class NotFound(Exception):
    """Nobody is known by this address."""


@transaction.atomic
def ask(kind: str, *, words: str, language: str, by_link: bool) -> tuple[RightsRequest, bool]:
    """The acting person asks. by_link: they came by the link in a mail, so that the registered address is the proof.

    Returns the request and whether it is new: what stands open already is not asked twice.
    """
    actor = current() or Actor()
    if again := queries.asked_before(kind):
        return queries.get_request(again), False
    assert actor.person is not None
    me = people_by_id([actor.person])[actor.person]
    request = _new(
        kind, "product", words=words, language=language, name=me.display_name, address=me.email, person_id=actor.person,
        asked_by_id=actor.person, state="open", proof="address" if by_link else "login", proven=clock.now(),
    )  # fmt: skip
    _call("select privacy.match_own(%s)", request.pk)
    _received(request)
    _waits(request)
    return request, True


@transaction.atomic
def ask_as_stranger(kind: str, *, name: str, address: str, words: str, language: str, behalf: bool) -> None:
    """Somebody asks by the public form. Whatever is known of the address, the answer is the same: a mail to it, or to
    the registered one that equals it. What stands open already gets its mail again."""
    if again := queries.asked_before(kind, address):
        outbox.emit(events.ProofWanted(request=again))
        return
    request = _new(kind, "form", words=words, language=language, name=name, address=address, behalf=behalf)
    _call("select privacy.match_request(%s, %s)", request.pk, queries.registered(address))
    with as_office("asker", str(request.pk)):
        _received(request)
    outbox.emit(events.ProofWanted(request=request.pk))


@transaction.atomic
def enter(
    kind: str,
    channel: str,
    *,
    name: str,
    address: str,
    words: str,
    language: str,
    received: date,
    behalf: bool,
) -> tuple[RightsRequest, bool]:
    """The office writes down what came by mail, letter or telephone. Returns it and whether it is new: the same kind
    by the same address, while the first is open, is the same request. Raises ValueError for a day to come."""
    if address and (again := queries.asked_before(kind, address)):
        return queries.get_request(again), False
    actor = current() or Actor()
    request = _new(
        kind, channel, words=words, language=language, name=name, address=address, behalf=behalf, received=received,
        asked_by_id=actor.person,
    )  # fmt: skip
    if address:
        _call("select privacy.match_request(%s, %s)", request.pk, queries.registered(address))
    _received(request)
    return request, True


def want_proof(request: RightsRequest) -> None:
    """Send the link to the registered address (again). Raises `TooLate` once it is proven or over."""
    if request.state != "unproven" or not (request.person_id or request.address):
        raise TooLate
    step(request, "proof_wanted")
    outbox.emit(events.ProofWanted(request=request.pk))


@transaction.atomic
def answer_by_mail(request: RightsRequest, reader: UUID | None) -> bool:
    """Whoever holds the link says that it was they. In office "asker". reader: to whose registered address it went.

    False when it was said before. The address proves who asks where it is that of whom the request is about, and they
    ask for themselves; else the office needs a further proof: a link that went to the typed address, before the office
    said whose request it is, proves nothing. Raises `TooLate` after two weeks, and once it is over.
    """
    hold_still(request)
    if request.state == "open":
        return False
    if request.state != "unproven" or request.made + PROOF_LIFE <= clock.now():
        raise TooLate
    if request.person_id and request.person_id == reader and not request.behalf:
        request.proof, request.proven = "address", clock.now()
    request.state = "open"
    request.save(update_fields=["state", "proof", "proven"])
    step(request, "proved" if request.proof else "answered_by_mail")
    _waits(request)
    return True


@transaction.atomic
def link(request: RightsRequest, address: str) -> int:
    """The office says under which registered address the asker is known here. Returns how many rows of people.

    The typed address is held against it: one that only looks like it proves nothing, and the request says so. Raises
    `NotFound`, `TooLate` once it is known who asks.
    """
    hold_still(request)
    if request.proof or request.state not in queries.OPEN:
        raise TooLate
    index = queries.registered(address)
    state = request.state
    if state == "open":  # answered by mail, from an address that is nobody's here
        _change(request, state="unproven")
    found = int(_call("select privacy.match_request(%s, %s)", request.pk, index)) if index else 0
    if not found:
        _change(request, state=state)
        raise NotFound
    request.refresh_from_db()
    _change(request, state=state, likeness=likeness.compare(request.address, address) if request.address else "")
    step(request, "linked", request.likeness)
    evidence.record(events.LINKED.name, subjects=subjects.of(request), object=request.pk)
    return found


@transaction.atomic
def shown(request: RightsRequest, proof: str) -> None:
    """Somebody of the office has looked at a further proof (a key of kinds.SHOWN). What was shown is not kept.

    Raises `TooLate`; `NotFound` while nobody is named whom it is about; ValueError where somebody asks for another
    and no authority for that was shown.
    """
    hold_still(request)
    if request.state not in queries.OPEN:
        raise TooLate
    if request.person_id is None:
        raise NotFound
    if proof not in kinds.SHOWN or (request.behalf and proof != "authority"):
        raise ValueError("Somebody who asks for another shows that they may.")
    actor = current() or Actor()
    _change(request, state="open", proof="shown", proven=clock.now(), proved_by_id=actor.person)
    step(request, "shown", proof)
    evidence.record(events.PROVED.name, subjects=subjects.of(request), object=request.pk, reason=proof)


@transaction.atomic
def extend(request: RightsRequest, delay: Delay) -> None:
    """The answer takes longer, for a reason; whoever asked is told now. Once, and only while the first time runs.

    Raises `TooLate`.
    """
    hold_still(request)
    if request.state not in queries.OPEN or request.extended or request.due <= clock.now():
        raise TooLate
    _change(request, extended=delay.name.lower(), due=clocks.extended_due(request.organisation, request.received))
    remind(request)
    step(request, "extended", request.extended)
    evidence.record(events.EXTENDED.name, subjects=subjects.of(request), object=request.pk, reason=request.extended)
    outbox.emit(events.RequestExtended(request=request.pk))


@transaction.atomic
def take_back(request: RightsRequest) -> bool:
    """Whoever asked asks no longer. False when it is over anyhow."""
    hold_still(request)
    if request.state not in queries.OPEN:
        return False
    _change(request, state="withdrawn")
    step(request, "withdrawn")
    over(request)
    return True


def hold_still(request: RightsRequest) -> None:
    """Two who act on one request at once wait for each other; the second sees what the first has done."""
    locked = RightsRequest.objects.select_for_update(of=("self",))
    request.refresh_from_db(fields=["state", "proof", "person", "extended", "due"], from_queryset=locked)


# -- parts that deciding.py and tasks.py share ------------------------------------------------------------------------


def step(request: RightsRequest, what: str, detail: str = "") -> None:
    """Write down what happened, and who did it."""
    actor = current() or Actor()
    by = actor.person if actor.office == "member" else None
    RequestStep(organisation_id=request.organisation_id, request=request, what=what, detail=detail, by_id=by).save(
        force_insert=True
    )


def remind(request: RightsRequest) -> None:
    """The office is reminded a week before the last day, and at its end."""
    first = max(request.due - clocks.REMIND, clock.now())
    with as_office("desk"):
        ends.set("privacy.answer", object=request.pk, subject=request.person_id, due=first)


def over(request: RightsRequest) -> None:
    """Nothing is waited for any more; the record goes when its own time is over."""
    with as_office("desk"):
        ends.cancel("privacy.answer", request.pk)
        ends.cancel("privacy.proof", request.pk)
        ends.set("privacy.request", object=request.pk, subject=request.person_id, since=clock.now())


def _new(kind: str, channel: str, *, received: date | None = None, **fields: Any) -> RightsRequest:
    actor = current() or Actor()
    assert actor.organisation is not None
    organisation = organisation_by_id(actor.organisation)
    today = clocks.today(organisation)
    day = received or today
    if day > today:
        raise ValueError("It cannot have come on a day to come.")
    request = RightsRequest(
        id=new_id(), organisation=organisation, kind=kind, channel=channel, received=day, reference=_reference(today),
        due=clocks.due(organisation, day), **fields,
    )  # fmt: skip
    request.save(force_insert=True)
    return request


def _received(request: RightsRequest) -> None:
    """First step, clocks, and the evidence of whom it is about."""
    step(request, "received", request.channel)
    remind(request)
    if request.state == "unproven":
        with as_office("desk"):
            ends.set("privacy.proof", object=request.pk, subject=None, due=request.made + PROOF_LIFE)
    if request.proof:
        evidence.record(events.RECEIVED.name, subjects=subjects.of(request), object=request.pk, reason=request.kind)
    else:
        evidence.record(events.RECEIVED.name, object=request.pk, reason=request.kind)


def _waits(request: RightsRequest) -> None:
    outbox.emit(events.RequestWaits(request=request.pk, days=None))


def _change(request: RightsRequest, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(request, name, value)
    request.save(update_fields=list(fields))


def _reference(today: date) -> str:
    """As letters and telephone calls name it: the year and six letters that are not mistaken for one another."""
    return f"{today.year}-{base64.b32encode(os.urandom(5)).decode()[:6]}"


def _call(statement: str, *parameters: UUID | str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchone()[0]


__all__ = [
    "LONGEST_WORDS", "NotFound", "TooLate", "answer_by_mail", "ask", "ask_as_stranger", "enter", "extend",
    "hold_still", "link", "over", "remind", "shown", "step", "take_back", "want_proof",
]  # fmt: skip
