"""Events, their places in the organisation's log, the log's tiles and its signed checkpoints.

Everything is written by definer functions (sql/evidence.sql) only. `Event` can be erased and holds all that is
personal; `Leaf`, `Tile` and `Checkpoint` hold hashes and stay. People and organisation are ids without foreign
keys: a row that goes must not take evidence along, and a check of the parents would lock rows that every page needs.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import shown, staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import Made, Record
from tillit.kernel.rls import Block, everyone, own

AS_DECLARED = Keep("evidence.event.over", _("as long as this kind of event is kept"), clock="evidence.minute")


def _of(whose: str, field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    return personal(
        field, of=whose, what=Data.ACTIVITY, why=[Purpose.ACCOUNT_FOR, Purpose.SECURITY],
        keep=AS_DECLARED, erase=Erase.DELETE,
    )  # fmt: skip


class Event(Record):
    """What happened to one person (`subject`), or, without a subject, what the actor did. One row for each person
    concerned, so that each can be shown, proven and erased alone. The columns are the event's body (entry.py)."""

    called = _("who has seen and changed what")
    not_personal = ("organisation_id", "name", "salt", "kept_until", "law")
    open_text: ClassVar[dict[str, str]] = {"detail": "ids and small words of the program (record)"}

    organisation_id = models.UUIDField()
    name = models.CharField(max_length=100)
    actor_id = _of("actor_id", models.UUIDField(null=True))
    office = _of("actor_id", models.CharField(max_length=60))
    subject_id = _of("subject_id", models.UUIDField(null=True))
    object_id = _of("subject_id", models.UUIDField(null=True))
    reason = _of("subject_id", models.CharField(max_length=100, blank=True))
    detail = _of("subject_id", models.TextField(blank=True, help_text="Ids and small words as JSON, or empty."))
    made = _of("subject_id", models.DateTimeField())
    salt = models.BinaryField()
    kept_until = models.DateTimeField(null=True, help_text="When the sweeper removes it; null: with the log.")
    law = models.CharField(max_length=100, blank=True, help_text="What forbids to erase it before that, or empty.")

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"], name="event_of", condition=~models.Q(subject_id=None)),
            models.Index(fields=["actor_id", "id"], name="event_by", condition=models.Q(subject_id=None)),
            models.Index(fields=["kept_until"], name="event_ends"),
        ]

    class Visible:
        see = [
            own("subject_id"),
            Block("subject_id is null") & own("actor_id"),
            staff("privacy") & shown("subject_id", "evidence"),
        ]
        definer = ["SELECT", "INSERT", "DELETE"]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Leaf(Record):
    """The commitment to one event (same id). Numbered once, by the sequencer, and never removed."""

    not_personal = ("organisation_id", "number", "commitment", "mac", "refused")

    organisation_id = models.UUIDField()
    number = models.BigIntegerField(null=True, help_text="Place in the log, from 0; null until it is in a checkpoint.")
    commitment = models.BinaryField()
    mac = models.BinaryField(help_text="The application's signature, so that nobody else adds events.")
    refused = models.BooleanField(default=False, help_text="Not signed by the application: never enters the log.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "number"], name="leaf_place", condition=~models.Q(number=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "id"], name="leaf_waiting", condition=models.Q(number=None, refused=False)
            ),
        ]

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE (number, refused)"]

    def __str__(self) -> str:
        return str(self.number)


class Tile(Record):
    """Up to 256 hashes of the tree, at a level and an index in it (tiles.py)."""

    not_personal = ("organisation_id", "level", "place", "hashes")

    organisation_id = models.UUIDField()
    level = models.SmallIntegerField()
    place = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "level", "place"], name="tile_place")]

    class Visible:
        see = [everyone()]
        definer = ["SELECT", "INSERT", "UPDATE (hashes)"]

    def __str__(self) -> str:
        return f"{self.level}/{self.place}"


class Checkpoint(Record, Made):
    """The log at one size, signed (C2SP tlog-checkpoint)."""

    not_personal = ("organisation_id", "size", "root", "note", "made")

    organisation_id = models.UUIDField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "size"], name="checkpoint_size")]

    class Visible:
        see = [everyone()]
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return str(self.size)


class Log(Record, Made):
    """An organisation's log: its origin for good, its verifier key, and the private key, sealed."""

    not_personal = ("organisation_id", "origin", "verifier", "sealed", "made")

    organisation_id = models.UUIDField(unique=True)
    origin = models.CharField(max_length=200, unique=True)
    verifier = models.CharField(max_length=400)
    sealed = models.BinaryField()

    class Visible:
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return self.origin


class Removal(Record, Made):
    """Which events were erased or had served their time. The event of the same id says so in the log, with the
    SHA-256 of the ids, so that nothing can go without a trace."""

    not_personal = ("organisation_id", "events", "made")

    organisation_id = models.UUIDField()
    events = models.BinaryField(help_text="Ids of the events, 16 bytes each, sorted.")

    class Visible:
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return str(self.pk)
