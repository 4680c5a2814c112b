"""Pictures of people: drawn anew in two small sizes, without anything that a camera wrote beside them."""

from __future__ import annotations

import io
from typing import IO
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from tillit.directory.models import Fact
from tillit.kernel import pictures, uploads
from tillit.kernel.tables import Upload

SIZES = {"small": 128, "large": 480}  # pixels, of a square
MOST_BYTES = 12_000_000


def keep(file: IO[bytes], *, owner: UUID, size: int) -> dict[str, str]:
    """Draw a picture anew and keep it in each size. Returns the fact's value. Raises uploads.Refused for anything that
    is no JPEG, PNG or WebP picture, or holds more than a picture."""
    if size > MOST_BYTES:
        raise uploads.Refused(_("The picture is too large. Send a smaller one."))
    kind = uploads.look(file, size=size)
    if kind not in pictures.KINDS:
        raise uploads.Refused(_("This is no picture. Send a JPEG, PNG or WebP picture."))
    try:
        drawn = pictures.drawn_anew(file, kind)
        with Image.open(drawn) as found:
            whole = ImageOps.exif_transpose(found).convert("RGB")
    except (pictures.Unreadable, OSError) as why:
        raise uploads.Refused(str(why) if isinstance(why, pictures.Unreadable) else _("This is no picture.")) from None
    value = {}
    for name, edge in SIZES.items():
        small = io.BytesIO()
        ImageOps.fit(whole, (edge, edge), centering=(0.5, 0.35)).save(small, "WEBP", quality=82, method=4)
        small.seek(0)
        value[name] = str(uploads.accept(small, name=f"{name}.webp", owner=owner).pk)
    return value


def answer(fact: Fact, name: str) -> HttpResponse:
    """The picture in one size, of a fact that whoever acts sees. Raises Http404."""
    if fact.kind != "picture" or name not in SIZES or name not in fact.value:
        raise Http404
    row = Upload(id=UUID(fact.value[name]), organisation_id=fact.organisation_id, owner_id=fact.person_id)
    with uploads.read(row) as content:
        pieces = []
        while piece := content.read(65536):
            pieces.append(piece)
    response = HttpResponse(b"".join(pieces), content_type="image/webp")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=300"
    return response
