"""Where an organisation may add words of its own to the notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

PLACES: dict[str, Words] = {
    "readers": _("Who may read what, and when"),
    "what": _("What we hold, and where it comes from"),
    "why": _("What for, and why we may"),
    "receivers": _("Who else receives it"),
    "time": _("For how long"),
    "safety": _("How it is protected"),
    "rights": _("What you can do"),
}
"""Sections to which an organisation may add words of its own."""
