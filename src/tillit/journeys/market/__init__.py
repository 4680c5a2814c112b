"""What ties the marketplace's apps together, each wire in a file of its own."""

from __future__ import annotations


def ready() -> None:
    """When the program starts: every file's own."""
    from tillit.journeys.market import (
        adverts,
        documents,
        documents_told,  # noqa: F401 (its reactions)
        messages,
        moderating,
        money,
        names,
        profiles,
        searching,
        sharing,
    )

    for part in (adverts, documents, messages, moderating, money, names, profiles, searching, sharing):
        part.ready()
