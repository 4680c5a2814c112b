"""Who moderates, by role."""

from __future__ import annotations

MODERATES = ("moderator", "administrator")
MODERATED = {"directory", "messaging", "hiring"}
"""Modules of which something is moderated."""
