"""What directory keeps: profiles, what finds them, and what keeps them up to date."""

from __future__ import annotations

from tillit.directory.models.profiles import Category, Fact, Player, Profile, Rules, Submission
from tillit.directory.models.upkeep import Acceptance, Code, Course, Training, Wish

__all__ = [
    "Acceptance",
    "Category",
    "Code",
    "Course",
    "Fact",
    "Player",
    "Profile",
    "Rules",
    "Submission",
    "Training",
    "Wish",
]
