"""What is recorded of files that come in and go out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events
from tillit.privacy.incidents import rules

IMPORTED = events.declare(
    "exchange.person.imported", label=_("Your details were taken over from a file"), keep=5 * events.YEAR
)
FILLED = events.declare(
    "exchange.person.filled", label=_("Something about how to reach you was added from a file"), keep=5 * events.YEAR
)
UNDONE = events.declare(
    "exchange.person.undone", label=_("What was taken over from a file was taken back"), keep=events.YEAR
)
CONFIRMED = events.declare("exchange.batch.confirmed", label=_("A file was taken over"), keep=5 * events.YEAR)
REFUSED = events.declare(
    "exchange.refused.taken", label=_("The rows that a file could not give were downloaded"), keep=events.YEAR
)
SEEN = events.declare(
    "exchange.contact.seen", label=_("What is kept of you from a file was looked at"), keep=events.YEAR
)
LOOKED = events.declare(
    "exchange.file.seen", label=_("A file that you are taking over was looked at"), keep=events.YEAR
)
EXPORTED = events.declare(
    "exchange.list.exported", label=_("A list with you in it was taken out as a file"), keep=5 * events.YEAR
)
SAVED = events.declare("exchange.table.saved", label=_("A list was taken out as a file"), keep=events.YEAR)

rules.exports(EXPORTED.name)
