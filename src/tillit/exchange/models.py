"""What was brought in: each file that was given, and each row that came of it.

The file itself lies sealed beside the database (files.py) for a day at most; what people brought it for is a batch.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillit.access import scopes
from tillit.access.visible import shown, staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import Block, office, own
from tillit.kernel.sealed import Sealed

KEPT = Keep(
    "exchange.contact.over",
    _("a year after it was taken over from a file, or as long as the organisation has set"),
    365,
    setting="exchange.keep_days",
    clock="exchange.contact",
)


FILES = scopes.declare("files", _("the files that they are taking over"))
"""Whoever has broken this open of an administrator sees the rows of their files."""


class Batch(Row, Made):
    """One file that an administrator gave, and what became of it.

    state: waiting (for the administrator), running, done, undoing, undone, failed. mapping: for each column of the
    file the key of what it is, or "". same: what happens to a row that is known already (targets.WISHES); decided: the
    same for single lines. source: where the rows come from (sources.SOURCES), `words` more of that. refused: [line,
    why, column] of each bad row. It belongs to `by`: others see that it is there, and its counts.
    """

    STATES = ("waiting", "running", "done", "undoing", "undone", "failed")

    not_personal = (
        "target", "state", "kind", "encoding", "digest", "size", "mapping", "same", "decided", "source", "words",
        "total", "done", "added", "changed", "passed", "stayed", "refused", "confirmed", "undo_until", "made",
    )  # fmt: skip

    by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    target = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=[(s, s) for s in STATES], default="waiting")
    kind = models.CharField(max_length=8)
    encoding = models.CharField(max_length=12, blank=True)
    digest = models.CharField(max_length=64, help_text="HMAC of the content: the same file is known again.")
    size = models.PositiveIntegerField()
    mapping = models.JSONField(default=list)
    same = models.CharField(max_length=4, default="skip")
    decided = models.JSONField(default=dict)
    source = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    stayed = models.PositiveIntegerField(
        default=0, help_text="Rows that an undoing left, since something depends on them."
    )
    refused = models.JSONField(default=list)
    confirmed = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "digest"], condition=Q(state="running"), name="batch_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="batch_of_organisation")]

    class Visible:
        see = [staff("administrator"), office("sweeper", "reaction")]
        add = [staff("administrator") & own("by_id")]
        change = [staff("administrator") & own("by_id"), office("sweeper")]
        remove = [staff("administrator") & own("by_id"), office("sweeper")]
        trust_parents = ("by",)
        definer = ["SELECT"]

    def __str__(self) -> str:
        return f"{self.target} {self.state}"


class Imported(Row, Made):
    """What came of one row of a file: somebody who is known since, or something else (`object_id`).

    what: added or changed; filled: what was added to somebody who was known. stays: why an undoing left it.
    mark: SHA-256 of what stood there afterwards, so that an undoing sees whether it still does.
    """

    called = _("what was taken over of you from a file")
    not_personal = ("line", "what", "filled", "object_id", "mark", "stays", "made")

    batch = models.ForeignKey(Batch, CASCADE, related_name="rows")
    person = models.ForeignKey("identity.Person", CASCADE, null=True, related_name="+")
    object_id = models.UUIDField(null=True)
    line = models.PositiveIntegerField()
    what = models.CharField(max_length=8)
    filled = ArrayField(models.CharField(max_length=8), default=list)
    mark = models.BinaryField(default=b"")
    stays = models.CharField(max_length=12, blank=True)
    source = personal(
        models.CharField(max_length=20, blank=True),
        of="person", what=Data.ACTIVITY, why=[Purpose.ACCOUNT_FOR], keep=KEPT, erase=Erase.DELETE,
    )  # fmt: skip
    note = Sealed(
        models.TextField(blank=True),
        of="person", what=Data.COMMUNICATION, why=[Purpose.COORDINATE], keep=KEPT, erase=Erase.SHRED,
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="imported_line_once")]

    class Visible:
        see = [
            own(),
            shown("person_id", "contact"),
            Block("person_id is null") & staff("administrator"),
            office("reaction"),
        ]
        add = [Block("person_id is null") & staff("administrator")]
        change = [Block("person_id is null") & staff("administrator")]
        remove = [Block("person_id is null") & staff("administrator")]
        fields_to_change = ("stays",)
        definer = ["SELECT", "INSERT", "UPDATE (stays)", "DELETE"]

    def __str__(self) -> str:
        return f"{self.what} {self.line}"
