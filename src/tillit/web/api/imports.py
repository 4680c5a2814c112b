"""Files that come in: given, looked at, confirmed, undone; by the administrator whose file it is, and nobody else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.exchange import actions, queries, reading, targets
from tillit.exchange.sources import SOURCES
from tillit.web.api import doors, paging
from tillit.web.api.office import administrator
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, Out, StrictStr, Whole

router = Router(tags=["Imports"])
read, write = doors.needs("imports:read"), doors.needs("imports:write")
Kind = Literal["people", "offers"]
Wish = Literal["skip", "fill", "phone", "new"]
Source = Literal["themselves", "system", "partner", "workplace", "public"]
Encoding = Literal["utf-8", "utf-16", "cp1252", "cp1256"]
assert set(get_args(Wish)) == set(targets.WISHES) and set(get_args(Source)) == set(SOURCES)
assert set(get_args(Encoding)) == set(reading.ENCODINGS)
Base64 = Annotated[
    StrictStr,
    Field(pattern=r"^([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", max_length=2_400_000),
]


class ImportOut(Out):
    """A file that was given. mine: did the token's owner give it? Of others' files there are only counts."""

    id: UUID
    kind: Kind
    state: str
    mine: bool
    made: At
    confirmed: At | None
    undo_until: At | None
    total: int
    added: int
    changed: int
    passed: int
    refused: int
    stayed: int


class ImportsOut(Out):
    items: list[ImportOut]
    next: str | None


class ColumnOut(Out):
    """A column of the file, and what it is; "" where it is left out."""

    heading: str
    key: str


class CheckOut(Out):
    """What a file that waits would bring: rows that are right, bad, known already; who is told by mail, or by text
    message alone; how many who are known get something filled in. keys: what a column can be."""

    columns: list[ColumnOut]
    keys: list[str]
    encoding: str
    good: int
    bad: int
    doubles: int
    mails: int
    texts: int
    merged: int


class BadOut(Out):
    """A row that is not taken: its line, why, and in which column."""

    line: int
    why: str
    column: str


class BadPage(Out):
    items: list[BadOut]
    next: str | None


class DoubleOut(Out):
    """A row that is known already, by name, or that stands in an earlier line too; other: who else has its number.
    wishes: what may become of it; wish: what was decided."""

    line: int
    earlier: int | None
    name: str
    other: str
    wishes: list[Wish]
    wish: Wish | None


class DoublesPage(Out):
    items: list[DoubleOut]
    next: str | None


class ImportIn(In):
    """The file (base64 of CSV, XLSX or contact cards), and what it holds."""

    kind: Kind
    content: Base64


class ColumnsIn(In):
    """For each column of the file its key, "" to leave it out; how the file's letters are written, if guessed wrong."""

    columns: Annotated[list[Annotated[StrictStr, Field(max_length=40)]], Field(max_length=50)]
    encoding: Encoding | None = None


class DecisionIn(In):
    """What becomes of one line; without a wish it goes with all the others."""

    line: Annotated[int, Field(ge=0, le=1_000_000), Whole]
    wish: Wish | None = None


class DoublesIn(In):
    """What becomes of single rows that are known already."""

    items: Annotated[list[DecisionIn], Field(max_length=10_000)]


class ConfirmIn(In):
    """What becomes of all other rows that are known; for people, where their details come from. They are told."""

    same: Literal["skip", "fill", "new"] = "skip"
    source: Source | None = None
    words: Annotated[StrictStr, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


@router.get("o/{slug:slug}/imports", response=ImportsOut, auth=read)
def imports(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Files that were given here, the latest first."""
    administrator()
    return paging.cut(queries.batches(), cursor, limit, lambda one: one.pk, _out)


@router.post("o/{slug:slug}/imports", response={201: ImportOut}, auth=write)
def give(request: HttpRequest, slug: str, body: ImportIn) -> Any:
    """Give a file. Nothing of it is stored before it is confirmed; without that it goes after a day."""
    administrator()
    try:
        content = base64.b64decode(body.content, validate=True)
    except binascii.Error:
        raise Problem(409, _("The content is not base64."), kind="unreadable-file") from None
    return Status(201, _out(_done(lambda: actions.give(body.kind, content))))


@router.get("o/{slug:slug}/imports/{uuid:batch}", response=ImportOut, auth=read)
def one(request: HttpRequest, slug: str, batch: UUID) -> Any:
    """One of them: how far it is, what it brought."""
    administrator()
    return _out(queries.batch(batch))


@router.delete("o/{slug:slug}/imports/{uuid:batch}", response={204: None}, auth=write)
def drop(request: HttpRequest, slug: str, batch: UUID) -> Any:
    """Do not take it over; it goes at once."""
    found = _mine(batch)
    _done(lambda: actions.drop(found.pk))
    return Status(204, None)


@router.get("o/{slug:slug}/imports/{uuid:batch}/check", response=CheckOut, auth=read)
def check(request: HttpRequest, slug: str, batch: UUID) -> Any:
    """What a file that waits would bring, as things are decided."""
    return _check(_waiting(batch))


@router.get("o/{slug:slug}/imports/{uuid:batch}/bad", response=BadPage, auth=read)
def bad(request: HttpRequest, slug: str, batch: UUID, cursor: Cursor, limit: Limit) -> Any:
    """Rows that are not, or were not, taken over."""
    found = _mine(batch)
    rows = queries.looked(found).bad if found.state == "waiting" else found.refused
    return paging.cut(queries.faults(found, rows), cursor, limit, lambda row: row.line, _fault)


@router.get("o/{slug:slug}/imports/{uuid:batch}/doubles", response=DoublesPage, auth=read)
def doubles(request: HttpRequest, slug: str, batch: UUID, cursor: Cursor, limit: Limit) -> Any:
    """Rows of people whom the owner sees already, or that stand twice in the file. A look at a name is recorded."""
    found = _waiting(batch)
    plan = queries.plan(found)
    page = paging.cut(plan.doubles, cursor, limit, lambda line: line, lambda line: line)
    shown = {line: plan.doubles[line] for line in page["items"]}
    actions.doubles_seen(shown.values())
    items = [
        {
            "line": line, "earlier": double.earlier, "name": double.name, "other": double.other,
            "wishes": double.wishes, "wish": found.decided.get(str(line)),
        }
        for line, double in shown.items()
    ]  # fmt: skip
    return {"items": items, "next": page["next"]}


@router.put("o/{slug:slug}/imports/{uuid:batch}/columns", response=CheckOut, auth=write)
def columns(request: HttpRequest, slug: str, batch: UUID, body: ColumnsIn) -> Any:
    """Say what each column is."""
    found = _mine(batch)
    _done(lambda: actions.choose_columns(found.pk, body.columns, body.encoding or ""))
    return _check(queries.batch(batch))


@router.put("o/{slug:slug}/imports/{uuid:batch}/doubles", response=CheckOut, auth=write)
def decide(request: HttpRequest, slug: str, batch: UUID, body: DoublesIn) -> Any:
    """Say what becomes of single rows that are known already. Again is no error."""
    found = _mine(batch)
    _done(lambda: actions.decide(found.pk, {one.line: one.wish or "" for one in body.items}))
    return _check(queries.batch(batch))


@router.post("o/{slug:slug}/imports/{uuid:batch}/confirm", response=ImportOut, auth=write)
def confirm(request: HttpRequest, slug: str, batch: UUID, body: ConfirmIn) -> Any:
    """Take it over, in the background. People who come of it are told when the day to undo it is over."""
    found = _mine(batch)
    return _out(_done(lambda: actions.confirm(found.pk, same=body.same, source=body.source or "", words=body.words)))


@router.post("o/{slug:slug}/imports/{uuid:batch}/undo", response=ImportOut, auth=write)
def undo(request: HttpRequest, slug: str, batch: UUID) -> Any:
    """Take back what it brought, within a day; what somebody has used or changed since stays."""
    found = _mine(batch)
    return _out(_done(lambda: actions.undo(found.pk)))


def _mine(batch: UUID) -> Any:
    """A file of the owner's own; 404 for others'."""
    administrator()
    found = queries.batch(batch)
    if not queries.mine(found):
        raise Http404
    return found


def _waiting(batch: UUID) -> Any:
    found = _mine(batch)
    if found.state != "waiting":
        raise Problem(409, queries.REFUSED["state"], kind="not-now")
    return found


def _done(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except reading.Unreadable as error:
        raise Problem(409, error.says, kind="unreadable-file") from None
    except actions.Refused as refused:
        raise Problem(409, queries.REFUSED[refused.why], kind="not-now") from None


def _out(row: Any) -> dict[str, Any]:
    counts = {name: getattr(row, name) for name in ("total", "added", "changed", "passed", "stayed")}
    times = {name: getattr(row, name) for name in ("made", "confirmed", "undo_until")}
    return {
        "id": row.pk, "kind": row.target, "state": row.state, "mine": queries.mine(row), "refused": len(row.refused),
        **counts, **times,
    }  # fmt: skip


def _check(row: Any) -> dict[str, Any]:
    table = queries.table(row)
    plan = queries.plan(row, table)
    named = [{"heading": heading, "key": key} for heading, key in zip(table.headings, row.mapping, strict=False)]
    return {
        "columns": named, "keys": [one.key for one in targets.get(row.target).columns], "encoding": row.encoding,
        "good": len(plan.looked.records), "bad": len(plan.looked.bad), "doubles": len(plan.doubles),
        "mails": plan.mails, "texts": plan.texts, "merged": plan.merged,
    }  # fmt: skip


def _fault(row: queries.Fault) -> dict[str, Any]:
    return {"line": row.line, "why": str(row.why), "column": str(row.column)}
