"""A real mail server for the scenario's steps: what the worker hands over, taken apart."""

from __future__ import annotations

import email
import email.policy
import socket
import time
from typing import Any

from aiosmtpd.controller import Controller


class Post:
    """Keeps what it is given. `letters`: the mails, oldest first."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def __enter__(self) -> Post:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def wait(self, many: int, *, seconds: float = 90) -> list[Any]:
        """The first so many mails, waited for."""
        deadline = time.monotonic() + seconds
        while len(self.letters) < many and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(self.letters) >= many, [str(one["Subject"]) for one in self.letters]
        return self.letters[:many]


def plain(letter: Any) -> str:
    """The text of a mail."""
    return str(letter.get_body(("plain",)).get_content())


def calendar_of(letter: Any) -> str:
    """The calendar file of a mail."""
    return next(
        part.get_content() if isinstance(part.get_content(), str) else part.get_content().decode()
        for part in letter.walk()
        if part.get_content_type() == "text/calendar"
    )
