"""The wires between the marketplace's apps."""

from __future__ import annotations

import sys
from pathlib import Path

from tillit.journeys import market


def test_every_wire_is_tied_when_the_program_starts():
    import tillit.web.urls  # noqa: F401 (views are known by their addresses)

    wires = {path.stem for path in Path(market.__file__).parent.glob("*.py")} - {"__init__"}
    assert len(wires) > 8
    assert [one for one in sorted(wires) if f"{market.__name__}.{one}" not in sys.modules] == []
