"""The kinds of event that can be recorded. Each app declares its own in its events.py:

    from tillit.evidence import events

    events.declare("booking.guest.seen", label=gettext_lazy("Your booking was looked at"), keep=events.YEAR)

The floors below announce theirs (kernel.happenings); they are declared here, since those floors know nothing of us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

YEAR = timedelta(days=365)
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}")


class Undeclared(LookupError):
    """An event of a name that no app has declared."""


@dataclass(frozen=True)
class Kind:
    """A kind of event. label: what it is for whom it concerns. keep: how long its content is kept; None: until it
    is erased. law: what forbids to erase it before that time, in short ("patientdatalagen 4:3"), or None."""

    name: str
    label: Words
    keep: timedelta | None
    law: str | None = None


kinds: dict[str, Kind] = {}


def declare(name: str, *, label: Words, keep: timedelta | None, law: str | None = None) -> Kind:
    """Make an event's name known. Raises ValueError for a name of another form, or declared differently before."""
    if not _NAME.fullmatch(name) or len(name) > 100:
        raise ValueError(f"{name}: an event is named 'app.object.verb'.")
    if law is not None and keep is None:
        raise ValueError(f"{name}: a law that keeps an event says for how long.")
    known = kinds.setdefault(name, Kind(name, label, keep, law))
    if (known.keep, known.law) != (keep, law):
        raise ValueError(f"Two kinds of event are called {name}.")
    return known


def kind(name: str) -> Kind:
    """The kind of that name. Raises `Undeclared`."""
    try:
        return kinds[name]
    except KeyError:
        raise Undeclared(f"No app has declared the event {name} (tillit.evidence.events.declare).") from None


ERASED = declare("evidence.event.erased", label=_("Events about a person were erased"), keep=None)
EXPIRED = declare("evidence.event.expired", label=_("Events had served their time and were removed"), keep=None)

DEPARTED = declare("kernel.egress.departed", label=_("Your data was sent to a processor"), keep=5 * YEAR)
FAILED = declare("kernel.egress.failed", label=_("Sending to a processor failed on the way"), keep=5 * YEAR)
ENDED = declare("kernel.end.reached", label=_("Something reached its end"), keep=YEAR)
CHANGED = declare("kernel.setting.changed", label=_("How long something is kept was changed"), keep=5 * YEAR)

OPENED = declare("access.grant.opened", label=_("Something of you was shown to somebody"), keep=YEAR)
REVOKED = declare("access.grant.revoked", label=_("What was shown of you was taken back"), keep=YEAR)
SHOWN = declare("access.grant.ended", label=_("What was shown of you is closed again"), keep=YEAR)
BROKEN = declare("access.glass.broken", label=_("What is closed of you was opened, for a reason"), keep=5 * YEAR)
ASKED = declare("access.glass.asked", label=_("Somebody asked to open what is closed"), keep=5 * YEAR)
REFUSED = declare("access.glass.refused", label=_("Opening what is closed was refused"), keep=5 * YEAR)
RULE = declare("access.rule.changed", label=_("How many people it takes to open something was changed"), keep=5 * YEAR)

# What the floors below announce, and which of its ids (beside subjects, object and reason) are kept as the detail.
HEARD: dict[str, tuple[str, ...]] = {
    DEPARTED.name: ("processor", "to", "categories"),
    FAILED.name: ("processor", "to", "how"),
    ENDED.name: ("kind", "batch"),
    CHANGED.name: ("setting", "days"),
    OPENED.name: ("scope", "grantee"),
    REVOKED.name: ("scope", "grantee"),
    SHOWN.name: ("scope",),
    BROKEN.name: ("scope", "asked_by"),
    ASKED.name: ("scope",),
    REFUSED.name: (),
    RULE.name: ("two",),
}
