"""The questions of a meeting type, version by version. What was answered lies in the booking, sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tillit.access.visible import staff
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import Block

DRAFT = 0


class IntakeForm(Row, Made):
    """A version of the questions of a meeting type (questions.py says what stands in them).

    version: 0 for the draft that is being worked on; what was published never changes, so that an answer can always
    be read beside its question.
    """

    not_personal = ("version", "questions", "routes", "made")

    meeting_type = models.ForeignKey("booking.MeetingType", CASCADE, related_name="forms")
    version = models.PositiveIntegerField()
    questions = models.JSONField(default=list)
    routes = models.JSONField(default=list, blank=True, help_text="Where answers lead (routing.py).")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting_type", "version"], name="intake_version_once"),
            models.CheckConstraint(condition=Q(version__gte=0), name="intake_version_counts"),
        ]

    class Visible:
        see = [
            Block("version > 0 and exists (select 1 from booking_meetingtype t where t.id = meeting_type_id)"),
            staff("administrator"),
        ]
        add = [staff("administrator")]
        change = [staff("administrator") & Block("version = 0")]
        remove = [staff("administrator") & Block("version = 0")]
        fields_to_change = ("questions", "routes")
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.version)
