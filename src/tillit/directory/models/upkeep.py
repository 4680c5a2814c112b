"""What keeps a profile up to date: training, what the organisation wishes and suggests, and the ethical code."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import everyone, office, own
from tillit.kernel.sealed import Sealed

TRAINING_DAYS = 1827
ACCEPTED_DAYS = 1827

TRAINED = Keep(
    "directory.training.over", _("some years after the course, as the organisation has set, unless you remove it"),
    TRAINING_DAYS, setting="directory.training_days", clock="directory.training",
)  # fmt: skip
ACCEPTED = Keep(
    "directory.code.over", _("five years after you accepted it"), ACCEPTED_DAYS, clock="directory.acceptance"
)
PROGRAMS = office("reaction", "sweeper", "prober")


def _about(field: Any, keep: Keep = TRAINED) -> Any:
    return personal(
        field, of="person", what=Data.PROFESSIONAL, why=[Purpose.VOUCH], keep=keep, erase=Erase.DELETE
    )  # fmt: skip


def _sealed(field: Any) -> Sealed:
    return Sealed(field, of="person", what=Data.PROFESSIONAL, why=[Purpose.VOUCH], keep=TRAINED, erase=Erase.DELETE)


class Training(Row, Made):
    """A course that somebody has taken. tenths: its points, in tenths; minutes: how long it took. emergencies: it was
    about first aid or what to do in an emergency. document: the proof, among their own documents."""

    called = _("courses that you have taken")
    not_personal = ("document", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    course = _sealed(models.CharField(max_length=160))
    place = _sealed(models.CharField(max_length=160, blank=True))
    on = _about(models.DateField())
    minutes = _about(models.PositiveIntegerField())
    tenths = _about(models.PositiveIntegerField())
    emergencies = _about(models.BooleanField(default=False))
    document = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__lte=100_000, tenths__lte=10_000), name="directory_training_bounds"
            )
        ]
        indexes = [models.Index(fields=["person", "-on"], name="directory_trained")]

    class Visible:
        see = [own(), PROGRAMS]
        add = [own()]
        change = [own()]
        remove = [own(), office("sweeper")]
        trust_parents = ("person",)

    def __str__(self) -> str:
        return str(self.pk)


class Wish(Row):
    """What the organisation wishes of those who offer something: points of training in a year (0: none)."""

    not_personal = ("points",)

    points = models.PositiveSmallIntegerField(default=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="directory_one_wish"),
            models.CheckConstraint(condition=models.Q(points__lte=500), name="directory_wish_bounds"),
        ]

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        change = [staff("administrator")]

    def __str__(self) -> str:
        return str(self.points)


class Course(Row, Made):
    """A course that the organisation suggests; url: where one reads more, "" for nowhere."""

    not_personal = ("title", "words", "url", "points", "emergencies", "made")

    title = models.CharField(max_length=160)
    words = models.TextField(max_length=600, blank=True)
    url = models.URLField(max_length=300, blank=True)
    points = models.PositiveSmallIntegerField(default=0)
    emergencies = models.BooleanField(default=False)

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        change = [staff("administrator")]
        remove = [staff("administrator")]

    def __str__(self) -> str:
        return self.title


class Code(Row, Made):
    """A version of the ethical code, from 2 on (the first is ours, upkeep.code). words: language → text. Never changed:
    whoever accepted it accepted these words."""

    not_personal = ("number", "words", "made")

    number = models.PositiveSmallIntegerField()
    words = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="directory_code_number"),
            models.CheckConstraint(condition=models.Q(number__gte=2), name="directory_code_from_two"),
        ]

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]

    def __str__(self) -> str:
        return str(self.number)


class Acceptance(Row, Made):
    """Somebody accepted a version of the ethical code, then."""

    called = _("that you accepted the ethical code")
    not_personal = ("made",)

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    number = _about(models.PositiveSmallIntegerField(), ACCEPTED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "number"], name="directory_accepted_once")]

    class Visible:
        see = [own(), PROGRAMS]
        add = [own()]
        remove = [office("sweeper")]
        trust_parents = ("person",)
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.number)
