"""Asking, and going on with what was asked: by the person whose matter it is, logged in, by a link, or met just now.

What the desk does with it: working.py.
"""

from __future__ import annotations

import base64
import os
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tillit import evidence
from tillit.access import Actor, acting, as_office, current
from tillit.desk import clocks, events
from tillit.desk.models import Message, Rating, Thread
from tillit.identity.actions import meet_guest
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, ends, outbox, uploads, zones
from tillit.kernel.ids import new_id

LONGEST = 5000  # characters
PROOF_LIFE = timedelta(days=14)
"""How long an address has to answer before what was asked from it is forgotten."""
File = tuple[IO[bytes], str]
"""An open file and its declared name."""


class TooLate(Exception):
    """What was asked can no longer be done to this matter: it stands otherwise than it was shown."""


@transaction.atomic
def ask(
    kind: str,
    words: str,
    *,
    language: str,
    channel: str = "product",
    about: UUID | None = None,
    file: File | None = None,
    entered_by: UUID | None = None,
) -> Thread:
    """The acting person asks; they are known, so it stands at the desk at once. Raises uploads.Refused."""
    thread = _open(kind, channel, "new", words, language=language, about=about, file=file, entered_by=entered_by)
    arrives(thread)
    outbox.emit(events.Asked(thread=thread.pk))
    return thread


@transaction.atomic
def ask_as_stranger(
    kind: str,
    words: str,
    *,
    name: str,
    email: str,
    language: str,
    zone: str,
    about: UUID | None = None,
    file: File | None = None,
) -> Thread:
    """Somebody whom we do not know asks. Nothing happens before the mail to their address is answered (`confirm`), and
    it is forgotten if nobody does. Raises uploads.Refused."""
    organisation: Any = (current() or Actor()).organisation
    guest = meet_guest(organisation=organisation, name=name, email=email, language=language, time_zone=zone)
    with acting(Actor(office="guest", person=guest, organisation=organisation)):
        thread = _open(kind, "form", "unproven", words, language=language, about=about, file=file)
        with as_office("helpdesk"):
            ends.set("desk.proof", object=thread.pk, subject=guest, due=clock.now() + PROOF_LIFE)
        outbox.emit(events.Asked(thread=thread.pk))
    return thread


@transaction.atomic
def confirm(thread: Thread) -> bool:
    """As the person, by the link that went to their address: it was me. False when it was said before. Raises
    `TooLate` once it is forgotten."""
    with as_office("asking", str(thread.pk)):
        hold_still(thread)
        if thread.state != "unproven":
            return False
        change(thread, state="new")
    with as_office("helpdesk"):
        ends.cancel("desk.proof", thread.pk)
    arrives(thread)
    return True


@transaction.atomic
def reply(thread: Thread, words: str, *, file: File | None = None) -> None:
    """As the person, say something more; what was closed opens again, and what was put together with another matter
    is said there. Raises `TooLate` while the address is unproven, uploads.Refused."""
    with as_office("asking", str(thread.pk)):
        hold_still(thread)
    if thread.merged_into_id:
        reply(Thread.objects.get(pk=thread.merged_into_id), words, file=file)
        return
    if thread.state == "unproven":
        raise TooLate
    say(thread, "them", words, file=file)
    if thread.state != "ours" and thread.state != "new":
        with as_office("asking", str(thread.pk)):
            change(thread, state="ours", closed=None)
        arrives(thread)
    else:
        touch(thread)


@transaction.atomic
def take_back(thread: Thread) -> bool:
    """As the person, need no answer any more. False when it is closed anyhow. What was never proven is forgotten at
    once, and the desk sees nothing of it until then."""
    with as_office("asking", str(thread.pk)):
        hold_still(thread)
        if thread.state in ("closed", "merged"):
            return False
        if thread.state != "unproven":
            change(thread, state="closed", closed=clock.now(), due=None, invited=True)
    with as_office("helpdesk"):
        if thread.state == "unproven":
            ends.move("desk.proof", thread.pk, clock.now())
        else:
            ends.cancel("desk.answer", thread.pk)
    return True


def rate(thread: Thread, stars: int, words: str) -> bool:
    """As the person, say once how content one was with a closed matter, from 1 to 5. False when it was said before.
    Raises `TooLate` for what is not closed, ValueError beyond the scale."""
    if not 1 <= stars <= 5:
        raise ValueError("From 1 to 5.")
    if thread.state != "closed" or thread.answered is None:
        raise TooLate
    row = Rating(organisation_id=thread.organisation_id, thread=thread, person_id=thread.person_id, stars=stars)
    row.words = words
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


# -- parts that working.py and calls.py share -------------------------------------------------------------------------


def arrives(thread: Thread) -> None:
    """It waits for us from now on: until when, who is told, when they are reminded."""
    thread.organisation = organisation_by_id(thread.organisation_id)
    still = thread.due if thread.kind == "complaint" else None
    with as_office("asking", str(thread.pk)):
        change(thread, due=still or clocks.due(thread.organisation, thread.kind), reminded=0)
    with as_office("helpdesk"):
        remind = clocks.reminder(thread.organisation, thread.kind)
        ends.set("desk.answer", object=thread.pk, subject=thread.person_id, due=remind)
    touch(thread)
    outbox.emit(events.Arrived(thread=thread.pk))


def say(thread: Thread, side: str, words: str, *, file: File | None = None) -> Message:
    """The acting person says something in it. Raises uploads.Refused."""
    actor = current() or Actor()
    assert actor.person is not None
    row = Message(
        organisation_id=thread.organisation_id, thread=thread, person_id=thread.person_id, author_id=actor.person,
        side=side, file=uploads.accept(file[0], name=file[1], owner=actor.person).pk if file else None,
    )  # fmt: skip
    row.words = words
    row.save(force_insert=True)
    return row


def touch(thread: Thread) -> None:
    """Something was said: the time after which it all goes is counted from now, with what was put together with it."""
    with as_office("asking", str(thread.pk)):
        change(thread, words_at=clock.now())
    parts = list(Thread.objects.filter(merged_into=thread).values_list("pk", flat=True))
    with as_office("helpdesk"):
        for one in (thread.pk, *parts):
            ends.set("desk.thread", object=one, subject=thread.person_id, since=clock.now())


def as_person(thread: Thread) -> AbstractContextManager[Actor]:
    """Act as whoever asked, for what they could do themselves."""
    actor = current() or Actor()
    return acting(replace(actor, office="member", account=None, person=thread.person_id, subject=None))


def _open(
    kind: str,
    channel: str,
    state: str,
    words: str,
    *,
    language: str,
    about: UUID | None,
    file: File | None,
    entered_by: UUID | None = None,
) -> Thread:
    actor = current() or Actor()
    assert actor.person is not None and actor.organisation is not None
    organisation = organisation_by_id(actor.organisation)
    thread = Thread(
        id=new_id(), organisation=organisation, person_id=actor.person, kind=kind, channel=channel, state=state,
        language=language, about_id=about if kind == "complaint" and about != actor.person else None,
        entered_by_id=entered_by, reference=_reference(organisation), words_at=clock.now(),
    )  # fmt: skip
    thread.save(force_insert=True)
    with as_office("helpdesk"):
        ends.set("desk.thread", object=thread.pk, subject=actor.person, since=clock.now())
    say(thread, "them", words, file=file)
    evidence.record(events.ASKED.name, subject=actor.person, object=thread.pk, reason=channel)
    return thread


def hold_still(thread: Thread) -> None:
    """Two who act on one matter at once wait for each other; the second sees what the first has done."""
    locked = Thread.objects.select_for_update(of=("self",))
    try:
        thread.refresh_from_db(from_queryset=locked)
    except Thread.DoesNotExist:
        raise TooLate from None


def change(thread: Thread, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(thread, name, value)
    thread.save(update_fields=list(fields))


def _reference(organisation: Any) -> str:
    """As people name it on the telephone: the year and six letters that are not mistaken for one another."""
    year = clock.now().astimezone(zones.zone(organisation.time_zone)).year
    return f"{year}-{base64.b32encode(os.urandom(5)).decode()[:6]}"
