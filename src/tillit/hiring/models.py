"""First meetings that are proposed, jobs with the versions of their terms, reported time, references and reviews.

A *job* is what a seeker and a provider agree on; its *terms* are a version that both say yes to, or nothing is agreed.
Every row is written by the definer functions in sql/hiring.sql and nothing else. What somebody wrote is sealed with
their key and goes when they are erased; what both agreed on (times, money, states) stays for the other until its end.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use, shown
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row, with_parent
from tillit.kernel.rls import Block, office, own
from tillit.kernel.sealed import Sealed
from tillit.moderation.visible import decided_on, under_case

DAYS = 1096
LONGEST = 3000  # characters
DEAREST = 100_000_000  # minor units: an hour, or a way
SIDES = ("seeker", "provider")
PLACES = ("video", "theirs", "mine", "elsewhere")
STATES = ("proposed", "agreed", "done", "closed", "cancelled")
PAYEES = ("provider", "organisation")

HIRED = Keep(
    "hiring.job.over", _("some time after its last day, as the organisation has set"), DAYS,
    setting="hiring.keep_days", clock="hiring.job",
)  # fmt: skip
MET = Keep("hiring.meeting.over", _("a month after the last proposed time"), 30, clock="hiring.meeting")
ASKABLE = Keep("hiring.reference.over", _("until the day that you choose"), clock="hiring.reference")
PROGRAMS = office("reaction", "sweeper", "prober")


def _joint(field: models.Field[Any, Any], what: Data = Data.BOOKING) -> models.Field[Any, Any]:
    return personal(
        field, of=("seeker", "provider"), what=what, why=[Purpose.BOOK], keep=HIRED, erase=Erase.DETACH
    )  # fmt: skip


def _words(of: str, keep: Keep = HIRED, inner: models.Field[Any, Any] | None = None) -> Sealed:
    return Sealed(
        inner or models.TextField(blank=True), of=of, what=Data.COMMUNICATION, why=[Purpose.COORDINATE], keep=keep,
        erase=Erase.SHRED,
    )  # fmt: skip


def _person(**more: Any) -> Any:
    return models.ForeignKey("identity.Person", more.pop("then", CASCADE), related_name="+", **more)


def _one_of(words: tuple[str, ...], **more: Any) -> models.CharField[str, str]:
    return models.CharField(max_length=12, choices=[(word, word) for word in words], **more)


BETWEEN = [own("seeker_id"), own("provider_id"), PROGRAMS]
"""The two whom it is between."""


def written(author: str) -> list[Block]:
    """Likewise, but what was written by somebody whose data lies at rest only for that person."""
    return [
        own(author), own("seeker_id") & in_use(author), own("provider_id") & in_use(author), PROGRAMS,
    ]  # fmt: skip


class FirstMeeting(Row, Made):
    """Up to five times that one of the two proposes for getting to know each other; the other picks one.

    state: open, picked (`booking` stands), replaced (other times were proposed), declined.
    """

    called = _("first meetings that were proposed")
    not_personal = ("thread", "place", "minutes", "state", "booking", "made")

    seeker = _person()
    provider = _person()
    author = _person()
    thread = models.UUIDField(null=True)
    starts = personal(
        ArrayField(models.DateTimeField()), of=("seeker", "provider"), what=Data.CALENDAR, why=[Purpose.BOOK],
        keep=MET, erase=Erase.DETACH,
    )  # fmt: skip
    minutes = models.PositiveSmallIntegerField()
    place = _one_of(("video", "place"))
    where = _words("author", MET)
    state = _one_of(("open", "picked", "replaced", "declined"))
    chosen = personal(
        models.DateTimeField(null=True), of=("seeker", "provider"), what=Data.CALENDAR, why=[Purpose.BOOK], keep=MET,
        erase=Erase.DETACH,
    )  # fmt: skip
    booking = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["seeker", "provider"], name="hiring_meeting_between")]

    class Visible:
        see = written("author_id")
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.state


class Job(Row, Made):
    """What a seeker and a provider agree on. number: the newest version of its terms; agreed: the one that holds.

    state: proposed, agreed, done (its last time is over), closed (nothing is open any more), cancelled. cancelled_by:
    a side; late: later than the rule that both had agreed on.
    """

    called = _("what you agreed with somebody")
    not_personal = ("thread", "state", "number", "agreed", "cancelled_by", "late", "changed", "made")

    seeker = _person()
    provider = _person()
    thread = models.UUIDField(null=True)
    state = _one_of(STATES)
    number = models.PositiveSmallIntegerField(default=0)
    agreed = models.PositiveSmallIntegerField(null=True)
    begins = _joint(models.DateTimeField(null=True), Data.CALENDAR)
    ends = _joint(models.DateTimeField(null=True), Data.CALENDAR)
    cancelled_by = models.CharField(max_length=12, blank=True, default="")
    late = models.BooleanField(default=False)
    changed = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="hiring_job_state"),
            models.CheckConstraint(condition=~models.Q(seeker=models.F("provider")), name="hiring_two_people"),
        ]
        indexes = [
            models.Index(fields=["seeker", "-changed"], name="hiring_job_of_seeker"),
            models.Index(fields=["provider", "-changed"], name="hiring_job_of_provider"),
        ]

    class Visible:
        see = BETWEEN
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.state


class Terms(Row, Made):
    """One version of what is agreed; nobody changes it. Money in minor units of the organisation's currency: `rate`
    per hour, `travel` for each time. payee: to whom the seeker pays. cancel_hours: until so long before the first time
    either side cancels without its counting as late. refused: it was withdrawn, or the other said no."""

    called = _("the terms of what you agreed")
    not_personal = (
        "number", "place", "payee", "cancel_hours", "seeker_yes", "provider_yes", "refused", "bookings", "made",
    )  # fmt: skip

    organisation = with_parent()
    job = models.ForeignKey(Job, CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    seeker = _person()
    provider = _person()
    author = _person()
    what = _words("author", inner=models.CharField(max_length=200))
    notes = _words("author")
    place = _one_of(PLACES)
    spans = _joint(ArrayField(DateTimeRangeField()), Data.CALENDAR)
    rate = _joint(models.BigIntegerField())
    travel = _joint(models.BigIntegerField())
    payee = _one_of(PAYEES)
    cancel_hours = models.PositiveSmallIntegerField()
    seeker_yes = models.DateTimeField(null=True)
    provider_yes = models.DateTimeField(null=True)
    refused = models.DateTimeField(null=True)
    bookings = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="hiring_terms_once"),
            models.CheckConstraint(
                condition=models.Q(rate__range=(0, DEAREST), travel__range=(0, DEAREST), cancel_hours__lte=720),
                name="hiring_terms_bounds",
            ),
        ]

    class Visible:
        see = written("author_id")
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return str(self.number)


class TimeReport(Row, Made):
    """Time that the provider worked. pause in minutes; travel in minor units. state: sent, approved, objected,
    corrected (another one stands in its place, and this one stays to be read)."""

    called = _("the time that was reported")
    not_personal = ("state", "decided", "made")

    organisation = with_parent()
    job = models.ForeignKey(Job, CASCADE, related_name="reports")
    seeker = _person()
    provider = _person()
    span = _joint(DateTimeRangeField(), Data.CALENDAR)
    pause = _joint(models.PositiveSmallIntegerField(default=0))
    travel = _joint(models.BigIntegerField(default=0))
    note = _words("provider")
    objection = _words("seeker")
    state = _one_of(("sent", "approved", "objected", "corrected"))
    replaces = models.ForeignKey("self", SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pause__lte=1440, travel__range=(0, DEAREST)), name="hiring_report_bounds"
            )
        ]
        indexes = [models.Index(fields=["job", "made"], name="hiring_reports_of_job")]

    class Visible:
        see = written("provider_id")
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.state


class Review(Row, Made):
    """What one side of a finished job says of the other; nobody but its author reads it before `opens`: when both have
    written, or two weeks after the job. The words go with their author, the stars stay without a name: they are about
    somebody else, and count beside those of others. removed: by moderation, which publishes why."""

    called = _("reviews that you wrote")
    not_personal = ("side", "opens", "answered", "removed", "removed_why", "made")

    organisation = with_parent()
    job = models.ForeignKey(Job, CASCADE, related_name="reviews")
    author = _person(then=SET_NULL, null=True)
    about = _person()
    side = _one_of(SIDES)
    stars = personal(
        models.PositiveSmallIntegerField(), of="author", what=Data.COMMUNICATION, why=[Purpose.COORDINATE], keep=HIRED,
        erase=Erase.DETACH,
    )  # fmt: skip
    words = _words("author")
    signature = _words("author", inner=models.CharField(max_length=120, blank=True))
    opens = models.DateTimeField()
    answer = _words("about")
    answered = models.DateTimeField(null=True)
    removed = models.DateTimeField(null=True)
    removed_why = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "side"], name="hiring_review_once"),
            models.CheckConstraint(condition=models.Q(stars__range=(1, 5)), name="hiring_one_to_five"),
        ]
        indexes = [models.Index(fields=["about", "-opens"], name="hiring_reviews_of")]

    class Visible:
        see = [
            own("author_id"),
            Block("opens <= (select access.now()) and removed is null", "everybody") & in_use("about_id"),
            Block("opens <= (select access.now())") & own("about_id"),
            Block("opens <= (select access.now())") & under_case("review"),
            decided_on(),
            PROGRAMS,
        ]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return str(self.stars)


class Reference(Row, Made):
    """A seeker of a finished job lets others ask about the provider, until `until`. What they say goes to whom they
    show it to, one by one (scope hiring.reference)."""

    called = _("references that you give")
    not_personal = ("until", "made")

    job = models.OneToOneField(Job, CASCADE, related_name="reference")
    person = _person(help_text="Who gives it.")
    provider = _person()
    words = _words("person", ASKABLE)
    until = models.DateTimeField()

    class Visible:
        see = [own(), shown("person_id", "hiring.reference"), PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class ReferenceAsk(Row, Made):
    """Somebody asks to read a reference; whoever gives it says yes for a time, or no. state: asked, shown, refused."""

    called = _("references that you asked for")
    not_personal = ("state", "grant", "until", "made")

    organisation = with_parent()
    reference = models.ForeignKey(Reference, CASCADE, related_name="asks")
    referee = _person()
    asker = _person()
    words = _words("asker", ASKABLE)
    state = _one_of(("asked", "shown", "refused"))
    grant = models.UUIDField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference", "asker"], name="hiring_asked_once")]

    class Visible:
        see = [own("asker_id"), own("referee_id"), PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.state
