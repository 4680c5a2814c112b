"""What hosts type about their own time, and administrators about what can be booked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import lazy
from django.utils.text import capfirst, format_lazy, slugify
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from tillit.booking import hours
from tillit.booking.models import Host, MeetingType, Schedule
from tillit.kernel import formats, zones
from tillit.kernel.day_fields import DayField
from tillit.kernel.lines import one_line
from tillit.kernel.public_holidays import COUNTRIES


def _length(minutes: int) -> str:
    return formats.format_duration(minutes, get_language() or "en")


_length_later = lazy(_length, str)


class BlockForm(forms.Form):
    """A span of one day in which the host is not free, on the wall clock of the host's zone."""

    day = DayField(label=_("Day"))
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zones.zone(zone)

    def clean(self) -> dict[str, Any]:
        """Adds `start` and `end` as instants. An end at or before the start is in the next night."""
        data = super().clean() or {}
        if self.errors:
            return data
        day, begins, ends = data["day"], data["begins"], data["ends"]
        try:
            last = day if ends > begins else day + timedelta(days=1)
            data["start"] = zones.local_to_utc(datetime.combine(day, begins), self.zone)
            data["end"] = zones.local_to_utc(datetime.combine(last, ends), self.zone)
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("No calendar of ours reaches that day.")) from None
        if data["end"] <= data["start"]:
            raise forms.ValidationError(_("The clocks change that night: there is no time between the two."))
        return data


class HoursForm(forms.Form):
    """When a host works: the week, and what differs on certain days."""

    zone = forms.CharField(
        label=_("Your time zone"), max_length=64, widget=forms.TextInput(attrs={"dir": "ltr", "list": "zones"})
    )
    overrides = forms.CharField(
        label=_("Other hours on certain days"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_("One day a line, as 2026-12-23 09:00–12:00. They replace the week's hours of that day."),
    )
    days_off = forms.CharField(
        label=_("Days off"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_("One date a line."),
    )
    holidays = forms.ChoiceField(
        label=_("Public holidays are days off"),
        required=False,
        choices=[("", _("No, I work on them")), *COUNTRIES.items()],
        help_text=_("To work on one of them, give that day hours of its own above."),
    )
    travel = forms.CharField(
        label=_("Travelling"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr"}),
        help_text=_("First day, last day and time zone, as 2027-01-03 2027-01-09 Asia/Tehran."),
    )

    def __init__(self, *args: Any, language: str, zone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = formats.first_weekday(language, zone or None)
        self.weekdays = [(first + n) % 7 + 1 for n in range(7)]
        example = hours.write_spans([["09:00", "12:00"], ["13:00", "16:00"]], language)
        rest = dict(self.fields)
        self.fields.clear()
        self.fields["zone"] = rest.pop("zone")
        for weekday in self.weekdays:
            self.fields[f"day{weekday}"] = forms.CharField(
                label=capfirst(formats.weekday_name(weekday - 1, language)),
                required=False,
                max_length=400,
                widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": example}),
            )
        self.fields.update(rest)

    @classmethod
    def of(cls, schedule: Schedule | None, *, language: str, zone: str) -> HoursForm:
        """The form filled with a schedule."""
        if schedule is None:
            return cls(language=language, zone=zone, initial={"zone": zone})
        initial = {f"day{day}": hours.write_spans(spans, language) for day, spans in schedule.weekly.items()}
        initial |= {
            "zone": schedule.zone,
            "holidays": schedule.holidays,
            "overrides": "\n".join(
                f"{hours.write_day(day, language)} {hours.write_spans(spans, language)}".strip()
                for day, spans in sorted(schedule.overrides.items())
            ),
            "days_off": "\n".join(hours.write_day(day, language) for day in schedule.days_off),
            "travel": "\n".join(
                f"{hours.write_day(first, language)} {hours.write_day(last, language) if last else '-'} {where}"
                for first, last, where in schedule.travel
            ),
        }
        return cls(language=language, zone=schedule.zone, initial=initial)

    def clean_zone(self) -> str:
        name = self.cleaned_data["zone"].strip()
        try:
            zones.zone(name)
        except zones.UnknownZone:
            raise forms.ValidationError(_("We do not know that time zone.")) from None
        return str(name)

    def clean(self) -> dict[str, Any]:
        """Adds `weekly`, and reads the other parts as the engine takes them."""
        data = super().clean() or {}
        readers = {f"day{day}": hours.read_spans for day in self.weekdays} | {
            "overrides": hours.read_overrides,
            "days_off": hours.read_days,
            "travel": hours.read_travel,
        }
        for name, read in readers.items():
            try:
                data[name] = read(data.get(name) or "")
            except hours.Unreadable as wrong:
                self.add_error(name, str(wrong))
        data["weekly"] = {str(day): data.get(f"day{day}") or [] for day in range(1, 8) if data.get(f"day{day}")}
        return data


class MeetingTypeForm(forms.Form):
    """What can be booked, and by which rules."""

    slug = forms.SlugField(
        label=_("Short name in the address"),
        max_length=60,
        required=False,
        help_text=_("Left empty, it is made of the title."),
    )
    place = forms.ChoiceField(
        label=_("Where"), choices=[("video", _("Video")), ("phone", _("Phone")), ("place", _("A place"))]
    )
    duration = forms.IntegerField(label=_("Length in minutes"), min_value=5, max_value=7 * 24 * 60)
    step = forms.IntegerField(label=_("Minutes from one start to the next"), min_value=5, max_value=7 * 24 * 60)
    buffer_before = forms.IntegerField(label=_("Minutes kept free before"), min_value=0, max_value=1440)
    buffer_after = forms.IntegerField(label=_("Minutes kept free after"), min_value=0, max_value=1440)
    notice_hours = forms.IntegerField(label=_("Hours of notice at least"), min_value=0, max_value=24 * 90)
    horizon_days = forms.IntegerField(label=_("Days ahead at most"), min_value=1, max_value=730)
    max_per_day = forms.IntegerField(label=_("Meetings a day at most"), min_value=1, max_value=200, required=False)
    max_per_week = forms.IntegerField(label=_("Meetings a week at most"), min_value=1, max_value=1000, required=False)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500)
    waiting_places = forms.IntegerField(
        label=_("Places on the waiting list of a full session"), min_value=0, max_value=500, required=False
    )
    times = forms.IntegerField(
        label=_("Weeks in a row, booked together"),
        min_value=1,
        max_value=26,
        required=False,
        help_text=_("1: booked once. More: all the dates or none."),
    )
    change_hours = forms.IntegerField(
        label=_("Hours before it until which both sides move it, or cancel it without being late"),
        min_value=0,
        max_value=24 * 30,
        required=False,
    )
    assignment = forms.ChoiceField(
        label=_("Who takes it"),
        choices=[
            ("single", _("The one host")),
            ("collective", _("All the hosts together")),
            ("round_robin", _("Whichever host is free")),
        ],
    )
    alignment = forms.ChoiceField(
        label=_("Starts"),
        choices=[
            ("ceil_local_grid", _("On the even quarter, half or whole hour")),
            ("max_count_then_round", _("As many as possible")),
        ],
    )
    grid = forms.ChoiceField(
        label=_("Even"),
        choices=[(str(n), _length_later(n)) for n in (5, 10, 15, 30, 60)],
    )
    hosts = forms.MultipleChoiceField(label=_("Hosts, the first one preferred"), widget=forms.CheckboxSelectMultiple)
    published = forms.BooleanField(label=_("Shown on the public page"), required=False)

    RARE = ("slug", "step", "alignment", "grid", "buffer_before", "buffer_after", "notice_hours", "horizon_days",
            "max_per_day", "max_per_week", "capacity", "waiting_places", "times", "change_hours")  # fmt: skip
    SAME = ("slug", "place", "duration", "step", "buffer_before", "buffer_after", "max_per_day", "max_per_week",
            "capacity", "waiting_places", "times", "assignment", "alignment", "published")  # fmt: skip
    DEFAULTS = {
        "place": "video", "duration": 45, "step": 60, "buffer_before": 0, "buffer_after": 15, "notice_hours": 4,
        "horizon_days": 60, "capacity": 1, "assignment": "single", "alignment": "ceil_local_grid", "grid": "15",
        "waiting_places": 0, "times": 1, "change_hours": 0, "published": True,
    }  # fmt: skip

    def __init__(self, *args: Any, hosts: Iterable[Host], languages: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hosts"].choices = [(str(host.pk), host.name) for host in hosts]  # type: ignore[attr-defined]
        rest = dict(self.fields)
        self.fields.clear()
        self.languages = list(languages)
        for number, code in enumerate(self.languages):
            own = {"lang": code, "dir": "rtl" if code == "fa" else "ltr"}
            name = get_language_info(code)["name_local"]
            self.fields[f"title_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Title"), name),
                max_length=120,
                required=number == 0,
                widget=forms.TextInput(attrs=own),
            )
            self.fields[f"summary_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("In one sentence"), name),
                max_length=300,
                required=False,
                widget=forms.TextInput(attrs=own),
            )
        self.fields.update(rest)

    def parts(self) -> list[tuple[str, list[BoundField], bool]]:
        """The fields as the page shows them: a heading (none for what everybody fills in), the fields, and whether
        one of them is wrong."""
        others = [f"{name}_{code}" for code in self.languages[1:] for name in ("title", "summary")]
        usual = [name for name in self.fields if name not in {*others, *self.RARE}]
        headed = [("", usual), (_("In other languages"), others), (_("Rules that seldom need a change"), self.RARE)]
        return [
            (str(heading), [self[name] for name in names], any(name in self.errors for name in names))
            for heading, names in headed
            if names
        ]

    def clean(self) -> dict[str, Any]:
        """Adds `fields`: the values as the model has them."""
        data = super().clean() or {}
        if self.errors:
            return data
        data["slug"] = data["slug"] or self._slug(data)
        data |= {"waiting_places": data["waiting_places"] or 0, "times": data["times"] or 1}
        if data["waiting_places"] and data["times"] > 1:
            self.add_error("waiting_places", _("What is booked for several weeks has no waiting list."))
        if data["assignment"] == "single" and len(data["hosts"]) > 1:
            self.add_error("hosts", _("One host takes it: choose one, or let several share it."))
        words = {
            code: {"title": one_line(data[f"title_{code}"]), "summary": one_line(data[f"summary_{code}"])}
            for code in self.languages
            if data[f"title_{code}"]
        }
        data["fields"] = {name: data[name] for name in self.SAME} | {
            "words": words,
            "grid": int(data["grid"]),
            "notice": data["notice_hours"] * 60,
            "horizon": data["horizon_days"] * 24 * 60,
            "change_notice": (data["change_hours"] or 0) * 60,
        }
        return data

    def _slug(self, data: dict[str, Any]) -> str:
        """A short name from the first title that Latin letters can write, else from where and how long."""
        titles = (slugify(data[f"title_{code}"]) for code in self.languages)
        made = next(filter(None, titles), "") or f"{data['place']}-{data['duration']}"
        return made[:60].strip("-")

    @classmethod
    def filled(cls, kind: MeetingType, **given: Any) -> MeetingTypeForm:
        """The form with a type's values."""
        initial = {name: getattr(kind, name) for name in cls.SAME} | {
            "grid": str(kind.grid),
            "notice_hours": -(-kind.notice // 60),
            "horizon_days": -(-kind.horizon // (24 * 60)),
            "change_hours": -(-kind.change_notice // 60),
            "hosts": [str(one.host_id) for one in kind.type_hosts.filter(stands_in=False).order_by("priority")],
        }
        for code, words in kind.words.items():
            initial |= {f"title_{code}": words.get("title", ""), f"summary_{code}": words.get("summary", "")}
        return cls(initial=initial, **given)


class RemindersForm(forms.Form):
    """When both sides are reminded before a booking."""

    OFFERED: ClassVar[dict[int, Any]] = {
        10080: _("a week before"),
        2880: _("two days before"),
        1440: _("24 hours before"),
        240: _("four hours before"),
        60: _("an hour before"),
        15: _("a quarter of an hour before"),
    }

    times = forms.MultipleChoiceField(
        label=_("Remind guest and host"),
        required=False,
        choices=list(OFFERED.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_times(self) -> list[int]:
        """Minutes before the booking, five of them at the most."""
        chosen = [int(one) for one in self.cleaned_data["times"]]
        if len(chosen) > 5:
            raise forms.ValidationError(now("Five reminders are enough for anybody. Choose at most five."))
        return chosen
