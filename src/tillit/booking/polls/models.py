"""A poll, its hosts and times, and what each participant said. Rows are written by the definer functions in
sql/polls.sql only; what they say of each other is decided there too."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tillit.access.visible import in_use
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose, Words
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row, with_parent
from tillit.kernel.rls import Block, any_of, own
from tillit.kernel.sealed import Sealed

MOST_TIMES = 60
MOST_PARTICIPANTS = 200
WORDS: dict[str, Words] = {
    "yes": pgettext_lazy("in a poll", "Yes"),
    "maybe": _("If need be"),
    "no": pgettext_lazy("in a poll", "No"),
}
"""What one can say of a time, as people read it."""

_WHEN = _("some days after the meeting, or after the poll is called off, as the organisation has set")
POLL = Keep("booking.poll.over", _WHEN, 30, setting="booking.keep_days", clock="booking.poll")
POLLED = Keep("booking.poll.over", _WHEN, 30, setting="booking.keep_days", clock="booking.polled")


class Poll(Row, Made):
    """Hosts ask when others can. `person`: the host who asked, whose words title, place and about are.

    state: open, chosen (its meeting stands in the hosts' calendars), off (called off), lapsed (nobody chose in time).
    number: counts renewals of the link to share; links of another number are none.
    """

    STATES = ("open", "chosen", "off", "lapsed")

    called = _("polls for a common time that you made")
    not_personal = ("minutes", "closes", "shows_names", "keeps_free", "state", "number", "sequence", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    title = Sealed(
        models.TextField(), of="person", what=Data.COMMUNICATION, why=[Purpose.WORK], keep=POLL, erase=Erase.SHRED
    )
    place = Sealed(
        models.TextField(blank=True), of="person", what=Data.COMMUNICATION, why=[Purpose.WORK], keep=POLL,
        erase=Erase.SHRED,
    )  # fmt: skip
    about = Sealed(
        models.TextField(blank=True), of="person", what=Data.COMMUNICATION, why=[Purpose.WORK], keep=POLL,
        erase=Erase.SHRED,
    )  # fmt: skip
    minutes = models.PositiveIntegerField(help_text="How long the meeting takes.")
    closes = models.DateTimeField(help_text="Until when one can answer.")
    shows_names = models.BooleanField(help_text="Who has answered sees who else can; else how many.")
    keeps_free = models.BooleanField(help_text="Meanwhile nobody can book the hosts at its times.")
    state = models.CharField(max_length=8, default="open")
    number = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0, help_text="Counts changes of the meeting (RFC 5545).")
    meeting = models.ForeignKey("booking.Meeting", SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=("open", "chosen", "off", "lapsed")), name="poll_state"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 24 * 60)), name="poll_minutes"),
        ]

    class Visible:
        see = [any_of("id", "booking.polls()")]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]


class PollHost(Row):
    """A host whom the meeting needs. All of them must be free."""

    called = _("polls for a common time that need you")
    not_personal = ()

    organisation = with_parent()
    poll = models.ForeignKey(Poll, CASCADE, related_name="hosts")
    host = models.ForeignKey("booking.Host", CASCADE, related_name="+")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "host"], name="poll_host_once")]

    class Visible:
        see = [any_of("poll_id", "booking.polls()")]
        definer = ["SELECT", "INSERT", "DELETE"]


class PollTime(Row):
    """A time that is proposed."""

    not_personal = ("span",)

    organisation = with_parent()
    poll = models.ForeignKey(Poll, CASCADE, related_name="times")
    span = DateTimeRangeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "span"], name="poll_time_once")]

    class Visible:
        see = [any_of("poll_id", "booking.polls()")]
        definer = ["SELECT", "INSERT", "DELETE"]


class PollAnswer(Row, Made):
    """What one participant says of each time. state: asked (by mail, and silent yet), answered, withdrawn (it goes
    within moments)."""

    STATES = ("asked", "answered", "withdrawn")

    called = _("when you can, in polls for a common time")
    not_personal = ("state", "key", "changed", "made")
    open_text: ClassVar[dict[str, str]] = {
        "choices": "times of the poll and yes, maybe or no, which the database counts"
    }

    organisation = with_parent()
    poll = models.ForeignKey(Poll, CASCADE, related_name="answers")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    state = models.CharField(max_length=10, default="answered")
    key = models.UUIDField(help_text="Chosen by the form: the same form sent twice answers once.")
    choices = personal(
        models.JSONField(default=dict, help_text='{"2026-12-01T09:00Z": "yes", …}'),
        of="person", what=Data.CALENDAR, why=[Purpose.BOOK], keep=POLLED, erase=Erase.DELETE,
    )  # fmt: skip
    note = Sealed(
        models.TextField(blank=True), of="person", what=Data.COMMUNICATION, why=[Purpose.BOOK], keep=POLLED,
        erase=Erase.SHRED,
    )  # fmt: skip
    changed = models.DateTimeField(null=True, help_text="When it was last said.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "key"], name="poll_answer_once"),
            models.CheckConstraint(condition=Q(state__in=("asked", "answered", "withdrawn")), name="poll_answer_state"),
        ]

    class Visible:
        see = [
            own(),
            any_of("poll_id", "booking.polls_hosted()", "relation:answered")
            & in_use("person_id")
            & Block("state <> 'withdrawn'"),
        ]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]
