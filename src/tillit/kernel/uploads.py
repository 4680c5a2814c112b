"""Files that people send: kept outside the web's folders under names of ours, shown to their owner only.

What a file is, its content decides, never its name. Archives, programs, scripts and web pages are refused. Pictures
are drawn anew, so that nothing tells where they were taken (kernel/pictures.py). Nothing of a content reaches the disk
in the clear: it is sealed piece by piece with its owner's key (class erasable).
"""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from tillit.kernel import config, keyring, keys, pictures
from tillit.kernel.ids import new_id
from tillit.kernel.tables import Upload
from tillit.kernel.ticket import current

_PIECE = 64 * 1024
_HEAD = 4096
_TAIL = 66_000  # a zip's last record lies within 65,557 bytes of the end
_ORPHAN_AGE = 24 * 3600  # seconds
_KEPT_FORMATS = "\u200c\u200d"  # joiners: Persian and emoji need them
_NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "text/plain": ".txt",
    "text/calendar": ".ics",
}
_SAME = {".jpeg": ".jpg", ".text": ".txt", ".md": ".txt", ".csv": ".txt"}
_MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|\?php|iframe|body|head|object|embed)|^\s*<", re.IGNORECASE)


class Refused(ValueError):
    """A file that is not taken; the text says why and what to do, in the reader's language."""


def accept(file: IO[bytes], *, name: str, owner: UUID, id: UUID | None = None) -> Upload:
    """Keep a file of `owner` (who acts) with its declared name. Raises `Refused`.

    Read in pieces, but for pictures; the largest size is TILLIT_UPLOAD_MB. id: where something names it already.
    """
    actor = current()
    if actor is None or actor.organisation is None:
        raise ValueError("A file is kept in an organisation, and nobody acts in one.")
    row = Upload(id=id or new_id(), organisation_id=actor.organisation, owner_id=owner)
    arriving = _Arriving(_without_place(file))
    path = place(row.pk)
    write_sealed(path, arriving, keys.sealing(actor.organisation, owner, "erasable"), _seal_place(row))
    try:
        row.size, row.sha256 = arriving.size, arriving.digest.digest()
        row.kind = kind_of(arriving.head, arriving.tail)
        if row.kind in {"text/plain", "text/calendar"}:
            arriving.refuse_what_is_no_text()
        row.name = clean_name(name, row.kind)
        row.save(force_insert=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return row


def look(file: IO[bytes], *, size: int) -> str:
    """The media type of a file of `size` bytes, before anything of it is kept. Raises `Refused` as `accept` does for
    the size and the kind; what shows only when the whole file is read, shows there."""
    _refuse_large(size)
    try:
        file.seek(0)
        head = file.read(_HEAD)
        file.seek(max(0, size - _TAIL))
        return kind_of(head, file.read(_TAIL))
    finally:
        file.seek(0)


def open_upload(upload: UUID) -> FileResponse:
    """The file as a download, if whoever acts may see it; otherwise as if it did not exist (Http404)."""
    row = Upload.objects.filter(pk=upload).first()
    if row is None:
        raise Http404
    return download(read(row), name=row.name, kind=row.kind, size=row.size)


def read(row: Upload) -> io.RawIOBase:
    """The content of a file that whoever acts may see. Raises Http404 for one that is gone or can no longer be read."""
    path, klass = (kept, "hold") if (kept := _held(row.pk)).exists() else (place(row.pk), "erasable")
    ring = keys.ring(row.organisation_id, row.owner_id, klass)  # now: a body is streamed after the transaction
    return open_sealed(path, ring, _seal_place(row))


def hold(row: Upload) -> None:
    """Keep a file for a legal hold, sealed for it beside the file itself, whose key is about to go."""
    kept = _held(row.pk)
    if kept.exists():
        return
    key = keys.sealing(row.organisation_id, row.owner_id, "hold")
    with read(row) as content:
        write_sealed(kept, iter(lambda: content.read(_PIECE), b""), key, _seal_place(row))


def forget(upload: UUID, *, but_held: bool = False) -> None:
    """Delete the content of a file whose row is gone; with `but_held`, only the one that was sealed for its owner."""
    place(upload).unlink(missing_ok=True)
    if not but_held:
        _held(upload).unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    """Make the folder, and those above it that are missing, for this user only: mkdir's mode is the last's alone."""
    for missing in [*(one for one in reversed(folder.parents) if not one.exists()), folder]:
        missing.mkdir(mode=0o700, exist_ok=True)


def write_sealed(path: Path, pieces: Iterable[bytes], key: keyring.Key, bound_to: bytes) -> None:
    """Write a new file, sealed piece by piece and bound to a place; nothing stays of it when that fails."""
    _make_private(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as kept:
            for piece in keyring.seal_stream(pieces, key, bound_to):
                kept.write(piece)
            kept.flush()
            os.fsync(kept.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def open_sealed(path: Path, ring: keys.Ring, bound_to: bytes) -> io.RawIOBase:
    """What `write_sealed` wrote, to be read once. Raises Http404 where it is gone, or its key."""
    try:
        kept = path.open("rb")  # whoever reads closes it
    except FileNotFoundError:
        raise Http404 from None
    if ring.newest is None:
        kept.close()
        raise Http404
    return _Opened(kept, keyring.open_stream(kept.read, ring.key, bound_to))


def download(content: io.RawIOBase, *, name: str, kind: str, size: int) -> FileResponse:
    """A private file as a download, which no browser shows or keeps."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=kind)
    response["Content-Length"] = str(size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def remove(upload: UUID) -> None:
    """Take a file away, if whoever acts may. The content goes at once, or with the next sweep."""
    deleted, _rows = Upload.objects.filter(pk=upload).delete()
    if deleted:
        transaction.on_commit(lambda: forget(upload))


def place(upload: UUID) -> Path:
    """Where a file lies: a folder named by the end of its id, so that folders fill evenly."""
    return Path(config.var()) / "uploads" / upload.hex[-2:] / str(upload)


def _held(upload: UUID) -> Path:
    return place(upload).with_suffix(".held")


def remove_orphans(*, age: float = _ORPHAN_AGE) -> int:
    """Delete files older than `age` seconds that no row knows: of undone transactions and erased people.

    The caller acts as the sweeper. Returns how many.
    """
    old = {UUID(path.name) for path in stale("uploads", age)}
    if not old:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("select kernel.known_uploads(%s::uuid[])", [list(old)])
        gone = old - {row[0] for row in cursor.fetchall()}
    for upload in gone:
        forget(upload)
    return len(gone)


def clean_name(name: str, kind: str) -> str:
    """A declared name fit to show and to save: no path, no control or direction characters, the kind's ending."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in base if c in _KEPT_FORMATS or unicodedata.category(c) not in _NOT_SHOWN)
    shown = re.sub(r'[<>:"|?*]', "", " ".join(shown.split())).strip(". ")
    stem, dot, ending = shown.rpartition(".")
    wanted = ENDINGS[kind]
    said = f".{ending.lower()}" if dot else ""
    if said and _SAME.get(said, said) == wanted:
        return f"{stem[:120].rstrip('. ') or _('File')}{said}"
    return f"{shown[:120].rstrip('. ') or _('File')}{wanted}"


def kind_of(head: bytes, tail: bytes = b"") -> str:
    """The media type that the first bytes tell. Raises `Refused` for what is not taken."""
    if not head:
        raise Refused(_("The file is empty."))
    if b"PK\x05\x06" in tail:
        raise Refused(_("Archives are not accepted. Send the files one by one."))
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith((b"PK", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")) or (
        head[257:262] == b"ustar"
    ):
        raise Refused(_("Archives are not accepted. Send the files one by one."))
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text.startswith((b"#!", b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")) or _MARKUP.search(text):
        raise Refused(_("Programs and web pages are not accepted. Send a PDF, a picture or plain text."))
    if not _texts(text):
        raise Refused(_("This kind of file is not accepted. Send a PDF, a picture or plain text."))
    return "text/calendar" if text.upper().startswith(b"BEGIN:VCALENDAR") else "text/plain"


def _refuse_large(size: int) -> None:
    most = config.number("TILLIT_UPLOAD_MB")
    if size > most * 1_000_000:
        raise Refused(_("The file is larger than %(most)s MB. Send a smaller one.") % {"most": most})


def _without_place(file: IO[bytes]) -> IO[bytes]:
    """A picture drawn anew; every other file as it is. Raises `Refused`."""
    head = file.read(_HEAD)
    start = io.BytesIO(head)
    rest: IO[bytes] = cast("IO[bytes]", _Joined(start, file))
    try:
        kind = kind_of(head)
    except Refused:
        return rest  # `accept` says so, with the whole file before it
    if kind not in pictures.KINDS:
        return rest
    whole = io.BytesIO(b"".join(_Arriving(rest)))  # not larger than a file may be
    if b"PK\x05\x06" in whole.getvalue()[-_TAIL:]:
        return whole
    try:
        return pictures.drawn_anew(whole, kind)
    except pictures.Unreadable as why:
        raise Refused(str(why)) from None


class _Joined:
    """What was read of a file already, and then the rest of it."""

    def __init__(self, start: IO[bytes], rest: IO[bytes]) -> None:
        self._start, self._rest = start, rest

    def read(self, size: int = -1) -> bytes:
        return self._start.read(size) or self._rest.read(size)


class _Arriving:
    """A file while it is read, piece by piece: its size, its hash, its ends, and whether it is text throughout."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = 0
        self.digest = hashlib.sha256()
        self.head = self.tail = b""
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = self._decodes = True

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.file.read(_PIECE):
            self.size += len(piece)
            _refuse_large(self.size)
            self.digest.update(piece)
            self.head += piece[: max(0, _HEAD - len(self.head))]
            self.tail = (self.tail + piece)[-_TAIL:]
            self._text = self._text and _texts(piece)
            self._decode(piece)
            yield piece
        self._decode(b"", final=True)

    def _decode(self, piece: bytes, *, final: bool = False) -> None:
        try:
            if self._decodes:
                self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            self._decodes = False

    def refuse_what_is_no_text(self) -> None:
        """Plain text is text to its end, not only in its first bytes. Raises `Refused`."""
        if not self._decodes:
            raise Refused(_("The text cannot be read. Save it as UTF-8 and send it again."))
        if not self._text:
            raise Refused(_("This kind of file is not accepted. Send a PDF, a picture or plain text."))


class _Opened(io.RawIOBase):
    """A sealed file as Django streams it. Damage ends the download with an error instead of wrong bytes."""

    def __init__(self, kept: IO[bytes], pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._kept, self._pieces, self._left = kept, pieces, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._left:
            if (piece := next(self._pieces, None)) is None:
                return b""
            self._left = piece
        taken = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(taken) :]
        return taken

    def close(self) -> None:
        self._kept.close()
        super().close()


def _seal_place(row: Upload) -> bytes:
    """What a content is bound to: organisation, table and row."""
    return b"kernel_upload\0" + row.organisation_id.bytes + row.pk.bytes


def _texts(piece: bytes) -> bool:
    return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in piece)


def stale(folder: str, age: float) -> Iterator[Path]:
    """Files named by an id, in a folder of the data folder, that nobody has changed for `age` seconds."""
    for path in Path(config.var(), folder).glob("??/*"):
        try:
            UUID(path.name)
        except ValueError:
            continue
        if time.time() - path.stat().st_mtime > age:
            yield path


__all__: list[Any] = [
    "ENDINGS", "Refused", "accept", "clean_name", "download", "forget", "hold", "kind_of", "look", "open_sealed",
    "open_upload", "place", "read", "remove", "stale", "write_sealed",
]  # fmt: skip
