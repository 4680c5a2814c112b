"""What is derived from visible profiles so that people find them, and what seekers keep for themselves.

A listing says nothing that the profile does not show to everybody. It is made anew by reactions and at night
(directory.search.listing) and goes with its profile. docs/decisions/0051-finding.md says why it has this form.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use
from tillit.directory.models.profiles import OFFERED, Profile
from tillit.kernel.declare import Declared, personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import everyone, office, own
from tillit.kernel.sealed import Sealed

ANY = UUID(int=0)
"""Stands for every service: each listing has an offer of it."""
DAYS_AHEAD = 56
RING = 60  # days after which the parts of days begin anew
SLOTS = 48  # half-hours of a day, as bits
MOST_SAVED, MOST_FAVOURITES = 20, 200

LOOKED = Keep("directory.saved.over", _("until you take it away, half a year after you last used it at most"), 183,
              clock="directory.saved")  # fmt: skip
LIKED = Keep("directory.favourite.over", _("until you take it away, or the profile goes"))
CHOSEN = Keep("directory.weighting.over", _("until you choose otherwise, or leave"))


def _shown(field: Any, what: Data = Data.PROFESSIONAL) -> Any:
    return personal(field, of="person", what=what, why=[Purpose.OFFER], keep=OFFERED, erase=Erase.DELETE)


def _looked(inner: Any) -> Sealed:
    return Sealed(inner, of="person", what=Data.WISH, why=[Purpose.FIND], keep=LOOKED, erase=Erase.DELETE)


class Listing(Row):
    """What of one visible profile is searched. words: normalised, each as written and without its marks. free: for each
    day from `free_from` on (the organisation's zone) its free half-hours as bits, the first the lowest; empty where
    nobody knows. listed: when it was first to be found. turn: by lot, who of equals stands first moves on daily."""

    called = _("what of your profile can be searched")
    not_personal = ("turn",)
    profile = models.OneToOneField(Profile, CASCADE, related_name="listing")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    languages = _shown(ArrayField(models.CharField(max_length=8), default=list), Data.LANGUAGE)
    ages = _shown(ArrayField(models.CharField(max_length=8), default=list))
    years = _shown(models.PositiveSmallIntegerField(default=0))
    words = _shown(SearchVectorField())
    free_from = _shown(models.DateField(null=True), Data.CALENDAR)
    free = _shown(ArrayField(models.BigIntegerField(), default=list), Data.CALENDAR)
    listed = _shown(models.DateTimeField())
    turn = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="directory_words")]

    class Visible:
        see = [everyone() & in_use("person_id")]
        add = [office("reaction")]
        change = [office("reaction")]
        remove = [office("reaction"), own()]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.pk)


class Offer(Row):
    """One service of a listing (ANY: all of them), as the index has it. grade: the steps that the published formula
    counts, packed (search.formula). parts_0 … parts_3: quarters of days in which something is free, as bits in a ring
    of RING days (search.hours.parts): who is not free at all is left out without being read. rate: minor units an hour,
    0 where none is said."""

    called = _("what you offer, as it is searched")
    not_personal = ("grade", "turn", "category")

    listing = models.ForeignKey(Listing, CASCADE, related_name="offers")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    category = models.UUIDField()
    place = _shown(models.IntegerField())
    grade = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    parts_0 = _shown(models.BigIntegerField(default=0), Data.CALENDAR)
    parts_1 = _shown(models.BigIntegerField(default=0), Data.CALENDAR)
    parts_2 = _shown(models.BigIntegerField(default=0), Data.CALENDAR)
    parts_3 = _shown(models.BigIntegerField(default=0), Data.CALENDAR)
    rate = _shown(models.IntegerField(default=0))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "category"], name="directory_offered_once")]
        indexes = [
            models.Index(
                fields=["organisation", "category", "place", "grade", "turn"],
                include=["listing", "rate", "parts_0", "parts_1", "parts_2", "parts_3"],
                name="directory_find",
            ),
        ]  # fmt: skip

    class Visible:
        see = [everyone()]
        add = [office("reaction")]
        change = [office("reaction")]
        remove = [office("reaction")]
        trust_parents = ("listing",)

    def __str__(self) -> str:
        return str(self.pk)


class Step(Row):
    """That somewhere somebody of that grade offers a service: the search walks them best first. One without an offer
    does no harm; they are cleared at night."""

    not_personal = ("category", "place", "grade")

    category = models.UUIDField()
    place = models.IntegerField()
    grade = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "category", "place", "grade"], name="directory_step_once")
        ]

    class Visible:
        see = [everyone()]
        add = [office("reaction")]
        remove = [office("reaction")]

    def __str__(self) -> str:
        return str(self.pk)


class Word(Row):
    """A word that some listing has, for typing errors. seen: in how many listings, as of last night."""

    not_personal = ("word", "seen")

    word = models.CharField(max_length=40)
    seen = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "word"], name="directory_word_once")]
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="directory_word_like")]

    class Visible:
        see = [everyone()]
        add = [office("reaction")]
        change = [office("reaction")]
        remove = [office("reaction")]
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return self.word


class Saved(Row, Made):
    """A search that somebody keeps. question: as in its address. number: one of MOST_SAVED places, so that nobody has
    more, whatever comes at once. told: what was listed before is known to them. alerts: tell them of new ones."""

    called = _("searches that you keep")
    not_personal = ("number", "told", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = _looked(models.CharField(max_length=80))
    question = _looked(models.CharField(max_length=2000))
    alerts = personal(models.BooleanField(default=False), of="person", what=Data.CHOICE, why=[Purpose.FIND],
                      keep=LOOKED, erase=Erase.DELETE)  # fmt: skip
    told = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "number"], name="directory_saved_place"),
            models.CheckConstraint(condition=models.Q(number__lt=MOST_SAVED), name="directory_saved_most"),
        ]

    class Visible:
        see = [own(), office("sweeper")]
        add = [own()]
        change = [own()]
        fields_to_change = ("name", "question", "alerts", "told")
        remove = [own(), office("sweeper")]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.pk)


class Favourite(Row, Made):
    """A profile that somebody likes. Nobody but they ever sees it: neither its owner nor the organisation."""

    called = _("profiles that you like")
    not_personal = ("number",)
    declared_elsewhere: ClassVar[dict[str, Declared]] = {
        "made": Declared(("person",), Data.WISH, (Purpose.FIND,), LIKED, Erase.DELETE)
    }

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    profile = models.ForeignKey(Profile, CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "profile"], name="directory_liked_once"),
            models.UniqueConstraint(fields=["person", "number"], name="directory_liked_place"),
            models.CheckConstraint(condition=models.Q(number__lt=MOST_FAVOURITES), name="directory_liked_most"),
        ]

    class Visible:
        see = [own()]
        add = [own()]
        remove = [own()]

    def __str__(self) -> str:
        return str(self.pk)


class Weighting(Row, Made):
    """How much each part of the formula counts for somebody who asked us to remember it."""

    called = _("what matters to you when you search")
    not_personal = ("made",)

    person = models.OneToOneField("identity.Person", CASCADE, related_name="+")
    weights = Sealed(models.JSONField(), of="person", what=Data.WISH, why=[Purpose.FIND], keep=CHOSEN,
                     erase=Erase.DELETE)  # fmt: skip

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        fields_to_change = ("weights",)
        remove = [own()]

    def __str__(self) -> str:
        return str(self.pk)
