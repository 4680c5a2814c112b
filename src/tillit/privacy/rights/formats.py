"""The forms in which a copy comes: data.json (schema in copy.schema.json), a CSV file for each table, a contact card,
and a page to read. Each is made from what the registry holds; none knows an app."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from tillit.kernel import formats, spreadsheets
from tillit.kernel.dpv import Data
from tillit.privacy.registry import Table
from tillit.privacy.rights import coded
from tillit.privacy.rights.parts import Refer
from tillit.privacy.rights.said import called
from tillit.privacy.rights.values import of as in_words

FORMAT = "tillit-copy/1"
_HERE = Path(__file__).parent


def schema() -> bytes:
    """The JSON Schema (2020-12) of data.json."""
    return (_HERE / "copy.schema.json").read_bytes()


class Plain:
    """A table as text, numbers, lists and pairs, worked out once for all forms: moments are UTC in RFC 3339, spans
    pairs of moments, bytes hexadecimal."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.shown = [at for at, column in enumerate(table.columns) if not column.secret]
        self.names = [table.columns[at].name for at in self.shown]
        self.rows = [
            (plain(row.pk), plain(row.since), [plain(row.values[at]) for at in self.shown]) for row in table.rows
        ]

    def json(self) -> dict[str, Any]:
        """As it stands in data.json."""
        rows = []
        for row, (pk, since, values) in zip(self.table.rows, self.rows, strict=True):
            ends = [until for until in row.until if until]
            held = {name: value for name, value in zip(self.names, values, strict=True) if value is not None}
            rows.append({"id": pk, "since": since, "until": plain(max(ends)) if ends else None, "values": held})
        fields = [
            {
                "name": column.name,
                "kind": column.declared.what.identifier,
                "says": str(column.declared.what.label),
                "purposes": [purpose.identifier for purpose in column.declared.why],
                "bases": [basis.identifier for basis in column.bases],
                "kept": str(column.declared.keep.says),
                "secret": column.secret,
            }
            for column in self.table.columns
        ]
        return {"name": self.table.label, "says": str(called(self.table.label)), "fields": fields, "rows": rows}

    def csv(self) -> bytes:
        """As CSV (RFC 4180) in UTF-8 with a mark, as spreadsheets want it. What would run as a formula there has an
        apostrophe before it."""
        out = io.StringIO()
        write = csv.writer(out)
        write.writerow(["id", "since", *self.names])
        write.writerows([pk, since, *map(_cell, values)] for pk, since, values in self.rows)
        return b"\xef\xbb\xbf" + out.getvalue().encode()


def data(tables: Iterable[Plain], head: dict[str, Any], refers: Iterable[Refer]) -> bytes:
    """data.json"""
    whole = {
        "format": FORMAT,
        **{name: plain(value) for name, value in head.items()},
        "tables": [table.json() for table in tables],
        "elsewhere": [{"what": str(r.what), "says": str(r.says), "address": r.address} for r in refers],
    }
    return spelled(whole)


def spelled(value: Any) -> bytes:
    """JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is int:
        return value
    if kind is UUID:
        return str(value)
    if kind is datetime:
        return value.astimezone(UTC).isoformat()[:-6] + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "lower") and hasattr(value, "upper"):  # a span
        return [plain(value.lower), plain(value.upper)]
    return value if kind is float else str(value)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return spreadsheets.safe(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def card(*, name: str, email: str, phone: str, language: str, zone: str) -> bytes:
    """A contact card (vCard 4.0, RFC 6350) in UTF-8."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{_card_text(name)}"]
    lines += [
        f"{key}:{_card_text(value)}" for key, value in (("EMAIL", email), ("LANG", language), ("TZ", zone)) if value
    ]
    lines += [f"TEL;VALUE=uri:tel:{_card_text(phone)}"] if phone else []
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCARD"]).encode()


def _card_text(value: str) -> str:
    for mark in "\\,;":
        value = value.replace(mark, f"\\{mark}")
    return value.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > 74:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])


def page(
    tables: Sequence[Table], *, organisation: Any, language: str, zone: str, made: datetime, refers: Iterable[Refer],
    files: Iterable[tuple[str, Any]],
) -> bytes:  # fmt: skip
    """index.html: everything to read, in the active language, without a script and without another file."""
    shows, means = _reader(language, zone), _meaning(language, zone)
    style = format_html("<style>{}</style>", mark_safe((_HERE / "copy.css").read_text(encoding="utf-8")))  # noqa: S308 (our own file)
    context = {
        "style": style,
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "organisation": organisation,
        "made": formats.format_datetime(made, language, zone=zone),
        "sections": [(called(table.label), len(table.rows), _section(table, shows, means)) for table in tables],
        "refers": list(refers),
        "files": list(files),
    }
    return render_to_string("privacy/rights/copy.html", context).encode()


def _section(table: Table, shows: Callable[[Any], str], means: Callable[[str, Data, Any], str]) -> SafeString:
    """One table's head and rows. Written without a template: there may be thousands."""
    filled = [
        at for at, column in enumerate(table.columns)
        if column.secret or any(row.values[at] is not None for row in table.rows)
    ]  # fmt: skip
    head = [_("since"), *(str(table.columns[at].declared.what.label) for at in filled)]
    parts = ["<thead><tr>", *(f'<th scope="col">{escape(words)}</th>' for words in head), "</tr></thead><tbody>"]
    hidden = escape(_("not shown: you log in with it"))
    for row in table.rows:
        parts.append(f"<tr><td>{shows(row.since.date()) if row.since else ''}</td>")
        for at in filled:
            column, value = table.columns[at], row.values[at]
            if column.secret:
                parts.append(f"<td>{hidden}</td>")
            elif isinstance(value, str) and column.declared.what in _CODES:
                parts.append(f"<td>{means(f'{table.label}.{column.name}', column.declared.what, value)}</td>")
            elif isinstance(value, dict) and (said := coded.spoken_of(f"{table.label}.{column.name}", row.pk, value)):
                parts.append(f"<td>{shows(str(said))}</td>")
            else:
                parts.append(f"<td>{shows(value)}</td>")
        parts.append("</tr>")
    parts.append("</tbody>")
    return mark_safe("".join(parts))  # noqa: S308 - every cell was escaped by `shows`


_CODES = {Data.LANGUAGE, Data.ACTIVITY, Data.CHOICE}
"""Kinds of data of which programs store a code: data.json has it, the page to read says what it means."""


def _meaning(language: str, zone: str) -> Callable[[str, Data, Any], str]:
    """What a code means, escaped. What is shown twice is worked out once."""

    @lru_cache(maxsize=4096)
    def means(label: str, what: Data, value: str) -> str:
        return f"<bdi>{escape(in_words(label, what, value, language=language, zone=zone))}</bdi>"

    return means


def _reader(language: str, zone: str) -> Callable[[Any], str]:
    """How a value is shown to people, escaped. What is shown twice is worked out once."""

    @lru_cache(maxsize=4096)
    def day(one: date) -> str:
        return escape(formats.format_date(one, language))

    @lru_cache(maxsize=4096)
    def moment(one: datetime) -> str:
        return escape(formats.format_datetime(one, language, zone=zone))

    def shows(value: Any) -> str:
        if isinstance(value, str):
            return f"<bdi>{escape(value)}</bdi>"
        if value is None:
            return ""
        if isinstance(value, datetime):
            return moment(value)
        if isinstance(value, date):
            return day(value)
        if isinstance(value, bytes | memoryview | UUID):
            return "✓"
        if hasattr(value, "lower") and hasattr(value, "upper"):
            return f"{shows(value.lower)} – {shows(value.upper)}"
        if isinstance(value, dict):
            return "<br>".join(f"{escape(str(key))}: {shows(one)}" for key, one in value.items())
        if isinstance(value, list | tuple):
            return "<br>".join(shows(one) for one in value)
        return escape(str(value))

    return shows
