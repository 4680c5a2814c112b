"""Cases, decisions, reports, appeals and pauses. Written by definer functions only (sql/moderation.sql)."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import Block, any_of, office, own, subject_id
from tillit.kernel.sealed import Sealed

DAYS = 365
STATES = ("waiting", "decided", "withdrawn")
REPORTED = ("unproven", "waiting", "told")
MOST_CHOSEN = 20

OVER = Keep("moderation.case.over", _("a year after it was decided"), DAYS, clock="moderation.case")

MODERATED = any_of("id", "moderation.worked_on()", "role:moderator,administrator")
OF_CASE = any_of("case_id", "moderation.worked_on()", "role:moderator,administrator")
PROGRAMS = office("reaction", "sweeper", "prober")


def _noted(field: models.Field[Any, Any], of: str) -> models.Field[Any, Any]:
    return personal(field, of=of, what=Data.ACTIVITY, why=[Purpose.SECURITY], keep=OVER, erase=Erase.DELETE)


def _words(of: str) -> Sealed:
    return Sealed(
        models.TextField(blank=True), of=of, what=Data.COMMUNICATION, why=[Purpose.SECURITY], keep=OVER,
        erase=Erase.DELETE,
    )  # fmt: skip


class Case(Row, Made):
    """One thing of somebody's (`object_id`, of a kind of kinds.py) that waits to be looked at, or was.

    queue: look (before it shows), report. due: until when a decision is promised. version: how often it was handed in
    anew meanwhile. taken_until: until when `taken_by` has it; nobody else decides in that time.
    """

    called = _("what of you was looked at before it showed, or was reported")
    not_personal = ("object_id", "queue", "state", "due", "version", "taken_until", "decided", "made")

    subject = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = _noted(models.CharField(max_length=20), "subject")
    object_id = models.UUIDField()
    queue = models.CharField(max_length=8)
    state = models.CharField(max_length=10)
    due = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    taken_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    taken_until = models.DateTimeField(null=True)
    decided = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "object_id", "queue"],
                condition=models.Q(state="waiting"),
                name="moderation_one_case",
            ),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="moderation_state"),
            models.CheckConstraint(condition=models.Q(queue__in=("look", "report")), name="moderation_queue"),
            models.CheckConstraint(
                condition=models.Q(taken_by=None) | ~models.Q(taken_by=models.F("subject")),
                name="moderation_nobody_has_their_own",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "due"], name="moderation_waiting")]

    class Visible:
        see = [own("subject_id") & Block("queue = 'look' or decided is not null"), MODERATED, PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.kind


class Decision(Row, Made):
    """What was decided of a case, by whom, why: the statement of reasons (DSA Art. 17). Never by a program alone.

    ground: law or terms. seen_version: of the case, when it was decided. lifted: an appeal took it back.
    """

    called = _("what was decided about something of yours, and why")
    not_personal = ("outcome", "reason", "ground", "lifted", "made")

    case = models.ForeignKey(Case, CASCADE, related_name="decisions")
    subject = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    decider = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=20, blank=True)
    ground = models.CharField(max_length=8, blank=True)
    words = _words("subject")
    lifted = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decider=None) | ~models.Q(decider=models.F("subject")),
                name="moderation_nobody_judges_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=("through", "nothing")) | ~models.Q(reason=""),
                name="moderation_reasons_are_given",
            ),
        ]
        indexes = [models.Index(fields=["subject", "-made"], name="moderation_before")]

    class Visible:
        see = [own("subject_id"), OF_CASE, PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE (lifted)", "DELETE"]

    def __str__(self) -> str:
        return self.outcome


class Report(Row, Made):
    """Somebody reports something. It is theirs: whom it is about never sees it. chosen: the parts that they chose to
    show (messages). state: unproven (the address has not answered yet), waiting, told. outcome: what they were told.
    unfounded: the moderator found it clearly without ground (Art. 23(2))."""

    called = _("what you reported")
    not_personal = ("kind", "object_id", "reason", "chosen", "state", "outcome", "unfounded", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    case = models.ForeignKey(Case, SET_NULL, null=True, related_name="reports")
    about = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    reason = models.CharField(max_length=20)
    words = _words("person")
    chosen = ArrayField(models.UUIDField(), default=list)
    state = models.CharField(max_length=10)
    outcome = models.CharField(max_length=10, blank=True)
    unfounded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=REPORTED), name="moderation_reported_state"),
            models.CheckConstraint(condition=models.Q(chosen__len__lte=MOST_CHOSEN), name="moderation_most_chosen"),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("about")), name="moderation_others_are_reported"
            ),
        ]
        indexes = [models.Index(fields=["person", "-made"], name="moderation_reported")]

    class Visible:
        see = [own("person_id"), OF_CASE & in_use("person_id"), subject_id("id", of="reporting"), PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.reason


class Appeal(Row, Made):
    """Somebody wants a decision looked at again (DSA Art. 20): whose it was about, or who had reported it. Another
    person decides. outcome: "" while it waits, upheld, lifted."""

    called = _("what you appealed against")
    not_personal = ("due", "taken_until", "outcome", "decided", "made")

    decision = models.ForeignKey(Decision, CASCADE, related_name="appeals")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    words = _words("person")
    due = models.DateTimeField()
    taken_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    taken_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    answer = _words("person")
    decided = models.DateTimeField(null=True)
    decider = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "person"], name="moderation_appealed_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=("", "upheld", "lifted")), name="moderation_appeal_outcome"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "outcome", "due"], name="moderation_appeals")]

    class Visible:
        see = [own("person_id"), any_of("id", "moderation.appeals()", "role:moderator,administrator"), PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.outcome


class Pause(Row, Made):
    """Somebody writes nothing here until then (None: for good). Own data, appeals and leaving stay open."""

    called = _("that your account was paused")
    not_personal = ("made",)

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    decision = models.ForeignKey(Decision, CASCADE, related_name="+")
    until = _noted(models.DateTimeField(null=True), "person")
    lifted = _noted(models.DateTimeField(null=True), "person")

    class Meta:
        indexes = [models.Index(fields=["person"], condition=models.Q(lifted=None), name="moderation_paused")]

    class Visible:
        see = [own("person_id"), any_of("decision_id", "moderation.decisions()"), PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE (lifted)", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class Tally(Row):
    """How often something was decided in a month, for the published figures. It holds nobody's id, and is read only
    through a function that leaves out what counts one to four."""

    not_personal = ("month", "kind", "queue", "reason", "outcome", "count", "hours", "appealed", "lifted")

    month = models.DateField()
    kind = models.CharField(max_length=20)
    queue = models.CharField(max_length=8)
    reason = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=10)
    count = models.PositiveIntegerField(default=0)
    hours = models.PositiveIntegerField(default=0, help_text="From when it came until it was decided, in all.")
    appealed = models.PositiveIntegerField(default=0)
    lifted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month", "kind", "queue", "reason", "outcome"], name="moderation_one_tally"
            ),
        ]

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE"]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"
