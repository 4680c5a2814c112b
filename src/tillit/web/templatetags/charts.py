"""Small charts, drawn on the server as SVG; the numbers stand in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tillit.web.templatetags.library import register

_WIDTH, _HEIGHT, _GAP = 600, 120, 6


@register.inclusion_tag("components/bars.html")
def bars(values: Sequence[float | None], label: str) -> dict[str, Any]:
    """{% bars values label=… %}: one bar a value, in reading direction; None (not to be shown) is a dotted stub."""
    top = max((value for value in values if value), default=0) or 1
    wide = _WIDTH / max(1, len(values))
    drawn = []
    for number, value in enumerate(values):
        height = 6 if value is None else round(value / top * (_HEIGHT - 4), 1)
        drawn.append(
            {
                "x": round(number * wide + _GAP / 2, 1),
                "y": round(_HEIGHT - height, 1),
                "width": round(max(1, wide - _GAP), 1),
                "height": height,
                "hidden": value is None,
            }
        )
    return {"bars": drawn, "label": label, "width": _WIDTH, "height": _HEIGHT}
