"""What ties the marketplace's apps together, each wire in a file of its own."""

from __future__ import annotations


def ready() -> None:
    """When the program starts: every file's own."""
    from tillit.journeys.market import documents, messages, moderating, money, names, profiles, searching, sharing

    for part in (documents, messages, moderating, money, names, profiles, searching, sharing):
        part.ready()
