"""What of profiles and training is corrected where."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from tillit.privacy.rights import corrections


def _training(slug: str, row: UUID) -> str:
    return reverse("training", args=[slug])


for _field in ("course", "place", "on", "minutes", "tenths", "emergencies"):
    corrections.elsewhere(f"directory.training.{_field}", _training)
