"""Telling people something, for apps that stand below notify: what kind of thing it is, and the mail that says it.

    ANSWERED = letters.declare("privacy.answer", says=_("The answer to what you asked"), must=True)
    letters.send(ANSWERED, mail.render(…), organisation=organisation, person=person.pk, path=where_to_read_on)

Whoever carries letters (notify) decides by which channels, writes down what became of it, and in care takes everything
out of the mail that would say what kind of service it is. Without a carrier nothing leaves: no mail goes around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

if TYPE_CHECKING:
    from tillit.kernel.mail import Message


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
    person themselves asked for. urgent: quiet hours do not hold it. must: a law or the person's own safety wants that
    it is told; nobody switches it off, and neither quiet hours nor data at rest hold it. roles: only whoever holds one
    of them can get it, and sees it among their choices. follows: it carries what people chose at other kinds (the daily
    mail), so it is no choice of its own.
    """

    name: str
    says: Words
    offered: tuple[Channel, ...]
    on: frozenset[Channel]
    consent: str = ""
    urgent: bool = False
    must: bool = False
    roles: tuple[str, ...] = ()
    follows: bool = False

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
    must: bool = False,
    roles: tuple[str, ...] = (),
    follows: bool = False,
) -> Kind:
    """Make a kind known under "app.word". Raises ValueError for a name declared differently before, and for a kind
    that must be told and needs an agreement."""
    if must and consent:
        raise ValueError(f"{name} must be told and needs no agreement, or it is not told without.")
    made = Kind(name, says, offered, frozenset(on) & frozenset(offered), consent, urgent or must, must, roles, follows)
    kept = _kinds.setdefault(name, made)
    if _terms(kept) != _terms(made):
        raise ValueError(f"Two kinds of message are called {name}.")
    return kept


def known(name: str) -> Kind | None:
    """The kind of that name."""
    return _kinds.get(name)


def every() -> list[Kind]:
    """All kinds, in the order of their names."""
    return [_kinds[name] for name in sorted(_kinds)]


class Carrier(Protocol):
    """What takes letters on their way, in the present transaction."""

    def __call__(
        self,
        kind: Kind,
        message: Message,
        organisation: Any,
        *,
        person: UUID | None,
        path: str,
        about: Iterable[UUID],
    ) -> object: ...


_carriers: list[Carrier] = []


def carry_by(carrier: Carrier) -> None:
    """Give all letters to this carrier: in AppConfig.ready of the app that is one. The last one counts."""
    _carriers[:] = [carrier]


class Asked(Protocol):
    """Says whether a queued message may still leave."""

    def __call__(self, message: UUID) -> bool: ...


_asked: list[Asked] = []


def ask_before_leaving(asked: Asked) -> None:
    """Ask this when a mail that was queued leaves: much may have been said between, and hours may lie between."""
    _asked[:] = [asked]


def may_leave(message: UUID) -> bool:
    """May a queued mail leave now? Yes where nothing knows it: a mail about a login."""
    return all(asked(message) for asked in _asked)


def send(
    kind: Kind,
    message: Message,
    *,
    organisation: Any,
    person: UUID | None = None,
    path: str = "",
    about: Iterable[UUID] | None = None,
) -> None:
    """Tell one person, or an address that is nobody's here (person=None), in the present transaction.

    organisation: a row of identity.Organisation, in whose name it is. path: the page of ours where it is read or goes
    on; in care the mail says no more than that. about: the people whom the mail concerns; the person, where it is not
    said. Raises RuntimeError where nothing carries letters, and what `mail.send` raises.
    """
    if not _carriers:
        raise RuntimeError("Nothing carries letters here.")
    concerned = about if about is not None else [person] if person else []
    _carriers[0](kind, message, organisation, person=person, path=path, about=tuple(concerned))


def _terms(kind: Kind) -> tuple[object, ...]:
    return (kind.offered, kind.on, kind.consent, kind.urgent, kind.must, kind.roles, kind.follows)
