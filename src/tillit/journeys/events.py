"""What can have happened in journeys, as evidence of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events

FOUND = events.declare("journeys.search.seen", label=_("You were found in a search"), keep=events.YEAR)
