"""Profiles and messages: a thread is called by the names on profiles, and opens what a profile shows to those one
writes with."""

from __future__ import annotations

from datetime import timedelta

from tillit.directory import actions, queries
from tillit.kernel import clock
from tillit.kernel.outbox import Envelope, consumer
from tillit.messaging import naming
from tillit.messaging.events import Said
from tillit.messaging.queries import receivers

KNOWN = timedelta(days=180)
"""How long somebody one writes with sees what is for such people, from the last time it was opened."""


@consumer("profile.acquainted", Said)
def acquaint(event: Said, about: Envelope) -> None:
    """Both see of each other what their profiles show to those they write with; it ends, and the next word opens it
    again."""
    people = [person for person, _unseen in receivers(event.thread)]
    if len(people) == 2:
        for provider, other in (people, people[::-1]):
            actions.acquaint(provider, other, thread=event.thread, until=clock.now() + KNOWN)


def ready() -> None:
    """When the program starts."""
    naming.by(queries.public_names)
