"""Every list that goes out as a file, for whoever sees its page; what is about oneself alone stands under `me/`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from tillit.exchange import lists, taking_out, writing
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import DayText, Out

router = Router(tags=["Lists"])
read = doors.needs("lists:read")
Form = Literal["csv", "xlsx", "vcf", "ics"]
Purpose = Literal["work", "move", "count", "law", "asked"]
assert set(get_args(Purpose)) == set(taking_out.PURPOSES) and set(get_args(Form)) == set(taking_out.FORMS)
FILE = {"description": "The file", "content": {kind.split(";")[0]: {} for kind in writing.KINDS.values()}}


class ListOut(Out):
    """A list: the forms of its file, whether days narrow it, whether it asks what it is needed for."""

    key: str
    title: str
    forms: list[Form]
    days: bool
    purpose: bool


class ListsOut(Out):
    items: list[ListOut]
    next: str | None


@router.get("o/{slug:slug}/lists", response=ListsOut, auth=read)
def every(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The lists whose pages the owner sees."""
    doors.me()
    found = [one for one in lists.every() if not one.own and one.may(request)]
    return paging.cut(found, cursor, limit, lambda one: one.key, _out)


def _out(one: lists.List) -> dict[str, Any]:
    forms = taking_out.offered(one)
    return {"key": one.key, "title": str(one.title), "forms": forms, "days": one.days, "purpose": one.others}


@router.get("o/{slug:slug}/lists/{slug:which}/file", auth=read, openapi_extra={"responses": {200: FILE}})
def file(
    request: HttpRequest,
    slug: str,
    which: str,
    form: Form = "csv",
    purpose: Purpose | None = None,
    first: Annotated[DayText | None, Query(None, description="The first day.")] = None,
    last: Annotated[DayText | None, Query(None, description="The last day, included.")] = None,
) -> HttpResponse:
    """A list as a file. Those in it can read that it was taken, and what for: where it is about others, say it."""
    doors.me()
    wanted = lists.get(which)
    if wanted is None or wanted.own or not wanted.may(request):
        raise Http404
    if form not in taking_out.offered(wanted):
        raise _refused("form", _("This list does not go out in this form."))
    if wanted.others and purpose is None:
        raise _refused("purpose", _("Say what it is needed for. Those who stand in the list can read it."))
    days = [date.fromisoformat(day) if day and wanted.days else None for day in (first, last)]
    if days[0] and days[1] and days[0] > days[1]:
        raise _refused("last", _("The last day lies before the first."))
    try:
        return taking_out.take_out(request, wanted, form, lists.Between(*days), purpose or "")
    except taking_out.TooMany as error:
        raise Problem(409, str(error), kind="too-many-rows") from None


def _refused(pointer: str, said: str) -> Problem:
    return Problem(409, said, kind="not-so", faults=[Fault(pointer=pointer, detail=said)])
