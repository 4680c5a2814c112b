"""The door to whoever takes payments: what a provider can do, and which there are.

A card number is typed at the provider's own page; here only its references are kept. Each provider is a receiver in the
organisation's register (tillit.privacy.processors), and is spoken to through kernel.egress alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from tillit.kernel import mail
from tillit.kernel.dpv import Words
from tillit.kernel.egress import BadAnswer, Failed, Refused
from tillit.kernel.money import Money
from tillit.kernel.webhook_signatures import Forged
from tillit.wallet.cards import looks_like_card

MOST_REFERENCE, MOST_URL = 100, 500

__all__ = ["Forged", "Order", "Provider", "Started", "Told", "Unavailable", "add", "every", "get"]

Unavailable = (Failed, Refused)
"""What calling a provider raises: nothing left (no agreement, stopped), or nothing usable came back."""


@dataclass(frozen=True)
class Order:
    """A payment as the provider is asked for it. payment: ours, and the key under which it begins once; payer: whom it
    concerns; return_url: where the payer comes back; callback_url: where we are told; due: its last moment."""

    payment: UUID
    payer: UUID
    money: Money
    return_url: str
    callback_url: str
    due: datetime


@dataclass(frozen=True)
class Started:
    """reference: the provider's own; url: the page where the payer pays. Raises BadAnswer for what no payer can be sent
    to: a page without TLS (but our own), or no page at all."""

    reference: str
    url: str

    def __post_init__(self) -> None:
        _plain(self.reference, MOST_REFERENCE)
        _plain(self.url, MOST_URL)
        if not self.url.startswith(mail.link("/")) and not _is_page(self.url):
            raise BadAnswer("The provider names no page to pay on.")


@dataclass(frozen=True)
class Told:
    """What a provider says: of which of its references, the state (open, paid, failed, ended) and the sum. Raises
    BadAnswer for what could stand in no row."""

    reference: str
    state: str
    money: Money

    def __post_init__(self) -> None:
        _plain(self.reference, MOST_REFERENCE)
        _plain(self.state, MOST_REFERENCE)
        if abs(self.money.amount) >= 2**63:
            raise BadAnswer("No such sum exists.")


def _plain(text: str, most: int) -> None:
    if not 0 < len(text) <= most or not text.isascii() or not text.isprintable():
        raise BadAnswer("The provider's answer is not what it may be.")
    if looks_like_card(text):
        raise BadAnswer("The provider's answer has a card number in it.")


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and " " not in url
    except ValueError:
        return False


class Provider(Protocol):
    """One who takes payments. `secret` is what the organisation and the provider share."""

    key: str
    name: Words

    def start(self, order: Order, secret: str) -> Started:
        """Begin a payment; the same order again is the same payment. Raises as kernel.egress does."""

    def read(self, headers: Mapping[str, str], body: bytes, secret: str) -> Told:
        """A callback; headers have lower-case names. Raises Forged for what is not signed, or was long ago."""

    def ask(self, reference: str, payer: UUID, secret: str) -> Told:
        """How a payment stands. Raises as kernel.egress does."""

    def refund(self, reference: str, payer: UUID, refund: UUID, money: Money, secret: str) -> str | None:
        """Pay back; the same `refund` again pays nothing more. The provider's reference, None: it never will. Raises
        as kernel.egress does."""

    def register(self) -> None:
        """Write it into the acting organisation's register of receivers, where an agreement stands too."""


_providers: dict[str, Provider] = {}


def add(provider: Provider) -> None:
    """Make a provider known."""
    _providers[provider.key] = provider


def get(key: str) -> Provider | None:
    """The provider of that key, if this installation has it."""
    return _providers.get(key)


def every() -> list[Provider]:
    """All of them, in a stable order."""
    return [_providers[key] for key in sorted(_providers)]
