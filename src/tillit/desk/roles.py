"""Who works at the desk, by role."""

from __future__ import annotations

ANSWERS = ("administrator", "staff", "moderator", "quality", "operator")
"""Roles that answer at the desk."""
COMPLAINTS = ("administrator", "quality", "privacy")
"""Roles that look into complaints; nobody looks into one about themselves."""
CALLS = ("administrator", "staff", "operator")
"""Roles that may look somebody up who calls."""
DESK = tuple(dict.fromkeys((*ANSWERS, *COMPLAINTS)))
"""All of them."""
