"""Files that people bring, read into rows of text: hostile until they have been read.

    table = reading.read(content, kind="csv", encoding="")     # raises Unreadable

Nothing is evaluated: a formula is what its program last saved as its result, or nothing.
"""

from __future__ import annotations

from tillit.exchange.reading import cards, sheets, texts
from tillit.exchange.reading.tables import LIMITS, WORDS, Bad, Limits, Table, Unreadable

__all__ = ["ENCODINGS", "LIMITS", "WORDS", "Bad", "Limits", "Table", "Unreadable", "kind_of", "read"]

ENCODINGS = texts.ENCODINGS


def kind_of(content: bytes) -> str:
    """csv, xlsx or vcard, by the content alone. Raises Unreadable for what is none of them."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    if content.startswith(b"PK\x03\x04"):
        return "xlsx"
    if content.startswith(
        (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
    ):
        raise Unreadable("kind")
    start = texts.decode(content[:4096])[0].lstrip("\ufeff \t\r\n").upper()
    return "vcard" if start.startswith("BEGIN:VCARD") else "csv"


def read(content: bytes, *, kind: str, encoding: str = "", limits: Limits = LIMITS) -> Table:
    """The rows of a file. encoding: one of `ENCODINGS`, or empty to find out. Raises Unreadable."""
    if len(content) > limits.size:
        raise Unreadable("size")
    if kind == "xlsx":
        return sheets.read(content, limits)
    text, found = texts.decode(content, encoding)
    return cards.read(text, found, limits) if kind == "vcard" else texts.read(text, found, limits)
