"""Papers that people send, made here: honest ones and others."""

from __future__ import annotations

import io
from functools import cache

import pikepdf
import typst
from PIL import Image


@cache
def pdf(words: str = "HLR för barn. Petra Nyström.", pages: int = 1) -> bytes:
    """A PDF with this text on each page."""
    text = f'#set page(paper: "a4")\n#set text(size: 30pt)\n#for n in range({pages}) [#if n > 0 [#pagebreak()] {words}]'
    return typst.compile(text.encode())


def changed(change, source: bytes = b"", **more) -> bytes:
    """A PDF after `change(pikepdf.Pdf)`."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(source or pdf())) as found:
        change(found)
        found.save(out, **more)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **more) -> bytes:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **more)
    return out.getvalue()
