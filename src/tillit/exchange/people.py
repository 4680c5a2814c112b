"""People from a file: contacts whom the organisation knows from before, without accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, current
from tillit.exchange import events, targets
from tillit.exchange.knowing import Directory, Known, acting_organisation, folded, known
from tillit.exchange.models import Batch, Imported
from tillit.exchange.someone import COLUMNS, WRONG, Someone, read
from tillit.exchange.sources import SOURCES
from tillit.exchange.targets import Tally, Target
from tillit.identity.queries import sealed_person
from tillit.kernel import happenings, keys, sealed
from tillit.kernel.ids import new_id
from tillit.privacy.rights import coded

KEEP_DAYS = 365

STAYS = {
    "account": _("something here depends on it by now"),
    "changed": _("was changed since"),
    "file": _("something here depends on it by now"),
    "dealings": _("something here depends on it by now"),  # what, an administrator does not see
}


def take(batch: Batch, lines: Sequence[int], some: Sequence[Someone]) -> Tally:
    """Store a part of a file, as its administrator: new people, what was missing of known ones, or neither."""
    organisation, tally = acting_organisation(), Tally()
    with connection.cursor() as cursor:
        # before anybody is looked for: who brings the same people at the same time comes after
        cursor.execute("select pg_advisory_xact_lock(uuid_hash_extended(%s, 7136))", [organisation])
    directory = Directory(some, organisation)
    new: list[tuple[int, Someone, UUID]] = []
    filled: list[UUID] = []
    fresh: set[UUID] = set()
    for line, one in zip(lines, some, strict=True):
        wish = targets.wish(batch, line)
        found = directory.find(one, wish)
        if found is None or wish == "new":
            new.append((line, one, person := new_id()))
            fresh.add(person)
            directory.enter(one, person)
        elif (
            wish in ("fill", "phone")
            and not found.own
            and found.person not in fresh
            and _fill(batch, line, one, found, directory)
        ):
            filled.append(found.person)
        else:
            tally.passed += 1
    if new:
        _add(batch, new, directory)
    tally.added, tally.changed = len(new), len(filled)
    _record(new, filled, batch)
    return tally


def _add(batch: Batch, new: Sequence[tuple[int, Someone, UUID]], directory: Directory) -> None:
    organisation, place = directory.organisation, batch.organisation
    columns: list[list[Any]] = [[] for _ in range(11)]
    for line, one, person in new:
        key, row = keys.fresh(organisation, person), new_id()
        details = sealed_person(
            organisation=organisation, person=person, key=key, name=one.name, email=one.email, phone=one.phone
        )
        note = sealed.value(Imported, "note", one.note, organisation=organisation, row=row, person=person, key=key)
        values = (person, *details, one.language or place.languages[0], key.wrapped, row, line, note)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    people, names, emails, indexes, phones, numbers, languages, envelopes, rows, lines, notes = columns
    with connection.cursor() as cursor:
        cursor.execute(
            "select exchange.add_people(%s, %s::uuid[], %s::bytea[], %s::bytea[], %s::text[], %s::bytea[], %s::text[],"
            " %s::text[], %s::bytea[], %s, %s::uuid[], %s::integer[], %s::bytea[], %s, %s)",
            [batch.pk, people, names, emails, indexes, phones, numbers, languages, envelopes, place.time_zone, rows,
             lines, notes, batch.source, KEEP_DAYS],
        )  # fmt: skip


def _fill(batch: Batch, line: int, one: Someone, found: Known, directory: Directory) -> bool:
    email, phone = ("" if found.has_email else one.email), ("" if found.has_phone else one.phone)
    if not email and not phone:
        return False
    organisation, row = directory.organisation, new_id()
    _name, address, index, number, rings = sealed_person(
        organisation=organisation, person=found.person, key=None, name="", email=email, phone=phone
    )
    note = sealed.value(Imported, "note", one.note, organisation=organisation, row=row, person=found.person)
    with connection.cursor() as cursor:
        cursor.execute(
            "select exchange.fill(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [batch.pk, found.person, address, index, number, rings, row, line,
             note, batch.source],
        )  # fmt: skip
        (what,) = cursor.fetchone()
    found.has_email, found.has_phone = found.has_email or "email" in what, found.has_phone or "phone" in what
    return bool(what)


def take_back(batch: Batch, most: int) -> tuple[bool, int]:
    """Undo at most so many rows. Answers whether any may be left, and how many of them stay."""
    with connection.cursor() as cursor:
        cursor.execute("select line, person, stays from exchange.take_back(%s, %s)", [batch.pk, most])
        rows = cursor.fetchall()
    gone = [person for _line, person, stays in rows if not stays]
    if gone:
        evidence.record(events.UNDONE.name, subjects=gone, object=batch.pk)
        happenings.announce("access.grant.revoked", subjects=gone, reason="imported", scope="contact")
    return len(rows) == most, len(rows) - len(gone)


def _record(new: Sequence[tuple[int, Someone, UUID]], filled: Sequence[UUID], batch: Batch) -> None:
    """For each person, in one insert each: that they came, that somebody sees them, that something was added."""
    if new:
        added = [person for _line, _one, person in new]
        detail = {"source": batch.source}
        evidence.record(events.IMPORTED.name, subjects=added, object=batch.pk, detail=detail)
        grantee = (current() or Actor()).person
        happenings.announce(
            "access.grant.opened", subjects=added, object=batch.pk, reason="imported", scope="contact", grantee=grantee
        )
    if filled:
        evidence.record(events.FILLED.name, subjects=filled, object=batch.pk, detail={"source": batch.source})


coded.declare("exchange.imported.source", SOURCES)
coded.declare(
    events.SEEN.name,
    {"imported": _("they took you over from a file"), "double": _("they compared a file with those who are known")},
)

PEOPLE = targets.register(
    Target(
        "people", _("People"), _("Customers, guests and other contacts: name and how to reach them."), COLUMNS,
        ("name",), WRONG, read, known, take, take_back, STAYS, choices=("skip", "fill", "new"), personal=True,
        folded=folded,
    )
)  # fmt: skip
