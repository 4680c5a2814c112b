"""A host's permission at Google or Microsoft: OAuth 2 with an authorization code, PKCE and a state that one session
holds (RFC 6749, RFC 7636, RFC 9700).

The browser brings the code; the worker trades it and speaks to the provider. Kept is the refresh token, sealed; access
tokens live as long as one round.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from tillit.booking.calendars.problems import Problem, of_answer, retry_after
from tillit.booking.calendars.providers import PROVIDERS, Provider
from tillit.booking.calendars.remote import Server
from tillit.booking.models import Connection
from tillit.kernel import clock, config, egress
from tillit.kernel.dpv import Data

LIFE = timedelta(minutes=15)  # from the page to the answer
_PENDING = "calendar.permission"
_TOKEN = re.compile(r"[!-~]{1,8000}")
_ENDED = {"invalid_grant", "interaction_required", "consent_required", "login_required"}


@dataclass(frozen=True)
class Granted:
    """What a host brought back: the code, and the secret that goes with it. connection: the one to be allowed again."""

    kind: str
    receiver: str
    code: str
    verifier: str
    connection: UUID | None


def begin(
    session: MutableMapping[str, Any], provider: Provider, receiver: str, slug: str, person: UUID, again: UUID | None
) -> str:
    """The address at which the host says yes or no. What has to come back is noted in the session, once."""
    verifier, state = secrets.token_urlsafe(48), f"{slug}.{secrets.token_urlsafe(32)}"
    session[_PENDING] = {
        "kind": provider.kind, "receiver": receiver, "state": state, "verifier": verifier, "person": str(person),
        "again": str(again) if again else "", "until": (clock.now() + LIFE).isoformat(),
    }  # fmt: skip
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": _client(provider)["client_id"], "redirect_uri": back(provider),
        "scope": provider.scope, "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return f"{provider.ask}?{urlencode({**asked, **provider.more})}"


def answered(session: MutableMapping[str, Any], said: Mapping[str, str], kind: str, person: UUID) -> Granted:
    """What came back, held against what this session asked; the same answer counts once.

    Raises PermissionError where it is not this session's or too late, and Problem("refused") where the host said no.
    """
    asked = session.pop(_PENDING, None)
    if not isinstance(asked, dict) or not secrets.compare_digest(
        asked["state"].encode(), said.get("state", "").encode()
    ):
        raise PermissionError("This answer belongs to no question of this session.")
    if asked["kind"] != kind or asked["person"] != str(person) or datetime.fromisoformat(asked["until"]) < clock.now():
        raise PermissionError("This answer belongs to another question, or comes too late.")
    code = said.get("code", "")
    if said.get("error") or not _TOKEN.fullmatch(code):
        raise Problem("refused")
    again = UUID(asked["again"]) if asked["again"] else None
    return Granted(kind, asked["receiver"], code, asked["verifier"], again)


def back(provider: Provider) -> str:
    """Where the provider sends the browser: one address of the installation for each (RFC 9700, 4.4.2.2)."""
    return f"{config.text('TILLIT_ORIGIN').rstrip('/')}/calendar/back/{provider.kind}/"


def slug_of(state: str) -> str:
    """The organisation that a state names; "" for none. It is proven later."""
    slug = state.partition(".")[0]
    return slug if re.fullmatch(r"[a-zA-Z0-9_-]{1,100}", slug) else ""


def server(connection: Connection) -> Server:
    """The line to the provider with a fresh access token. What has to be kept is put into the connection's login, which
    the caller saves whatever happens next. Raises Problem.
    """
    provider, login = PROVIDERS[connection.kind], connection.login or {}
    speaking = Server(connection.receiver, connection.person_id)
    if login.get("refresh"):
        got = _token(speaking, provider, "refresh_token", login["refresh"])
    elif login.get("code"):
        got = _token(speaking, provider, "code", login["code"], code_verifier=login["verifier"])
        if "refresh_token" not in got:
            raise Problem("consent")
    else:
        raise Problem("consent")
    connection.login = {"refresh": got.get("refresh_token") or login["refresh"]}
    if provider.needs not in str(got.get("scope", provider.needs)).lower():  # asked for, and left out by the host
        raise Problem("consent")
    speaking.authorization = f"Bearer {got['access_token']}"
    return speaking


def given(connection: Connection) -> str:
    """What can be given back: the token of a permission whose provider takes it back; "" where there is none."""
    provider = PROVIDERS.get(connection.kind)
    return str((connection.login or {}).get("refresh", "")) if provider and provider.revoke else ""


def give_back(kind: str, receiver: str, token: str, person: UUID | None = None) -> None:
    """Give a permission back (RFC 7009). person: whose it is, None once they are erased. Raises Problem."""
    answer = Server(receiver, person).ask(
        "POST", PROVIDERS[kind].revoke, data={Data.AUTHENTICATION: token}, form={"token": Data.AUTHENTICATION}
    )
    if answer.status == 429 or answer.status >= 500:
        raise of_answer(answer)


def _token(speaking: Server, provider: Provider, what: str, value: str, **more: str) -> dict[str, str]:
    """An answer of the token endpoint. Raises Problem."""
    client = _client(provider)
    grant = {"code": "authorization_code"}.get(what, what)
    form = {
        "grant_type": grant, what: Data.AUTHENTICATION, "client_id": client["client_id"],
        "client_secret": client["client_secret"], **more,
    }  # fmt: skip
    if what == "code":
        form["redirect_uri"] = back(provider)
    answer = speaking.ask("POST", provider.token, data={Data.AUTHENTICATION: value}, form=form)
    try:
        said = answer.json()
    except egress.BadAnswer:
        said = None
    said = said if isinstance(said, dict) else {}
    if not answer.ok:
        raise _refusal(answer, str(said.get("error", "")))
    kept = {name: str(said[name]) for name in ("access_token", "refresh_token", "scope") if said.get(name)}
    tokens = [kept.get("access_token", ""), *([kept["refresh_token"]] if "refresh_token" in kept else [])]
    if not all(_TOKEN.fullmatch(one) for one in tokens) or str(said.get("token_type", "")).lower() != "bearer":
        raise Problem("unreadable")
    return kept


def _refusal(answer: egress.Answer, error: str) -> Problem:
    """RFC 6749, 5.2."""
    if error in _ENDED:
        return Problem("consent")
    if answer.status == 429 or answer.status >= 500 or error == "temporarily_unavailable":
        return Problem("down", retry_after(answer))
    return Problem("setup" if answer.status in {400, 401, 403} else "unreadable")


def _client(provider: Provider) -> dict[str, str]:
    """Who the installation is there. Raises Problem where that is not set, or not readable."""
    try:
        return config.client(provider.setting)
    except config.Missing:
        raise Problem("setup") from None
