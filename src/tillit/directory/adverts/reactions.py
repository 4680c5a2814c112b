"""Whoever offered to help hears that there is an answer, and no more than that."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tillit import notify
from tillit.directory.adverts.events import ANSWER, Answered
from tillit.directory.models import Application
from tillit.identity.queries import organisation_by_id, people_by_id
from tillit.kernel.outbox import Envelope, consumer


@consumer("directory.answer_told", Answered)
def answered(event: Answered, about: Envelope) -> None:
    """The provider."""
    row = Application.objects.filter(pk=event.application).first()
    person = people_by_id([row.person_id]).get(row.person_id) if row else None
    if person is None:
        return
    here: Any = organisation_by_id(about.organisation)
    zone = person.time_zone or here.time_zone
    to = notify.To(person.pk, person.display_name, person.email, person.phone, person.language, zone)
    notify.send(ANSWER, to, notify.Said("directory/answer", {}, path=reverse("adverts", args=[here.slug])), here)
