"""Calls to a connected calendar's server: through egress, to a registered receiver, with the host's own login."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from uuid import UUID

from tillit.booking.calendars.problems import Problem, of_answer, of_egress
from tillit.kernel import egress
from tillit.kernel.dpv import Data, Purpose

LIMITS = egress.Limits(connect=5.0, total=20.0, most=5 << 20)
ROUND = 90.0  # seconds for all that is asked and read at once; whoever acts in the database acts for two minutes
HOPS = 3
_VERSION = re.compile(r"[ -~]{1,200}")
_SAFE = "%/:=&?~+!$,;'@()*-._"


def absolute(base: str, href: str) -> str:
    """The address that a server names, as it can be asked. Raises Problem."""
    try:
        joined = urljoin(base, quote(href.strip(), safe=_SAFE))
        parts = urlsplit(joined)
    except ValueError:
        raise Problem("unreadable") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname:  # which of them may be spoken, egress knows
        raise Problem("unreadable")
    return joined.partition("#")[0]


def version_of(answer: egress.Answer) -> str:
    """The version that an answer names (its ETag), where it is one that can be kept and sent back; else ""."""
    told = answer.headers.get("etag", "")
    return told if _VERSION.fullmatch(told) else ""


def basic(user: str, password: str) -> str:
    """The Authorization header of a name and a password (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Server:
    """Speaks for one host to one registered receiver. person: None for one who was erased. authorization: the header
    of that name, "" for none. at: the address that answered last, which a redirect may have changed."""

    def __init__(self, receiver: str, person: UUID | None, authorization: str = "") -> None:
        self.receiver, self.person, self.authorization = receiver, person, authorization
        self.at = ""
        self.until = time.monotonic() + ROUND

    def left(self) -> float:
        """Seconds that are left of the round. Raises Problem when it is over."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise Problem("slow")
        return left

    def ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        media_type: str = "application/xml; charset=utf-8",
        headers: Mapping[str, str] | None = None,
        leaves: bytes | None = None,
        follow: bool = False,
        **shapes: Any,
    ) -> egress.Answer:
        """One call. leaves: a body that tells when the host is busy. follow: go where the server sends us, as long
        as that is the receiver's too. Raises Problem where nothing usable came back; any status is an answer.
        """
        for hop in range(HOPS if follow else 1):
            self.at = url
            try:
                return self._once(method, url, body, media_type, dict(headers or {}), leaves, shapes)
            except egress.Redirected as led:
                if not follow or not led.location:
                    raise Problem("elsewhere") from None
                url = absolute(url, led.location)
            except (egress.Refused, egress.Failed) as error:
                problem = of_egress(error)
                raise Problem("elsewhere") if hop and problem.word == "address" else problem from None
        raise Problem("elsewhere")

    def must(self, method: str, url: str, **more: Any) -> egress.Answer:
        """As `ask`; an answer that is no success is a Problem, too."""
        answer = self.ask(method, url, **more)
        if not answer.ok:
            raise of_answer(answer)
        return answer

    def _once(
        self, method: str, url: str, body: bytes | None, media_type: str, headers: dict[str, Any],
        leaves: bytes | None, shapes: dict[str, Any],
    ) -> egress.Answer:  # fmt: skip
        data: dict[Data, Any] = dict(shapes.pop("data", {}))
        raw: Data | bytes | None = body
        if self.authorization:
            data[Data.AUTHENTICATION] = self.authorization
            headers["Authorization"] = Data.AUTHENTICATION
        if leaves is not None:
            data[Data.CALENDAR], raw = leaves, Data.CALENDAR
        limits = replace(LIMITS, total=min(LIMITS.total, self.left()))
        client = egress.client(self.receiver, Purpose.WORK, limits=limits)
        return client.request(
            method,
            url,
            about=[self.person] if self.person else [],
            unnamed=self.person is None,
            data=data,
            raw=raw,
            media_type=media_type,
            headers=headers,
            **shapes,
        )
