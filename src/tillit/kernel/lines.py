"""What people type as one line: it stands in lists, in calendars and in the subjects of mail."""

from __future__ import annotations

import unicodedata

# Overrides and embeddings turn what stands around a name; marks U+200E/F and the joiners of Persian words are kept.
REORDERING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def one_line(text: str) -> str:
    """The text with single blanks, without control characters and what reorders its surroundings."""
    return "".join(
        c for c in " ".join(text.split()) if unicodedata.category(c) not in {"Cc", "Cs"} and ord(c) not in REORDERING
    )
