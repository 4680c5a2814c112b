"""What directory keeps: profiles, what finds them, and what keeps them up to date."""

from __future__ import annotations

from tillit.directory.models.adverts import Advert, Application
from tillit.directory.models.profiles import Category, Fact, Player, Profile, Rules, Submission
from tillit.directory.models.search import Favourite, Listing, Offer, Saved, Step, Weighting, Word
from tillit.directory.models.upkeep import Acceptance, Code, Course, Training, Wish

__all__ = [
    "Acceptance", "Advert", "Application", "Category", "Code", "Course", "Fact", "Favourite", "Listing", "Offer",
    "Player", "Profile", "Rules", "Saved", "Step", "Submission", "Training", "Weighting", "Wish", "Word",
]  # fmt: skip
