"""Days on which a host is away, and who stands in. From when until when lies in the blocked time that goes with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.booking.host_models import BUSY
from tillit.kernel import clock
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Row
from tillit.kernel.rls import own


class Absence(Row):
    """A host is away for the time of `busy`, which ends it: with the one the other goes.

    While it lasts, `stand_in` is offered for the host's meeting types, but for those that need all their hosts
    together; sql/away.sql keeps the rows of `TypeHost` that say so.
    """

    called = _("when you are away, and who stands in for you")
    not_personal: tuple[str, ...] = ()

    busy = models.ForeignKey("booking.BusyTime", CASCADE, related_name="absence")
    host = models.ForeignKey("booking.Host", CASCADE, related_name="absences")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    stand_in = models.ForeignKey("booking.Host", SET_NULL, null=True, related_name="+")
    made = personal(
        models.DateTimeField(default=clock.now, editable=False),
        of="person", what=Data.CALENDAR, why=[Purpose.WORK], keep=BUSY, erase=Erase.DELETE,
    )  # fmt: skip

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
        definer = ["SELECT", "DELETE"]
