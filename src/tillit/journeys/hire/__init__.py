"""From a first meeting to a finished job: what two agree on, with their calendar, thread, address and money."""

from __future__ import annotations


def ready() -> None:
    """Fill the places on other apps' pages, and say what people can be told; once, when the program starts."""
    from tillit.journeys.hire import places, telling  # noqa: F401 (telling declares)

    places.register()
