"""Long lists, a page at a time: `next` is a signed cursor that the following request gives back as `cursor`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _
from ninja import Query

from tillit.web.api.problems import Fault, Problem

MOST = 100
_SALT = "tillit.web.api.cursor"

Cursor = Annotated[str | None, Query(None, max_length=300, description="`next` of the page before.")]
Limit = Annotated[int, Query(50, ge=1, le=MOST, description="How many at most.")]


def after(cursor: str | None) -> str | None:
    """What a cursor of ours names. Raises Problem for another one."""
    if cursor is None:
        return None
    try:
        return Signer(salt=_SALT, sep=".").unsign(cursor)
    except BadSignature:
        raise _not_ours() from None


def _not_ours() -> Problem:
    # a cursor is not composed by the caller, so one that is not ours names a page that is not there
    said = _("This is no cursor of ours.")
    return Problem(404, said, kind="unknown-cursor", faults=[Fault(pointer="cursor", detail=said)])


def after_row(cursor: str | None) -> UUID | None:
    """The id that a cursor of ours names. Raises Problem for another one, also for that of another list."""
    mark = after(cursor)
    try:
        return UUID(mark) if mark is not None else None
    except ValueError:
        raise _not_ours() from None


def cursor_of(mark: Any) -> str:
    """The cursor that goes on after `mark`."""
    return Signer(salt=_SALT, sep=".").sign(str(mark))


def page(rows: Sequence[Any], limit: int, mark: Callable[[Any], Any], out: Callable[[Any], Any]) -> dict[str, Any]:
    """A page of rows of which one more than `limit` was read; `mark` is what the cursor after a row names."""
    shown = rows[:limit]
    following = cursor_of(mark(shown[-1])) if len(rows) > limit else None
    return {"items": [out(row) for row in shown], "next": following}


def cut(
    rows: Iterable[Any], cursor: str | None, limit: int, mark: Callable[[Any], Any], out: Callable[[Any], Any]
) -> dict[str, Any]:
    """A page of a short list that was read as a whole: what comes after the row that the cursor names."""
    listed, wanted = list(rows), after(cursor)
    if wanted is not None:
        marks = [str(mark(row)) for row in listed]
        if wanted not in marks:
            raise Problem(404, _("What this page went on from is no longer there. Begin anew."), kind="unknown-cursor")
        listed = listed[marks.index(wanted) + 1 :]
    return page(listed, limit, mark, out)
