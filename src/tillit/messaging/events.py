"""What can have happened in messages: for the evidence log, for whoever must react, and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.evidence import events
from tillit.kernel.outbox import Event

BEGUN = events.declare(
    "messaging.thread.begun", label=_("Somebody here wrote to you for the first time"), keep=events.YEAR
)
SENT = events.declare("messaging.message.sent", label=_("Somebody wrote to you"), keep=events.YEAR)
TAKEN = events.declare("messaging.message.taken", label=_("A message was taken back by its author"), keep=events.YEAR)
REPORTED = events.declare(
    "messaging.message.seen",
    label=_("A message that was reported was read by whoever looks into it"),
    keep=5 * events.YEAR,
)

TOLD = notify.declare("messaging.message", says=_("Messages that somebody here wrote to you"))


@dataclass(frozen=True)
class Said(Event, name="messaging.message.said"):
    """Something was said that reaches the other: open pages hear of it, and who has none open is told. Names neither
    words nor people."""

    thread: UUID
    message: UUID
