"""Telling that something was said: open pages at once, and whoever has not looked, as they chose. Neither who wrote nor
what is in a mail."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.urls import reverse

from tillit import notify
from tillit.access import Actor, acting
from tillit.identity.queries import people_by_id
from tillit.kernel import live
from tillit.kernel.outbox import Envelope, consumer
from tillit.messaging import queries
from tillit.messaging.events import TOLD, Said
from tillit.moderation import queries as moderation
from tillit.moderation.events import Decided


@consumer("messaging.live", Said)
def shown(event: Said, about: Envelope) -> None:
    """The open pages of both hear of it."""
    for person, _unseen in queries.receivers(event.thread):
        live.publish(person, "messaging.said", event.thread)


@consumer("messaging.told", Said)
def told(event: Said, about: Envelope) -> None:
    """Whoever has not seen it is told, once until they look."""
    for receiver, _unseen in queries.receivers(event.thread):
        with acting(Actor(office="member", person=receiver, organisation=about.organisation)):
            first = queries.first_unseen(event.message)
        if first:
            _tell(receiver, event.thread)


@consumer("messaging.settled", Decided)
def settled(event: Decided, about: Envelope) -> None:
    """What was taken back while a moderator looked at it goes."""
    decision = moderation.decision_by_id(event.decision)
    if decision and decision.case.kind == "thread":
        with connection.cursor() as cursor:
            cursor.execute("select messaging.settle(%s)", [decision.case.object_id])


def _tell(receiver: UUID, thread: UUID) -> None:
    person = people_by_id([receiver]).get(receiver)
    if person is None:
        return
    organisation = person.organisation
    zone = person.time_zone or organisation.time_zone
    to = notify.To(person.pk, person.display_name, person.email, person.phone, person.language, zone)
    path = reverse("thread", args=[organisation.slug, thread])
    notify.send(TOLD, to, notify.Said("messaging/written", {}, path=path, thread=thread), organisation)
