"""Choosing how one is told."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tillit.kernel import formats
from tillit.notify.kinds import Channel, How, Kind
from tillit.notify.said import STATES
from tillit.privacy.rights import coded

WORDS = {
    How.NOW: gettext_lazy("at once"),
    How.DAILY: gettext_lazy("once a day"),
    How.OFF: gettext_lazy("not at all"),
}


class SettingsForm(forms.Form):
    """Every kind of message by every channel, and the quiet hours."""

    def __init__(self, settings: list[tuple[Kind, list[tuple[Channel, How]]]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = settings
        for kind, channels in settings:
            for channel, how in channels:
                offered = [h for h in How if h is not How.DAILY or channel is Channel.MAIL]
                self.fields[field_name(kind, channel)] = forms.ChoiceField(
                    label=str(channel.label),
                    choices=[(h.value, WORDS[h]) for h in offered],
                    initial=how.value,
                    widget=forms.Select,
                )
        for name, label in (("starts", gettext_lazy("Quiet from")), ("ends", gettext_lazy("until"))):
            self.fields[name] = forms.TimeField(
                label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            )

    def groups(self) -> list[tuple[Kind, list[Any]]]:
        """The fields of each kind, for the page."""
        return [
            (kind, [self[field_name(kind, channel)] for channel, _how in channels]) for kind, channels in self.settings
        ]

    def clean(self) -> dict[str, Any]:
        """Quiet hours have a start and an end, and are not the whole day."""
        answer = super().clean() or {}
        starts, ends = answer.get("starts"), answer.get("ends")
        if (starts is None) != (ends is None):
            raise forms.ValidationError(_("Say when the quiet hours begin and when they end, or leave both empty."))
        if starts is not None and starts == ends:
            raise forms.ValidationError(_("Quiet hours end at another time than they begin."))
        return answer

    def chosen(self) -> list[tuple[Kind, Channel, How]]:
        """What differs from before."""
        return [
            (kind, channel, How(self.cleaned_data[field_name(kind, channel)]))
            for kind, channels in self.settings
            for channel, how in channels
            if self.cleaned_data[field_name(kind, channel)] != how.value
        ]

    def quiet(self) -> tuple[int, int] | None:
        """The quiet hours in minutes of the day."""
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        return (_minute(starts), _minute(ends)) if starts is not None else None


def field_name(kind: Kind, channel: Channel) -> str:
    """The name of the field of one kind and channel."""
    return f"{kind.name}:{channel.value}"


def clock_time(minute: int) -> time:
    """The time of day of a minute."""
    return time(minute // 60, minute % 60)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _o_clock(minute: Any) -> str:
    """A minute of the day as a clock shows it."""
    at = time(int(minute) // 60 % 24, int(minute) % 60)
    return formats.format_time(at, get_language() or "en")


# as whoever it is about reads it under My data
coded.declare("notify.preference.how", {how.value: words for how, words in WORDS.items()})
coded.declare("notify.quiet.starts", _o_clock)
coded.declare("notify.quiet.ends", _o_clock)
coded.declare("notify.sending.state", STATES)
coded.declare("notify.stop.why", {why: STATES[why] for why in ("bounced", "complained")})
coded.declare("notify.note.path", lambda _path: _("the page that it leads to"))
coded.declare("notify.device.subscription", lambda _where: _("the address of this browser at its maker"))
