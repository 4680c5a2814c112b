"""Writes: organisations, accounts, people, memberships and invitations.

Each action runs inside a transaction and as whoever acts; the database decides whether that is allowed and raises
where it is not. The office "operator" is entered by the caller (a command, the demo's data), never here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.urls import reverse

from tillit.access import actions as access
from tillit.access import as_office
from tillit.identity import addresses, invitations, post, queries, throttle
from tillit.identity.models import ROLES, Account, Organisation
from tillit.kernel import clock, config, keys, mail
from tillit.kernel.ids import new_id


class TooOften(Exception):
    """The organisation has caused too much mail in a short time."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as whoever made it gets to know it, once: the token is kept nowhere."""

    id: UUID
    token: str
    link: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """Who somebody became by accepting an invitation."""

    person: UUID
    organisation: UUID
    account: UUID


def found_organisation(
    *,
    slug: str,
    name: str,
    number: str,
    address: str,
    publisher: str,
    contact_email: str,
    region: str = "eu",
    languages: Iterable[str] = ("sv", "en", "fa"),
    time_zone: str = "Europe/Stockholm",
    currency: str = "SEK",
    modules: Iterable[str] = (),
    colour: str = "spruce",
    about: Mapping[str, Any] | None = None,
) -> Organisation:
    """A new organisation, by the operator. Raises ValidationError for a value that cannot be."""
    organisation = Organisation(
        slug=slug,
        name=name,
        number=number,
        address=address,
        publisher=publisher,
        contact_email=contact_email,
        region=region,
        languages=list(languages),
        time_zone=time_zone,
        currency=currency,
        modules=list(modules),
        colour=colour,
        about=dict(about or {}),
    )
    organisation.full_clean(exclude=() if about else ("about",), validate_constraints=False)
    organisation.save(force_insert=True)
    return organisation


def show_to_the_public(*, organisation: UUID, shown: bool) -> None:
    """Show the acting organisation among the others, or no more. By its administrators; the database refuses others."""
    Organisation.objects.filter(pk=organisation).update(published=shown)


def make_account(*, email: str, password: str, language: str = "sv") -> UUID:
    """An account with a password, without an invitation: invented people only, by the operator.

    Raises RuntimeError outside demo and test mode, ValueError for no address or one that has an account.
    """
    if config.mode() not in {"demo", "test"}:
        raise RuntimeError("An account is made by its owner, who accepts an invitation.")
    account = new_id()
    made = _call(
        "select identity.open_account(%s, %s, %s, %s, %s)",
        account,
        addresses.index(email),
        addresses.sealed(email, account),
        make_password(password),
        language,
    )
    if not made:
        raise ValueError("This address has an account.")
    return account


def add_person(
    *,
    organisation: UUID,
    name: str,
    account: UUID | None = None,
    email: str = "",
    phone: str = "",
    language: str = "sv",
    time_zone: str = "Europe/Stockholm",
    roles: Iterable[str] = (),
) -> UUID:
    """Somebody in an organisation, with roles: by its administrator, or by the operator with an account.

    Returns the person that the account already is there, if it is one.
    """
    made = new_id()
    key = keys.fresh(organisation, made)
    details = queries.sealed_person(
        organisation=organisation, person=made, key=key, name=name, email=email, phone=phone
    )
    person = UUID(
        str(
            _call(
                "select identity.add_person(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                made,
                organisation,
                account,
                *details,
                language,
                time_zone,
                key.wrapped,
            )
        )
    )
    for role in roles:
        add_membership(person=person, role=role)
    return person


def meet_guest(
    *, organisation: UUID, name: str, email: str = "", phone: str = "", language: str, time_zone: str
) -> UUID:
    """Somebody who is not known yet gives their name: a guest, whom nobody has verified. By any visitor. Whoever
    calls it puts what keeps the guest known on the clock (identity/sql/guests.sql). Returns the person's id."""
    made = new_id()
    key = keys.fresh(organisation, made)
    details = queries.sealed_person(
        organisation=organisation, person=made, key=key, name=name, email=email, phone=phone
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select identity.meet_guest(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [made, *details, language, time_zone, key.wrapped],
        )
    return made


def add_membership(*, person: UUID, role: str) -> UUID:
    """A role for a person, by an administrator of the organisation or the operator. Repeated: the same one."""
    _check_roles([role])
    return UUID(str(_call("select identity.add_membership(%s, %s, %s)", new_id(), person, role)))


def end_membership(*, membership: UUID) -> str:
    """End a role, and with the last one what others show the person. Returns "ended", "unknown" (not here, or over)
    or "last": one administrator stays."""
    outcome = str(_call("select identity.end_membership(%s)", membership))
    if outcome == "ended":
        access.tell_of_leaver(membership)
    return outcome


def invite(
    *, organisation: UUID, email: str, roles: Iterable[str], language: str = "sv", name: str = "", send: bool = True
) -> Invited:
    """Ask an address to take up roles, by an administrator or the operator; the link is mailed unless told not to.

    The answer is the same whether the address has an account. Raises ValueError for no address, `TooOften`.
    """
    held = list(dict.fromkeys(roles))
    _check_roles(held)
    index = addresses.index(email)
    if not throttle.INVITE.take(str(organisation)):
        raise TooOften
    identity, token, expires = new_id(), invitations.new_token(), clock.now() + invitations.LIFE
    _call(
        "select identity.new_invitation(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        identity,
        organisation,
        index,
        invitations.sealed("email", email, identity),
        invitations.sealed("name", name, identity),
        held,
        language,
        invitations.token_hash(token),
        expires,
    )
    path = reverse("identity:join", args=[token])
    if send:
        place = Organisation.objects.get(pk=organisation)
        post.invite(place, to=email.strip(), language=language, context={"name": name, "expires": expires}, path=path)
    return Invited(identity, token, mail.link(path), expires)


def withdraw_invitation(*, invitation: UUID) -> bool:
    """Take an invitation back before it is accepted; False when there is none to take back."""
    return bool(_call("select identity.withdraw_invitation(%s)", invitation))


def accept_invitation(
    *,
    token: str,
    name: str,
    email: str,
    password: str | None = None,
    language: str = "sv",
    time_zone: str = "Europe/Stockholm",
) -> Joined | None:
    """Accept as the account that acts; with nobody logged in, as a new account with this password.

    `email` is the invited address. None when the invitation is no longer live, or when its address has an account
    that is not logged in.
    """
    asked = queries.invitation(token)
    if asked is None:
        return None
    person, account = new_id(), new_id()
    key = keys.fresh(asked.organisation, person)
    details = queries.sealed_person(
        organisation=asked.organisation, person=person, key=key, name=name, email=email, phone=""
    )
    opening: list[Any] = [None, None, None, None]
    if password is not None:
        opening = [account, addresses.index(email), addresses.sealed(email, account), make_password(password)]
    with as_office("join", subject=invitations.token_hash(token)), connection.cursor() as cursor:
        cursor.execute(
            "select person, organisation, account "
            "from identity.accept_invitation(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [person, *details[:3], language, time_zone, key.wrapped, *opening],
        )
        row = cursor.fetchone()
    return Joined(*row) if row else None


def move_account(*, account: Account, email: str) -> bool:
    """Give the acting account another address, proven by mail. False when that address has an account."""
    sealed = addresses.sealed(email, account.pk)
    return bool(_call("select identity.move_account(%s, %s)", addresses.index(email), sealed))


def _check_roles(roles: list[str]) -> None:
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"There is no role {', '.join(sorted(unknown))}.")


def _call(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchone()[0]
