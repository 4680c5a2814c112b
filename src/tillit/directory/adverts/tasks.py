"""Advertisements end by themselves."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.directory.models import Advert
from tillit.kernel import ends


@ends.handler(
    "directory.advert", says=_("an advertisement of yours"), why=_("it was there for 30 days, or its day is over")
)
def forget(adverts: list[UUID]) -> None:
    """They go, with the offers; what was written in threads stays there."""
    Advert.objects.filter(pk__in=adverts).delete()
