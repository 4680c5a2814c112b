"""What people can be told of. Each app declares its own kinds where it sends them:

MADE = notify.declare("booking.made", says=_("Your bookings: made, moved, cancelled"), offered=(MAIL, SMS, INSIDE))
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Channel(StrEnum):
    """A way to reach somebody. SMS and push disturb, so quiet hours hold them back."""

    MAIL = "mail"
    SMS = "sms"
    PUSH = "push"
    INSIDE = "inside"

    @property
    def label(self) -> Words:
        """Its name on pages."""
        return _LABELS[self]

    @property
    def disturbs(self) -> bool:
        """Does it make a telephone ring?"""
        return self in (Channel.SMS, Channel.PUSH)


_LABELS: dict[Channel, Words] = {
    Channel.MAIL: _("E-mail"),
    Channel.SMS: _("Text message"),
    Channel.PUSH: _("This device"),
    Channel.INSIDE: _("In the product"),
}


class How(StrEnum):
    """How a person wants to be told of a kind by a channel. Only mail can wait for the daily one."""

    NOW = "now"
    DAILY = "daily"
    OFF = "off"


@dataclass(frozen=True)
class Kind:
    """One kind of message. `offered`: its channels; `on`: those that are on until the person says otherwise.

    consent: what the person must have agreed to (a key of privacy.rights.consents); then it is promotional: it stops
    at an objection and carries a link that ends it (RFC 8058). Others are service messages, which tell of what the
    person themselves asked for. urgent: quiet hours do not hold it.
    """

    name: str
    says: Words
    offered: tuple[Channel, ...]
    on: frozenset[Channel]
    consent: str = ""
    urgent: bool = False

    @property
    def promotional(self) -> bool:
        """Is it sent for our sake rather than for theirs?"""
        return bool(self.consent)

    def default(self, channel: Channel) -> How:
        """What holds until the person chooses."""
        return How.NOW if channel in self.on else How.OFF


_kinds: dict[str, Kind] = {}


def declare(
    name: str,
    *,
    says: Words,
    offered: tuple[Channel, ...] = (Channel.MAIL, Channel.INSIDE),
    on: tuple[Channel, ...] = (Channel.MAIL, Channel.INSIDE),
    consent: str = "",
    urgent: bool = False,
) -> Kind:
    """Make a kind known under "app.word". Raises ValueError for a name declared differently before, and for a channel
    that is on and not offered."""
    made = Kind(name, says, offered, frozenset(on) & frozenset(offered), consent, urgent)
    known = _kinds.setdefault(name, made)
    if (known.offered, known.on, known.consent, known.urgent) != (made.offered, made.on, consent, urgent):
        raise ValueError(f"Two kinds of message are called {name}.")
    return known


def known(name: str) -> Kind | None:
    """The kind of that name."""
    return _kinds.get(name)


def every() -> list[Kind]:
    """All kinds, in the order of their names."""
    return [_kinds[name] for name in sorted(_kinds)]
