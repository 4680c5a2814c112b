"""Taking a document in: looked at by its content, written anew, sealed. What cannot be made harmless is refused with
the reason, and nothing of it is kept."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import IO, NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from PIL import Image

from tillit.documents import boxed, criminal
from tillit.identity import throttle
from tillit.kernel import clamd, uploads
from tillit.kernel.dpv import Words
from tillit.kernel.pictures import KINDS as PICTURES
from tillit.kernel.tables import Upload

MOST_BYTES = 10_000_000
LARGEST_SIDE = 3000  # points of a picture: a photographed A4 sheet is easily read
A_DAY = throttle.Limit("documents-a-day", burst=20, every=timedelta(hours=24) / 20)
MEGABYTES = throttle.Limit("documents-bytes", burst=60, every=timedelta(hours=24) / 60)
"""Per person: files, and megabytes (begun ones)."""
_MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|script|\?php|iframe|svg)[\s>/]", re.IGNORECASE)
_ARCHIVE = b"PK\x03\x04"

CRIMINAL = _(
    "This looks like an extract from a criminal record. We neither take nor keep those: the law leaves such data to "
    "authorities. Show the paper when you meet. Whoever saw it can then note that it was shown, and on what day; "
    "nothing of what stands in it."
)
WHY: dict[str, Words] = {
    "locked": _("The PDF is locked with a password or against copying. Save it without protection and send that."),
    "broken": _("The PDF cannot be read. Save or print it as a PDF once more and send that."),
    "pages": _("The PDF has more than 30 pages. Send the pages that matter."),
    "size": _("The pages of the PDF have a size that no paper has. Print it as a PDF on A4 and send that."),
    "heavy": _("The PDF is too heavy to be shown. Print it as a PDF once more, or send a photo of it."),
    "two": _("The file is two kinds of file in one. Print it as a PDF once more and send that."),
    "kind": _("Only a PDF or a picture (JPEG, PNG, WebP) is taken as a document."),
    "large": _("The file is larger than 10 MB. Send a smaller one."),
    "flood": _("You have sent many files today. Go on tomorrow."),
}


class Refused(ValueError):
    """It is not taken; the text says why and what to do. criminal: as it would be an extract from such a record."""

    def __init__(self, says: Words, *, criminal: bool = False) -> None:
        super().__init__(str(says))
        self.criminal = criminal


class Taken(NamedTuple):
    """A file that was kept, and its pages."""

    upload: Upload
    pages: int


def take(file: IO[bytes], *, name: str, title: str, owner: UUID) -> Taken:
    """Keep a document's file for `owner` (who acts), sealed. Raises Refused."""
    if criminal.recognised(name, title):
        raise Refused(CRIMINAL, criminal=True)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused(WHY["large"])
    whose = str(owner)
    if not A_DAY.take(whose) or not all(MEGABYTES.take(whose) for _begun in range(len(content) // 1_000_000 + 1)):
        raise Refused(WHY["flood"])
    try:
        kind = uploads.look(io.BytesIO(content), size=len(content))
        _one_kind(content, kind)
        _unhaunted(content)
        if kind in PICTURES:
            return Taken(uploads.accept(_picture(content, kind), name=name, owner=owner), 1)
        if kind != "application/pdf":
            raise Refused(WHY["kind"])
        cleaned = boxed.clean(content)
        if criminal.recognised(cleaned.text):
            raise Refused(CRIMINAL, criminal=True)
        return Taken(uploads.accept(io.BytesIO(cleaned.content), name=name, owner=owner), cleaned.pages)
    except boxed.Failed as failed:
        raise Refused(WHY.get(failed.why, WHY["broken"])) from None
    except uploads.Refused as refused:
        raise Refused(str(refused)) from None


def _one_kind(content: bytes, kind: str) -> None:
    """A PDF or picture that is a web page, a script or an archive as well is made to deceive. Raises Refused."""
    if kind == "application/pdf":
        end = content.rfind(b"%%EOF")
        beside = content[:1024] + content[end + 5 :] if end >= 0 else content
        twice = content.find(b"%PDF-", 1, 1024) >= 0
    else:
        beside, twice = content, False
    if twice or _MARKUP.search(beside) or _ARCHIVE in beside:
        raise Refused(WHY["two"])


def _unhaunted(content: bytes) -> None:
    try:
        clamd.refuse_harmful(content)
    except clamd.Harmful:
        raise Refused(_("The virus scanner says that this file does harm. Send another.")) from None
    except clamd.Silent:
        raise Refused(_("Files cannot be checked for viruses just now. Try again in a while.")) from None


def _picture(content: bytes, kind: str) -> IO[bytes]:
    """A picture small enough to be shown; `uploads` draws it anew without what the camera wrote beside it."""
    from tillit.kernel import pictures

    try:
        drawn = pictures.drawn_anew(io.BytesIO(content), kind)
    except pictures.Unreadable as why:
        raise Refused(str(why)) from None
    with Image.open(drawn) as found:
        if min(found.size) < 16:
            raise Refused(WHY["kind"])
        found.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        plain = found.convert("RGBA")
        sheet = Image.new("RGB", plain.size, "white")
        sheet.paste(plain, mask=plain)
    new = io.BytesIO()
    sheet.save(new, "JPEG", quality=88)
    new.seek(0)
    return new
