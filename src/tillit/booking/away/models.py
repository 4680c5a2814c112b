"""Days on which a host is away, and who stands in. From when until when lies in the blocked time that goes with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import own


class Absence(Row, Made):
    """A host is away for the time of `busy`, which ends it: with the one the other goes.

    While it lasts, `stand_in` is offered for the host's meeting types, but for those that need all their hosts
    together; sql/away.sql keeps the rows of `TypeHost` that say so.
    """

    called = _("when you are away, and who stands in for you")
    not_personal = ("made",)

    busy = models.ForeignKey("booking.BusyTime", CASCADE, related_name="absence")
    host = models.ForeignKey("booking.Host", CASCADE, related_name="absences")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    stand_in = models.ForeignKey("booking.Host", SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stand_in=None) | ~models.Q(stand_in=models.F("host")), name="stand_in_is_another"
            )
        ]

    class Visible:
        see = [own()]
        add = [own()]
        remove = [own()]
        definer = ["SELECT"]
