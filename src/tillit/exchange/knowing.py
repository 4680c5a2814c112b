"""Who is known already, of those whom the acting administrator sees, and which rows of a file are the same people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from tillit.access import Actor, current
from tillit.exchange.someone import Someone
from tillit.exchange.targets import Double
from tillit.identity.queries import address_index, people_by_id, phone_index


@dataclass
class Known:
    """Somebody who is known: what of them, and whether their details are their own to write."""

    person: UUID
    has_email: bool
    has_phone: bool
    own: bool


class Directory:
    """Who is known by which address and number, with one query; who comes meanwhile is entered."""

    def __init__(self, some: Sequence[Someone], organisation: UUID) -> None:
        self.organisation = organisation
        emails = {one.email: address_index(organisation, one.email) for one in some if one.email}
        phones = {one.phone: phone_index(organisation, one.phone) for one in some if one.phone}
        self._emails, self._phones = emails, phones
        self.known: dict[str, Known] = {}
        with connection.cursor() as cursor:
            cursor.execute("select * from exchange.known(%s, %s)", [[*emails.values()], [*phones.values()]])
            for person, email, phone, has_email, has_phone, own in cursor.fetchall():
                self.known.setdefault(email or phone, Known(person, has_email, has_phone, own))

    def indexes(self, one: Someone) -> tuple[str, str]:
        """The blind indexes of an address and a number."""
        return self._emails.get(one.email, ""), self._phones.get(one.phone, "")

    def find(self, one: Someone, wish: str = "") -> Known | None:
        """Who this is, by the address first; by the number alone where `wish` is "phone"."""
        email, phone = self.indexes(one)
        by_number = self.known.get(phone or "-")
        return by_number if wish == "phone" else self.known.get(email or "-") or by_number

    def enter(self, one: Someone, person: UUID) -> None:
        """Somebody is known from now on."""
        for index in self.indexes(one):
            if index:
                self.known.setdefault(index, Known(person, bool(one.email), bool(one.phone), False))


def known(some: Sequence[Someone]) -> dict[int, Double]:
    """Those who are known already and whom the acting administrator sees, and those who stand earlier in the file."""
    directory, places, found = Directory(some, acting_organisation()), _Places(), {}
    hits = {at: (directory.find(one), directory.find(one, "phone")) for at, one in enumerate(some)}
    names = people_by_id(hit.person for pair in hits.values() for hit in pair if hit)
    for at, one in enumerate(some):
        first, second = hits[at]
        earlier = places.find(one)
        if first:
            other = names.get(second.person) if second and second.person != first.person and not second.own else None
            wishes = ["skip", *([] if first.own else ["fill"]), *(["phone"] if other else []), "new"]
            name = names[first.person].display_name if first.person in names else ""
            people = tuple(one.pk for one in (names.get(first.person), other) if one)
            found[at] = Double(name, None, other.display_name if other else "", people, tuple(wishes))
        elif earlier is not None:
            found[at] = Double(earlier=earlier, wishes=("skip", "fill", "new"))
        places.enter(one, at)
    return found


class _Places:
    """Where in a file an address or a number stood first."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}

    def find(self, one: Someone) -> int | None:
        """The place of an earlier row with the same address, else the same number."""
        return self._first.get(one.email or "-", self._first.get(one.phone or "-"))

    def enter(self, one: Someone, at: int) -> None:
        """It stands here, unless it stood earlier."""
        for key in filter(None, (one.email, one.phone)):
            self._first.setdefault(key, at)


def folded(some: Sequence[Someone], wishes: Sequence[str]) -> list[Someone]:
    """The rows of a file, of which those to be merged give what earlier rows of the same people lack."""
    result, places = list(some), _Places()
    for at, (one, wish) in enumerate(zip(some, wishes, strict=True)):
        earlier = places.find(one)
        if earlier is not None and wish == "fill":
            was = result[earlier]
            lacks = [name for name in ("email", "phone", "language", "note") if not getattr(was, name)]
            result[earlier] = replace(was, **{name: getattr(one, name) for name in lacks})
            at = earlier
        places.enter(one, at)
    return result


def acting_organisation() -> UUID:
    """Whose people they are. Raises PermissionError where nobody acts in an organisation."""
    organisation = (current() or Actor()).organisation
    if organisation is None:
        raise PermissionError("People belong to an organisation.")
    return organisation
