"""Telling of documents: an owner that somebody asks and that a certificate ends, whoever asked that there is an answer.
Never more than that something waits to be read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tillit import notify
from tillit.documents import queries
from tillit.documents.events import ENDING, TOLD, WANTED, Answered, Asked, Expiring
from tillit.identity.queries import people_by_id
from tillit.kernel.outbox import Envelope, consumer


@consumer("documents.asked_told", Asked)
def asked(event: Asked, about: Envelope) -> None:
    """Somebody would like to see a document."""
    if (found := queries.request_by_id(event.request)) and found.state == "waiting":
        _tell(
            WANTED, "asked", found.person_id, found.organisation, reverse("documents", args=[found.organisation.slug])
        )


@consumer("documents.answer_told", Answered)
def answered(event: Answered, about: Envelope) -> None:
    """The owner answered."""
    if found := queries.request_by_id(event.request):
        slug = found.organisation.slug
        path = (
            reverse("document", args=[slug, found.document_id]) if found.granted else reverse("documents", args=[slug])
        )
        _tell(TOLD, "answered", found.asker_id, found.organisation, path)


@consumer("documents.expiry_told", Expiring)
def expiring(event: Expiring, about: Envelope) -> None:
    """A certificate ends."""
    if found := queries.by_id(event.document):
        path = reverse("document", args=[found.organisation.slug, found.pk])
        _tell(ENDING, "expires", found.person_id, found.organisation, path, days=event.days)


def _tell(kind: notify.Kind, what: str, whom: Any, organisation: Any, path: str, **words: Any) -> None:
    person = people_by_id([whom]).get(whom)
    if person is None:
        return
    zone = person.time_zone or organisation.time_zone
    to = notify.To(person.pk, person.display_name, person.email, person.phone, person.language, zone)
    notify.send(kind, to, notify.Said(f"documents/{what}", words, path=path), organisation)
