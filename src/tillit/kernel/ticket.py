"""The ticket: a signed statement of who acts, handed to the database at the start of each transaction.

The database verifies it (sql/ticket.sql) with a secret that the application's role cannot read, so that
whoever manages to send SQL of their own still acts as the person the ticket names, and as nobody else.
The signature is HMAC-SHA-256 (RFC 2104).
"""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from tillit.kernel import clock, config

LIFE_SECONDS = 120
_BLOCK = 64  # of SHA-256, RFC 2104


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `office` names in which capacity; `subject` narrows an office to one thing.

    account: the login. person: the individual in `organisation`. Every part may be absent; an anonymous
    visitor is office "public" with the organisation whose page is being visited.
    """

    office: str = "public"
    account: uuid.UUID | None = None
    person: uuid.UUID | None = None
    organisation: uuid.UUID | None = None
    subject: str | None = None

    def __post_init__(self) -> None:
        for part in (self.office, self.subject or "x"):
            if not part or any(c in ":~" or c.isspace() for c in part) or part == "-":
                raise ValueError("An office or subject is one word without ':' or '~'.")

    def with_office(self, office: str, subject: str | None = None) -> Actor:
        """The same actor in another capacity."""
        return replace(self, office=office, subject=subject)


PUBLIC = Actor()

_acting: ContextVar[Actor | None] = ContextVar("tillit_actor", default=None)


def current() -> Actor | None:
    """Who acts now, or None where nobody was named (then the database is closed)."""
    return _acting.get()


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Act as `actor` inside the block; the outer actor is restored at its end.

    The database backend notices the change and applies the new ticket before the next statement.
    """
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)


def sign(actor: Actor, *, life: int = LIFE_SECONDS, key: bytes | None = None) -> str:
    """The ticket of `actor` as text, valid for `life` seconds of real time.

    It also carries the clock's present instant (milliseconds), so that time moves in one place only.
    """
    moment = clock.now()
    body = ":".join(
        (
            "1",
            str(actor.account or "-"),
            str(actor.person or "-"),
            str(actor.organisation or "-"),
            actor.office,
            actor.subject or "-",
            str(int(moment.timestamp() * 1000)),
            str(int(time.time()) + life),
        )
    )
    mac = hmac.digest(key or config.secret("ticket.key"), body.encode(), hashlib.sha256)
    return f"{body}~{mac.hex()}"


def sign_text(purpose: str, text: str) -> str:
    """The signature that `kernel.signed` in the database believes, under a text that only this program may write.

    Purposes are words that begin with a letter; tickets begin with a number. Raises ValueError for others.
    """
    if not purpose.isidentifier():
        raise ValueError("A purpose is one word.")
    return hmac.digest(config.secret("ticket.key"), f"{purpose}:{text}".encode(), hashlib.sha256).hex()


def pads(key: bytes) -> tuple[bytes, bytes]:
    """Inner and outer pad of RFC 2104 for `key`: what the database keeps instead of the key itself."""
    if len(key) < 32:
        raise ValueError("The ticket's key has at least 32 bytes.")
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)
