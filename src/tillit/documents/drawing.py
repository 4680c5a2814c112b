"""Pages as pictures that carry the name of whoever looks. Nothing of them is kept."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from django.http import Http404
from PIL import Image, ImageDraw, ImageFont

from tillit.documents import boxed

WIDTH = 1000
FONT = Path(__file__).resolve().parents[1] / "web/static/vendor/print/Vazirmatn-Regular.ttf"  # Latin and Persian
_INK = (22, 48, 43, 46)
_LEAN = 28  # degrees
_LONGEST = 60  # characters of a mark
_APART = 165  # points between lines, at most: a long name leaves no more bare than a short one


def page(content: bytes, kind: str, number: int, mark: str) -> bytes:
    """A page (from 1) of a kept file as a JPEG, with `mark` all over it. Raises Http404 where it cannot be drawn."""
    if kind == "application/pdf":
        try:
            size, points = boxed.draw(content, number, WIDTH)
        except boxed.Failed:
            raise Http404 from None
        sheet = Image.frombytes("RGB", size, points)
    else:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as found:
            found.draft("RGB", (WIDTH, WIDTH))
            sheet = found.convert("RGB")
        sheet.thumbnail((WIDTH, 2 * WIDTH))
    return _jpeg(marked(sheet, mark))


def marked(sheet: Image.Image, mark: str) -> Image.Image:
    """The same with a text over and over, leaning, so that no part of it is without."""
    sign = _sign(plain(mark))
    veil = Image.new("RGBA", sheet.size, (0, 0, 0, 0))
    wide, high = sign.size
    for line, top in enumerate(range(-high, sheet.height, min(max(60, int(high * 0.72)), _APART))):
        for left in range(-(line % 2) * wide // 2 - wide // 4, sheet.width, max(120, int(wide * 0.92))):
            veil.alpha_composite(sign, (max(left, 0), max(top, 0)), (max(-left, 0), max(-top, 0)))
    sheet.paste(veil, mask=veil)
    return sheet


def plain(mark: str) -> str:
    """A mark without what cannot be drawn, or turns its words around; of a long one its beginning and its end."""
    shown = "".join(c for c in mark if c.isprintable() or c in "\u200c\u200d")
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST // 2]}…{shown[-_LONGEST // 2 :]}"


def _sign(mark: str) -> Image.Image:
    font = _font()
    left, top, right, low = font.getbbox(mark)
    flat = Image.new("RGBA", (int(right - left) + 24, int(low - top) + 16), (0, 0, 0, 0))
    ImageDraw.Draw(flat).text((12 - left, 8 - top), mark, font=font, fill=_INK)
    return flat.rotate(_LEAN, expand=True, resample=Image.Resampling.BILINEAR)


@lru_cache(1)
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), 26, layout_engine=ImageFont.Layout.RAQM)


def _jpeg(sheet: Image.Image) -> bytes:
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=82)
    return out.getvalue()
