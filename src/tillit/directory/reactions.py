"""Listings follow what is shown."""

from __future__ import annotations

from tillit.directory.events import ProfileChanged
from tillit.directory.search import listing
from tillit.kernel.outbox import Envelope, consumer


@consumer("directory.listing", ProfileChanged)
def listed(event: ProfileChanged, about: Envelope) -> None:
    """What of the profile is searched, as it is now."""
    listing.remake([event.person])
