"""What became of a message, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.notify import kinds
from tillit.notify.kinds import Channel, Words
from tillit.notify.models import Sending

STATES: dict[str, Words] = {
    "waiting": gettext_lazy("On its way"),
    "sent": gettext_lazy("Sent"),
    "held": gettext_lazy("Not sent"),
    "failed": gettext_lazy("Given up: nobody answered"),
    "bounced": gettext_lazy("Came back: the address is none"),
    "complained": gettext_lazy("The reader said that it was not wanted"),
}


@dataclass(frozen=True)
class Line:
    """One line of the delivery log."""

    made: datetime
    says: Words
    by: Words
    became: str
    state: str


def said_of(sending: Sending) -> Line:
    """A message's line: when (UTC), of what kind, by which channel, and what became of it."""
    kind = kinds.known(sending.kind)
    return Line(
        sending.made,
        kind.says if kind else sending.kind,
        Channel(sending.channel).label,
        _became(sending),
        sending.state,
    )


def _became(sending: Sending) -> str:
    if sending.state == "held":
        return {
            "rest": _("Not sent: the person's data lies at rest"),
            "consent": _("Not sent: not agreed to"),
            "off": _("Not sent: switched off"),
            "address": _("Not sent: we know no address"),
            "bounced": _("Not sent: mail came back before"),
            "complained": _("Not sent: it was not wanted before"),
        }.get(sending.why, _("Not sent"))
    return str(STATES[sending.state])
