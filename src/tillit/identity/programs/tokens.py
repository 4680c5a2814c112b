"""Tokens and clients: making them, ending them, and finding out who asks with one."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, acting, current
from tillit.evidence import events
from tillit.identity.programs.models import ApiToken, Program
from tillit.identity.programs.scopes import OF_A_CLIENT, SCOPES
from tillit.identity.queries import my_places
from tillit.kernel import clock, keyring
from tillit.kernel.ids import new_id

LET_IN = events.declare(
    "identity.program.let_in", label=_("A program may act for the organisation"), keep=5 * events.YEAR
)
STOPPED = events.declare(
    "identity.program.stopped", label=_("A program may act for the organisation no longer"), keep=5 * events.YEAR
)
MADE = events.declare("identity.token.made", label=_("An access token was made"), keep=events.YEAR)
ENDED = events.declare("identity.token.ended", label=_("An access token was ended"), keep=events.YEAR)

LONGEST = timedelta(days=365)
EXCHANGED = timedelta(minutes=15)
"""How long a token lives that a client got for its secret."""

SUBJECT = "program"
"""The subject of the ticket of a request with a token (sql/programs.sql): it makes no tokens and no clients."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A request's token, and what it may be used for. program: the client whose it is, None for a person's own."""

    id: UUID
    account: UUID
    scopes: frozenset[str]
    program: UUID | None


def hashed(token: str) -> bytes:
    """What the database knows of a token or a secret."""
    return hashlib.sha256(token.encode()).digest()


def resolve(token: str | None, slug: str | None) -> tuple[Asking | None, Actor]:
    """The live token, and who acts with it at the organisation `slug`; without one nobody in particular.

    Runs under the public ticket. The actor has the account only where a scope lets a program read what concerns the
    login; the database then shows nothing of it otherwise.
    """
    readable = token is not None and 20 < len(token) < 200
    values: list[Any] = [hashed(token) if token and readable else b"", slug]
    with connection.cursor() as cursor:
        cursor.execute("select * from identity.resolve_token(%s, %s)", values)
        id, account, organisation, person, scopes, program = cursor.fetchone()
    if id is None:
        return None, Actor(organisation=organisation)
    asking = Asking(id, account, frozenset(scopes), program)
    own = account if asking.scopes & {"me:read", "me:write"} else None
    return asking, Actor("member", account=own, person=person, organisation=organisation, subject=SUBJECT)


def make(*, name: str, scopes: list[str], until: datetime) -> tuple[UUID, str]:
    """A personal token of the acting account. Returns its id and the token, which is shown once.

    Raises ValueError for an unknown scope or an end that is past or more than a year away.
    """
    life = until - clock.now()
    if not scopes or set(scopes) - SCOPES.keys() or not timedelta() < life <= LONGEST:
        raise ValueError("A token has scopes that there are, and ends within a year.")
    made, token = new_id(), "tillit_" + secrets.token_urlsafe(32)
    values: list[Any] = [made, hashed(token), _sealed(name, made), sorted(set(scopes)), life]
    with connection.cursor() as cursor:
        cursor.execute("select identity.new_token(%s, %s, %s, %s, %s)", values)
    _recorded(MADE.name, made, scopes=sorted(set(scopes)))
    return made, token


def mine() -> list[ApiToken]:
    """The personal tokens of the acting account that have not ended, newest first, each with `called`."""
    rows = list(ApiToken.objects.filter(program=None, expires__gt=clock.now()).order_by("-id"))
    for row in rows:
        row.called = opened_name(row)  # type: ignore[assignment]
    return rows


def end(token: UUID) -> bool:
    """End a token of the acting account at once. False where there is none."""
    if not ApiToken.objects.filter(pk=token, program=None).delete()[0]:
        return False
    _recorded(ENDED.name, token)
    return True


def opened_name(row: ApiToken) -> str:
    """What its owner called a token; "" for one that a client got."""
    return keyring.open(bytes(row.name), context=_place(row.pk)).decode() if row.name else ""


def add_client(*, name: str, scopes: list[str], until: datetime) -> tuple[UUID, str]:
    """As administrator, let a program act for the organisation. Returns its id and secret, which is shown once.

    Raises ValueError for a scope that no client has or an end that is past or more than a year away.
    """
    if not scopes or set(scopes) - OF_A_CLIENT.keys() or not timedelta() < until - clock.now() <= LONGEST:
        raise ValueError("A client has scopes that clients may have, and ends within a year.")
    me: Any = current() or Actor()
    secret = "tillit_secret_" + secrets.token_urlsafe(32)
    client = Program(
        organisation_id=me.organisation, made_by_id=me.person, name=name, secret_hash=hashed(secret),
        scopes=sorted(set(scopes)), expires=until,
    )  # fmt: skip
    client.save(force_insert=True)
    evidence.record(LET_IN.name, object=client.pk, detail={"scopes": client.scopes})
    return client.pk, secret


def clients() -> list[Program]:
    """The clients of the acting organisation that still act, newest first: for administrators."""
    return list(Program.objects.filter(stopped=None, expires__gt=clock.now()).order_by("-id"))


def stop_client(client: UUID) -> bool:
    """Stop a client and every token it has, at once. False where there is none."""
    if not Program.objects.filter(pk=client, stopped=None).update(stopped=clock.now()):
        return False
    evidence.record(STOPPED.name, object=client)
    return True


def exchange(client: UUID, secret: str, asked: list[str] | None) -> tuple[str, list[str]] | None:
    """A client's secret for a token that lives a quarter of an hour (RFC 6749, 4.4). Returns it and its scopes, which
    are none, and the token worth nothing, where it asked for more than it may; None for a client that is not known."""
    token = "tillit_short_" + secrets.token_urlsafe(32)
    values: list[Any] = [client, hashed(secret), new_id(), hashed(token), asked, EXCHANGED]
    with connection.cursor() as cursor:
        cursor.execute("select identity.exchange(%s, %s, %s, %s, %s, %s)", values)
        (granted,) = cursor.fetchone()
    return None if granted is None else (token, list(granted))


def _recorded(name: str, token: UUID, **detail: Any) -> None:
    """A token acts wherever its account's owner is somebody, and they find in each place that there is one."""
    me = current() or Actor()
    for organisation, person in my_places():
        with acting(replace(me, organisation=organisation, person=person)):
            evidence.record(name, subject=person, object=token, detail=detail)


def _sealed(name: str, token: UUID) -> bytes:
    return keyring.seal(name.strip().encode(), context=_place(token))


def _place(token: UUID) -> bytes:
    return b"identity.apitoken:" + token.bytes
