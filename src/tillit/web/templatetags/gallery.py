"""{% load gallery %}{% gallery_sample as sample %}: invented content for the gallery of parts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.template import Library
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tillit.kernel import formats
from tillit.kernel.jalali import month_of
from tillit.web.templatetags.library import language

register = Library()

TODAY = date(2027, 3, 12)
PICKED = date(2027, 3, 18)
HOST, GUEST = "Europe/Stockholm", "America/New_York"
ICONS = (
    "arrow", "auto", "bank", "bell", "calendar", "chat", "check", "clip", "clock", "copy", "device", "dots",
    "down", "erase", "eye", "eye-off", "flag", "gear", "globe", "group", "home", "in", "info", "key", "link",
    "list", "lock", "mail", "menu", "minus", "moon", "next", "out", "paper", "passkey", "pause", "pen", "phone",
    "photo", "pin", "plus", "prev", "repeat", "search", "send", "shield", "star", "sun", "tag", "undo", "user",
    "video", "wallet", "warn", "x",
)  # fmt: skip


class SampleForm(forms.Form):
    """One field of every kind."""

    use_required_attribute = False

    name = forms.CharField(label=lazy("Your name"), initial="Grace Miller")
    email = forms.EmailField(
        label=lazy("E-mail"),
        help_text=lazy("For the confirmation and two reminders. Nothing more."),
    )
    aim = forms.CharField(
        label=lazy("What would you like to leave the meeting with?"),
        widget=forms.Textarea(attrs={"placeholder": lazy("Two or three sentences are plenty")}),
    )
    language = forms.ChoiceField(
        label=lazy("Language of the meeting"), choices=[("en", "English"), ("sv", "Svenska"), ("fa", "فارسی")]
    )
    reach = forms.ChoiceField(
        label=lazy("How shall we remind you?"),
        choices=[("mail", lazy("By e-mail")), ("sms", lazy("By text message"))],
        widget=forms.RadioSelect,
        initial="mail",
    )
    reminder = forms.BooleanField(label=lazy("Remind me an hour before"), initial=True, required=False)
    address = forms.BooleanField(label=lazy("Petra sees my address"), initial=True, required=False)
    file = forms.FileField(
        label=lazy("Something to read first?"),
        help_text=lazy("10 MB at most. Hidden details inside it, such as author and place, are taken away."),
        required=False,
    )


@register.simple_tag
def gallery_sample(unique: str = "") -> dict[str, Any]:
    """Everything the gallery shows, in the page's language; `unique` keeps ids apart."""
    code = language()
    calendar = formats.calendar_for(code)
    grid = formats.month_grid(*month_of(TODAY, calendar), calendar, formats.first_weekday(code, GUEST), code)
    wrong = SampleForm({"name": "Grace Miller", "email": "grace@example", "reach": "sms"}, auto_id=f"wrong-{unique}%s")
    starts = [datetime(2027, 3, 18, hour, tzinfo=UTC) for hour in (9, 11, 12, 13, 14)]
    return {
        "grid": grid,
        "states": _states(grid),
        "today": TODAY,
        "picked": PICKED,
        "host": HOST,
        "guest": GUEST,
        "starts": starts,
        "start": starts[3],
        "rows": _rows(starts[3]),
        "offers": _offers(),
        "form": SampleForm(auto_id=f"{unique}%s"),
        "wrong": wrong,
        "week": formats.week_start(PICKED, formats.first_weekday(code)),
        "now": datetime(2027, 3, 18, 12, 20, tzinfo=ZoneInfo(HOST)),
        "events": _events(),
        "open": [
            (datetime(2027, 3, day, 9, tzinfo=ZoneInfo(HOST)), datetime(2027, 3, day, 16, tzinfo=ZoneInfo(HOST)))
            for day in range(15, 20)
        ],
        "happened": _happened(),
        "until": date(2027, 4, 17),
        "tabs": [
            {"label": _("Week"), "url": "#", "icon": "calendar", "current": True},
            {"label": _("List"), "url": "#", "icon": "list"},
        ],
        "steps": [_("What"), _("When"), _("Who")],
        "icons": ICONS,
        "people": ["Helena Lind", "Sara Holm", "Jonas Berg", "مریم احمدی", "Åsa"],
    }


def _states(grid: formats.MonthGrid) -> dict[date, Any]:
    states: dict[date, Any] = {}
    for day in (cell.date for week in grid.weeks for cell in week if cell):
        if day < TODAY:
            states[day] = "past"
        elif day > TODAY and day.weekday() < 5:
            state = {15: "full", 26: "few", 24: "booked"}.get(day.day, "free")
            states[day] = state if state == "full" else {"state": state, "url": f"#{day.isoformat()}"}
        elif day.weekday() == 6:
            states[day] = "closed"
    return states


def _rows(start: datetime) -> list[tuple[str, str]]:
    code, end = language(), start + timedelta(minutes=45)
    return [
        (_("You"), formats.join_words(
            [formats.format_time_range(start, end, code, zone=GUEST), formats.zone_city(GUEST, code)], code)),
        ("Helena", formats.join_words(
            [formats.format_time_range(start, end, code, zone=HOST), formats.zone_city(HOST, code)], code)),
        (_("Price"), formats.format_money(120_000, "SEK", code)),
    ]  # fmt: skip


def _offers() -> list[dict[str, Any]]:
    code = language()
    return [
        {"title": _("First talk"), "note": formats.format_duration(20, code), "url": "#first", "icon": "clock"},
        {"title": _("Consultation"), "note": formats.format_duration(45, code), "url": "#consultation",
         "icon": "video", "current": True},
        {"title": _("Two of us together"), "note": formats.format_duration(60, code), "url": "#together",
         "icon": "group"},
    ]  # fmt: skip


def _events() -> list[dict[str, Any]]:
    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2027, 3, day, hour, minute, tzinfo=ZoneInfo(HOST))

    consultation, first = _("Consultation"), _("First talk")
    return [
        {"start": at(15, 10), "end": at(15, 10, 45), "title": "Maja Ek", "note": consultation, "url": "#maja"},
        {"start": at(16, 9), "end": at(16, 12), "title": _("Busy"), "kind": "busy"},
        {"start": at(16, 13), "end": at(16, 13, 20), "title": "Omid Rad", "note": first, "url": "#omid"},
        {"start": at(17, 14), "end": at(17, 14, 45), "title": "Lea Brandt", "note": consultation, "kind": "off"},
        {"start": at(18, 14), "end": at(18, 14, 45), "title": "Grace Miller", "note": consultation, "url": "#grace"},
        {"start": at(18, 14, 30), "end": at(18, 15, 30), "title": "Ali Nouri", "note": consultation,
         "kind": "waits", "url": "#ali"},
        {"start": at(19, 11), "end": at(19, 12, 30), "title": "Siv & Nils", "note": _("Two of us together"),
         "url": "#siv"},
    ]  # fmt: skip


def _happened() -> list[dict[str, Any]]:
    code = language()

    def at(hour: int, minute: int) -> str:
        return formats.format_time(datetime(2027, 3, 12, hour, minute, tzinfo=UTC), code, zone=HOST)

    return [
        {"title": _("Grace booked a consultation"), "when": at(9, 12), "note": _("From New York"), "state": "done"},
        {"title": _("Helena read the answers"), "when": at(10, 40), "state": "seen"},
        {"title": _("Waits for confirmation"), "when": at(10, 41), "state": "now"},
        {"title": _("The meeting"), "when": formats.format_date(PICKED, code, "short")},
    ]


@register.filter
def split_words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()
