"""Outgoing mail over SMTP: the one place that speaks it. TLS always, except to this machine itself.

The mail server is a processor of the installation (kernel.egress), declared by TILLIT_SMTP and, where somebody else
runs it, TILLIT_SMTP_PROCESSOR; each mail is a departure like any other.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.kernel import config, egress
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.tasks import Permanent

PROCESSOR = "mail"
CATEGORIES = (Data.EMAIL, Data.COMMUNICATION, Data.NAME)
LIMITS = egress.Limits(connect=10.0, total=50.0)  # seconds; the database ends a transaction that idles for 60
_HERE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Server:
    """Where mail goes, from TILLIT_SMTP."""

    host: str
    port: int
    wrapped: bool  # TLS from the first byte (smtps), instead of STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def here(self) -> bool:
        """Is it this machine, where plain text harms nobody?"""
        return self.host in _HERE


def server(address: str) -> Server:
    """Read smtp://user:password@host:587 or smtps://…. Raises ValueError with a sentence."""
    parts = urlsplit(address)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("TILLIT_SMTP starts with smtp:// or smtps:// and names a host.")
    wrapped = parts.scheme == "smtps"
    return Server(
        parts.hostname,
        parts.port or (465 if wrapped else 587),
        wrapped,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


@dataclass(frozen=True)
class Operator:
    """Who runs the mail server, from TILLIT_SMTP_PROCESSOR."""

    name: str
    region: str
    agreement: str
    ends: date | None = None
    safeguard: egress.Safeguard | None = None


def operator(text: str) -> Operator | None:
    """Read "name; region; agreement; last day; safeguard" (the last two may be left out); None for "", which is
    whoever runs this installation. Raises ValueError with a sentence."""
    if not text.strip():
        return None
    parts = [part.strip() for part in text.split(";")]
    name, region, agreement, ends, safeguard = (*parts, "", "", "", "")[:5]
    if len(parts) > 5 or not (name and agreement) or not re.fullmatch("[a-z]{2}", region):
        raise ValueError("TILLIT_SMTP_PROCESSOR is: name; region (eu, ir, se …); agreement; last day; safeguard.")
    return Operator(
        name,
        region,
        agreement,
        date.fromisoformat(ends) if ends else None,
        egress.Safeguard(safeguard) if safeguard else None,
    )


def processor() -> egress.Processor | None:
    """The mail server as a receiver of data; None where there is none."""
    if not config.text("TILLIT_SMTP"):
        return None
    to = server(config.text("TILLIT_SMTP"))
    by = operator(config.text("TILLIT_SMTP_PROCESSOR"))
    return egress.Processor(
        id=egress.installation_id(PROCESSOR),
        key=PROCESSOR,
        name=by.name if by else to.host,
        role=egress.Role.PROCESSOR if by else egress.Role.OPERATOR,
        hosts=frozenset({egress.Host(to.host, to.port)}),
        purposes=frozenset({Purpose.COORDINATE.identifier}),
        categories=frozenset(kind.identifier for kind in CATEGORIES),
        region=by.region if by else "",
        safeguard=by.safeguard if by else None,
        agreement=by.agreement if by else "",
        ends=by.ends if by else None,
        inside=True,
        says=_("Carries our mail to your mail provider."),
    )


egress.declare(PROCESSOR, processor)


class _Session(smtplib.SMTP):
    """smtplib on a line of egress instead of a socket of its own."""

    def __init__(self, line: egress.Line, host: egress.Host) -> None:
        self._line = line
        own_name = urlsplit(config.text("TILLIT_ORIGIN")).hostname or "localhost"  # else smtplib asks the name system
        super().__init__(host.name, host.port, local_hostname=own_name)

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return self._line

    def wrap_socket(self, line: egress.Line, server_hostname: str) -> egress.Line:
        """What starttls asks of an SSL context."""
        return line.secure()


def send(sender: str, recipient: str, content: bytes, *, about: Collection[UUID] = ()) -> None:
    """Hand one message to the server. about: ids of the people whom the mail concerns.

    Raises OSError (SMTPException and egress.Failed are) when it may work later, egress.Refused, and `Permanent` when
    the server refuses this recipient or message for good (5xx, RFC 5321).
    """
    to = server(config.text("TILLIT_SMTP"))
    host = egress.Host(to.host, to.port)
    client = egress.client(PROCESSOR, Purpose.COORDINATE, limits=LIMITS)
    with (
        client.leaving(host, about=about, data=CATEGORIES, secure=to.wrapped, unnamed=True) as leaving,
        _Session(leaving.line, host) as session,
    ):
        if not to.wrapped and not to.here:
            session.starttls(context=cast(Any, session))  # raises when the server cannot: nothing is sent in plain text
        if to.user:
            session.login(to.user, to.password)
        try:
            session.sendmail(sender, [recipient], content)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise (Permanent if code >= 500 else smtplib.SMTPException)(f"recipient refused, {code}") from None
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            if error.smtp_code >= 500:
                raise Permanent(f"message refused, {error.smtp_code}") from None
            raise
