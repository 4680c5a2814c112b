"""Forms in pages that have no cookie: a token that we signed for this form, this page around it, and this hour.

What Django compares with a cookie is here compared with our own signature. A token lets one thing be done, once, in
all processes; another page's, another organisation's or another site's is none.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tillit.identity.throttle import Limit
from tillit.kernel import clock, signing

LIFE = timedelta(hours=4)  # how long a page may lie open before its form is sent
_ONCE = Limit("form-token", burst=1, every=LIFE)
_PURPOSE = "form-token"


@dataclass(frozen=True, slots=True)
class FormToken:
    """A token that is ours. issued: when its page was drawn (UTC)."""

    nonce: str
    issued: datetime

    def take(self) -> bool:
        """Use it, in the present transaction. False when it was used before or is older than LIFE.

        Others with the same token wait until this transaction ends; if nothing of it stays, the token is unused.
        """
        return clock.now() - self.issued < LIFE and _ONCE.take(self.nonce)


def make(bound: Sequence[str]) -> str:
    """A new token, good only for a form that is bound to the same words (organisation, page, site around it)."""
    nonce, issued = secrets.token_urlsafe(16), int(clock.now().timestamp())
    return f"{nonce}.{issued}.{_signature(nonce, issued, bound)}"


def read(text: str, bound: Sequence[str]) -> FormToken | None:
    """The token that a form sent; None for one that we did not make for a form bound to these words."""
    nonce, _dot, rest = text.partition(".")
    issued, _dot, signature = rest.partition(".")
    if len(text) > 200 or not issued.isascii() or not issued.isdigit() or len(issued) > 11:
        return None
    value = [nonce, int(issued), *bound]
    if not signing.believed(_PURPOSE, value, signature):
        return None
    return FormToken(nonce, datetime.fromtimestamp(int(issued), UTC))


def _signature(nonce: str, issued: int, bound: Sequence[str]) -> str:
    return signing.sign(_PURPOSE, [nonce, issued, *bound])
