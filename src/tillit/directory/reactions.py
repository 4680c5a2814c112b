"""Listings follow what is shown; whoever keeps a search hears that there is somebody new, never what they look for."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.directory.events import ProfileChanged, SearchFound
from tillit.directory.search import listing
from tillit.identity.queries import people_by_id
from tillit.kernel.outbox import Envelope, consumer
from tillit.notify.kinds import Channel

FOUND = notify.declare(
    "directory.found", says=_("Somebody new in a search that you keep"), offered=(Channel.MAIL, Channel.INSIDE),
)  # fmt: skip


@consumer("directory.listing", ProfileChanged)
def listed(event: ProfileChanged, about: Envelope) -> None:
    """What of the profile is searched, as it is now."""
    listing.remake([event.person])


@consumer("directory.alert", SearchFound)
def found(event: SearchFound, about: Envelope) -> None:
    """Whoever keeps the search."""
    person = people_by_id([event.person]).get(event.person)
    if person is None:
        return
    here = person.organisation
    to = notify.To(person.pk, person.display_name, person.email, person.phone, person.language,
                   person.time_zone or here.time_zone)  # fmt: skip
    path = reverse("saved_search", args=[here.slug, event.search])
    notify.send(FOUND, to, notify.Said("directory/found", {}, path=path), here)
