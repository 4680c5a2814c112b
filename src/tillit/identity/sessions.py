"""The session store: Django's interface over definer functions keyed by the SHA-256 of the cookie."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import connection

from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor

LIFE = timedelta(days=30)
IDLE = timedelta(days=14)


class SessionStore(SessionBase):
    """A session. It is loaded once, by `resolve`; it is saved by the middleware when something changed."""

    device = ""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.account: UUID | None = None

    def exists(self, session_key: str) -> bool:
        """Keys are 256 random bits: one that was just drawn is new."""
        return False

    def create(self) -> None:
        self._session_key = secrets.token_urlsafe(32)
        self.modified = True

    def load(self) -> dict[str, Any]:
        return {}

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
        data = self.encode(self._get_session(no_load=must_create))
        account = self._get_session(no_load=must_create).get("_auth_user_id")
        with connection.cursor() as cursor:
            cursor.execute(
                "select identity.save_session(%s, %s, %s, %s, %s, %s)",
                [new_id(), key_hash(self._must_key()), account, data, self.device[:120], LIFE],
            )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is None:
            return
        with connection.cursor() as cursor:
            cursor.execute("select identity.end_session(%s)", [key_hash(key)])

    def _must_key(self) -> str:
        if self._session_key is None:
            raise UpdateError("A session without a key.")
        return self._session_key

    @classmethod
    def clear_expired(cls) -> None:
        """Expired sessions end with the sweeper's clocks."""


def key_hash(cookie: str) -> bytes:
    """What the database knows of a cookie."""
    return hashlib.sha256(cookie.encode()).digest()


def resolve(cookie: str | None, slug: str | None) -> tuple[SessionStore, Actor]:
    """The session of a cookie and who acts with it at the organisation `slug`.

    Runs under the public ticket. Without a live session the actor is the anonymous visitor; an account that is
    no person in this organisation is an account without a person there.
    """
    hashed = key_hash(cookie) if cookie and len(cookie) < 200 else None
    with connection.cursor() as cursor:
        cursor.execute("select * from identity.resolve(%s, %s, %s)", [hashed, slug, IDLE])
        session_id, account, data, organisation, person = cursor.fetchone()
    store = SessionStore(cookie if session_id else None)
    store._session_cache = store.decode(data) if session_id else {}
    store.account = account
    office = "member" if account else "public"
    return store, Actor(office=office, account=account, person=person, organisation=organisation)
