"""How each person wants to be told, what was told, and what came of it.

Choices are the person's own. What was sent is written by office "notify", which the program takes for that and
nothing else; it knows that something went by which channel, never the words.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Record, Row
from tillit.kernel.rls import everyone, office, own, subject_id
from tillit.kernel.sealed import Sealed
from tillit.notify.kinds import Channel, How

CHOSEN = Keep(
    "notify.person.gone", _("until you change it, and no longer than you are known here"), clock="notify.sweep"
)
TOLD = Keep("notify.note.made", _("90 days"), 90, clock="notify.sweep")
ON_ITS_WAY = Keep("notify.text.sent", _("until it is sent, two weeks at most"), clock="notify.sweep")
CHANNELS = [(one.value, one.value) for one in Channel]


def _choice(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    return personal(field, of="person", what=Data.CHOICE, why=[Purpose.COORDINATE], keep=CHOSEN, erase=Erase.DELETE)


def _told(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    return personal(field, of="person", what=Data.ACTIVITY, why=[Purpose.COORDINATE], keep=TOLD, erase=Erase.DELETE)


class Preference(Row):
    """How the person wants to be told of one kind by one channel. What has no row holds as the kind was declared."""

    called = _("how you want to be told")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = _choice(models.CharField(max_length=60))
    channel = _choice(models.CharField(max_length=8, choices=CHANNELS))
    how = _choice(models.CharField(max_length=8, choices=[(h.value, h.value) for h in How]))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="preference_once"),
            models.CheckConstraint(
                condition=~models.Q(how="daily") | models.Q(channel="mail"), name="preference_daily_by_mail"
            ),
        ]

    class Visible:
        see = [own(), office("notify")]
        add = [own()]
        change = [own()]
        remove = [own()]
        fields_to_change = ("how",)
        definer = ["SELECT (person_id, kind, channel, how)", "DELETE"]

    def __str__(self) -> str:
        return self.kind


class Quiet(Row):
    """The hours in which nothing that disturbs reaches the person: minutes of the day on the person's own clock.

    `ends` before `starts` means over midnight.
    """

    called = _("your quiet hours")

    person = models.OneToOneField("identity.Person", CASCADE, related_name="+")
    starts = _choice(models.PositiveSmallIntegerField())
    ends = _choice(models.PositiveSmallIntegerField())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts__lt=1440, ends__lt=1440) & ~models.Q(starts=models.F("ends")),
                name="quiet_within_a_day",
            ),
        ]

    class Visible:
        see = [own(), office("notify")]
        add = [own()]
        change = [own()]
        remove = [own()]
        fields_to_change = ("starts", "ends")
        definer = ["SELECT (person_id)", "DELETE"]

    def __str__(self) -> str:
        return f"{self.starts}-{self.ends}"


class Device(Row, Made):
    """A browser that the person lets us reach (Web Push): its address at the browser maker's push service, and keys."""

    called = _("devices that may be notified")
    not_personal = ("made",)

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    subscription = Sealed(
        models.JSONField(), of="person", what=Data.DEVICE, why=[Purpose.COORDINATE], keep=CHOSEN, erase=Erase.SHRED
    )
    address = personal(
        models.CharField(max_length=64, help_text="SHA-256 of the endpoint: one row a device."),
        of="person", what=Data.DEVICE, why=[Purpose.COORDINATE], keep=CHOSEN, erase=Erase.DELETE,
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "address"], name="device_once")]

    class Visible:
        see = [own(), office("notify")]
        add = [own()]
        change = [own()]
        remove = [own(), office("notify")]
        fields_to_change = ("subscription",)
        definer = ["SELECT (person_id)", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class Note(Row, Made):
    """A message in the product."""

    called = _("messages in the product")
    not_personal = ("gathered", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = _told(models.CharField(max_length=60))
    words = Sealed(
        models.CharField(max_length=300), of="person", what=Data.COMMUNICATION, why=[Purpose.COORDINATE], keep=TOLD,
        erase=Erase.SHRED,
    )  # fmt: skip
    letter = Sealed(
        models.TextField(blank=True, default=""), of="person", what=Data.COMMUNICATION, why=[Purpose.COORDINATE],
        keep=TOLD, erase=Erase.SHRED,
    )  # fmt: skip
    path = Sealed(
        models.CharField(max_length=300, blank=True, default="", help_text="A page of ours; may be a key."),
        of="person", what=Data.ACTIVITY, why=[Purpose.COORDINATE], keep=TOLD, erase=Erase.SHRED,
    )  # fmt: skip
    seen = _told(models.DateTimeField(null=True))
    gathered = models.BooleanField(default=False, help_text="Waits for the daily mail.")

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="note_of_person"),
            models.Index(fields=["organisation", "person"], condition=models.Q(gathered=True), name="note_gathered"),
            models.Index(fields=["person"], condition=models.Q(seen=None, gathered=False), name="note_unseen"),
            models.Index(fields=["made"], name="note_made"),
        ]

    class Visible:
        see = [own(), office("notify"), subject_id("id", of="letter")]
        add = [office("notify")]
        change = [own(), office("notify")]
        fields_to_change = ("seen", "gathered")
        trust_parents = ("person",)
        definer = ["SELECT (id, person_id, gathered, made)", "DELETE"]

    def __str__(self) -> str:
        return self.kind


class Sending(Row, Made):
    """One message to one person by one channel, and what came of it. `why`: a word for what held it back."""

    STATES = ("waiting", "sent", "held", "failed", "bounced", "complained")

    called = _("what was sent to you")
    not_personal = ("message_id", "why", "tries", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = _told(models.CharField(max_length=60))
    channel = _told(models.CharField(max_length=8, choices=CHANNELS))
    state = _told(models.CharField(max_length=12, choices=[(s, s) for s in STATES]))
    why = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message_id = models.UUIDField(null=True, help_text="Of the mail or text that carried it.")
    changed = _told(models.DateTimeField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message_id"], name="sending_of_message")]
        indexes = [
            models.Index(fields=["person", "-id"], name="sending_of_person"),
            models.Index(fields=["organisation", "-id"], name="sending_of_organisation"),
            models.Index(fields=["made"], name="sending_made"),
        ]

    class Visible:
        see = [own(), office("notify"), staff("administrator", "privacy")]
        add = [office("notify")]
        change = [office("notify")]
        fields_to_change = ("state", "why", "tries", "changed")
        trust_parents = ("person",)
        definer = ["SELECT (id, organisation_id, message_id, made)", "DELETE"]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Stop(Row, Made):
    """A channel does not reach the person: their mail bounced, or they complained. A new address lifts it."""

    called = _("that a channel no longer reaches you")
    not_personal = ("made",)

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    channel = _choice(models.CharField(max_length=8, choices=CHANNELS))
    why = _choice(models.CharField(max_length=12))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="stop_once")]

    class Visible:
        see = [own(), office("notify"), staff("administrator", "privacy")]
        add = [office("notify")]
        change = [office("notify")]
        remove = [own(), office("notify")]
        fields_to_change = ("why",)
        trust_parents = ("person",)
        definer = ["SELECT (person_id, channel)", "DELETE"]

    def __str__(self) -> str:
        return self.why


def _text_field(field: models.Field[Any, Any], what: Data) -> Any:
    return personal(field, of="about", what=what, why=[Purpose.COORDINATE], keep=ON_ITS_WAY, erase=Erase.DELETE)


class Text(Record, Made):
    """A text message or a push message on its way: sealed with the installation's key, gone when it is sent.

    `about`: the people whom it concerns, with whose erasure it goes.
    """

    called = _("text message on its way to you")
    not_personal = ("about", "channel", "made")

    channel = models.CharField(max_length=8, choices=CHANNELS)
    recipient = _text_field(models.BinaryField(), Data.PHONE)
    content = _text_field(models.BinaryField(), Data.COMMUNICATION)
    about = ArrayField(models.UUIDField(), default=list)

    class Meta:
        indexes = [GinIndex(fields=["about"], name="text_about", fastupdate=False)]

    class Visible:
        add = [everyone()]
        see = [subject_id("id", of="text")]
        remove = [subject_id("id", of="text")]
        definer = ["SELECT (about, made)", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)
