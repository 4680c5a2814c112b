"""Outgoing mail over SMTP: the one place that speaks it. TLS always, except to this machine itself."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from tillit.kernel import config
from tillit.kernel.tasks import Permanent

TIMEOUT = 20.0  # seconds for each step of the conversation
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


def send(sender: str, recipient: str, content: bytes) -> None:
    """Hand one message to the server. Raises OSError or SMTPException when it may work later, and `Permanent`
    when the server refuses this recipient or message for good (5xx, RFC 5321)."""
    to = server(config.text("TILLIT_SMTP"))
    secure = ssl.create_default_context()
    if to.wrapped:
        session: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=TIMEOUT, context=secure)
    else:
        session = smtplib.SMTP(to.host, to.port, timeout=TIMEOUT)
    with session:
        if not to.wrapped and not to.here:
            session.starttls(context=secure)  # raises when the server cannot: nothing is sent in plain text
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
