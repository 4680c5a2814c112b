"""What an erasure, and data at rest, mean for what somebody asked."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from tillit.desk.models import Thread
from tillit.desk.queries import OPEN
from tillit.kernel.dpv import Words
from tillit.privacy.rights import parts


def tells(person: UUID) -> Iterator[Words]:
    """What is open is not answered any more."""
    if Thread.objects.filter(person_id=person, state__in=OPEN).exists():
        yield _("What you asked or complained about and is not settled yet is not answered any more.")


def rests(person: UUID) -> Iterator[Words]:
    """What is open waits."""
    if Thread.objects.filter(person_id=person, state__in=OPEN).exists():
        yield _("What you asked or complained about is not seen by those who answer, and so not answered, until then.")


parts.add(parts.Part("desk", tells=tells, rests=rests))
