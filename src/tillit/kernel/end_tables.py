"""What will end and what has ended, what the sweeper did, and the settings that move clocks (kernel/ends.py)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q

from tillit.kernel.models import CASCADE, SET_NULL, Made, Record, Row
from tillit.kernel.rls import Block, own

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2400, 1, 1, tzinfo=UTC)


class End(Record, Made):
    """`object` of `kind` ends at `due`. Written by definer functions only (sql/ends.sql).

    At most one is open for an object. A closed one stays for a while, for the person whom it concerns.
    """

    not_personal = (
        "kind", "object_id", "due", "first_due", "since", "why", "wake", "attempts", "problem", "state", "closed",
        "batch_id", "made",
    )  # fmt: skip

    organisation = models.ForeignKey("identity.Organisation", CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    subject = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+", db_index=False)
    due = models.DateTimeField()
    first_due = models.DateTimeField(help_text="What was said at first, so that a postponement can be seen.")
    since = models.DateTimeField(null=True, help_text="What `due` is counted from, where a setting says how long.")
    why = models.CharField(max_length=60, help_text="A stable word, where the kind does not say it all.")
    wake = models.DateTimeField(help_text="When the sweeper looks: `due`, or later after a failure.")
    attempts = models.PositiveIntegerField(default=0, help_text="How often the handler has failed.")
    problem = models.CharField(max_length=200, help_text="Kind of error and place in the code, never its text.")
    state = models.CharField(max_length=9, help_text="open, reached or cancelled")
    closed = models.DateTimeField(null=True)
    batch_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "object_id"], condition=Q(state="open"), name="end_once_open"
            ),
            models.CheckConstraint(condition=Q(due__gte=FIRST, due__lt=LAST), name="end_is_a_moment"),
            models.CheckConstraint(
                condition=Q(state="open", closed=None) | Q(state__in=["reached", "cancelled"], closed__isnull=False),
                name="end_closed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "kind", "wake", "id"], name="end_open", condition=Q(state="open")),
            models.Index(fields=["subject"], name="end_concerns", condition=Q(subject__isnull=False)),
            models.Index(fields=["closed"], name="end_closed", condition=Q(closed__isnull=False)),
            models.Index(fields=["batch_id"], name="end_batch", condition=Q(batch_id__isnull=False)),
        ]

    class Visible:
        see = [own("subject_id")]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class EndBatch(Row):
    """What the sweeper did at once: ends of one kind, in one transaction. Counts, so that it names nobody."""

    not_personal = ("kind", "reached", "failed", "at")

    kind = models.CharField(max_length=60)
    reached = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="endbatch_at")]

    class Visible:
        see = [Block("(select access.roles() && array['administrator'])")]
        definer = ["SELECT", "INSERT", "DELETE"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reached}"


class ChosenSetting(Row):
    """How many days an organisation chose for a setting; without a row the setting's standard holds."""

    not_personal = ("name", "days", "chosen")

    name = models.CharField(max_length=60)
    days = models.PositiveIntegerField()
    chosen = models.DateTimeField()

    class Meta:
        db_table = "kernel_setting"
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="setting_once")]

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE"]

    def __str__(self) -> str:
        return f"{self.name} = {self.days}"
