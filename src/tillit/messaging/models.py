"""Threads between two people about something, and what is said in them.

Words are sealed with the thread's own key and end with the thread: who received them reads them also after their author
was erased, then without the author's name (docs/decisions/0052-messages-stay-with-who-received-them.md). What each is
called is sealed with their own key and goes with them. Threads, seats and messages are written by definer functions
only (sql/messaging.sql): they know who blocked whom, which nobody else may learn.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row, with_parent
from tillit.kernel.rls import Block as Allowed
from tillit.kernel.rls import any_of, office, own
from tillit.kernel.sealed import Sealed
from tillit.moderation.visible import under_case

DAYS = 365
FILES = 5
"""Files with one message, at most."""

SAID = Keep(
    "messaging.thread.over",
    _("some time after the last message between you two, as the organisation has set"),
    DAYS,
    setting="messaging.keep_days",
    clock="messaging.thread",
)
LIFTED = Keep("messaging.block.lifted", _("until you want messages from them again"))
MINE = any_of("thread_id", "messaging.mine()", "relation:thread")
REACHED = Allowed("(reached or by_id = any((select messaging.my_seats())::uuid[]))")


def _of_seat(field: models.Field[Any, Any], what: Data = Data.ACTIVITY) -> models.Field[Any, Any]:
    return personal(
        field, of="person", what=what, why=[Purpose.COORDINATE], keep=SAID, erase=Erase.DETACH
    )  # fmt: skip


class Thread(Row, Made):
    """Two people about one thing (`about`, of a kind that another app names). `once`: a keyed hash of the two and the
    thing, so that there is one thread for both. counted: the day from which its end is counted."""

    not_personal = ("about_kind", "about", "once", "counted", "made")

    about_kind = models.CharField(max_length=40)
    about = models.UUIDField()
    once = models.CharField(max_length=64)
    counted = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "once"], name="messaging_one_thread")]
        indexes = [models.Index(fields=["about"], name="messaging_about")]

    class Visible:
        see = [any_of("id", "messaging.mine()", "relation:thread"), office("reaction", "sweeper", "prober")]
        definer = ["SELECT", "INSERT", "UPDATE (counted)", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class Seat(Row):
    """One of the two (0 began), and what is theirs alone: the newest word that reached them, how many they have not
    seen, and, if they chose to tell it, when they last read. Who was erased leaves an empty seat."""

    called = _("with whom you have written, and when you read it")
    not_personal = ("number",)

    organisation = with_parent()
    thread = models.ForeignKey(Thread, CASCADE, related_name="seats")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+", db_index=False)
    shown_as = Sealed(
        models.CharField(max_length=80), of="person", what=Data.NAME, why=[Purpose.COORDINATE], keep=SAID,
        erase=Erase.SHRED,
    )  # fmt: skip
    words_at = _of_seat(models.DateTimeField(null=True))
    unseen = _of_seat(models.PositiveSmallIntegerField(default=0))
    tells = _of_seat(models.BooleanField(default=False), Data.CHOICE)
    read = _of_seat(models.DateTimeField(null=True))
    opening = personal(
        models.CharField(max_length=64, blank=True, default=""), of="person", what=Data.ACTIVITY,
        why=[Purpose.SECURITY], keep=SAID, erase=Erase.DETACH,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="messaging_two_seats"),
            models.CheckConstraint(condition=models.Q(number__in=(0, 1)), name="messaging_first_or_second"),
            models.CheckConstraint(
                condition=models.Q(tells=True) | models.Q(read=None), name="messaging_read_is_a_choice"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="messaging_seat_of", include=["thread"])]

    class Visible:
        see = [own(), office("reaction", "prober")]
        change = [own()]
        fields_to_change = ("unseen", "tells", "read")
        trust_parents = ("thread", "person")
        definer = ["SELECT", "INSERT", "UPDATE (words_at, unseen, person_id)"]

    @property
    def to_read(self) -> bool:
        """Does it change anything when they look at the thread now?"""
        since = self.words_at is not None and (self.read is None or self.words_at > self.read)
        return bool(self.unseen or (self.tells and since))

    def __str__(self) -> str:
        return str(self.number)


class Message(Row, Made):
    """Something said (words, files), or a card of another app (`card` names its kind, `thing` the row).

    reached: false where its receiver has blocked the author, who alone sees it. taken: its author took it back."""

    called = _("what you wrote to others here")
    not_personal = ("files", "card", "thing", "reached", "taken", "made")

    organisation = with_parent()
    thread = models.ForeignKey(Thread, CASCADE, related_name="messages", db_index=False)
    by = models.ForeignKey(Seat, CASCADE, related_name="+")
    words = Sealed(
        models.TextField(blank=True), of="thread", whose="by__person", what=Data.COMMUNICATION,
        why=[Purpose.COORDINATE], keep=SAID, erase=Erase.DETACH,
    )  # fmt: skip
    files = ArrayField(models.UUIDField(), default=list, blank=True, size=FILES)
    card = models.CharField(max_length=40, blank=True, default="")
    thing = models.UUIDField(null=True)
    reached = models.BooleanField(default=True)
    taken = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["thread", "made", "id"], name="messaging_said")]

    class Visible:
        see = [MINE & REACHED, under_case("thread")]
        definer = ["SELECT", "INSERT", "UPDATE (words, files, taken)"]

    def __str__(self) -> str:
        return str(self.pk)


class Block(Row):
    """Somebody wants no more messages of somebody. Nobody else learns of it, the other least of all."""

    called = _("whom you do not want messages from")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("identity.Person", CASCADE, related_name="+", db_index=False)
    since = personal(
        models.DateTimeField(default=clock.now), of="person", what=Data.CHOICE, why=[Purpose.COORDINATE], keep=LIFTED,
        erase=Erase.DELETE,
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "other"], name="messaging_blocked_once")]

    class Visible:
        see = [own()]
        add = [own()]
        remove = [own()]
        trust_parents = ("person", "other")
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.pk)
