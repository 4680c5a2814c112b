"""The office's pages about files that come in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tillit import evidence
from tillit.exchange import actions, events, people, queries, reading, targets, writing
from tillit.exchange.forms import ColumnsForm, ConfirmForm, DoublesForm, FileForm
from tillit.exchange.lists import Cell
from tillit.exchange.models import Batch
from tillit.identity.doors import needs_role
from tillit.identity.queries import people_by_id
from tillit.kernel import formats
from tillit.privacy import office

office.section("doors", gettext_lazy("Take over a file"), "office_import", only_administrators=True)
administrators = needs_role("administrator")

SAMPLE = 5
DOUBLES = 50  # on one page


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a file, and see what became of others."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = actions.give(form.cleaned_data["target"], form.cleaned_data["file"])
        except reading.Unreadable as error:
            form.add_error("file", str(error.says))
        except actions.Refused as refused:
            form.add_error(None, str(queries.REFUSED[refused.why]))
        else:
            return redirect("office_import_one", slug=slug, batch=batch.pk)
    given = queries.batches()
    names = people_by_id(one.by_id for one in given if one.by_id)
    rows = [
        {
            "batch": one, "title": queries.title(one), "state": queries.state_words(one),
            "by": "" if queries.mine(one) or one.by_id not in names else names[one.by_id].display_name,
        }
        for one in given
    ]  # fmt: skip
    context = {"form": form, "rows": rows, "targets": targets.every()}
    return render(request, "exchange/list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def one(request: HttpRequest, slug: str, batch: UUID) -> HttpResponse:
    """A file, at the point where it is: its columns, what it would bring, how far it is, what it brought."""
    row = queries.batch(batch)
    if not queries.mine(row):
        return _others(request, row)
    if request.method == "POST" and (does := _DOES.get(request.POST.get("do", ""))):
        try:
            return does(request, slug, row)
        except actions.Refused as refused:
            messages.error(request, str(queries.REFUSED[refused.why]))
            return redirect("office_import_one", slug=slug, batch=batch)
    if request.method == "POST":
        raise Http404
    if row.state == "waiting":
        taken = [key for key in row.mapping if key]
        if "doubles" in request.GET:
            return _doubles_page(request, row)
        if "columns" in request.GET or not queries.enough(targets.get(row.target), taken):
            return _columns_page(request, row)
        return _check_page(request, row)
    return _report(request, row)


def _others(request: HttpRequest, row: Batch) -> HttpResponse:
    """A file of somebody else: that it is there, and its counts. Who has broken it open sees its first rows too."""
    if request.method == "POST":
        raise Http404
    names = people_by_id([row.by_id] if row.by_id else [])
    context = {**_about(row, 1), "by": next((one.display_name for one in names.values()), ""), "bad": len(row.refused)}
    if queries.opened(row) and queries.files.there(row.pk):
        actions.looked_at(row)
        context["sample"] = _sample(queries.table(row))
    return render(request, "exchange/others.html", context)


def _choose(request: HttpRequest, slug: str, row: Batch) -> HttpResponse:
    table = queries.table(row)
    form = _columns_form(row, table, request.POST)
    if not form.is_valid():
        return _columns_page(request, row, form)
    try:
        actions.choose_columns(row.pk, form.mapping(len(table.headings)), form.cleaned_data.get("encoding", ""))
    except actions.Refused as refused:
        form.add_error(None, str(queries.REFUSED[refused.why]))
        return _columns_page(request, row, form)
    except reading.Unreadable as error:
        form.add_error("encoding", str(error.says))
        return _columns_page(request, row, form)
    return redirect("office_import_one", slug=slug, batch=row.pk)


def _decide(request: HttpRequest, slug: str, row: Batch) -> HttpResponse:
    if row.state != "waiting":
        raise actions.Refused("state")
    form, following = _doubles_form(request, row, request.POST)
    if not form.is_valid():
        return _doubles_page(request, row, form)
    actions.decide(row.pk, form.wishes())
    page = reverse("office_import_one", kwargs={"slug": slug, "batch": row.pk})
    return redirect(f"{page}?doubles={following}" if following else page)


def _doubles_form(request: HttpRequest, row: Batch, data: Any = None) -> tuple[DoublesForm, int]:
    """The form of one page of doubles, and the number of the following page; 0 after the last."""
    asked = request.GET.get("doubles", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    table = queries.table(row)
    doubles = list(queries.plan(row, table).doubles.items())
    here = dict(doubles[(number - 1) * DOUBLES : number * DOUBLES])
    places = [at for at, key in enumerate(row.mapping) if key]
    words = {
        line: " · ".join(cells[at] for at in places if cells[at])[:120] for line, cells in table.rows if line in here
    }
    form = DoublesForm(data, doubles=here, rows=words, decided=row.decided, digits=_digits)
    return form, number + 1 if number * DOUBLES < len(doubles) else 0


def _doubles_page(request: HttpRequest, row: Batch, form: DoublesForm | None = None) -> HttpResponse:
    made, following = _doubles_form(request, row)
    form = form or made
    actions.doubles_seen(form.doubles.values())
    context = {**_about(row, 2), "form": form, "following": following}
    return render(request, "exchange/doubles.html", context, status=422 if form.errors else 200)


def _confirm(request: HttpRequest, slug: str, row: Batch) -> HttpResponse:
    if row.state != "waiting":
        raise actions.Refused("state")
    form = ConfirmForm(request.POST, target=targets.get(row.target), doubles=1)
    if not form.is_valid():
        return _check_page(request, row, form)
    said = form.cleaned_data
    actions.confirm(row.pk, same=said["same"], source=said.get("source", ""), words=said.get("words", ""))
    return redirect("office_import_one", slug=slug, batch=row.pk)


def _drop(request: HttpRequest, slug: str, row: Batch) -> HttpResponse:
    actions.drop(row.pk)
    messages.success(request, _("The file is put away; nothing of it was stored."))
    return redirect("office_import", slug=slug)


def _undo(request: HttpRequest, slug: str, row: Batch) -> HttpResponse:
    actions.undo(row.pk)
    return redirect("office_import_one", slug=slug, batch=row.pk)


_DOES = {"columns": _choose, "doubles": _decide, "confirm": _confirm, "drop": _drop, "undo": _undo}


def _columns_form(row: Batch, table: reading.Table, data: Any = None) -> ColumnsForm:
    return ColumnsForm(
        data, target=targets.get(row.target), table=table, mapping=row.mapping, encoding=row.encoding, kind=row.kind
    )


def _columns_page(request: HttpRequest, row: Batch, form: ColumnsForm | None = None) -> HttpResponse:
    table = queries.table(row)
    form = form or _columns_form(row, table)
    context = {**_about(row, 1), "form": form, "sample": _sample(table)}
    return render(request, "exchange/columns.html", context, status=422 if form.errors else 200)


def _sample(table: reading.Table) -> dict[str, Any]:
    return {
        "headings": [table.headings[at] for at in table.used],
        "rows": [(line, [cells[at] for at in table.used]) for line, cells in table.rows[:SAMPLE]],
    }


def _check_page(request: HttpRequest, row: Batch, form: ConfirmForm | None = None) -> HttpResponse:
    table, target = queries.table(row), targets.get(row.target)
    plan = queries.plan(row, table)
    bad, doubles = plan.looked.bad, list(plan.doubles)
    form = form or ConfirmForm(target=target, doubles=len(doubles))
    places = [(at, target.column(key)) for at, key in enumerate(row.mapping) if key]
    context = {
        **_about(row, 2), "form": form, "good": len(plan.looked.records), "bad": len(bad), "plan": plan,
        "faults": queries.faults(row, bad[: queries.SHOWN]), "more_bad": max(0, len(bad) - queries.SHOWN),
        "doubles": len(doubles), "double_lines": _lines(doubles), "decided": len(row.decided),
        "singly": len(target.choices) > 1,
        "headings": [column.label for _at, column in places if column],
        "rows": [(line, [cells[at] for at, _column in places]) for line, cells in table.rows[:SAMPLE]],
        "earlier": queries.earlier(row),
    }  # fmt: skip
    return render(request, "exchange/check.html", context, status=422 if form.errors else 200)


def _lines(lines: list[int]) -> str:
    """The first lines of several, in the reader's digits."""
    return ", ".join(_digits(line) for line in lines[:20]) + (" …" if len(lines) > 20 else "")


def _digits(number: int) -> str:
    return formats.format_number(number, get_language() or "en")


def _report(request: HttpRequest, row: Batch) -> HttpResponse:
    target = targets.get(row.target)
    stayed = [(line, name, target.stays.get(why, why)) for line, name, why in queries.stayed(row)]
    context = {
        **_about(row, 3), "faults": queries.faults(row, row.refused[: queries.SHOWN]), "bad": len(row.refused),
        "more_bad": max(0, len(row.refused) - queries.SHOWN), "can_undo": queries.can_undo(row), "stayed": stayed,
        "going": row.state in ("running", "undoing"), "can_take": bool(row.refused) and queries.files.there(row.pk),
    }  # fmt: skip
    answer = render(request, "exchange/report.html", context)
    if context["going"]:
        answer["Refresh"] = "4"  # works without scripts; the page says so
    return answer


def _about(row: Batch, step: int) -> dict[str, Any]:
    """What every page of a file shows. step: of three."""
    names = [_("Columns"), _("Look through"), _("Taken over")]
    return {
        "batch": row,
        "target": targets.get(row.target),
        "state": queries.state_words(row),
        "steps": names,
        "step": step,
    }


@require_safe
@administrators
def refused(request: HttpRequest, slug: str, batch: UUID) -> HttpResponse:
    """The rows that were not taken over, each with its reason, as a table to mend and give again."""
    row = queries.batch(batch)
    if not row.refused:
        raise Http404
    table = queries.table(row)
    actions.looked_at(row)
    cells = dict(table.rows)
    headings = [*table.headings, _("Line"), _("Why it was not taken over")]
    rows: list[list[Cell]] = [
        [*(cells.get(fault.line) or [""] * len(table.headings)), fault.line, _fault(fault)]
        for fault in queries.faults(row, row.refused)
    ]
    evidence.record(events.REFUSED.name, object=row.pk, detail={"rows": len(rows)})
    return writing.download("refused", "csv", writing.csv_file(headings, rows))


def _fault(fault: queries.Fault) -> str:
    return f"{fault.column}: {fault.why}" if fault.column else str(fault.why)


@require_safe
@administrators
def contacts(request: HttpRequest, slug: str) -> HttpResponse:
    """People from files whom the acting administrator still sees."""
    rows = queries.contacts()
    actions.seen(rows)
    from tillit.exchange.sources import SOURCES

    shown = [{"person": row.person, "note": row.note, "source": SOURCES.get(row.source, "")} for row in rows[:500]]
    says = ngettext("%(n)s contact", "%(n)s contacts", len(rows)) % {
        "n": formats.format_number(len(rows), get_language() or "en")
    }
    return render(request, "exchange/contacts.html", {"rows": shown, "says": says, "days": people.KEEP_DAYS})
