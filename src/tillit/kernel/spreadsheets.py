"""Text in spreadsheets: no cell is taken for a formula (OWASP, CSV injection), and it can be read back as it was."""

from __future__ import annotations

import re

# What programs look at first: signs of formulas, also as East Asian and small forms write them, tab and line ends; any
# apostrophes, blanks and invisible signs before them are passed over, as some programs do.
_RUNS = re.compile(r"'*(?:[\t\r\n]|[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫−])")


def runs(text: str) -> bool:
    """Might a spreadsheet take this text for a formula, or swallow its first sign?"""
    return _RUNS.match(text) is not None


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet runs: with an apostrophe before it where it might."""
    return f"'{text}" if runs(text) else text


def plain(cell: str) -> str:
    """A cell as it was before `safe`."""
    return cell[1:] if cell.startswith("'") and runs(cell[1:]) else cell
