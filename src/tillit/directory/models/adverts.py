"""What seekers ask for in public, and who offers to do it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use, staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import Block, office, own
from tillit.kernel.sealed import Sealed

STATES = ("waiting", "open", "refused", "closed")
ANSWERS = ("sent", "withdrawn", "chosen", "declined")
MOST_OPEN = 5
OPEN_TO_ME = "state = 'sent' and owner_id <> person_id and owner_id = directory.advert_of(advert_id)"
"""One row is added at a time, so the function is asked once."""

ASKED = Keep("directory.advert.over", _("30 days after the advertisement was closed or its day was over"), 30,
             clock="directory.advert")  # fmt: skip
PROVIDERS = staff("provider") & Block("state = 'open'") & in_use("person_id")
PROGRAMS = office("reaction", "sweeper", "prober")


def _asked(field: Any, what: Data = Data.WISH) -> Any:
    return personal(field, of="person", what=what, why=[Purpose.FIND], keep=ASKED, erase=Erase.DELETE)


class Advert(Row, Made):
    """Somebody looks for help. Providers see it while it is open. place: an area, never an address. number: one of
    MOST_OPEN places. ends: from then on nobody sees it any more."""

    called = _("what you advertised")
    not_personal = ("number", "ends", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    category = _asked(models.UUIDField())
    place = _asked(models.IntegerField())
    day = _asked(models.DateField(null=True))
    ages = _asked(ArrayField(models.CharField(max_length=8), default=list, blank=True))
    words = Sealed(models.TextField(), of="person", what=Data.COMMUNICATION, why=[Purpose.FIND], keep=ASKED,
                   erase=Erase.DELETE)  # fmt: skip
    state = _asked(models.CharField(max_length=12, choices=[(s, s) for s in STATES], default="waiting"), Data.ACTIVITY)
    ends = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number"], condition=models.Q(state__in=("waiting", "open")),
                name="directory_advert_place",
            ),
            models.CheckConstraint(condition=models.Q(number__lt=MOST_OPEN), name="directory_advert_most"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="directory_advert_state"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "state", "-made"], name="directory_adverts")]

    class Visible:
        see = [own(), PROVIDERS, staff("moderator") & in_use("person_id"), PROGRAMS]
        add = [own() & Block("state = 'waiting'")]
        change = [own(), office("reaction", "sweeper")]
        check_change = [own() & Block("state = 'closed'"), office("reaction", "sweeper")]
        fields_to_change = ("state",)
        remove = [own(), office("sweeper")]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.pk)


class Application(Row, Made):
    """A provider offers to do what an advertisement asks; what they write stands in a thread of their own. owner: whose
    advertisement it is."""

    called = _("advertisements that you answered")
    not_personal = ("thread", "made")

    advert = models.ForeignKey(Advert, CASCADE, related_name="applications")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    owner = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    thread = models.UUIDField(null=True)
    state = personal(
        models.CharField(max_length=12, choices=[(s, s) for s in ANSWERS], default="sent"), of="person",
        what=Data.ACTIVITY, why=[Purpose.FIND], keep=ASKED, erase=Erase.DELETE,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["advert", "person"], name="directory_applied_once"),
            models.CheckConstraint(condition=models.Q(state__in=ANSWERS), name="directory_application_state"),
        ]

    class Visible:
        see = [own(), own("owner_id"), PROGRAMS]
        add = [own() & Block(OPEN_TO_ME)]
        change = [own(), own("owner_id"), PROGRAMS]
        check_change = [
            own() & Block("state = 'withdrawn'"),
            own("owner_id") & Block("state in ('chosen', 'declined')"),
        ]
        fields_to_change = ("state",)
        remove = [own()]
        trust_parents = ("owner",)

    def __str__(self) -> str:
        return self.state
