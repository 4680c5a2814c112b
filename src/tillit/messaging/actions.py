"""Beginning a thread, sending, taking back, blocking. Everything that depends on what the other has chosen is decided
by the database (sql/messaging.sql), and looks the same to whoever writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404

from tillit import evidence
from tillit.access import Actor, current
from tillit.evidence import actions as recording
from tillit.kernel import keyring, keys, live, outbox, sealed, signing, uploads
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import sign_text
from tillit.messaging import events, naming
from tillit.messaging.models import DAYS, FILES, Block, Message, Seat, Thread

LONGEST = 5000  # characters of a message
SAME = 40  # characters from which on an opening counts as "the same words to many"
File = tuple[IO[bytes], str]
"""An open file and its declared name."""

PLACE = "select * from messaging.place(%s)"
_SENT = "select * from messaging.send(%s, %s, %s, %s::uuid[], %s, %s, %s, %s, %s, %s, %s)"
SEND = f"""
with sent as materialized ({_SENT})
select outcome, case when outcome = 'ok' and reached then {recording.ADD.removeprefix("select ")} end from sent
"""  # noqa: S608 (our own constants)
BEGIN = """
select outcome, thread, reached from messaging.begin(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s,
  %s, %s, %s, %s)
"""


class Refused(Exception):
    """It is not sent, and nothing of it is kept. `why`: many (too many new threads today), same (the same words to too
    many people), long, empty, left (the other is gone), files (too many), paused (by a moderator), key (it was used for
    other words before)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def begin(
    *,
    to: UUID,
    about: tuple[str, UUID],
    words: str,
    called: str = "",
    key: UUID | None = None,
    files: Sequence[File] = (),
) -> UUID:
    """The acting person writes to somebody for the first time about this thing; where the two have a thread about it,
    the words go there. Whether they may, the caller knows (a visible profile, an application to an advert).

    called: how the other will see the writer; else as naming.called says. key: of the form, so that twice is once.
    Returns the thread's id. Raises Refused, uploads.Refused, and Http404 for a receiver who is nobody, or oneself.
    """
    organisation, me = _here()
    _check(words, files)
    if to == me:
        raise Http404
    kind, thing = about
    thread, message, seats = new_id(), key or new_id(), (new_id(), new_id())
    wish = {"to": str(to), "about_kind": kind, "about": str(thing), "once": _once(me, to, about)}
    wish |= {"organisation": str(organisation), "person": str(me), "office": _actor().office}
    body = signing.canonical(wish)
    own = keys.fresh(organisation, thread)
    names = [
        sealed.value(Seat, "shown_as", name, organisation=organisation, row=seat, person=person)
        for seat, person, name in zip(seats, (me, to), (called or naming.called(me), naming.called(to)), strict=True)
    ]
    kept = _keep(files, me)
    written = sealed.value(Message, "words", words, organisation=organisation, row=message, person=thread, key=own)
    opening = keyring.blind_index(_plain(words), "messaging_seat.opening", organisation=organisation)
    with connection.cursor() as cursor:
        cursor.execute(
            BEGIN,
            [
                body, sign_text("begin", body), thread, own.wrapped, seats[0], names[0], seats[1], names[1],
                opening if len(_plain(words)) >= SAME else "", message, written, kept, DAYS,
                *outbox.prepare(events.Said(thread=thread, message=message)),
            ],
        )  # fmt: skip
        outcome, found, reached = cursor.fetchone()
    if outcome == "there":
        _forget(kept)
        send(found, words, key=key, files=files)
        return UUID(str(found))
    if outcome == "nobody":
        raise Http404
    if outcome != "ok":
        raise Refused(outcome)
    if reached:
        evidence.record(events.BEGUN.name, subject=to, object=thread)
    return thread


@transaction.atomic
def send(
    thread: UUID,
    words: str,
    *,
    files: Sequence[File] = (),
    key: UUID | None = None,
    card: tuple[str, UUID] | None = None,
) -> UUID:
    """The acting person says something in a thread of theirs. key: of the form, so that twice is once. Returns the
    message's id. Raises Refused, uploads.Refused, and Http404 for a thread that is not theirs."""
    organisation, me = _here()
    if card is None:
        _check(words, files)
    with connection.cursor() as cursor:
        cursor.execute(PLACE, [thread])
        rows = cursor.fetchall()
    if not rows:
        raise Http404
    keys.remember(organisation, thread, "erasable", [row[1:] for row in rows])
    other, message = rows[0][0], key or new_id()
    if other is None:
        raise Refused("left")
    kept = _keep(files, me)
    written = sealed.value(Message, "words", words, organisation=organisation, row=message, person=thread)
    with connection.cursor() as cursor:
        cursor.execute(SEND, parameters(thread, message, other, written, kept, card))
        (outcome, _) = cursor.fetchone()
    if outcome == "again":
        if Message.objects.get(pk=message).words != words:
            raise Refused("key")
        _forget(kept)
    elif outcome in {"left", "paused"}:
        raise Refused(outcome)
    elif outcome != "ok":
        raise Http404
    return message


def parameters(
    thread: UUID, message: UUID, other: UUID, written: bytes, files: list[UUID], card: tuple[str, UUID] | None = None
) -> list[Any]:
    """What `SEND` takes: the message, the event that tells of it, and its leaf in the log."""
    _ids, leaf = recording.prepare([recording.Happening(events.SENT, other, thread)])
    told = outbox.prepare(events.Said(thread=thread, message=message))
    return [thread, message, written, files, *(card or ("", None)), DAYS, *told, *leaf]


def post_card(thread: UUID, kind: str, object: UUID) -> UUID:
    """The acting person puts a card of another app (a proposal, a request, an invoice) into a thread of theirs: once
    for each thing, however often it is called. Returns the message's id. Raises as `send`."""
    return send(thread, "", card=(kind, object), key=_card_id(thread, kind, object))


def _card_id(thread: UUID, kind: str, object: UUID) -> UUID:
    """The id of the message that carries a card: always the same for a thing in a thread."""
    return UUID(keyring.blind_index(f"{thread}:{kind}:{object}", "messaging_message.card")[:32])


@transaction.atomic
def take_back(message: UUID) -> bool:
    """Its author takes a message back, within a quarter of an hour. False when that is over or was done already."""
    found = Message.objects.filter(pk=message).values_list("thread", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("select messaging.take_back(%s)", [message])
        (files,) = cursor.fetchone()
    if files is None:
        return False
    for file in files:
        transaction.on_commit(partial(uploads.forget, file))
    evidence.record(events.TAKEN.name, object=message)
    if found:
        changed(found)
    return True


@transaction.atomic
def block(thread: UUID) -> None:
    """The acting person wants no more messages of the other in this thread, here or elsewhere. Nobody tells them.
    Raises Http404 for a thread that is not theirs, or whose other is gone."""
    organisation, me = _here()
    other = other_in(thread)
    if not Block.objects.filter(person_id=me, other_id=other).exists():
        Block(organisation_id=organisation, person_id=me, other_id=other).save(force_insert=True)


@transaction.atomic
def unblock(thread: UUID) -> None:
    """The acting person wants messages of the other again: those from now on. Raises as `block`."""
    _organisation, me = _here()
    Block.objects.filter(person_id=me, other_id=other_in(thread)).delete()


@transaction.atomic
def tell_read(thread: UUID, tells: bool) -> None:
    """The acting person lets the other see when they have read, or not any more; who does not tell is not told."""
    seat = _seat(thread)
    seat.tells, seat.read = tells, None
    seat.save(update_fields=["tells", "read"])


@transaction.atomic
def mark_read(thread: UUID, at: Any) -> None:
    """The acting person has seen the thread as it is at that instant."""
    seat = _seat(thread)
    if not seat.to_read:
        return
    seat.unseen = 0
    seat.read = at if seat.tells else None
    seat.save(update_fields=["unseen", "read"])
    changed(thread, others=seat.tells)


def changed(thread: UUID, *, others: bool = True) -> None:
    """Open pages of the thread are told to look again."""
    _organisation, me = _here()
    live.publish(me, "messaging.changed", thread)
    if others and (other := _other(thread)):
        live.publish(other, "messaging.changed", thread)


def other_in(thread: UUID) -> UUID:
    """The other person of a thread of the acting person. Raises Http404."""
    found = _other(thread)
    if found is None:
        raise Http404
    return found


def _other(thread: UUID) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("select person from messaging.others(%s::uuid[])", [[thread]])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    found: UUID | None = row[0]
    return found


def _seat(thread: UUID) -> Seat:
    found = Seat.objects.filter(thread_id=thread, person_id=_here()[1], words_at__isnull=False).first()
    if found is None:
        raise Http404
    return found


def _actor() -> Actor:
    return current() or Actor()


def _here() -> tuple[UUID, UUID]:
    actor = _actor()
    if actor.organisation is None or actor.person is None:
        raise Http404
    return actor.organisation, actor.person


def _check(words: str, files: Sequence[File]) -> None:
    if len(words) > LONGEST:
        raise Refused("long")
    if not words.strip() and not files:
        raise Refused("empty")
    if len(files) > FILES:
        raise Refused("files")


def _keep(files: Iterable[File], owner: UUID) -> list[UUID]:
    return [uploads.accept(file, name=name, owner=owner).pk for file, name in files]


def _forget(kept: Iterable[UUID]) -> None:
    for one in kept:
        uploads.remove(one)


def _once(one: UUID, other: UUID, about: tuple[str, UUID]) -> str:
    pair = ":".join(sorted((str(one), str(other))))
    return keyring.blind_index(f"{pair}:{about[0]}:{about[1]}", "messaging_thread.once")


def _plain(words: str) -> str:
    return "".join(words.casefold().split())


__all__ = [
    "FILES", "LONGEST", "Refused", "Thread", "begin", "block", "changed", "mark_read", "other_in", "parameters",
    "post_card", "send", "take_back", "tell_read", "unblock",
]  # fmt: skip
