"""Tables as a PDF, set by typst with our own fonts: from left to right and from right to left."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, get_language_bidi

from tillit.kernel import clock, formats
from tillit.privacy.policy.record import Table

PAGE = Path(__file__).with_name("record.typ")
FONTS = Path(__file__).parents[2] / "web" / "static" / "vendor" / "print"


def tables(title: str, who: str, found: list[Table]) -> bytes:
    """A PDF of tables in the active language. What people typed is data to the page, never markup."""
    import typst  # native code of some size: loaded by whoever draws

    language = get_language() or "en"
    said = {
        "title": title,
        "who": who,
        "day": formats.format_date(clock.now().date(), language, "long"),
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "tables": [{"title": one.title, "head": one.head, "rows": one.rows} for one in found],
    }
    compiler: Any = typst
    drawn = compiler.compile(
        _page(), font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"said": json.dumps(said)}
    )
    assert isinstance(drawn, bytes)
    return drawn


@cache
def _page() -> bytes:
    return PAGE.read_bytes()
