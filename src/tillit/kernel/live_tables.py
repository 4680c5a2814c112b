"""What has just changed, for pages that are open."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Row, with_parent
from tillit.kernel.rls import own, subject_id

JUST_NOW = Keep("kernel.live.told", _("an hour"), clock="kernel.forget_live")


class LiveEvent(Row, Made):
    """Something changed for a person: the kind of thing and its id, written by `kernel.publish_live` (sql/live.sql).

    `channel_id` is who is told: the person, or the booking whose link the person holds. `number` counts on within the
    channel in the order of commits; it is given at commit, and null until then.
    """

    called = _("what has just changed for you")
    not_personal = ("channel_id", "number", "object_id", "made")

    organisation = with_parent()
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    channel_id = models.UUIDField()
    number = models.BigIntegerField(null=True)
    kind = personal(
        models.CharField(max_length=60),
        of="person",
        what=Data.ACTIVITY,
        why=[Purpose.COORDINATE],
        keep=JUST_NOW,
        erase=Erase.DELETE,
    )
    object_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["channel_id", "number"], name="liveevent_channel"),
            models.Index(fields=["channel_id"], condition=models.Q(number=None), name="liveevent_unnumbered"),
            models.Index(fields=["made"], name="liveevent_made"),
        ]

    class Visible:
        see = [own(), subject_id("channel_id", of="guest")]
        definer = ["SELECT", "INSERT", "UPDATE (number)", "DELETE"]

    def __str__(self) -> str:
        return self.kind
