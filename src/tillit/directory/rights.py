"""What an erasure, and data at rest, mean for a profile; and where its owner corrects it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tillit.directory.models import Advert, Favourite, Profile, Saved
from tillit.kernel.dpv import Words
from tillit.privacy.rights import corrections, parts


def tells(person: UUID) -> Iterator[Words]:
    """The profile goes with its owner, and what they kept to find somebody."""
    if Profile.objects.filter(person_id=person).exclude(approved=None).exists():
        yield _("Your profile goes, with its pictures: nobody finds you here any more.")
    if any(model.objects.filter(person_id=person).exists() for model in (Saved, Favourite, Advert)):
        yield _("The searches, the favourites and the advertisements that you keep here go.")


def rests(person: UUID) -> Iterator[Words]:
    """The profile and the advertisements are not seen meanwhile."""
    if Profile.objects.filter(person_id=person).exclude(approved=None).exists():
        yield _("Nobody sees or finds your profile until then.")
    if Advert.objects.filter(person_id=person, state="open").exists():
        yield _("Providers do not see your advertisements until then.")


parts.add(parts.Part("directory", tells=tells, rests=rests))
corrections.elsewhere("directory.fact.value", "my_profile")
for _field in ("name", "question"):
    corrections.elsewhere(f"directory.saved.{_field}", lambda slug, row: reverse("saved_searches", args=[slug]))
corrections.elsewhere("directory.weighting.weights", lambda slug, row: reverse("find", args=[slug]))
for _field in ("when", "words", "category", "place", "day", "ages"):
    corrections.elsewhere(f"directory.advert.{_field}", lambda slug, row: reverse("adverts", args=[slug]))
for _field in ("course", "place", "on", "minutes", "tenths", "emergencies"):
    corrections.elsewhere(f"directory.training.{_field}", lambda slug, row: reverse("training", args=[slug]))
