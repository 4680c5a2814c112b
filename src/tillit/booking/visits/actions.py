"""What administrators say goes together in one visit."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tillit.booking.models import Addition, MeetingType


@transaction.atomic
def set_additions(*, kind: MeetingType, added: Sequence[MeetingType]) -> None:
    """Guests can add these when they book a type, in this order. By an administrator."""
    Addition.objects.filter(meeting_type=kind.pk).delete()
    for position, one in enumerate(added):
        row = Addition(organisation_id=kind.organisation_id, meeting_type=kind, added=one, position=position)
        row.save(force_insert=True)
