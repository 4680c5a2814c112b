"""Servers that speak as Google and Microsoft do to a program that asks when somebody is busy (as documented by them),
over TLS on this machine, and a browser that comes back from there."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.kernel.calling import Authority, Server
from tillit.booking.calendars import providers

TOKENS, API = "login.example", "api.example"
CODE, CLIENT, SECRET = "4/0Ab-code", "client-1", "secret-1"
WORDS = "Zahnarzt Geheim"  # in every title over there


def http(body: Any, status: str = "200 OK", *headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Content-Type: application/json", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass
class Account:
    """One account: what it has, what was asked, and answers that come instead of the right ones, in their order."""

    busy: list[tuple[str, str]] = field(default_factory=list)
    challenge: str = ""
    refresh: str = "1//refresh-1"
    granted: str = ""
    page: int = 500
    longest_days: int = 10_000
    instead: dict[str, list[bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    revoked: bool = False
    tokens: int = 0

    def __call__(self, talking: Any, heard: list[bytes]) -> None:
        head, _, body = heard[-1].partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        path = urlsplit(target).path
        self.asked.append((f"{method} {path}", {name.lower(): value for name, value in lines.items()}))
        name = path.rpartition("/")[2]
        if self.instead.get(name):
            talking.sendall(self.instead[name].pop(0))
            return
        if method == "POST" and name in {"token", "revoke"}:
            said = dict(parse_qsl(body.decode()))
            self.bodies.append(said)
            talking.sendall(self.token(said) if name == "token" else self.revoke(said))
            return
        if lines.get("Authorization") != f"Bearer access-{self.tokens}" or self.revoked:
            talking.sendall(http({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, "401 Unauthorized"))
            return
        talking.sendall(self.free_busy(json.loads(body)) if name == "freeBusy" else self.view(target))

    def token(self, said: dict[str, str]) -> bytes:
        """RFC 6749, 4.1.3 and 6; RFC 7636, 4.6."""
        if (said["client_id"], said["client_secret"]) != (CLIENT, SECRET):
            return http({"error": "invalid_client"}, "401 Unauthorized")
        more = {}
        if said["grant_type"] == "authorization_code":
            digest = urlsafe_b64encode(sha256(said["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if said["code"] != CODE or digest != self.challenge:
                return http({"error": "invalid_grant"}, "400 Bad Request")
            self.challenge, more = "", {"refresh_token": self.refresh}
        elif self.revoked or said["refresh_token"] != self.refresh:
            return http({"error": "invalid_grant", "error_description": "Token has been revoked."}, "400 Bad Request")
        elif self.refresh.startswith("M."):  # Microsoft gives another one each time
            self.refresh += "+"
            more = {"refresh_token": self.refresh}
        self.tokens += 1
        return http({
            "access_token": f"access-{self.tokens}", "expires_in": 3599, "token_type": "Bearer",
            **({"scope": self.granted} if self.granted else {}), **more,
        })  # fmt: skip

    def revoke(self, said: dict[str, str]) -> bytes:
        if said != {"token": self.refresh}:
            return http({"error": "invalid_token"}, "400 Bad Request")
        self.revoked = True
        return http({})

    def free_busy(self, said: dict[str, Any]) -> bytes:
        self.bodies.append(said)
        days = (_at(said["timeMax"]) - _at(said["timeMin"])).days
        if days > self.longest_days:
            reason = {"domain": "global", "reason": "timeRangeTooLong", "message": "too long"}
            return http({"error": {"code": 400, "errors": [reason]}}, "400 Bad Request")
        busy = [
            {"start": a, "end": b} for a, b in self.busy
            if _at(a) < _at(said["timeMax"]) and _at(b) > _at(said["timeMin"])
        ]  # fmt: skip
        return http({"kind": "calendar#freeBusy", "timeMin": said["timeMin"], "timeMax": said["timeMax"],
                     "calendars": {"primary": {"busy": busy}}})  # fmt: skip

    def view(self, target: str) -> bytes:
        said = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        self.bodies.append(said)
        first = int(said.get("$skip", 0))
        told = [
            {"@odata.etag": 'W/"x"', "id": f"A{n}", "subject": WORDS, "showAs": "busy",
             "start": {"dateTime": a, "timeZone": "Europe/Stockholm"},
             "end": {"dateTime": b, "timeZone": "Europe/Stockholm"}}
            for n, (a, b) in enumerate(self.busy)
        ]  # fmt: skip
        whole = {"@odata.context": "x", "value": told[first : first + self.page]}
        if first + self.page < len(told):
            root = providers.PROVIDERS["microsoft"].api
            whole["@odata.nextLink"] = f"{root}/me/calendarView?%24skip={first + self.page}"
        return http(whole)


@dataclass
class Elsewhere:
    """Both providers at once, on ports of this machine."""

    account: Account
    tokens: Server
    api: Server

    @property
    def hosts(self) -> list[str]:
        return [f"{TOKENS}:{self.tokens.port}", f"{API}:{self.api.port}"]

    def say_yes(self, url: str) -> dict[str, str]:
        """What the host's browser brings back after saying yes there. Checks what the page asked for."""
        said = dict(parse_qsl(urlsplit(url).query))
        assert said["response_type"] == "code" and said["code_challenge_method"] == "S256"
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", said["code_challenge"]) and len(said["state"]) > 40
        assert SECRET not in url
        self.account.challenge = said["code_challenge"]
        return {"state": said["state"], "code": CODE}


@contextmanager
def elsewhere(authority: Authority) -> Iterator[Elsewhere]:
    account = Account()
    with Server(b"") as tokens, Server(b"") as api:
        for server, name in ((tokens, TOKENS), (api, API)):
            server.context = authority.server(name)
            server.says = lambda talking, server=server: account(talking, server.heard)
        token = f"https://{TOKENS}:{tokens.port}"
        changed = {
            "google": replace(
                providers.GOOGLE, token=f"{token}/token", revoke=f"{token}/revoke",
                api=f"https://{API}:{api.port}/calendar/v3",
            ),
            "microsoft": replace(
                providers.MICROSOFT, token=f"{token}/common/oauth2/v2.0/token", api=f"https://{API}:{api.port}/v1.0"
            ),
        }  # fmt: skip
        with mock.patch.dict(providers.PROVIDERS, changed):
            yield Elsewhere(account, tokens, api)


def _at(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)
