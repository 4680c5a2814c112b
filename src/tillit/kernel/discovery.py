"""Rooms that an app may have, imported when somebody first asks for what they declare."""

from __future__ import annotations

from functools import cache

from django.utils.module_loading import autodiscover_modules


@cache
def load(*rooms: str) -> None:
    """Import these modules of every app that has them, once in a process: looking for those that are missing costs a
    millisecond for each app. Raises what a module raises."""
    autodiscover_modules(*rooms)
