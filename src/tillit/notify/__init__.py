"""Telling people: one action for every channel, as each person chose, with no more words than are needed.

MADE = notify.declare("booking.changed", says=_("Your bookings: made, moved, cancelled"))
notify.send(MADE, notify.To(…), notify.Said("journeys/made", {…}, path=…), organisation)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tillit.notify.kinds import Channel, Kind, declare
from tillit.notify.words import Said, To

if TYPE_CHECKING:
    from tillit.notify.models import Sending

__all__ = ["Channel", "Kind", "Said", "To", "declare", "discreet", "page", "send"]


def send(kind: Kind, to: To, said: Said, organisation: Any) -> list[Sending]:
    """Tell one person of one thing (notify.actions.send)."""
    from tillit.notify import actions

    return actions.send(kind, to, said, organisation)


def discreet(organisation: Any) -> bool:
    """Must messages hide what kind of service it is? (notify.least)"""
    from tillit.notify import least

    return least.discreet(organisation)


def page(path: str, organisation: Any) -> str:
    """The absolute address of a page for a message; in care one that says nothing (notify.links)."""
    from tillit.notify import links

    return links.page(path, hidden=discreet(organisation))
