"""What people are asked to agree to. Nothing here happens unless they do, and never after they took it back.

An app that needs a further consent declares it where it declares its models:

    OFFERS = consents.declare("offers", 1, asks=_("Tell me about …"), stopped_by="marketing")

and asks `rights.queries.willing("offers")` for the only people to whom it may be done. Other words than before are a
new version: who agreed to the old ones is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words
from tillit.privacy.rights import coded


@dataclass(frozen=True)
class Asked:
    """One thing to agree to: its key, the version of its words, the words, and the objection that also stops it."""

    key: str
    version: int
    asks: Words
    stopped_by: str


every: dict[str, Asked] = {}


def declare(key: str, version: int, *, asks: Words, stopped_by: str = "marketing") -> Asked:
    """Make a consent known. Raises ValueError for a key that is taken or longer than the table holds."""
    if len(key) > 40 or key in every:
        raise ValueError(f"{key}: a consent has a key of its own, of at most 40 characters.")
    every[key] = Asked(key, version, asks, stopped_by)
    return every[key]


NEWS = declare("news", 1, asks=_("Write to me by mail when there is something new here, at most once a month."))
AFTERWARDS = declare("afterwards", 1, asks=_("Ask me by mail afterwards how it was, so that it can get better."))


def _asks(key: str) -> Words | None:
    return every[key].asks if key in every else None


coded.declare("privacy.consent.purpose", _asks)
