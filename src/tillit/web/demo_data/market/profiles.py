"""The demo marketplace's profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tillit.web.demo_data.market import World


def fill(world: World) -> None:
    """Nothing yet."""
