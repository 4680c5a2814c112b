"""What an erasure, and data at rest, mean for a profile; and where its owner corrects it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tillit.directory.models import Profile
from tillit.kernel.dpv import Words
from tillit.privacy.rights import corrections, parts


def tells(person: UUID) -> Iterator[Words]:
    """The profile goes with its owner."""
    if Profile.objects.filter(person_id=person).exclude(approved=None).exists():
        yield _("Your profile goes, with its pictures: nobody finds you here any more.")


def rests(person: UUID) -> Iterator[Words]:
    """The profile is not seen meanwhile."""
    if Profile.objects.filter(person_id=person).exclude(approved=None).exists():
        yield _("Nobody sees or finds your profile until then.")


parts.add(parts.Part("directory", tells=tells, rests=rests))
corrections.elsewhere("directory.fact.value", "my_profile")
for _field in ("course", "place", "on", "minutes", "tenths", "emergencies"):
    corrections.elsewhere(f"directory.training.{_field}", lambda slug, row: reverse("training", args=[slug]))
