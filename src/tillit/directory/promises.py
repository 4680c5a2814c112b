"""What the directory promises."""

from __future__ import annotations

from tillit.directory.upkeep import promises

__all__ = ["promises"]
