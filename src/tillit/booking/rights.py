"""What booking adds to a person's rights: what they correct in place, what they cannot be given while their data lies
at rest, and whom they may know of."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tillit.booking.actions import NAME_LENGTH, NOTE_LENGTH, rename_host, write_note
from tillit.booking.calendars import returning
from tillit.booking.intake.queries import answered
from tillit.booking.models import Booking, Host
from tillit.booking.polls import rights as polls  # noqa: F401 (they are found from here)
from tillit.kernel import clock, formats
from tillit.kernel.dpv import Words
from tillit.privacy.rights import coded, corrections, parts


def rests(person: UUID) -> Iterator[Words]:
    """Booked times that stay, without a word about them; and for a host, that nobody can book."""
    coming = Booking.objects.filter(person_id=person, state="confirmed", meeting__span__startswith__gt=clock.now())
    if count := coming.count():
        says = ngettext(
            "%(n)s booked time stays. Whoever receives you sees that the time is taken, not by whom, and you get no"
            " mail about it.",
            "%(n)s booked times stay. Whoever receives you sees that the times are taken, not by whom, and you get no"
            " mail about them.",
            count,
        )
        yield says % {"n": formats.format_number(count, get_language() or "en")}
    if Host.objects.filter(person_id=person).exists():
        yield _("Nobody can book a time with you, and you get no mail about times that are booked already.")


def knows(person: UUID) -> Iterator[tuple[UUID, str]]:
    """The hosts whom the public page names, and those of the person's own meetings."""
    for host in Host.objects.exclude(person_id=person).order_by("position", "name"):
        yield host.person_id, host.name


def _note() -> forms.Field:
    return forms.CharField(
        label=gettext_lazy("What you wrote"), max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"dir": "auto"})
    )


def _host_name() -> forms.Field:
    return forms.CharField(
        label=gettext_lazy("Your name on the public page"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


def _answers(row: UUID, value: object) -> str | None:
    """What was answered, each below its question."""
    booking = Booking.objects.select_related("meeting__meeting_type").filter(pk=row).first()
    if booking is None:
        return None
    said = answered(booking, get_language() or "en")
    return "\n".join(f"{one.label}: {_('a file') if one.file else one.text}" for one in said) or None


parts.add(parts.Part("booking", rests=rests, knows=knows, before=returning.put_aside))
coded.declare_rows("booking.booking.answers", _answers)
corrections.declare("booking.booking.note", field=_note, change=write_note, clears=True)
corrections.declare("booking.host.name", field=_host_name, change=rename_host)
for _field in (
    "zone", "weekly", "overrides", "days_off", "holidays", "travel",
    "minutes_per_day", "meetings_per_day", "meetings_per_week",
):  # fmt: skip
    corrections.elsewhere(f"booking.schedule.{_field}", "hours")
for _field in ("name", "weekly"):
    corrections.elsewhere(f"booking.otherhours.{_field}", "hours")
corrections.elsewhere("booking.busytime.span", "calendar")
for _field in ("connection.address", "connection.login", "calendar.address", "calendar.name"):
    corrections.elsewhere(f"booking.{_field}", "connections")
for _field in ("feed.titles", "written.theirs"):
    corrections.elsewhere(f"booking.{_field}", "connections")
