"""Reads: what is asked, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _

from tillit.access import Actor, current
from tillit.booking.intake.asking import NOTHING, Intake
from tillit.booking.intake.models import DRAFT, IntakeForm
from tillit.booking.intake.questions import Question, asked, read
from tillit.booking.intake.routing import read_routes
from tillit.kernel import formats, sealed
from tillit.kernel.tables import Upload

if TYPE_CHECKING:
    from tillit.booking.models import Booking, MeetingType

MOST_REMEMBERED = 500
_remembered: dict[tuple[UUID, int], Intake] = {}


@dataclass(frozen=True)
class Answered:
    """One answer beside its question. file: the id of what was sent."""

    label: str
    text: str
    file: UUID | None = None


def current_intake(kind: MeetingType) -> Intake:
    """What is asked of whoever books a type now."""
    return version_of(kind, kind.intake)


def version_of(kind: MeetingType, version: int) -> Intake:
    """A published version of a type's questions, which this process remembers, as it never changes; NOTHING where
    there is none that the actor may see."""
    known = _remembered.get((kind.pk, version))
    if known is None and version > DRAFT:
        row = IntakeForm.objects.filter(meeting_type=kind, version=version).first()
        if row is None:
            return NOTHING
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.pop(next(iter(_remembered)), None)
        known = Intake(version, read(row.questions), kind.pk, read_routes(row.routes))
        _remembered[kind.pk, version] = known
    return known or NOTHING


def intake_of(booking: Booking) -> Intake:
    """What the guest of a booking answered, or is still to answer."""
    kind = booking.meeting.meeting_type
    return version_of(kind, booking.intake or kind.intake)


def answered(booking: Booking, language: str) -> list[Answered]:
    """What the guest answered, in the order of asking."""
    if not booking.intake:
        return []
    given = booking.answers or {}
    intake = version_of(booking.meeting.meeting_type, booking.intake)
    return [shown(one, given[one.key], language) for one in asked(intake.questions, given) if one.key in given]


def shown(one: Question, value: Any, language: str) -> Answered:
    """One answer as people read it."""
    label = one.word("label", language)
    if one.kind == "file":
        return Answered(label, "", UUID(value))
    if one.kind == "consent":
        return Answered(label, _("yes"))
    if one.kind == "choice":
        option = one.option(value)
        return Answered(label, option.label(language) if option else str(value))
    if one.kind == "date":
        return Answered(label, formats.format_date(date.fromisoformat(value), language))
    if one.kind == "number":
        return Answered(label, formats.digits(value, language))
    return Answered(label, str(value))


def file(booking: UUID, upload: UUID) -> Upload:
    """A file among the answers, to its guest and to the hosts who may know them; 404 for others, and if it is gone."""
    organisation: Any = (current() or Actor()).organisation
    with connection.cursor() as cursor:
        cursor.execute("select * from booking.file(%s, %s)", [booking, upload])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    _id, owner, name, kind, size = row
    found = Upload(id=upload, organisation_id=organisation, owner_id=owner, kind=kind, size=size)
    found.name = sealed.opened(Upload, "name", name, organisation=organisation, row=upload, person=owner)
    return found
