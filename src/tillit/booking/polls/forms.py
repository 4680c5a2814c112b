"""What a host says about a poll, and whom they ask by mail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tillit.booking.models import Host
from tillit.booking.polls.models import MOST_TIMES
from tillit.kernel import clock, formats, mail, zones
from tillit.kernel.day_fields import DayField
from tillit.kernel.normal import clean_text

LENGTHS = (15, 20, 30, 45, 60, 90, 120, 180, 240, 480)
STANDARD = 60
OWN_TIMES = 3
MOST_ADDRESSES = 50


def read_start(text: str) -> datetime | None:
    """A whole minute from a form, in UTC; None for what is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if not moment.tzinfo or not 1971 <= moment.year <= 3000:
        return None
    return zones.minute_to_utc(zones.minute_down(moment))


def _number(value: int) -> str:
    return formats.digits(value, get_language() or "en")


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": _number(hours)}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": _number(minutes)}


def read_minutes(text: str) -> int:
    """How long the meeting takes, of what is offered; an hour for what is not."""
    return int(text) if text.isascii() and text.isdigit() and int(text[:4]) in LENGTHS else STANDARD


class PollForm(forms.Form):
    """What it is about, how long it takes, until when one can answer, and who sees what. Times are ticked beside it, on
    the clock of `zone`, or written here."""

    title = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("Everybody with the link reads it."),
    )
    place = forms.CharField(
        label=gettext_lazy("Where"), max_length=300, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    about = forms.CharField(
        label=gettext_lazy("Something they should know?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    minutes = forms.TypedChoiceField(label=gettext_lazy("How long it takes"), coerce=int, initial=STANDARD)
    with_hosts = forms.MultipleChoiceField(
        label=gettext_lazy("Colleagues who must be there too"), required=False, widget=forms.CheckboxSelectMultiple
    )
    closes = DayField(label=gettext_lazy("One can answer until the end of this day"))
    keeps_free = forms.BooleanField(
        label=gettext_lazy("Keep these times free until it is decided: nobody can book them"),
        required=False,
        initial=True,
    )
    shows_names = forms.BooleanField(
        label=gettext_lazy("Whoever has answered sees who else can. They are told so before they answer."),
        required=False,
    )

    def __init__(self, *args: Any, zone: str, others: Iterable[Host] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zones.zone(zone)
        fields: dict[str, Any] = self.fields
        fields["minutes"].choices = [(n, _length(n)) for n in LENGTHS]
        self.others = {str(host.pk): host for host in others}
        fields["with_hosts"].choices = [(pk, host.name) for pk, host in self.others.items()]
        if not self.others:
            del fields["with_hosts"]
        for number in range(1, OWN_TIMES + 1):
            fields[f"day_{number}"] = DayField(label=gettext_lazy("Day"), required=False)
            fields[f"time_{number}"] = forms.TimeField(
                label=gettext_lazy("Begins"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
            )

    def own_times(self) -> list[tuple[Any, Any]]:
        """The pairs of fields for times of the host's own choosing."""
        return [(self[f"day_{number}"], self[f"time_{number}"]) for number in range(1, OWN_TIMES + 1)]

    def clean_title(self) -> str:
        return self._text("title", lines=False)

    def clean_place(self) -> str:
        return self._text("place", lines=False)

    def clean_about(self) -> str:
        return self._text("about", lines=True)

    def _text(self, name: str, *, lines: bool) -> str:
        text = clean_text(self.cleaned_data[name], lines=lines)
        if self.fields[name].required and not text:
            raise ValidationError(self.fields[name].error_messages["required"])
        return text

    def clean(self) -> dict[str, Any]:
        """Adds `starts` (instants, in order) and `closes_at`."""
        data = super().clean() or {}
        starts = {moment for text in self._ticked() if (moment := read_start(text))}
        for number in range(1, OWN_TIMES + 1):
            day, begins = data.get(f"day_{number}"), data.get(f"time_{number}")
            if day and begins:
                starts.add(self._instant(f"day_{number}", day, begins))
            elif day or begins:
                self.add_error(f"day_{number}", _("A time needs a day and when it begins."))
        now = clock.now()
        if any(one <= now for one in starts):
            raise ValidationError(_("One of the times is over already. Take it out."))
        if any(one > now + timedelta(days=395) for one in starts):
            raise ValidationError(_("One of the times is more than a year away."))
        if not starts and not self.errors:
            raise ValidationError(_("Choose at least one time."))
        if len(starts) > MOST_TIMES:
            raise ValidationError(
                _("At most %(n)s times; fewer are easier to answer."), params={"n": _number(MOST_TIMES)}
            )
        data["starts"] = sorted(starts)
        if data.get("closes") and starts:
            end = self._instant("closes", data["closes"], time(23, 59))
            if end <= now:
                self.add_error("closes", _("That day is over already."))
            data["closes_at"] = min(end, max(starts))
        return data

    def _ticked(self) -> list[str]:
        data: Any = self.data
        return list(data.getlist("start"))[:400] if hasattr(data, "getlist") else list(data.get("start", ()))

    def _instant(self, field: str, day: Any, at: time) -> datetime:
        if not 1971 <= day.year <= 2999:
            self.add_error(field, _("No calendar of ours reaches that day."))
            return clock.now() + timedelta(days=1)
        return zones.local_to_utc(datetime.combine(day, at), self.zone)


class AskForm(forms.Form):
    """To whom a mail goes: addresses with spaces, commas or lines between them."""

    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=15_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "autocomplete": "off"}),
        help_text=gettext_lazy("One on each line, at most 50. Each gets a link of their own."),
    )

    def clean_addresses(self) -> list[str]:
        found = [one for one in re.split(r"[\s,;<>،؛]+", self.cleaned_data["addresses"]) if one]
        wrong = [one for one in found if not mail.can_reach(one)]
        if wrong:
            raise ValidationError(
                _("This is no e-mail address: %(address)s"), params={"address": f"\u2068{wrong[0][:80]}\u2069"}
            )
        if len(found) > MOST_ADDRESSES:
            raise ValidationError(_("At most %(n)s at once."), params={"n": _number(MOST_ADDRESSES)})
        return list(dict.fromkeys(found))
