"""Excel's tables (.xlsx, ECMA-376), read only: a ZIP file of XML from anybody, looked at before it is opened."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date, datetime, time
from typing import Any
from xml.parsers import expat

from tillit.exchange.reading.tables import Bad, Limits, Table, Unreadable, gathered

_MEMBERS = 500
_PIECE = 64 * 1024


def read(content: bytes, limits: Limits) -> Table:
    """The rows of the first sheet that holds any. Raises Unreadable."""
    from openpyxl import load_workbook  # 10 MB that only this needs

    _look(content, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that openpyxl passes over
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            try:
                for sheet in book.worksheets:
                    if rows := _rows(sheet, limits):
                        bad: list[Bad] = []
                        return gathered(rows, bad, "", limits)
            finally:
                book.close()
    except Unreadable:
        raise
    except Exception:  # openpyxl raises whatever its parts raise on a damaged file
        raise Unreadable("damaged") from None
    raise Unreadable("empty")


def _rows(sheet: Any, limits: Limits) -> list[tuple[int, list[str]]]:
    """Lines and cells, never more than may be taken: what a sheet says of its own size is not believed."""
    if not hasattr(sheet, "reset_dimensions"):
        return []  # a chart
    sheet.reset_dimensions()
    found: list[tuple[int, list[str]]] = []
    for line, cells in enumerate(sheet.iter_rows(max_col=limits.columns + 1, values_only=True), 1):
        if line > limits.rows * 10:
            raise Unreadable("rows")
        texts = [_text(cell) for cell in cells]
        if any(texts):
            if len(texts) > limits.columns and texts[limits.columns]:
                raise Unreadable("columns")
            found.append((line, texts))
            if len(found) > limits.rows + 1:
                raise Unreadable("rows")
    return found


def _text(value: Any) -> str:
    """A cell as text: days and instants as ISO 8601 writes them, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _look(content: bytes, limits: Limits) -> None:
    """Refuse what is no ZIP file, unpacks to too much, or declares entities. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS or sum(one.file_size for one in members) > limits.unpacked:
                raise Unreadable("unpacked")
            if any(one.flag_bits & 1 for one in members) or "[Content_Types].xml" not in archive.namelist():
                raise Unreadable("damaged")
            for one in members:
                if one.filename.endswith((".xml", ".rels")):
                    with archive.open(one) as part:
                        _refuse_entities(part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("damaged") from None


def _refuse_entities(part: Any) -> None:
    """A document type stands before the first element; Excel writes none, and entities that multiply need one."""
    parser = expat.ParserCreate()
    state = {"typed": False, "begun": False}

    def typed(*_: Any) -> None:
        state["typed"] = True

    def begun(*_: Any) -> None:
        state["begun"] = True

    parser.StartDoctypeDeclHandler = typed
    parser.StartElementHandler = begun
    try:
        while not state["begun"] and not state["typed"]:
            piece = part.read(_PIECE)
            parser.Parse(piece, not piece)
            if not piece:
                break
    except expat.ExpatError:
        if not state["begun"]:
            raise Unreadable("damaged") from None
    if state["typed"]:
        raise Unreadable("damaged")
