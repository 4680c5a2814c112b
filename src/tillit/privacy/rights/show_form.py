"""Showing a detail of oneself to one person for a while: what is asked, and doing it. Used by "My data" and by threads.

Whoever sees or loses something hears of it on their open page (kernel.live)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.access import actions as access
from tillit.access.scopes import SCOPES
from tillit.kernel import clock, live, zones
from tillit.kernel.day_fields import DayField
from tillit.privacy.rights import showing

TIMES = {
    "1": (timedelta(hours=1), _("an hour")),
    "24": (timedelta(hours=24), _("a day")),
    "48": (timedelta(hours=48), _("two days")),
    "168": (timedelta(days=7), _("a week")),
    "720": (timedelta(days=30), _("a month")),
}
DAY = "day"
LONGEST = timedelta(days=365)


class ShowForm(forms.Form):
    """What to show, to whom (a choice where it is not settled), for how long or until the end of a day. zone: IANA, of
    the person who chooses."""

    scope = forms.ChoiceField(label=_("What?"), widget=forms.RadioSelect)
    to = forms.TypedChoiceField(label=_("To whom?"), coerce=UUID)
    hours = forms.ChoiceField(label=_("For how long?"), initial="48")
    until = DayField(label=_("Until the end of this day"), required=False)

    def __init__(
        self,
        *args: Any,
        people: list[tuple[UUID, str]],
        zone: str = "Europe/Stockholm",
        one: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        fields: dict[str, Any] = self.fields
        fields["scope"].choices = [(scope, SCOPES[scope]) for scope in showing.choosable()]
        fields["to"].choices = [(str(who), name) for who, name in people]
        if one:
            fields["to"].initial = str(people[0][0]) if people else ""
            fields["to"].widget = forms.HiddenInput()
        times = [(key, says) for key, (_length, says) in TIMES.items()]
        fields["hours"].choices = [*times, (DAY, _("until a day that I choose"))]

    def clean(self) -> dict[str, Any]:
        """Adds `ends`, the moment (aware) at which it closes. Raises ValidationError for a day that is past or too
        far."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("hours") == DAY:
            day: date | None = given.get("until")
            if day is None:
                if "until" not in self.errors:
                    self.add_error("until", _("Choose a day."))
                return given
            given["ends"] = _end_of(day, self.zone)
            if not clock.now() < given["ends"] <= clock.now() + LONGEST:
                self.add_error("until", _("Choose a day from today on, within a year."))
        elif given.get("hours"):
            given["ends"] = clock.now() + TIMES[given["hours"]][0]
        return given

    def show(self) -> UUID:
        """Show what a valid form says; returns the grant. Raises access.actions.Refused."""
        told = self.cleaned_data
        return show(told["scope"], told["to"], told["ends"])


def show(scope: str, to: UUID, until: datetime) -> UUID:
    """Show it, and let their open page know. Raises access.actions.Refused, ValueError."""
    grant = access.show(scope, to, until)
    live.publish(to, "privacy.shown", grant)
    return grant


def take_back(grant: UUID) -> bool:
    """Take back one of the acting person's own, at once. False when it is not theirs, or over."""
    mine = {one.id: one.other for one in showing.of_me()}
    if grant not in mine or not access.take_back(grant):
        return False
    if other := mine[grant]:
        live.publish(other, "privacy.shown", grant)
    return True


def _end_of(day: date, zone: str) -> datetime:
    """The end of a day in a zone, as an instant (UTC)."""
    return zones.minute_to_utc(zones.wall_minute(zone, day.toordinal() + 1, 0))
