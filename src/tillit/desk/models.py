"""Threads between somebody and the organisation, what is said in them, how content people were, calls, and the rules.

Everything of a thread is sealed with the key of whoever asked and goes when they are erased, internal notes too: what
is written about somebody is theirs to read in their copy.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use, staff
from tillit.desk.roles import ANSWERS, COMPLAINTS
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import Block, any_of, everyone, office, own, subject_id
from tillit.kernel.sealed import Sealed

DAYS = 365
FREE_DAYS = 100  # that an organisation can name
KINDS = ("question", "booking", "complaint", "praise")
CHANNELS = ("form", "product", "telephone")
STATES = ("unproven", "new", "ours", "theirs", "closed", "merged")
SIDES = ("them", "us", "note")
DECISIONS = ("", "upheld", "partly", "rejected")

ASKED = Keep(
    "desk.thread.over",
    _("some time after the last word in it, as the organisation has set"),
    DAYS,
    setting="desk.keep_days",
    clock="desk.thread",
)
CALLED = Keep("desk.call.over", _("a year after the call"), 365, clock="desk.call")

NOT_ABOUT_ME = Block("about_id is distinct from (select access.person())") & in_use("person_id")
WORKED_ON = [
    staff(*ANSWERS) & Block("kind <> 'complaint' and state <> 'unproven'") & NOT_ABOUT_ME,
    staff(*COMPLAINTS) & Block("kind = 'complaint' and state <> 'unproven'") & NOT_ABOUT_ME,
    Block("assignee_id = (select access.person()) and cardinality((select access.roles())) > 0") & NOT_ABOUT_ME,
]
"""Whose work a thread is: by their roles, or as it was given to them; never about themselves, nor while it rests."""
PROGRAMS = office("reaction", "sweeper", "prober")


def _words(inner: models.Field[Any, Any], keep: Keep = ASKED) -> Sealed:
    return Sealed(inner, of="person", what=Data.COMMUNICATION, why=[Purpose.COORDINATE], keep=keep, erase=Erase.DELETE)


def _noted(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    return personal(
        field, of="person", what=Data.ACTIVITY, why=[Purpose.COORDINATE], keep=ASKED, erase=Erase.DELETE
    )  # fmt: skip


def _one_of(words: tuple[str, ...], **more: Any) -> models.CharField[str, str]:
    return models.CharField(max_length=12, choices=[(word, word) for word in words], **more)


def _among(field: str, words: tuple[str, ...], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": words}), name=name)


class Thread(Row, Made):
    """One matter of one person. `due`: until when the first answer, or a complaint's decision, is promised.

    state: unproven (the address has not answered yet: nobody at the desk sees it), new, ours (it waits for us), theirs
    (it waits for whoever asked), closed, merged (it was put together with `merged_into`, which is answered for both, at
    `merged`). about: the member whom a complaint is about, to whom it is closed.
    entered_by: who wrote it down during a call. words_at: when something was last said.
    """

    called = _("what you asked or complained about")
    not_personal = (
        "reference", "channel", "language", "state", "due", "reminded", "answered", "in_time", "decision", "closed",
        "invited", "merged", "words_at", "made",
    )  # fmt: skip

    reference = models.CharField(max_length=20, help_text="As people name it on the telephone.")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = _noted(_one_of(KINDS))
    channel = _one_of(CHANNELS)
    language = models.CharField(max_length=8)
    entered_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    about = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    assignee = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    state = _one_of(STATES, default="unproven")
    due = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0, help_text="0 not yet, 1 before its time, 2 it is late.")
    answered = models.DateTimeField(null=True, help_text="The first answer.")
    in_time = models.BooleanField(null=True)
    decision = _one_of(DECISIONS, blank=True, default="")
    closed = models.DateTimeField(null=True)
    invited = models.BooleanField(default=False, help_text="Asked once how content they were.")
    merged_into = models.ForeignKey("self", CASCADE, null=True, related_name="+")
    merged = models.DateTimeField(null=True)
    words_at = models.DateTimeField()

    class Meta:
        constraints = [
            _among("kind", KINDS, "desk_kind"),
            _among("state", STATES, "desk_state"),
            _among("channel", CHANNELS, "desk_channel"),
            models.CheckConstraint(
                condition=models.Q(decision="") | models.Q(kind="complaint"), name="desk_only_complaints_are_decided"
            ),
            models.CheckConstraint(
                condition=models.Q(assignee=None) | models.Q(about=None) | ~models.Q(assignee=models.F("about")),
                name="desk_nobody_judges_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False, merged__isnull=False, due=None)
                | (~models.Q(state="merged") & models.Q(merged_into=None, merged=None)),
                name="desk_merged_leads_on",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due"], name="desk_inbox"),
            models.Index(fields=["person", "-words_at"], name="desk_of_person"),
        ]

    class Visible:
        see = [
            own("person_id"),
            *WORKED_ON,
            subject_id("id", of="asking"),
            PROGRAMS,
        ]
        add = [own("person_id")]
        change = [
            *WORKED_ON,
            subject_id("id", of="asking"),
            office("sweeper"),
        ]
        check_change = [
            staff(*ANSWERS, *COMPLAINTS) & Block("state <> 'unproven'"),
            subject_id("id", of="asking"),
            office("sweeper"),
        ]
        fields_to_change = (
            "kind", "about_id", "assignee_id", "state", "due", "reminded", "answered", "in_time", "decision", "closed",
            "invited", "merged_into_id", "merged", "words_at",
        )  # fmt: skip
        trust_parents = ("person", "entered_by", "about", "assignee", "merged_into")  # merged_into: desk.sql
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return self.reference


class Message(Row, Made):
    """Something said in a thread. side: them (whoever asked), us, note (between colleagues). file: what came with it
    (kernel.uploads), its sender's. Nobody changes or removes it."""

    called = _("what was written about what you asked")
    not_personal = ("side", "file", "made")

    thread = models.ForeignKey(Thread, CASCADE, related_name="messages")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+", help_text="Whose thread it is.")
    author = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    side = _one_of(SIDES)
    words = _words(models.TextField())
    file = models.UUIDField(null=True)

    class Meta:
        constraints = [_among("side", SIDES, "desk_side")]
        indexes = [models.Index(fields=["thread", "made"], name="desk_said")]

    class Visible:
        see = [own("person_id"), any_of("thread_id", "desk.open_to_me()", f"role:{','.join(ANSWERS)}"), PROGRAMS]
        add = [
            own("person_id") & own("author_id") & Block("side = 'them'"),
            any_of("thread_id", "desk.open_to_me()") & own("author_id") & Block("side in ('us', 'note')"),
        ]
        trust_parents = ("person",)
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.pk)


class Rating(Row, Made):
    """How content somebody was with how a matter was handled: once, from 1 to 5, and words if they like."""

    called = _("how content you were")
    not_personal = ("made",)

    thread = models.OneToOneField(Thread, CASCADE, related_name="rating")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    stars = _noted(models.PositiveSmallIntegerField())
    words = _words(models.TextField(blank=True))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(stars__range=(1, 5)), name="desk_one_to_five")]

    class Visible:
        see = [own("person_id"), any_of("thread_id", "desk.open_to_me()", f"role:{','.join(COMPLAINTS)}"), PROGRAMS]
        add = [own("person_id")]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.pk)


class Call(Row, Made):
    """Somebody of the desk opened, during a call, what is known of the caller. Written by definer functions only.

    ends: when it closes by itself. reason: a word of calls.REASONS.
    """

    called = _("calls in which somebody looked at your data")
    not_personal = ("reason", "ends", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    operator = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    reason = models.CharField(max_length=20)
    words = Sealed(
        models.CharField(max_length=500, blank=True), of="person", what=Data.COMMUNICATION, why=[Purpose.ACCOUNT_FOR],
        keep=CALLED, erase=Erase.DELETE,
    )  # fmt: skip
    ends = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "operator", "-ends"], name="desk_call_open")]

    class Visible:
        see = [own("person_id"), own("operator_id"), staff("administrator", "privacy"), office("prober")]
        definer = ["SELECT", "INSERT", "DELETE"]

    def __str__(self) -> str:
        return self.reason


class Rules(Row):
    """What the organisation promises whoever asks: working hours until a first answer, working days until a complaint
    is decided, and when it works: minutes of the day in its zone, days of the week (1: Monday), never on the holidays
    of `country` (free_days.COUNTRIES, "" for none) nor on its own `free_days`."""

    not_personal = ("answer_hours", "complaint_days", "opens", "closes", "weekdays", "country", "free_days")

    answer_hours = models.PositiveSmallIntegerField(default=8)
    complaint_days = models.PositiveSmallIntegerField(default=10)
    opens = models.PositiveSmallIntegerField(default=9 * 60)
    closes = models.PositiveSmallIntegerField(default=17 * 60)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    country = models.CharField(max_length=2, blank=True, default="")
    free_days = ArrayField(models.DateField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="desk_one_rule"),
            models.CheckConstraint(
                condition=models.Q(
                    answer_hours__range=(1, 200), complaint_days__range=(1, 60), closes__lte=1440,
                    opens__lt=models.F("closes"), weekdays__len__gt=0, free_days__len__lte=FREE_DAYS,
                ),
                name="desk_rules_within_bounds",
            ),
        ]  # fmt: skip

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        change = [staff("administrator")]

    def __str__(self) -> str:
        return f"{self.answer_hours} h, {self.complaint_days} d"


class Canned(Row, Made):
    """An answer that is often given, in one language. Its words name places that are filled in (canned.PLACES)."""

    not_personal = ("language", "title", "words", "made")

    language = models.CharField(max_length=8)
    title = models.CharField(max_length=80)
    words = models.TextField(max_length=4000)

    class Meta:
        indexes = [models.Index(fields=["organisation", "language", "title"], name="desk_canned_titled")]

    class Visible:
        see = [staff(*ANSWERS, *COMPLAINTS)]
        add = [staff("administrator", "quality")]
        change = [staff("administrator", "quality")]
        remove = [staff("administrator", "quality")]

    def __str__(self) -> str:
        return self.title
