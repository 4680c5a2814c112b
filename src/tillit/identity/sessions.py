"""The session store: Django's interface over definer functions keyed by the SHA-256 of the cookie."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import connection
from django.utils.translation import gettext as _

from tillit.access import as_office, current
from tillit.kernel import keyring
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor

LIFE = timedelta(days=30)  # since the login, whatever happens
IDLE = timedelta(days=14)  # since it was last used
BEFORE_LOGIN = timedelta(hours=2)  # while nobody is logged in


class SessionStore(SessionBase):
    """A session. It is loaded once, by `resolve`; it is saved by the middleware when something changed."""

    device = ""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.account: UUID | None = None

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Sealed: it holds what a half-finished login or a new code generator needs to keep secret."""
        return base64.b64encode(keyring.seal(json.dumps(session_dict).encode(), context=self._context())).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """The other way; what does not open is an empty session, and so nobody's."""
        try:
            found = json.loads(keyring.open(base64.b64decode(session_data), context=self._context()))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def exists(self, session_key: str) -> bool:
        """Keys are 256 random bits: one that was just drawn is new."""
        return False

    def create(self) -> None:
        self._session_key = secrets.token_urlsafe(32)
        self.modified = True

    def load(self) -> dict[str, Any]:
        return {}

    def save(self, must_create: bool = False) -> None:
        """Keep it, as the account's that is logged in with it (in the office "login", where that is new)."""
        if self.session_key is None:
            self.create()
        content = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        account = content.get("_auth_user_id")
        arguments = [
            new_id(),
            key_hash(self._must_key()),
            account,
            self.encode(content),
            self.device[:120],
            LIFE if account else BEFORE_LOGIN,
        ]
        actor = current()
        if account and (actor is None or str(actor.account) != account):
            with as_office("login", subject=account):
                self._write(arguments)
        else:
            self._write(arguments)

    @staticmethod
    def _write(arguments: list[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select identity.save_session(%s, %s, %s, %s, %s, %s)", arguments)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is None:
            return
        with connection.cursor() as cursor:
            cursor.execute("select identity.end_session(%s)", [key_hash(key)])

    def _context(self) -> bytes:
        """Content belongs to its cookie: copied to another row it does not open."""
        return b"identity.session:" + key_hash(self._must_key())

    def _must_key(self) -> str:
        if self._session_key is None:
            raise UpdateError("A session without a key.")
        return self._session_key

    @classmethod
    def clear_expired(cls) -> None:
        """Expired sessions end with the sweeper (tasks.py)."""


def key_hash(cookie: str) -> bytes:
    """What the database knows of a cookie."""
    return hashlib.sha256(cookie.encode()).digest()


def end_all(*, but: str | None = None) -> int:
    """End every session of the account that acts or is logging in, but the one with the cookie `but`."""
    with connection.cursor() as cursor:
        cursor.execute("select identity.end_sessions(%s)", [key_hash(but) if but else None])
        return int(cursor.fetchone()[0])


def resolve(cookie: str | None, slug: str | None) -> tuple[SessionStore, Actor]:
    """The session of a cookie and who acts with it at the organisation `slug`.

    Runs under the public ticket. Without a live session the actor is the anonymous visitor; an account that is
    no person in this organisation is an account without a person there.
    """
    hashed = key_hash(cookie) if cookie and len(cookie) < 200 else None
    values: list[Any] = [hashed, slug, IDLE]
    with connection.cursor() as cursor:
        cursor.execute("select * from identity.resolve(%s, %s, %s)", values)
        session_id, account, data, organisation, person = cursor.fetchone()
    store = SessionStore(cookie if session_id else None)
    store._session_cache = store.decode(data) if session_id else {}  # type: ignore[attr-defined]
    store.account = account
    office = "member" if account else "public"
    return store, Actor(office=office, account=account, person=person, organisation=organisation)


def standing(asked: list[tuple[bytes, UUID]]) -> list[str | None]:
    """As what each session (the hash of its cookie) may listen in an organisation: the person and their roles in words
    to compare; None where it has ended. For the hub of open pages (office "live")."""
    values: list[Any] = [[one[0] for one in asked], [one[1] for one in asked], IDLE]
    with connection.cursor() as cursor:
        cursor.execute("select identity.standing(%s, %s, %s)", values)
        found: list[str | None] = cursor.fetchone()[0]
    return found


_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrom(?:e|ium)/|CriOS/|HeadlessChrome/", "Chrome"),
    (r"Version/.*Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "ChromeOS"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"Linux|X11", "Linux"),
)


def device_words(agent: str) -> str:
    """A browser's own description (User-Agent) as a person would say it: "Firefox on Windows"."""
    browser = next((name for pattern, name in _BROWSERS if re.search(pattern, agent)), "")
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown device")
