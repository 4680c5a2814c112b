"""Copies that people asked for, and what was erased: the receipts, which name nobody any more."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import own, subject_id

COPIED = Keep("privacy.copy.over", _("a week after it was made"), 7, clock="privacy.copy")
STATES = ("waiting", "ready", "failed")


class Copy(Row, Made):
    """A person's copy of what is held of them. The file lies sealed in the folder of copies, under the row's id.

    whole: of everything that the organisation holds, for the administrator who asked, when it leaves.
    done, total: parts that lie ready, for a large copy that is made in the background. opened: last downloaded.
    """

    called = _("copies that you asked for")
    not_personal = ("whole", "language", "state", "done", "total", "size", "ends", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    whole = models.BooleanField(default=False)
    language = models.CharField(max_length=8, help_text="Of the readable page.")
    state = models.CharField(max_length=8, default="waiting")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0, help_text="Bytes of the ZIP file.")
    ends = models.DateTimeField(help_text="When it goes, and its link with it.")
    opened = personal(
        models.DateTimeField(null=True), of="person", what=Data.ACTIVITY, why=[Purpose.ACCOUNT_FOR], keep=COPIED,
        erase=Erase.DELETE,
    )  # fmt: skip

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="copy_state")]

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        fields_to_change = ("state", "done", "total", "size", "opened")
        definer = ["SELECT", "DELETE"]


class Erasure(Row, Made):
    """What was erased of one person in one organisation, when, and what stays. The id that it carries is nobody's.

    gone, stays: what the receipt says, as counts and stable words. unreadable: from when no backup can bring the
    sealed values back. open: something of it waits for a hold to end.
    """

    not_personal = ("person_id", "request_key", "event_id", "gone", "stays", "unreadable", "open", "made")
    person_id = models.UUIDField(db_index=True)
    request_key = models.UUIDField(help_text="Chosen by the form: the same form sent twice erases once.")
    event_id = models.UUIDField(help_text="The event in the log, whose receipt proves it.")
    gone = models.JSONField(help_text="app.model → rows")
    stays = models.JSONField(help_text="[[app.model, rows, law, until]]")
    unreadable = models.DateTimeField()
    open = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "request_key"], name="erasure_once")]

    class Visible:
        see = [own("person_id"), subject_id("person_id", of="erasure"), subject_id("id", of="receipt")]
        add = [subject_id("person_id", of="erasure")]
        definer = ["SELECT"]
