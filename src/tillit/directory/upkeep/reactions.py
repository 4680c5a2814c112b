"""Telling people of their training and of the ethical code."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from tillit import notify
from tillit.directory.upkeep import queries
from tillit.directory.upkeep.events import NEW_CODE, TRAIN, Behind, CodeWritten
from tillit.identity.queries import organisation_by_id, people_by_id
from tillit.kernel.outbox import Envelope, consumer


@consumer("directory.train_told", Behind)
def behind(event: Behind, about: Envelope) -> None:
    """The year ends, and points are left."""
    _tell([event.person], TRAIN, "train", "training", about.organisation)


@consumer("directory.code_told", CodeWritten)
def written(event: CodeWritten, about: Envelope) -> None:
    """Whoever accepted an older version is asked again."""
    _tell(queries.accepted_before(event.number), NEW_CODE, "new_code", "ethical_code", about.organisation)


def _tell(people: list[UUID], kind: notify.Kind, what: str, page: str, where: UUID) -> None:
    organisation: Any = organisation_by_id(where)
    for person in people_by_id(people).values():
        zone = person.time_zone or organisation.time_zone
        to = notify.To(person.pk, person.display_name, person.email, person.phone, person.language, zone)
        said = notify.Said(f"directory/{what}", {}, path=reverse(page, args=[organisation.slug]))
        notify.send(kind, to, said, organisation)
