"""People from a file: contacts whom the organisation knows from before, without accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, current
from tillit.exchange import events, targets
from tillit.exchange.columns import Column, plain
from tillit.exchange.models import Batch, Imported
from tillit.exchange.sources import SOURCES
from tillit.exchange.targets import Tally, Target, Wrong
from tillit.identity.queries import address_index, phone_index, sealed_person
from tillit.kernel import happenings, keys, normal, sealed
from tillit.kernel.ids import new_id
from tillit.privacy.rights import coded

KEEP_DAYS = 365
LONGEST_NAME, LONGEST_NOTE = 200, 2000  # characters

COLUMNS = (
    Column("name", _("Name"), (
        "namn", "fullständigt namn", "för- och efternamn", "kund", "kundnamn", "kontakt", "full name", "display name",
        "customer", "client", "contact", "نام", "نام کامل", "نام و نام خانوادگی", "نام مشتری", "مشتری")),
    Column("first_name", _("First name"), ("förnamn", "tilltalsnamn", "given name", "firstname", "first", "نام کوچک")),
    Column("last_name", _("Last name"), (
        "efternamn", "surname", "family name", "lastname", "last", "نام خانوادگی", "فامیلی")),
    Column("email", _("E-mail"), (
        "e-post", "epost", "e-postadress", "mejl", "mail", "mailadress", "mejladress", "e-mail", "e-mail address",
        "email address", "e-mail 1 - value", "ایمیل", "نشانی ایمیل", "پست الکترونیک", "رایانامه")),
    Column("phone", _("Phone"), (
        "telefon", "telefonnummer", "tel", "mobil", "mobilnummer", "mobiltelefon", "phone number", "telephone",
        "mobile", "mobile phone", "cell", "phone 1 - value", "تلفن", "شماره تلفن", "موبایل", "تلفن همراه",
        "شماره موبایل", "همراه")),
    Column("language", _("Language"), ("språk", "lang", "locale", "preferred language", "زبان")),
    Column("note", _("Note"), (
        "anteckning", "anteckningar", "kommentar", "notering", "övrigt", "notes", "comment", "comments", "remark",
        "یادداشت", "توضیح", "توضیحات", "ملاحظات")),
)  # fmt: skip

WRONG = {
    "name": _("there is no name"),
    "name_long": _("the name is longer than 200 characters"),
    "reach": _("there is neither an e-mail address nor a phone number"),
    "email": _("this is no e-mail address"),
    "phone": _("this is no phone number, or its country is missing (begin with + and the country)"),
    "language": _("this is none of our languages (Swedish, English, Persian)"),
    "note": _("the note is longer than 2,000 characters"),
    "line": _("the name has a line break"),
}

STAYS = {
    "account": _("has an account by now"),
    "changed": _("was changed since"),
    "file": _("stands in another file too"),
    "dealings": _("has booked or asked something since"),
}

_SPOKEN = {
    plain(word): code
    for code, words in {
        "sv": ("sv", "sv-se", "svenska", "swedish", "سوئدی"),
        "en": ("en", "en-gb", "en-us", "engelska", "english", "انگلیسی"),
        "fa": ("fa", "fa-ir", "persiska", "farsi", "persian", "فارسی"),
    }.items()
    for word in words
}


@dataclass(frozen=True)
class Someone:
    """One row, read. Address and number in the form by which they are found; language "" where none is said."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    note: str = ""


def read(row: Mapping[str, str], organisation: Any) -> Someone:
    """A row (column key → text) as somebody. Raises Wrong."""
    name = row.get("name", "") or " ".join(filter(None, (row.get("first_name", ""), row.get("last_name", ""))))
    if not name:
        raise Wrong("name", "name")
    if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in name):
        raise Wrong("line", "name")
    if len(name) > LONGEST_NAME:
        raise Wrong("name_long", "name")
    email = _normal("email", row.get("email", ""))
    phone = _normal("phone", row.get("phone", ""))
    if not email and not phone:
        raise Wrong("reach")
    said = plain(row.get("language", ""))
    if said and said not in _SPOKEN:
        raise Wrong("language", "language")
    if len(row.get("note", "")) > LONGEST_NOTE:
        raise Wrong("note", "note")
    return Someone(name, email, phone, _SPOKEN.get(said, ""), row.get("note", ""))


def _normal(what: str, text: str) -> str:
    try:
        return str(getattr(normal, what)(text)) if text else ""
    except ValueError:
        raise Wrong(what, what) from None


@dataclass
class _Known:
    """Somebody who is known: what of them, and whether their details are their own to write."""

    person: UUID
    has_email: bool
    has_phone: bool
    own: bool


class _Directory:
    """Who is known by which address and number, with one query; who comes meanwhile is entered."""

    def __init__(self, some: Sequence[Someone], organisation: UUID) -> None:
        self.organisation = organisation
        emails = {one.email: address_index(organisation, one.email) for one in some if one.email}
        phones = {one.phone: phone_index(organisation, one.phone) for one in some if one.phone}
        self._emails, self._phones = emails, phones
        self.known: dict[str, _Known] = {}
        with connection.cursor() as cursor:
            cursor.execute("select * from exchange.known(%s, %s)", [[*emails.values()], [*phones.values()]])
            for person, email, phone, has_email, has_phone, own in cursor.fetchall():
                self.known.setdefault(email or phone, _Known(person, has_email, has_phone, own))

    def indexes(self, one: Someone) -> tuple[str, str]:
        """The blind indexes of an address and a number."""
        return self._emails.get(one.email, ""), self._phones.get(one.phone, "")

    def find(self, one: Someone) -> _Known | None:
        """Who this is, by the address first."""
        email, phone = self.indexes(one)
        return self.known.get(email or "-") or self.known.get(phone or "-")

    def enter(self, one: Someone, person: UUID) -> None:
        """Somebody is known from now on."""
        for index in self.indexes(one):
            if index:
                self.known.setdefault(index, _Known(person, bool(one.email), bool(one.phone), False))


def known(some: Sequence[Someone]) -> set[int]:
    """The places of those who are known already, or who stand earlier in the same file."""
    directory = _Directory(some, _organisation())
    found = set()
    for at, one in enumerate(some):
        if directory.find(one):
            found.add(at)
        else:
            directory.enter(one, new_id())
    return found


def take(batch: Batch, lines: Sequence[int], some: Sequence[Someone]) -> Tally:
    """Store a part of a file, as its administrator: new people, what was missing of known ones, or neither."""
    organisation, tally = _organisation(), Tally()
    with connection.cursor() as cursor:
        # before anybody is looked for: who brings the same people at the same time comes after
        cursor.execute("select pg_advisory_xact_lock(uuid_hash_extended(%s, 7136))", [organisation])
    directory = _Directory(some, organisation)
    new: list[tuple[int, Someone, UUID]] = []
    filled: list[UUID] = []
    fresh: set[UUID] = set()
    for line, one in zip(lines, some, strict=True):
        found = directory.find(one)
        if found is None or batch.same == "new":
            new.append((line, one, person := new_id()))
            fresh.add(person)
            directory.enter(one, person)
        elif (
            batch.same == "fill"
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


def _add(batch: Batch, new: Sequence[tuple[int, Someone, UUID]], directory: _Directory) -> None:
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


def _fill(batch: Batch, line: int, one: Someone, found: _Known, directory: _Directory) -> bool:
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


def _organisation() -> UUID:
    organisation = (current() or Actor()).organisation
    if organisation is None:
        raise PermissionError("People belong to an organisation.")
    return organisation


coded.declare("exchange.imported.source", SOURCES)
coded.declare(events.SEEN.name, {"imported": _("they took you over from a file")})

PEOPLE = targets.register(
    Target(
        "people", _("People"), _("Customers, guests and other contacts: name and how to reach them."), COLUMNS,
        ("name",), WRONG, read, known, take, take_back, STAYS, choices=("skip", "fill", "new"), personal=True,
    )
)  # fmt: skip
