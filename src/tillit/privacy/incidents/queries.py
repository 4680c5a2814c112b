"""Reads of incidents; which of them whoever acts gets to see, the database decides."""

from __future__ import annotations

from tillit.privacy.models import Incident


def incidents() -> list[Incident]:
    """All but drills, with their organisation, what became known last first."""
    return list(Incident.objects.select_related("organisation").filter(drill=False).order_by("-known"))
