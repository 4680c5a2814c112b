"""What seekers ask for in public, and who offers to do it. Only the database adds an application, and has an
advertisement renewed (sql/adverts.sql)."""

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
from tillit.moderation.visible import decided_on, in_good_standing, not_paused, under_case

STATES = ("waiting", "open", "refused", "closed")
ANSWERS = ("sent", "withdrawn", "chosen", "declined")
MOST_OPEN = 5
DAYS = 30

ASKED = Keep(
    "directory.advert.over",
    _("30 days after you wrote or last renewed it, or the day after it was for"),
    DAYS,
    clock="directory.advert",
)
PROVIDERS = staff("provider") & Block("state = 'open'") & in_use("person_id") & in_good_standing("person_id")
HEARD = own("owner_id") & Block("heard")
PROGRAMS = office("reaction", "sweeper", "prober")


def _asked(field: Any, what: Data = Data.WISH) -> Any:
    return personal(field, of="person", what=what, why=[Purpose.FIND], keep=ASKED, erase=Erase.DELETE)


def _written(inner: Any) -> Sealed:
    return Sealed(inner, of="person", what=Data.WISH, why=[Purpose.FIND], keep=ASKED, erase=Erase.DELETE)


def _one_of(words: tuple[str, ...], **more: Any) -> Any:
    return models.CharField(max_length=12, choices=[(word, word) for word in words], **more)


class Advert(Row, Made):
    """Somebody looks for help. Providers see it while it is open, that is, once a moderator has let it through.

    place: an area, never an address. day: in the organisation's zone, None where it is for more than one. number: one
    of MOST_OPEN places, kept until it is closed, so that what an appeal brings back has one. ends: from then on nobody
    sees it any more, and it goes.
    """

    called = _("what you advertised")
    not_personal = ("number", "ends", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    category = _asked(models.UUIDField())
    place = _asked(models.IntegerField())
    day = _asked(models.DateField(null=True))
    when = _written(models.CharField(max_length=120))
    ages = _asked(ArrayField(models.CharField(max_length=8), default=list, blank=True))
    words = _written(models.TextField())
    state = _asked(_one_of(STATES, default="waiting"))
    ends = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number"], condition=~models.Q(state="closed"), name="directory_advert_place"
            ),
            models.CheckConstraint(condition=models.Q(number__lt=MOST_OPEN), name="directory_advert_most"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="directory_advert_state"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "state", "-made"], name="directory_adverts")]

    class Visible:
        see = [own(), PROVIDERS, under_case("advert") & in_use("person_id"), decided_on(), PROGRAMS]
        add = [own() & Block("state = 'waiting' and (select directory.is_member())") & not_paused()]
        change = [own(), decided_on()]
        check_change = [own() & Block("state = 'closed'"), decided_on()]
        fields_to_change = ("state",)
        remove = [own(), office("sweeper")]
        trust_parents = ("person",)
        definer = ["SELECT", "UPDATE"]

    def __str__(self) -> str:
        return str(self.pk)


class Application(Row, Made):
    """A provider offers to do what an advertisement asks; what they write stands in a thread of their own.

    owner: whose advertisement it is. Both see it, and nobody else; only what was not answered can be. heard: false
    where the owner wants to hear nothing of whoever offers, and so sees nothing of it.
    """

    called = _("advertisements that you answered")
    not_personal = ("thread", "heard", "made")

    advert = models.ForeignKey(Advert, CASCADE, related_name="applications")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    owner = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    thread = models.UUIDField()
    state = _asked(_one_of(ANSWERS, default="sent"))
    heard = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["advert", "person"], name="directory_applied_once"),
            models.CheckConstraint(condition=models.Q(state__in=ANSWERS), name="directory_application_state"),
        ]

    class Visible:
        see = [own(), HEARD, PROGRAMS]
        change = [own() & Block("state = 'sent'"), HEARD & Block("state = 'sent'")]
        check_change = [own() & Block("state = 'withdrawn'"), HEARD & Block("state in ('chosen', 'declined')")]
        fields_to_change = ("state",)
        remove = [own()]
        trust_parents = ("advert", "owner", "person")
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return self.state
