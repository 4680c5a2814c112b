"""Reads: who is asking, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from tillit.access import as_office, current
from tillit.access import queries as access
from tillit.identity import invitations
from tillit.identity.models import Invitation, Membership, Organisation, Person, Session
from tillit.identity.sessions import IDLE
from tillit.kernel import clock, keys, sealed
from tillit.kernel.ticket import Actor


def current_organisation(request: Any) -> Organisation | None:
    """The organisation whose pages are being visited, read once a request."""
    if not hasattr(request, "_organisation"):
        actor = getattr(request, "actor", None)
        found = Organisation.objects.filter(pk=actor.organisation).first() if actor and actor.organisation else None
        request._organisation = found
    return request._organisation


def acting_person(request: Any) -> Person | None:
    """The person who acts in the current organisation, read once a request."""
    if not hasattr(request, "_person"):
        actor = getattr(request, "actor", None)
        found = Person.objects.filter(pk=actor.person).first() if actor and actor.person else None
        request._person = found
    return request._person


def people_by_id(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The people of these ids that the actor may see now."""
    return Person.objects.in_bulk(set(ids))


def reachable(*, after: UUID | None = None, most: int) -> list[Person]:
    """People with an address whom the actor may see, by id, from after the id `after` on, at most so many."""
    people = Person.objects.exclude(email_index="").order_by("pk")
    return list(people.filter(pk__gt=after)[:most] if after else people[:most])


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What the people of these ids are called, of those whom the actor may see now. Opens nothing else of them, and
    makes no rows: for whoever asks of many."""
    return _opened_names("select id, display_name from identity_person where id = any(%s::uuid[])", [list(set(ids))])


def newest_people(*, most: int, since: date | None = None, until: date | None = None) -> dict[UUID, str]:
    """What they are called whom the actor may see now, at most so many: colleagues for administrators, and whoever is
    shown to the actor; the latest shown first, and only those shown from and to these days (UTC).

    Grants and memberships lead to them: asked of the people themselves, the database would look at every one there is.
    """
    members = Membership.objects.filter(ended=None)
    if since:
        members = members.filter(made__gte=datetime.combine(since, time(), UTC))
    if until:
        members = members.filter(made__lt=datetime.combine(until, time(), UTC) + timedelta(days=1))
    ids = [*access.whom_i_see("contact", most=most, since=since, until=until)]
    ids += members.order_by("-made").values_list("person", flat=True)[:most]
    newest = list(dict.fromkeys(ids))[:most]
    called = names(newest)
    return {one: called[one] for one in newest if one in called}


def with_contact(*, email: str = "", phone: str = "") -> dict[UUID, str]:
    """What they are called who have this address or number, whole, and whom the actor may see now; found by blind
    indexes."""
    organisation = (current() or Actor()).organisation
    if organisation is None:
        return {}
    wanted = [address_index(organisation, email) or None, phone_index(organisation, phone) or None]
    if not any(wanted):
        return {}
    return _opened_names(
        "select id, display_name from identity_person where email_index = %s or phone_index = %s", wanted
    )


def _opened_names(statement: str, parameters: Sequence[Any]) -> dict[UUID, str]:
    organisation = (current() or Actor()).organisation
    if organisation is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    blobs = [(blob, person, person) for person, blob in rows]
    called = sealed.opened_many(Person, "display_name", blobs, organisation=organisation)
    return dict(zip((person for person, _ in rows), called, strict=True))


def region_of(organisation: UUID) -> str | None:
    """The region in which an organisation's data stays; None for an organisation that does not exist."""
    return Organisation.objects.filter(pk=organisation).values_list("region", flat=True).first()


def organisation_by_id(organisation: UUID) -> Organisation:
    """The organisation of that id. Raises Organisation.DoesNotExist."""
    return Organisation.objects.get(pk=organisation)


def published_organisations() -> list[Organisation]:
    """The organisations that show themselves to everybody."""
    return list(Organisation.objects.filter(published=True).order_by("name"))


@dataclass(frozen=True, slots=True)
class Belonging:
    """One organisation that the acting account belongs to, and as whom."""

    slug: str
    name: str
    person: UUID
    display_name: str
    roles: tuple[str, ...]


def my_organisations() -> list[Belonging]:
    """The organisations of the acting account, by name: the switcher, before one of them is chosen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select slug, name, organisation, person, display_name, roles, versions, horizons, wrapped"
            " from identity.my_organisations()"
        )
        rows = cursor.fetchall()
    found = []
    for slug, name, organisation, person, called, held, *key in rows:
        keys.remember(organisation, person, "erasable", list(zip(*(part or () for part in key), strict=True)))
        own_name = sealed.opened(Person, "display_name", called, organisation=organisation, row=person, person=person)
        found.append(Belonging(slug, name, person, own_name, tuple(held)))
    return found


def my_places() -> list[tuple[UUID, UUID]]:
    """Where the acting account is somebody: organisation and person."""
    with connection.cursor() as cursor:
        cursor.execute("select organisation, person from identity.my_organisations()")
        return list(cursor.fetchall())


def roles() -> frozenset[str]:
    """The roles that the acting person holds in the acting organisation now."""
    with connection.cursor() as cursor:
        cursor.execute("select access.roles()")
        return frozenset(cursor.fetchone()[0])


def colleagues() -> list[Person]:
    """The members of the acting organisation with `memberships_now` (administrators see them), sorted by name."""
    live = Prefetch("memberships", Membership.objects.filter(ended=None).order_by("role"), "memberships_now")
    found = Person.objects.filter(memberships__ended=None, memberships__isnull=False).distinct().prefetch_related(live)
    return sorted(found, key=lambda person: person.display_name.casefold())


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that nobody has answered yet, as an administrator sees it."""

    id: UUID
    email: str
    name: str
    roles: tuple[str, ...]
    made: datetime
    expires: datetime
    expired: bool


def open_invitations() -> list[OpenInvitation]:
    """Invitations of the acting organisation that were neither accepted nor withdrawn, newest first."""
    moment = clock.now()
    return [
        OpenInvitation(
            i.pk,
            invitations.opened("email", i.email_sealed, i.pk),
            invitations.opened("name", i.name, i.pk),
            tuple(i.roles),
            i.made,
            i.expires,
            i.expires <= moment,
        )
        for i in Invitation.objects.filter(accepted=None, withdrawn=None).order_by("-made", "-pk")
    ]


def my_sessions() -> list[Session]:
    """Where the acting account is logged in, the most recently used first."""
    moment = clock.now()
    live = Session.objects.filter(expires__gt=moment, seen__gt=moment - IDLE)
    return list(live.order_by("-seen").defer("data"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever holds an invitation's link may know before accepting."""

    organisation: UUID
    slug: str
    organisation_name: str
    email: str
    name: str
    roles: tuple[str, ...]
    language: str
    time_zone: str
    known: bool  # the address has an account


def invitation(token: str) -> Asked | None:
    """The invitation of a link, while it is neither accepted, withdrawn nor past its last day."""
    with as_office("join", subject=invitations.token_hash(token)), connection.cursor() as cursor:
        cursor.execute("select * from identity.read_invitation()")
        row = cursor.fetchone()
    if row is None:
        return None
    id, organisation, slug, organisation_name, sealed, name, held, language, time_zone, known = row
    return Asked(
        organisation,
        slug,
        organisation_name,
        invitations.opened("email", sealed, id),
        invitations.opened("name", name, id),
        tuple(held),
        language,
        time_zone,
        known,
    )


def sealed_person(
    *, organisation: UUID, person: UUID, key: keys.Fresh | None, name: str, email: str, phone: str
) -> tuple[bytes, bytes, str, bytes, str]:
    """A person's name, address and its index, number and its index, as a definer function that writes them takes them.

    `key` is that of a new person (`keys.fresh`).
    """

    def value(field: str, plain: str) -> bytes:
        return sealed.value(Person, field, plain, organisation=organisation, row=person, person=person, key=key)

    found = sealed.index(Person, "email_index", email, organisation=organisation)
    rings = sealed.index(Person, "phone_index", phone, organisation=organisation)
    return value("display_name", name), value("email", email), found, value("phone", phone), rings


def sealed_name(organisation: UUID, person: UUID, name: str) -> bytes:
    """What a person is called, as a definer function that writes it takes it."""
    return sealed.value(Person, "display_name", name, organisation=organisation, row=person, person=person)


def address_index(organisation: UUID, email: str) -> str:
    """By what people of an organisation are found who have this address; "" for none."""
    return sealed.index(Person, "email_index", email, organisation=organisation)


def phone_index(organisation: UUID, phone: str) -> str:
    """By what people of an organisation are found who have this number, in any digits; "" for none."""
    return sealed.index(Person, "phone_index", phone, organisation=organisation)


def opened_people(organisation: UUID, people: Sequence[tuple[UUID, bytes, bytes, bytes]]) -> list[tuple[str, str, str]]:
    """Name, address and number of people that a definer function returned sealed (id, name, address, number)."""
    columns = []
    for place, field in enumerate(("display_name", "email", "phone"), 1):
        blobs = [(cast(bytes, row[place]), row[0], row[0]) for row in people]
        columns.append(sealed.opened_many(Person, field, blobs, organisation=organisation))
    return list(zip(*columns, strict=True))
