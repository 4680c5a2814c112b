"""Text messages: through the provider that TILLIT_SMS names, or to the demo's inbox where it names none.

    46elks://user:password@api.46elks.com?from=Nordan           the shape of 46elks' interface
    template://key@api.provider.example?template=1000&field=TEXT  providers that fill in a registered text, as in Iran

The provider is a processor of the installation (kernel.egress), like its mail server; TILLIT_SMS_PROCESSOR says who
runs it, as TILLIT_SMTP_PROCESSOR does.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.kernel import config, egress, smtp
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.tasks import Later, Permanent

PROCESSOR = "sms"
CATEGORIES = (Data.PHONE, Data.COMMUNICATION)
LIMITS = egress.Limits(connect=10.0, total=30.0)
LONGEST = 600  # characters; four messages of the old alphabet
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_SENDER = re.compile(r"[A-Za-z][A-Za-z0-9]{0,10}|\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Provider:
    """Whom TILLIT_SMS names."""

    kind: str
    host: egress.Host
    user: str
    password: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = ()

    def option(self, name: str) -> str:
        """A value behind the question mark; empty where it is not given."""
        return dict(self.options).get(name, "")


def provider(address: str) -> Provider | None:
    """Read TILLIT_SMS; None for "". Raises ValueError with a sentence."""
    if not address:
        return None
    kind, _colon, rest = address.partition("://")  # urlsplit knows no scheme that begins with a digit
    parts = urlsplit(f"//{rest}")
    if kind not in {"46elks", "template"} or not parts.hostname or not parts.username:
        raise ValueError("TILLIT_SMS is 46elks://user:password@host?from=… or template://key@host?template=…&field=…")
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if kind == "46elks" and not _SENDER.fullmatch(options.get("from", "")):
        raise ValueError("TILLIT_SMS names a sender: from= up to eleven letters and digits, or a number.")
    if kind == "template" and not (options.get("template", "").isdigit() and options.get("field")):
        raise ValueError("TILLIT_SMS names the registered text by template= and the place for our words by field=")
    host = egress.Host(parts.hostname, parts.port or 443)
    return Provider(kind, host, unquote(parts.username), unquote(parts.password or ""), tuple(sorted(options.items())))


def processor() -> egress.Processor | None:
    """The provider as a receiver of data; None where there is none."""
    found = provider(config.text("TILLIT_SMS"))
    if found is None:
        return None
    by = smtp.operator(config.text("TILLIT_SMS_PROCESSOR"))
    return egress.Processor(
        id=egress.installation_id(PROCESSOR),
        key=PROCESSOR,
        name=by.name if by else found.host.name,
        role=egress.Role.PROCESSOR,
        hosts=frozenset({found.host}),
        purposes=frozenset({Purpose.COORDINATE.identifier}),
        categories=frozenset(kind.identifier for kind in CATEGORIES),
        region=by.region if by else "",
        safeguard=by.safeguard if by else None,
        agreement=by.agreement if by else "",
        ends=by.ends if by else None,
        says=_("Carries our text messages to your phone."),
    )


egress.declare(PROCESSOR, processor)


def checked_number(number: str) -> str:
    """A number as networks write it (E.164). Raises ValueError without repeating it."""
    if not _NUMBER.fullmatch(number):
        raise ValueError("This is no telephone number with its country.")
    return number


def can_reach(number: str) -> bool:
    """Is it a number to which a message can be sent?"""
    return _NUMBER.fullmatch(number) is not None


def send(number: str, words: str, *, about: Collection[UUID] = ()) -> None:
    """Hand one message to the provider.

    Raises egress.Failed or `Later` when it may work later, egress.Refused, and `Permanent` when the provider refuses
    this number or message for good (4xx, but for 408 and 429).
    """
    to = provider(config.text("TILLIT_SMS"))
    if to is None:
        raise RuntimeError("No provider of text messages is set.")
    client = egress.client(PROCESSOR, Purpose.COORDINATE, limits=LIMITS)
    data = {Data.PHONE: checked_number(number), Data.COMMUNICATION: words[:LONGEST]}
    if to.kind == "46elks":
        key = base64.b64encode(f"{to.user}:{to.password}".encode()).decode()
        answer = client.post(
            f"https://{to.host}/a1/sms", about=about, data=data, headers={"Authorization": f"Basic {key}"},
            form={"from": to.option("from"), "to": Data.PHONE, "message": Data.COMMUNICATION},
        )  # fmt: skip
    else:
        filled = [{"name": to.option("field"), "value": Data.COMMUNICATION}]
        answer = client.post(
            f"https://{to.host}/v1/send/verify", about=about, data=data, headers={"X-API-KEY": to.user},
            json={"mobile": Data.PHONE, "templateId": int(to.option("template")), "parameters": filled},
        )  # fmt: skip
    if not answer.ok:
        lasting = 400 <= answer.status < 500 and answer.status not in (408, 429)
        if lasting:
            raise Permanent(f"text message refused, {answer.status}")
        raise Later(f"text message not taken, {answer.status}", wait=answer.wait)
