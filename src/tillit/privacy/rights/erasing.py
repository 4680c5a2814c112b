"""Erasing one person in one organisation, in one transaction: all of it, or nothing.

    erasing.preview(person)                          # what goes, what stays and why, what others notice
    erasing.erase(person, request_key=key)           # → Receipt; the same key erases once

As the acting person, or in the office "rights" narrowed to that person (the desk, on a request), or as the sweeper some
days after somebody left the workplace. What happens to each
value its declaration says (kernel/erasure.py); the key goes, so that nothing sealed can be read again; what was
recorded goes from the log's readable part; a function of the database that sees everything counts what is left, and
undoes all of it where anything is. A legal hold keeps what it names, sealed apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from tillit import evidence
from tillit.access import Actor, acting, as_office, current
from tillit.evidence import events
from tillit.identity.queries import people_by_id
from tillit.kernel import clock, config, erasure, keys, sealed, uploads
from tillit.kernel.dpv import Words
from tillit.kernel.ids import new_id
from tillit.kernel.tables import Upload
from tillit.privacy.models import Copy, Erasure
from tillit.privacy.rights import files, holds, ledger, letters, parts, staying
from tillit.privacy.rights.said import called
from tillit.privacy.rights.staying import Stay

ERASED = events.declare("privacy.person.erased", label=letters.ERASED, keep=5 * events.YEAR, law="GDPR 5(2)")
ROTATION = timedelta(days=1)  # the wrapping secret is looked at once a night


class Refused(Exception):
    """Not erased. `why`: last (the only administrator of an organisation), nobody (no such person here)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Incomplete(RuntimeError):
    """Something would have been left, so that nothing was erased. Names tables and counts, never values."""


@dataclass(frozen=True)
class Line:
    """Rows of one kind, in words, and how many."""

    what: Words
    count: int


@dataclass(frozen=True)
class Preview:
    """What an erasure would do. `login_goes`: the account, too, as it is used nowhere else."""

    goes: list[Line]
    stays: list[Stay]
    shared: list[Words]
    login_goes: bool
    refused: str


@dataclass(frozen=True)
class Receipt:
    """What was erased: the receipt's id, when, how many rows, what stays, and from when on no backup can bring the
    sealed values back. `event`: its place in the log, provable a minute later."""

    id: UUID
    event: UUID
    made: datetime
    gone: dict[str, int]
    stays: list[list[Any]]
    unreadable: datetime


def preview(person: UUID) -> Preview:
    """What erasing this person would do, without doing it. Raises PermissionError as `erase` does."""
    with _for(person) as me, transaction.atomic():
        held = holds.held(person)
        kept_back = staying.tables(held)
        with as_office("erasure", str(person)):
            (refusal,) = _row("select privacy.erasure_refusal()")
            found = _rows("select label, how, many from privacy.preview_erasure(%s)", kept_back)
        goes: dict[str, int] = {}
        for label, how, many in found:
            if how in ("deleted", "emptied", "shredded"):
                goes[label] = max(goes.get(label, 0), many)
        with acting(me):
            shared = [words for part in parts.every() for words in part.tells(person)]
            until = staying.last_ends(person)
        return Preview(
            goes=[Line(called(label), many) for label, many in goes.items()],
            stays=staying.stays(found, held, until),
            shared=shared,
            login_goes="identity.account" in goes,
            refused=refusal or "",
        )


@transaction.atomic
def erase(person: UUID, *, request_key: UUID) -> Receipt:
    """Erase a person in the acting organisation. The same `request_key`, or a person who is erased already, gets the
    receipt of the first time.

    Raises `Refused`; `Incomplete` if anything would be left; PermissionError for whoever may not.
    """
    with _for(person) as me:
        with as_office("erasure", str(person)):
            again, refusal = _row("select again, refusal from privacy.begin_erasure(%s)", request_key)
            if again:
                return _receipt(Erasure.objects.get(pk=again))
        if refusal:
            raise Refused(refusal)
        with acting(me):
            known = people_by_id([person])[person]
            letter = letters.to(known)
            for part in parts.every():
                part.before(person)
        receipt = _erase(me, person, request_key, holds.held(person))
    transaction.on_commit(lambda: ledger.remember([(person, receipt.id)]))
    letter.send(receipt, called)
    return receipt


def again(person: UUID) -> Receipt | None:
    """A hold is over: erase what it kept back, unless another keeps it still. As the sweeper, who then writes no
    letter: nobody's address is known any more. None when nothing waited."""
    with acting(replace(current() or Actor(), person=None, account=None, office="sweeper")) as sweeper:
        with as_office("erasure", str(person)):
            latest = Erasure.objects.filter(person_id=person).order_by("-pk").first()
        if latest is None or not latest.open:
            return None
        held = holds.held(person)
        receipt = _erase(replace(sweeper, person=person), person, new_id(), held)
        if not held:
            keys.shred(_organisation(), person, "hold")
    return receipt


def close_out(person: UUID) -> None:
    """The organisation has left: as its sweeper, erase somebody whom it knew, and tell them."""
    actor = current() or Actor()
    if actor.office != "sweeper":
        raise PermissionError("An organisation is closed by the sweeper.")
    me = replace(actor, office="member", person=person)
    with acting(me):
        letter, held = letters.to(people_by_id([person])[person]), holds.held(person)
        for part in parts.every():
            part.before(person)
    receipt = _erase(me, person, uuid5(person, "closed"), held)
    transaction.on_commit(lambda: ledger.remember([(person, receipt.id)]))
    letter.send(receipt, called)


@transaction.atomic
def replay(person: UUID, receipt: UUID) -> None:
    """In the office "restorer": erase somebody again who was erased after the backup that was restored, under their
    old receipt. They get no letter: they had one."""
    actor = current() or Actor()
    if actor.office != "restorer" or actor.organisation is None:
        raise PermissionError("Erasures are replayed by a restore.")
    me = replace(actor, office="member", person=person)
    with acting(me):
        for part in parts.every():
            part.before(person)
        held = holds.held(person)
    _erase(me, person, new_id(), held, receipt=receipt)


def has_left(person: UUID) -> bool:
    """Had the person a role in the acting organisation once, and has none now? For the sweeper."""
    return bool(_row("select privacy.has_left(%s)", person)[0])


def knows(table: str) -> bool:
    """Is this app.model a table that a hold can keep?"""
    return table in staying.everything()


# -- the parts of it --------------------------------------------------------------------------------------------------


def _erase(
    me: Actor, person: UUID, request_key: UUID, held: Sequence[holds.Hold], *, receipt: UUID | None = None
) -> Receipt:
    kept_back = staying.tables(held)
    with acting(me):
        resealed = [] if not kept_back else list(_sealed_for_hold(person, kept_back))
        _forget_files(person, but_held="kernel.upload" in kept_back)
        until = staying.last_ends(person)
    with as_office("erasure", str(person)):
        found = _rows("select label, how, many from privacy.preview_erasure(%s)", kept_back)
        for (copy,) in _rows("select * from privacy.drop_whole_copies()"):
            transaction.on_commit(partial(files.remove, copy))
        for label, field, ids, blobs in resealed:
            _row("select privacy.hold_values(%s, %s, %s::uuid[], %s::bytea[])", label, field, ids, blobs)
        gone = {label: many for label, how, many in found if how == "shredded"} | _wipe(kept_back, person)
        recorded = evidence.erase_person() if "evidence.event" not in kept_back else None
        if recorded and recorded.gone:
            gone["evidence.event"] = recorded.gone
        if left := _rows("select label, many from privacy.not_erased(%s)", kept_back):
            raise Incomplete(f"Not erased: {', '.join(f'{many} of {label}' for label, many in left)}.")
        stays = staying.stays(found, held, until)
        said: list[list[Any]] = [[s.table, s.count, str(s.why), s.until and s.until.isoformat()] for s in stays]
        if recorded and recorded.kept:
            last = recorded.kept_until and recorded.kept_until.isoformat()
            said.append(["evidence.event", recorded.kept, "", last])
        made, receipt = clock.now(), receipt or new_id()
        unreadable = made + timedelta(days=config.number("TILLIT_KEY_DAYS")) + ROTATION
        (event,) = evidence.record(
            ERASED.name, subject=person, object=receipt,
            detail={"rows": sum(gone.values()), "kept": sum(one[1] for one in said), "unreadable": f"{unreadable:%F}"},
        )  # fmt: skip
        row = Erasure(
            id=receipt, organisation_id=_organisation(), person_id=person, request_key=request_key, event_id=event,
            gone=gone, stays=said, unreadable=unreadable, open=bool(held), made=made,
        )  # fmt: skip
        row.save(force_insert=True)
    return _receipt(row)


def _wipe(kept_back: list[str], person: UUID) -> dict[str, int]:
    """The values and the key, in the office of erasure. Returns rows by table."""
    gone: dict[str, int] = {}
    for label, _how, many in _rows(
        "select label, how, many from privacy.erase_values(%s, %s)", kept_back, staying.clocks()
    ):
        gone[label] = gone.get(label, 0) + many
    if keys.shred(_organisation(), person, "erasable"):
        gone["keys"] = 1
    return gone


def _sealed_for_hold(person: UUID, tables: list[str]) -> Iterator[tuple[str, str, list[UUID], list[bytes]]]:
    """Sealed values of the tables that a hold names, opened and sealed for it: table, field, rows, values."""
    for step in erasure.steps():
        if step.label not in tables or step.of_account or not step.sealed:
            continue
        rows = list(step.model._base_manager.filter(**{step.path: person}))
        for field in step.sealed:
            values = [(row.pk, sealed.for_hold(row, field.name)) for row in rows]
            found = [(pk, blob) for pk, blob in values if blob]
            if found:
                yield step.label, field.name, [pk for pk, _ in found], [blob for _, blob in found]


@contextmanager
def _for(person: UUID) -> Iterator[Actor]:
    """The actor as whom the person's own data is read. Raises PermissionError."""
    actor = current() or Actor()
    asked = actor.person == person or (actor.office == "rights" and actor.subject == str(person))
    left = actor.office == "sweeper" and actor.person is None and has_left(person)
    if actor.organisation is None or not (asked or left):
        raise PermissionError("Erased by the person, by the desk on their request, or after they have left.")
    yield replace(actor, office="member", person=person, subject=None)


def _forget_files(person: UUID, *, but_held: bool) -> None:
    """Files go when it is done; those under a hold are sealed for it before their key goes. As the person."""
    for row in Upload.objects.filter(owner_id=person):
        if but_held:
            uploads.hold(row)
        transaction.on_commit(partial(uploads.forget, row.pk, but_held=but_held))
    for copy in Copy.objects.filter(person_id=person).values_list("pk", flat=True):
        transaction.on_commit(partial(files.remove, copy))


def _receipt(row: Erasure) -> Receipt:
    return Receipt(row.pk, row.event_id, row.made, row.gone, row.stays, row.unreadable)


def _organisation() -> UUID:
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    return organisation


def _rows(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return list(cursor.fetchall())


def _row(statement: str, *parameters: Any) -> Any:
    return _rows(statement, *parameters)[0]
