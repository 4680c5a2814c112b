"""What ties the marketplace's apps together: each part in a file of its own, put into its places by `wire`."""

from __future__ import annotations


def wire() -> None:
    """Fill the places of profiles and threads, when the program starts."""
    from tillit.journeys.market import documents

    documents.wire()
