"""A host's connections to calendars elsewhere. All of it is the host's own and nobody else's to see; of what lies in
those calendars only busy spans are kept (booking.models.BusyTime), never a title, a place or a name."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import office, own, subject_id
from tillit.kernel.sealed import Sealed

CONNECTED = Keep("booking.connection.ended", _("until you disconnect the calendar"))
OFFERED = Keep("booking.feed.ended", _("until you end the address"))


class Feed(Row, Made):
    """A secret address under which a host's bookings can be read as a calendar. Its token is the row's id and our
    signature (booking.links), so that nothing secret is stored and deleting the row ends it at once."""

    called = _("the address of your calendar for other programs")
    not_personal = ("made",)

    host = models.OneToOneField("booking.Host", CASCADE, related_name="+")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    titles = personal(
        models.BooleanField(default=False, help_text="Does it say what was booked, or only that time is taken?"),
        of="person",
        what=Data.CHOICE,
        why=[Purpose.WORK],
        keep=OFFERED,
        erase=Erase.DELETE,
    )

    class Visible:
        see = [own(), subject_id("id", of="feed")]
        add = [own()]
        change = [own()]
        remove = [own()]
        fields_to_change = ("titles",)
        definer = ["SELECT"]


class Connection(Row, Made):
    """A calendar server, file or account elsewhere that a host has connected, under a registered receiver.

    problem: a word of calendars.problems, "" while it works. tried, worked: when it was last asked, and last answered.
    ended: the host has disconnected it, or holds no role any more; it goes when the permission over there has been
    given back.
    """

    KINDS = ("ics", "caldav", "google", "microsoft")

    called = _("your connected calendars")
    not_personal = (
        "kind", "receiver", "problem", "failures", "unclear", "version", "tried", "worked", "next_try",
        "ended", "made",
    )  # fmt: skip

    host = models.ForeignKey("booking.Host", CASCADE, related_name="+")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in KINDS])
    receiver = models.CharField(max_length=40, help_text="Key of the processor whose host it is.")
    address = Sealed(
        models.TextField(blank=True),
        of="person",
        what=Data.AUTHENTICATION,
        why=[Purpose.WORK],
        keep=CONNECTED,
        erase=Erase.DELETE,
    )
    login = Sealed(
        models.JSONField(
            default=dict,
            blank=True,
            help_text="{user, password}; of an account {code, verifier}, then {refresh}.",
        ),
        of="person",
        what=Data.AUTHENTICATION,
        why=[Purpose.WORK],
        keep=CONNECTED,
        erase=Erase.DELETE,
    )
    problem = models.CharField(max_length=20, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    unclear = models.PositiveIntegerField(default=0, help_text="Events whose time zone nobody knows.")
    version = models.CharField(max_length=200, blank=True, help_text="ETag of a calendar file.")
    tried = models.DateTimeField(null=True)
    worked = models.DateTimeField(null=True)
    next_try = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_try"], name="connection_due")]

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        remove = [own()]
        definer = ["SELECT", "UPDATE (ended, next_try)"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Calendar(Row, Made):
    """One calendar of a connection. reads: its busy spans close times. writes: bookings are put there.

    token, mark: where an incremental sync goes on (RFC 6578 sync-token, else the collection's CTag). whole: when it
    was last read from the beginning, as repeating events have to be now and then."""

    called = _("the calendars that you chose")
    not_personal = ("reads", "writes", "writable", "token", "mark", "whole", "made")

    connection = models.ForeignKey(Connection, CASCADE, related_name="calendars")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    address = Sealed(
        models.TextField(blank=True),
        of="person",
        what=Data.AUTHENTICATION,
        why=[Purpose.WORK],
        keep=CONNECTED,
        erase=Erase.DELETE,
    )
    name = Sealed(
        models.TextField(blank=True),
        of="person",
        what=Data.CALENDAR,
        why=[Purpose.WORK],
        keep=CONNECTED,
        erase=Erase.DELETE,
    )
    reads = models.BooleanField(default=False)
    writes = models.BooleanField(default=False)
    writable = models.BooleanField(default=False)
    token = models.CharField(max_length=1000, blank=True)
    mark = models.CharField(max_length=200, blank=True)
    whole = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(writes=True), name="calendar_written_once"),
        ]

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        remove = [own()]
        definer = ["SELECT"]


class Item(Row):
    """One thing in a calendar that was read: a fingerprint of its name there, and of its version. Its busy spans are
    replaced together, and go with it. repeats: it may reach further than was read."""

    called = _("fingerprints of what was read from your calendars")
    not_personal = ("version", "repeats")

    calendar = models.ForeignKey(Calendar, CASCADE, related_name="items")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    key = personal(
        models.CharField(max_length=64),
        of="person",
        what=Data.CALENDAR,
        why=[Purpose.WORK],
        keep=CONNECTED,
        erase=Erase.DELETE,
    )
    version = models.CharField(max_length=64)
    repeats = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "key"], name="calendar_item_once")]

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        remove = [own()]
        fields_to_change = ("version", "repeats")


class Written(Row, Made):
    """A meeting as it was put into a host's calendar. version: its ETag there, "" until it is put (again).

    question: what became of it there without us ("moved" to `theirs`, or "deleted"), which the host answers; until
    then nothing changes on either side. let_be: the host said to leave it so."""

    QUESTIONS = ("moved", "deleted")

    called = _("bookings that were put into your calendar")
    not_personal = ("version", "question", "let_be", "made")

    calendar = models.ForeignKey(Calendar, CASCADE, related_name="written")
    meeting = models.ForeignKey("booking.Meeting", CASCADE, related_name="+")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    version = models.CharField(max_length=200, blank=True)
    question = models.CharField(max_length=10, blank=True, choices=[(q, q) for q in QUESTIONS])
    theirs = personal(
        DateTimeRangeField(null=True, help_text="When it lies there now."),
        of="person",
        what=Data.CALENDAR,
        why=[Purpose.WORK],
        keep=CONNECTED,
        erase=Erase.DELETE,
    )
    let_be = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "meeting"], name="meeting_written_once")]

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        remove = [own()]
        fields_to_change = ("version", "question", "theirs", "let_be")


class Revocation(Row, Made):
    """A permission at Google or Microsoft that is to be given back, of a host who was erased: nobody's any more.
    `token` is sealed with the installation's key; the row goes when it was given back, or a day later."""

    not_personal = ("kind", "receiver", "token", "failures", "made")

    kind = models.CharField(max_length=10, choices=[(k, k) for k in Connection.KINDS])
    receiver = models.CharField(max_length=40, help_text="Key of the processor whose host it is.")
    token = models.BinaryField()
    failures = models.PositiveSmallIntegerField(default=0)

    class Visible:
        see = [office("calendar", "sweeper")]
        add = [office("calendar")]
        change = [office("calendar")]
        remove = [office("calendar", "sweeper")]
        fields_to_change = ("failures",)
