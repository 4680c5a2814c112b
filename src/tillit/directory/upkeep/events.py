"""What can have happened to somebody's training and to the ethical code."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.evidence import events
from tillit.kernel.outbox import Event
from tillit.notify.kinds import Channel

TRAINED = events.declare("directory.training.recorded", label=_("You noted a course"), keep=events.YEAR)
FORGOTTEN = events.declare("directory.training.removed", label=_("You removed a course"), keep=events.YEAR)
ACCEPTED = events.declare("directory.code.accepted", label=_("You accepted the ethical code"), keep=5 * events.YEAR)
WRITTEN = events.declare("directory.code.written", label=_("The ethical code was changed"), keep=5 * events.YEAR)
WISHED = events.declare("directory.wish.changed", label=_("What training is wished for was changed"), keep=events.YEAR)

_WAYS = (Channel.MAIL, Channel.SMS, Channel.INSIDE)
TRAIN = notify.declare("directory.train", says=_("Training: what is left of the year’s points"), offered=_WAYS)
NEW_CODE = notify.declare("directory.code", says=_("The ethical code has a new version"), offered=_WAYS)


@dataclass(frozen=True)
class Behind(Event, name="directory.training.behind"):
    """Towards the end of the year somebody has fewer points than are wished for."""

    person: UUID


@dataclass(frozen=True)
class CodeWritten(Event, name="directory.code.published"):
    """The ethical code has a new version: who accepted an older one is asked again."""

    number: int


__all__ = ["NEW_CODE", "TRAIN", "Behind", "CodeWritten"]
