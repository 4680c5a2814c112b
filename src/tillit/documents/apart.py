"""The process that reads strangers' files: started for one file with little memory and time, without our program's
code, keys or database, and gone when it has answered (documents/boxed.py starts it).

    apart.py clean                PDF → a line of JSON ({"pages", "text"} or {"no": why}), then the PDF written anew
    apart.py draw NUMBER WIDTH    PDF → a line "width height", then the page's points (RGB)
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import suppress
from io import BytesIO
from typing import Any

MEMORY = 1_500_000_000  # bytes of address space: the libraries map much more than they use
SECONDS = 20  # of the processor
MOST_PAGES = 30
LONGEST_SIDE = 3400  # points of 1/72 inch: an A0 sheet is 3,370
SHORTEST_SIDE = 36
MOST_TEXT = 20_000  # characters
WIDTH = 1000  # points: as wide as a page is looked at (drawing.WIDTH)
PAGE_SECONDS = 3  # of the processor for one page: whoever looks waits for it, and others for them
MOST_BYTES = 30_000_000  # of the PDF written anew: what was packed tightly may become large
_PAGE = {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/Contents", "/Group"}
_ACTIVE = ("/JS", "/EF", "/Metadata", "/PieceInfo", "/AA", "/OPI", "/Ref", "/StructParent", "/StructParents")
_OUTSIDE = ("/F", "/FFilter", "/FDecodeParms", "/FS")


class No(Exception):
    """It is not taken; the text is a word of intake.WHY."""


def main() -> None:
    """Do what the arguments say."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_stay)
    given = sys.stdin.buffer.read()
    if sys.argv[1] == "clean":
        try:
            told, new = clean(given)
        except No as why:
            told, new = {"no": str(why)}, b""
        except MemoryError:
            told, new = {"no": "heavy"}, b""
        _answer(json.dumps(told), new)
    else:
        number, width = map(int, sys.argv[2:4])
        size, points = draw(given, number, width)
        _answer(f"{size[0]} {size[1]}", points)


def _stay(event: str, _arguments: tuple[object, ...]) -> None:
    """Nothing here opens a connection or starts a program. Raises PermissionError."""
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn")):
        raise PermissionError(event)


def clean(given: bytes) -> tuple[dict[str, Any], bytes]:
    """What the PDF says, and the same pages written anew without anything that acts, leads away or is hidden.

    Marks on the pages (filled fields, stamps) become part of the picture. Raises No.
    """
    import pikepdf

    try:
        with pikepdf.open(BytesIO(given)) as found:
            if found.is_encrypted:
                raise No("locked")
            _measure(found)
            with suppress(pikepdf.PdfError):  # what cannot become part of the picture goes
                found.flatten_annotations("all")
            new = pikepdf.new()
            new.pages.extend(found.pages)
            for page in new.pages:
                for key in set(page.obj.keys()) - _PAGE:
                    del page.obj[key]
            for thing in new.objects:
                _quieten(thing, pikepdf)
            new.remove_unreferenced_resources()
            out = BytesIO()
            new.save(out, deterministic_id=True)
            if out.tell() > MOST_BYTES:
                raise No("heavy")
    except pikepdf.PasswordError:
        raise No("locked") from None
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise No("broken") from None
    return _read(out.getvalue()), out.getvalue()


def _measure(found: Any) -> None:
    """Raises No for too many pages, and for sheets that are none."""
    declared = found.Root.get("/Pages", {}).get("/Count", 0)
    if int(declared) > MOST_PAGES or len(found.pages) > MOST_PAGES:
        raise No("pages")
    if not len(found.pages):
        raise No("broken")
    for page in found.pages:
        left, low, right, high = (float(edge) for edge in page.mediabox)
        sides = sorted((abs(right - left), abs(high - low)))
        if float(page.obj.get("/UserUnit", 1)) != 1 or sides[1] > LONGEST_SIDE or sides[0] < SHORTEST_SIDE:
            raise No("size")


def _quieten(thing: Any, pikepdf: Any) -> None:
    if isinstance(thing, pikepdf.Stream):
        for key in (*_ACTIVE, *_OUTSIDE):
            if key in thing:
                del thing[key]
    elif isinstance(thing, pikepdf.Dictionary):
        for key in _ACTIVE:
            if key in thing:
                del thing[key]


def _read(new: bytes) -> dict[str, Any]:
    """How many pages, and the text of them; each page is drawn as it will be, so that none stays that cannot be shown,
    or only slowly."""
    import pypdfium2

    text = ""
    try:
        with pypdfium2.PdfDocument(new) as pdf:
            for page in pdf:
                begun = time.process_time()
                page.render(scale=_scale(page, WIDTH)).close()
                if time.process_time() - begun > PAGE_SECONDS:
                    raise No("heavy")
                if len(text) < MOST_TEXT:
                    text += page.get_textpage().get_text_bounded() + "\n"
            return {"pages": len(pdf), "text": text[:MOST_TEXT]}
    except pypdfium2.PdfiumError:
        raise No("broken") from None


def draw(given: bytes, number: int, width: int) -> tuple[tuple[int, int], bytes]:
    """A page (from 1) as points, so wide, never higher than twice that."""
    import pypdfium2

    with pypdfium2.PdfDocument(given) as pdf:
        page = pdf[number - 1]
        drawn = page.render(
            scale=_scale(page, width), rev_byteorder=True, fill_color=(255, 255, 255, 255), prefer_bgrx=False
        )
        row, used = drawn.stride, drawn.width * 3
        points = bytes(drawn.buffer)
        if drawn.n_channels != 3:
            raise ValueError("Points are red, green and blue.")
        if row != used:
            points = b"".join(points[at : at + used] for at in range(0, row * drawn.height, row))
        return (drawn.width, drawn.height), points


def _scale(page: Any, width: int) -> float:
    return float(min(width / page.get_width(), 2 * width / page.get_height()))


def _answer(line: str, rest: bytes) -> None:
    out = sys.stdout.buffer
    out.write(line.encode() + b"\n")
    out.write(rest)
    out.flush()


if __name__ == "__main__":
    main()
