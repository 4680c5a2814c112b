"""What is typed when two agree on work."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from tillit.directory.typed import Words
from tillit.hiring.actions import DEAREST, Offer
from tillit.journeys.hire.shown import PAYEES, PLACES
from tillit.kernel import formats, zones
from tillit.kernel.day_fields import DayField
from tillit.wallet.amounts import MoneyField

LONGEST = 3000
RULES = (0, 6, 12, 24, 48, 72)
PAUSES = (0, 10, 15, 20, 30, 45, 60, 90)
SCALE = (5, 4, 3, 2, 1)
WEEKS = 26


def _time(label: Any, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs={"dir": "auto"}), **more)


def _text(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, **more)


def _number(value: int) -> str:
    return formats.digits(value, get_language() or "en")


def between(day: Any, start: time, end: time, zone: str) -> tuple[datetime, datetime]:
    """The span (UTC) between two times of a day on the clock of `zone`; an end that is not later is of the next day."""
    place = zones.zone(zone)
    first = datetime.combine(day, start, tzinfo=place)
    last = datetime.combine(day + timedelta(days=1) if end <= start else day, end, tzinfo=place)
    return first, last


def _public(label: Any, rows: int, **more: Any) -> Words:
    return Words(label=label, rows=rows, max_length=LONGEST, **more)


class TermsForm(forms.Form):
    """What is agreed: what, when, what it costs, and until when either side cancels freely."""

    what = _line(_("What is to be done?"), 200)
    day = DayField(label=_("Day"))
    start = _time(_("From"))
    end = _time(_("To"))
    weeks = forms.TypedChoiceField(label=_("How often"), coerce=int, initial=1, required=False, empty_value=1)  # type: ignore[arg-type]
    place = forms.ChoiceField(label=_("Where"), choices=list(PLACES.items()))
    payee = forms.ChoiceField(label=_("Who is paid"), choices=list(PAYEES.items()))
    cancel_hours = forms.TypedChoiceField(
        label=_("Either side cancels freely until"),
        coerce=int,
        initial=24,
        help_text=_("Later it counts as late, for both alike."),
    )
    notes = _text(_("Something else that you agree on?"), required=False)

    def __init__(self, *args: Any, currency: str, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        money = formats.currency_word(currency, get_language() or "en")
        rate = MoneyField(label=_("Price for an hour"), currency=currency, most=DEAREST)
        rate.help_text = _("In %(currency)s, with VAT.") % {"currency": money}
        travel = MoneyField(label=_("For the way, each time"), currency=currency, most=DEAREST, required=False)
        travel.help_text = _("In %(currency)s. Empty: nothing.") % {"currency": money}
        fields: dict[str, Any] = self.fields
        fields["weeks"].choices = [(1, _("once"))] + [
            (n, ngettext("each week, %(n)s time", "each week, %(n)s times", n) % {"n": _number(n)})
            for n in range(2, WEEKS + 1)
        ]
        fields["cancel_hours"].choices = [
            (n, ngettext("%(n)s hour before", "%(n)s hours before", n) % {"n": _number(n)} if n else _("it begins"))
            for n in RULES
        ]
        self.fields = {}
        for name, field in fields.items():
            self.fields[name] = field
            if name == "weeks":
                self.fields |= {"rate": rate, "travel": travel}

    def offer(self) -> Offer:
        """What was typed, as terms; each week at the same wall clock."""
        given = self.cleaned_data
        spans = [
            between(given["day"] + timedelta(days=7 * n), given["start"], given["end"], self.zone)
            for n in range(given["weeks"] or 1)
        ]
        return Offer(
            what=given["what"], spans=spans, rate=given["rate"], travel=given["travel"] or 0,
            notes=given["notes"], place=given["place"], payee=given["payee"],
            cancel_hours=given["cancel_hours"],
        )  # fmt: skip


class MeetingForm(forms.Form):
    """Where one meets for the first time; the times are ticked beside it."""

    place = forms.ChoiceField(
        label=_("How do you want to meet?"),
        choices=[("video", _("By video")), ("place", _("At a place"))],
        widget=forms.RadioSelect,
        initial="video",
    )
    where = _line(_("Where, or how the video call is opened"), 300, required=False)
    day = DayField(label=_("Another day"), required=False)
    time = _time(_("at"), required=False)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def own_time(self) -> datetime | None:
        """A time of one's own choosing."""
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("time")
        return datetime.combine(day, at, tzinfo=zones.zone(self.zone)) if day and at else None


class ReportForm(forms.Form):
    """Time that was worked: filled in with what was agreed, so that one look is enough."""

    day = DayField(label=_("Day"))
    start = _time(_("From"))
    end = _time(_("To"))
    pause = forms.TypedChoiceField(label=_("Pause"), coerce=int, initial=0, required=False, empty_value=0)  # type: ignore[arg-type]
    note = _line(_("A word about it"), 500, required=False)

    def __init__(self, *args: Any, currency: str, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        fields: dict[str, Any] = self.fields
        fields["pause"].choices = [
            (n, ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": _number(n)} if n else _("none")) for n in PAUSES
        ]
        travel = MoneyField(label=_("For the way"), currency=currency, most=DEAREST, required=False)
        note = self.fields.pop("note")
        self.fields |= {"travel": travel, "note": note}

    def values(self) -> dict[str, Any]:
        """What `hiring.working.report` takes."""
        given = self.cleaned_data
        start, end = between(given["day"], given["start"], given["end"], self.zone)
        return {
            "start": start, "end": end, "pause": given["pause"], "travel": given["travel"] or 0, "note": given["note"],
        }  # fmt: skip


class ObjectionForm(forms.Form):
    """Why reported time is not right."""

    objection = _text(_("What is not right?"), rows=2)


class ReviewForm(forms.Form):
    """How it was: stars, words, and how the author is called."""

    stars = forms.TypedChoiceField(label=_("How was it?"), coerce=int, widget=forms.RadioSelect)
    words = _public(_("In your words"), rows=5)
    signature = forms.ChoiceField(label=_("You are called"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["stars"].choices = [(n, ngettext("%(n)s star", "%(n)s stars", n) % {"n": _number(n)}) for n in SCALE]
        fields["signature"].choices = [(one, one) for one in names]
        fields["signature"].initial = names[0]


class AnswerForm(forms.Form):
    """The one public answer to a review."""

    words = _public(_("Your answer"), rows=4, help_text=_("Everybody can read it, and you can answer once."))


class ReferenceForm(forms.Form):
    """You may ask me: what, and for how long."""

    words = _text(_("What do you want to say of them?"), rows=4)
    months = forms.TypedChoiceField(label=_("For how long may others ask you?"), coerce=int, initial=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["months"].choices = [
            (n, ngettext("%(n)s month", "%(n)s months", n) % {"n": _number(n)}) for n in (1, 3, 6, 12)
        ]


class AskForm(forms.Form):
    """Why one wants to read a reference."""

    words = _text(_("Why do you ask?"), rows=2, help_text=_("Whoever gives the reference reads it, and decides."))
