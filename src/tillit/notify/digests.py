"""The daily mail: what somebody wanted to read once a day, in one mail."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, as_office, current
from tillit.identity.queries import opened_people, organisation_by_id
from tillit.notify import kinds
from tillit.notify.actions import send
from tillit.notify.kinds import Channel
from tillit.notify.models import Note
from tillit.notify.words import Said, To

DIGEST = kinds.declare(
    "notify.daily", says=_("What you wanted once a day, in one mail"), offered=(Channel.MAIL,), on=(Channel.MAIL,),
    follows=True,
)  # fmt: skip
MOST = 50  # messages in one mail


def send_daily(person: UUID) -> bool:
    """Gathered messages leave in one mail and stand in the product from then on. False when none waited."""
    with as_office("notify"):
        notes = list(Note.objects.filter(person_id=person, gathered=True).order_by("id")[:MOST])
        Note.objects.filter(pk__in=[note.pk for note in notes]).update(gathered=False)
    to, here = reached(person), (current() or Actor()).organisation
    if not notes or to is None or here is None:
        return False
    organisation = organisation_by_id(here)
    lines = [note.words for note in notes]
    send(DIGEST, to, Said("notify/daily", {"lines": lines}), organisation)
    return True


def reached(person: UUID) -> To | None:
    """Where a person is reached; for reactions (office "reaction"). None for somebody who is not here."""
    organisation = (current() or Actor()).organisation
    with connection.cursor() as cursor:
        cursor.execute("select * from notify.reached(%s)", [person])
        row = cursor.fetchone()
    if row is None or organisation is None:
        return None
    ((name, email, phone),) = opened_people(organisation, [tuple(row[:4])])
    return To(row[0], name, email, phone, row[4], row[5])
