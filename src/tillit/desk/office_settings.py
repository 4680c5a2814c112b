"""Pages that set up the desk: ready answers, what is promised; and figures that single nobody out."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit import evidence
from tillit.desk import clocks, events, free_days, queries
from tillit.desk.forms import LANGUAGE_CHOICES
from tillit.desk.models import Canned, Rules
from tillit.desk.navigation import tabs
from tillit.desk.office_views import staffed
from tillit.desk.setting_forms import CannedForm, RulesForm
from tillit.desk.shown import KINDS
from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation, roles
from tillit.kernel import clock, formats, jalali


@require_http_methods(["GET", "HEAD", "POST"])
@staffed
def ready_answers(request: HttpRequest, slug: str, answer: UUID | None = None) -> HttpResponse:
    """The answers that are often given; writing and changing them."""
    organisation = current_organisation(request)
    assert organisation is not None
    writes = bool(roles() & {"administrator", "quality"})
    row = get_object_or_404(Canned, pk=answer) if answer else Canned(organisation=organisation)
    form = CannedForm(request.POST or None, instance=row)
    if request.method == "POST":
        if not writes:
            raise Http404
        if form.is_valid():
            form.save()
            evidence.record(events.READY.name, object=row.pk, reason="changed")
            messages.success(request, _("It is kept."))
            return redirect("desk_canned", slug=slug)
    names = dict(LANGUAGE_CHOICES)
    rows = [(one, names.get(one.language, one.language)) for one in Canned.objects.order_by("language", "title")]
    context = {"tabs": tabs(request, slug), "form": form, "rows": rows, "writes": writes, "changing": answer}
    return render(request, "desk/canned.html", context, status=422 if form.errors else 200)


@require_POST
@needs_role("administrator", "quality")
def remove_answer(request: HttpRequest, slug: str, answer: UUID) -> HttpResponse:
    """One of them goes."""
    if Canned.objects.filter(pk=answer).delete()[0]:
        evidence.record(events.READY.name, object=answer, reason="removed")
    return redirect("desk_canned", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Within which time an answer is promised, and when the organisation works. It stands on the public form."""
    organisation = current_organisation(request)
    assert organisation is not None
    held, language = clocks.rules(organisation), get_language() or "en"
    initial = {
        "answer_hours": held.answer_hours, "complaint_days": held.complaint_days, "opens": _time(held.opens),
        "closes": _time(held.closes), "weekdays": [str(day) for day in held.weekdays],
        "country": held.country, "free_days": "\n".join(_day(day, language) for day in held.free_days),
    }  # fmt: skip
    form = RulesForm(request.POST or None, initial=initial, language=language)
    if request.method == "POST" and form.is_valid():
        clocks.choose(form.write(held))
        messages.success(request, _("From now on this is what you promise."))
        return redirect("desk_rules", slug=slug)
    context = {"tabs": tabs(request, slug), "form": form, "holidays": _holidays(held, organisation.time_zone, language)}
    return render(request, "desk/rules.html", context, status=422 if form.errors else 200)


@require_safe
@needs_role("administrator", "quality")
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """A year in figures, by kind: how many came, how many were answered in time, how content people were."""
    language = get_language() or "en"
    rows = [_row(one, language) for one in queries.figures()]
    return render(request, "desk/figures.html", {"tabs": tabs(request, slug), "rows": rows})


def _row(one: queries.Figures, language: str) -> dict[str, Any]:
    """A line of the table; where too few stand behind a figure, a dash stands for it."""

    def told(figure: int | None) -> str:
        return "–" if figure is None else formats.format_number(figure, language)

    share = (
        formats.format_number(100 * one.in_time / one.answered, language, 0)
        if one.answered and one.in_time is not None
        else ""
    )
    mean = formats.format_number(one.stars / one.rated, language, 1) if one.rated and one.stars is not None else ""
    return {
        "kind": KINDS[one.kind], "asked": told(one.asked), "answered": told(one.answered),
        "in_time": _("%(share)s %%") % {"share": share} if share else told(None), "rated": told(one.rated),
        "mean": mean or told(None),
    }  # fmt: skip


def _holidays(held: Rules, zone: str, language: str) -> list[tuple[str, str]]:
    """The days of the coming year on which nobody answers: when, and what they are called."""
    today = formats.local(clock.now(), zone).date()
    names: dict[date, str] = dict.fromkeys(held.free_days, "")
    for year in (today.year, today.year + 1):
        names |= free_days.named(held.country, year, language)
    coming = sorted(day for day in names if today <= day < today.replace(day=1) + timedelta(days=366))
    return [(formats.format_date(day, language, "full"), names[day]) for day in coming]


def _day(day: date, language: str) -> str:
    """A day as `typed_day` reads it again, in the calendar of who writes it."""
    if formats.calendar_for(language) == "gregorian":
        return day.isoformat()
    year, month, number = jalali.to_jalali(day)
    return formats.digits(f"{year}/{month:02}/{number:02}", language)


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
