"""What can have happened to a poll, and what those who take part can read of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events as evidence
from tillit.kernel.outbox import Event


@dataclass(frozen=True)
class PollOpened(Event, name="booking.poll.opened"):
    """A host asked when others can."""

    poll: UUID


@dataclass(frozen=True)
class PollAsked(Event, name="booking.poll.asked"):
    """A host asked an address by mail."""

    poll: UUID
    answer: UUID


@dataclass(frozen=True)
class PollAnswered(Event, name="booking.poll.answered"):
    """Somebody said when they can, for the first time or anew."""

    poll: UUID
    answer: UUID
    first: bool


@dataclass(frozen=True)
class PollWithdrawn(Event, name="booking.poll.withdrawn"):
    """Somebody took their answer back."""

    poll: UUID
    answer: UUID


@dataclass(frozen=True)
class PollWaits(Event, name="booking.poll.waits"):
    """Nobody can answer any more, and nobody has chosen yet."""

    poll: UUID


@dataclass(frozen=True)
class PollChosen(Event, name="booking.poll.chosen"):
    """A host chose a time: the meeting stands."""

    poll: UUID


@dataclass(frozen=True)
class PollCalledOff(Event, name="booking.poll.called_off"):
    """A host called the poll off, or the meeting that came of it (`meeting`)."""

    poll: UUID
    meeting: bool


@dataclass(frozen=True)
class PollLapsed(Event, name="booking.poll.lapsed"):
    """Nobody chose in time."""

    poll: UUID


SEEN = evidence.declare("booking.poll.seen", label=_("Your answer in a poll was looked at"), keep=evidence.YEAR)
ASKED = evidence.declare("booking.poll.asked", label=_("You were asked in a poll by mail"), keep=evidence.YEAR)
ANSWERED = evidence.declare("booking.poll.answered", label=_("A poll was answered in your name"), keep=evidence.YEAR)
WITHDRAWN = evidence.declare(
    "booking.poll.withdrawn", label=_("Your answer in a poll was taken back"), keep=evidence.YEAR
)
CHOSEN = evidence.declare(
    "booking.poll.chosen", label=_("A time was chosen in a poll that you answered"), keep=evidence.YEAR
)
CALLED_OFF = evidence.declare(
    "booking.poll.called_off", label=_("A poll that you answered was called off"), keep=evidence.YEAR
)
