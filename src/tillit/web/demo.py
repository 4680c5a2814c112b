"""Two pages of the demo: the mail that it would have sent, and its clock. Only there in demo mode."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tillit.access import Actor, as_office
from tillit.kernel import clock, config, mail, sweeper
from tillit.kernel.day_fields import DayField
from tillit.web.context import visitors_zone

FURTHEST = timedelta(days=3650)
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}

# A mail's own page: its styles, nothing from elsewhere, no scripts; links lead out of the frame when clicked.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)


def _demo_page(view: Any) -> Any:
    """Outside demo mode the page does not exist; in it, the view acts as the demo."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if config.mode() != "demo":
            raise Http404
        return view(request, *args, **kwargs)

    return checked


@_demo_page
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Every mail, newest first."""
    with as_office("demo"):
        mails = mail.inbox()
    return render(request, "web/demo/inbox.html", {"mails": mails, "zone": visitors_zone(request)})


@_demo_page
@require_safe
def inbox_mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """One mail: as its reader sees it, as plain text, and its files."""
    return render(request, "web/demo/mail.html", {"mail": _mail(mail_id), "zone": visitors_zone(request)})


@_demo_page
@require_safe
def inbox_page(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The HTML of a mail, for the frame that shows it."""
    shown = _mail(mail_id).html.replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(shown, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


@_demo_page
@require_safe
def inbox_file(request: HttpRequest, mail_id: UUID, number: int) -> HttpResponse:
    """A file that came with a mail, as a download. Numbers start at 1."""
    files = _mail(mail_id).attachments
    if not 1 <= number <= len(files):
        raise Http404
    file = files[number - 1]
    response = HttpResponse(file.content, content_type=file.type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


class ClockForm(forms.Form):
    """The day to go to; the time of day stays."""

    day = DayField(label=gettext_lazy("Another day"))

    def clean_day(self) -> date:
        """From today on, and not further than ten years."""
        day: date = self.cleaned_data["day"]
        today = _real_now().date()
        if day < today:
            raise forms.ValidationError(_("The demo's clock only goes ahead of today. Choose today or a later day."))
        if day - today > FURTHEST:
            raise forms.ValidationError(_("That is more than ten years away. Choose an earlier day."))
        return day


@_demo_page
@require_http_methods(["GET", "HEAD", "POST"])
def clock_page(request: HttpRequest) -> HttpResponse:
    """Move the demo's clock, for everybody who looks at this demo."""
    form = ClockForm(request.POST if request.POST.get("move") == "to" else None)
    status = 200
    if request.method == "POST":
        ahead = _wanted(request.POST.get("move", ""), form)
        if ahead is not None:
            _move(ahead)
            messages.success(request, _("The demo's clock was moved."))
            return redirect("demo_clock")
        status = 422
    context = {
        "form": form,
        "now": clock.now(),
        "real_now": _real_now(),
        "moved": bool(clock.offset()),
        "zone": visitors_zone(request),
    }
    return render(request, "web/demo/clock.html", context, status=status)


def _wanted(move: str, form: ClockForm) -> timedelta | None:
    """How far ahead the clock shall stand, or None when that was not said properly."""
    ahead = clock.offset()
    if move == "reset":
        return timedelta(0)
    if move in STEPS:
        return min(ahead + STEPS[move], FURTHEST)
    if move == "to" and form.is_valid():
        return ahead + (form.cleaned_data["day"] - clock.now().date())
    return None


def _move(ahead: timedelta) -> None:
    before = clock.offset()
    clock.move_demo(max(ahead, timedelta(0)))
    moved = (clock.offset() - before).total_seconds()
    with as_office("demo"), connection.cursor() as cursor:
        cursor.execute("select kernel.shift_jobs(make_interval(secs => %s))", [moved])
    sweeper.sweep.configure(actor=Actor(office="sweeper"), key="moved").defer()


def _real_now() -> datetime:
    return (clock.now() - clock.offset()).astimezone(UTC)


def _mail(mail_id: UUID) -> mail.Sent:
    with as_office("demo"):
        found = mail.inbox_mail(mail_id)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("inbox/", inbox, name="demo_inbox"),
    path("inbox/<uuid:mail_id>/", inbox_mail, name="demo_mail"),
    path("inbox/<uuid:mail_id>/page/", inbox_page, name="demo_mail_page"),
    path("inbox/<uuid:mail_id>/<int:number>/", inbox_file, name="demo_mail_file"),
    path("clock/", clock_page, name="demo_clock"),
]
