"""What was seen, shown, changed, sent out and erased: recorded, kept in a log that shows tampering, provable offline.

from tillit import evidence

evidence.record("booking.booking.moved", subject=guest, object=booking.pk)
evidence.saw(guests, what="booking.guest", reason="booked with")   # one insert at the end of the page
evidence.receipt(event_id)                                         # a tlog-proof file
evidence.verify(receipt, key)                                      # anywhere, also without a database
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tillit.evidence.actions import Erased, erase_person, flush, gathering, record, saw
    from tillit.evidence.queries import NotYet, Unknown, receipt
    from tillit.evidence.receipts import Invalid, Verified, verify

__all__ = [
    "Erased", "Invalid", "NotYet", "Unknown", "Verified", "erase_person", "flush", "gathering", "receipt", "record",
    "saw", "verify",
]  # fmt: skip

_ROOMS = {
    "actions": ("Erased", "erase_person", "flush", "gathering", "record", "saw"),
    "queries": ("NotYet", "Unknown", "receipt"),
    "receipts": ("Invalid", "Verified", "verify"),
}


def __getattr__(name: str) -> Any:
    """Found when first used, so that whoever verifies a receipt needs neither Django nor a database."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"tillit.evidence.{room}"), name)
    raise AttributeError(f"module 'tillit.evidence' has no attribute {name!r}")
