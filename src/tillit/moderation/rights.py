"""What an erasure, and data at rest, mean for what moderators have of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from tillit.kernel.dpv import Words
from tillit.moderation import queries
from tillit.moderation.models import Appeal
from tillit.privacy.rights import parts


def tells(person: UUID) -> Iterator[Words]:
    """What is open is not decided any more."""
    if queries.my_waiting():
        yield _("What you handed in to be looked at is taken back; nobody looks at it any more.")
    if Appeal.objects.filter(person_id=person, outcome="").exists():
        yield _("Your appeal is not decided any more.")
    if any(one.state == "waiting" for one in queries.my_reports()):
        yield _("What you reported goes with you. If somebody is in danger, wait until it is decided.")


def rests(person: UUID) -> Iterator[Words]:
    """What is open waits."""
    if queries.my_waiting() or Appeal.objects.filter(person_id=person, outcome="").exists():
        yield _("What you handed in or appealed against is not looked at until then.")


parts.add(parts.Part("moderation", tells=tells, rests=rests))
