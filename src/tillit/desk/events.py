"""What can have happened at the desk: for the evidence log, for whoever must react, and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.desk.roles import DESK
from tillit.evidence import events
from tillit.kernel.outbox import Event
from tillit.notify.kinds import Channel

ASKED = events.declare("desk.thread.asked", label=_("You asked or complained about something"), keep=events.YEAR)
SEEN = events.declare("desk.thread.seen", label=_("What you asked was read"), keep=events.YEAR)
SAID = events.declare("desk.thread.answered", label=_("What you asked was answered"), keep=events.YEAR)
NOTED = events.declare("desk.thread.noted", label=_("A note was made on what you asked"), keep=events.YEAR)
GIVEN = events.declare("desk.thread.given", label=_("What you asked was given to somebody to answer"), keep=events.YEAR)
DECIDED = events.declare("desk.thread.decided", label=_("Your complaint was decided"), keep=5 * events.YEAR)
CLOSED = events.declare("desk.thread.closed", label=_("What you asked was closed"), keep=events.YEAR)
PASSED_ON = events.declare(
    "desk.thread.passed_on", label=_("What you asked went to the privacy office"), keep=5 * events.YEAR
)
MERGED = events.declare("desk.thread.merged", label=_("Two things that you asked were put together"), keep=events.YEAR)
PARTED = events.declare(
    "desk.thread.parted", label=_("Two things that you asked were taken apart again"), keep=events.YEAR
)
RULES = events.declare("desk.rules.changed", label=_("What the desk promises was changed"), keep=5 * events.YEAR)
READY = events.declare("desk.ready.changed", label=_("A ready answer of the desk was changed"), keep=events.YEAR)
SOUGHT = events.declare("desk.caller.sought", label=_("Somebody looked for a telephone number"), keep=events.YEAR)
CALLER = events.declare("desk.caller.seen", label=_("Your number was looked for during a call"), keep=events.YEAR)
OPENED = events.declare("desk.call.seen", label=_("What is known of you was opened during a call"), keep=events.YEAR)
ENTERED = events.declare(
    "desk.call.entered", label=_("Somebody here entered what you said on the telephone"), keep=events.YEAR
)

_WAYS = (Channel.MAIL, Channel.SMS, Channel.INSIDE)
TOLD = notify.declare(
    "desk.answered", says=_("What you asked or complained about: received, answered, decided"), offered=_WAYS
)
CALL = notify.declare("desk.call", says=_("What was written down when you called"), offered=_WAYS, on=_WAYS)
CONTENT = notify.declare("desk.content", says=_("Being asked how content you were with an answer"))
WORK = notify.declare("desk.work", says=_("Questions and complaints that wait for you to answer"), roles=DESK)


@dataclass(frozen=True)
class Asked(Event, name="desk.thread.received"):
    """Somebody asked; they get a receipt with a link, which also proves the address of a stranger."""

    thread: UUID


@dataclass(frozen=True)
class Arrived(Event, name="desk.thread.arrived"):
    """Something waits for an answer: whoever may give it is told."""

    thread: UUID


@dataclass(frozen=True)
class Answered(Event, name="desk.thread.said"):
    """The organisation has said something; whoever asked is told that there is an answer."""

    thread: UUID


@dataclass(frozen=True)
class Closed(Event, name="desk.thread.ended"):
    """A matter is closed; whoever asked can say how content they were, once."""

    thread: UUID


@dataclass(frozen=True)
class Waits(Event, name="desk.thread.waits"):
    """Half of the promised time is over, or all of it (late)."""

    thread: UUID
    late: bool


@dataclass(frozen=True)
class Entered(Event, name="desk.call.told"):
    """Something was written down during a call; the caller is told what is kept of them, and how to see it."""

    person: UUID
