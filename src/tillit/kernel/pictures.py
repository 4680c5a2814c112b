"""Pictures that people send, drawn anew: what a camera writes beside the picture (place, time, device, a small copy of
what was cut away) is not in the new file, nor is anything that was hidden behind it. The way up that the camera noted
is kept by turning the picture."""

from __future__ import annotations

import io
import warnings
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000  # as much as good cameras make; each takes four bytes while the picture is drawn
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
KINDS = frozenset(_FORMATS)
_PLAIN = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "LA", "RGB", "RGBA"), "WEBP": ("RGB", "RGBA")}
_SAVED: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 90, "optimize": True}, "PNG": {"optimize": False}, "WEBP": {"quality": 90, "method": 2},
}  # fmt: skip


class Unreadable(ValueError):
    """What says it is a picture and cannot be drawn; the text is for whoever sent it."""


def drawn_anew(file: IO[bytes], kind: str) -> io.BytesIO:
    """The picture (a media type of KINDS) without anything beside it; of a moving one, the first picture.

    Raises Unreadable for what cannot be drawn, and for more than MOST_PIXELS, before they are unpacked.
    """
    wanted = _FORMATS[kind]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower
            with Image.open(file, formats=[wanted]) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise Unreadable(_("The picture has too many points. Send it in a smaller size."))
                turned = ImageOps.exif_transpose(found)
        picture = _plain(turned, wanted)
        new = io.BytesIO()
        picture.save(new, wanted, **_SAVED[wanted])
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, MemoryError) as why:
        if isinstance(why, Unreadable):
            raise
        raise Unreadable(_("The picture cannot be read. Save it once more and send that.")) from None
    new.seek(0)
    return new


def _plain(picture: Image.Image, wanted: str) -> Image.Image:
    """Its points alone, in a mode that the format can hold."""
    if picture.mode not in _PLAIN[wanted]:
        clear = wanted != "JPEG" and (picture.mode in {"PA", "LA", "RGBa"} or "transparency" in picture.info)
        picture = picture.convert("RGBA" if clear else "RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare
