"""What directory keeps: profiles, what finds them, and what keeps them up to date."""

from __future__ import annotations

from tillit.directory.models.profiles import Category, Fact, Player, Profile, Rules, Submission

__all__ = ["Category", "Fact", "Player", "Profile", "Rules", "Submission"]
