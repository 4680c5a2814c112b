"""A provider's profile: facts as rows, each with who may see it, and who checked it.

What others see of a profile is its facts of the stage `live`; the database decides who sees which. A change is written
beside it (`draft`), waits while a moderator looks at it (`waiting`), and takes the place of the live one when it is let
through. Stages, checks and who sees a fact are written by definer functions only (sql/profiles.sql).
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.scopes import declare as declare_scope
from tillit.access.visible import in_use, shown, staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import Block, everyone, office, own
from tillit.kernel.sealed import Sealed
from tillit.moderation.visible import decided_on, not_paused, under_case

DAYS = 730
KINDS = (
    "name", "picture", "services", "rate", "area", "languages", "experience", "ages", "skills", "references",
    "training", "tax", "insurance", "record", "about", "film", "links",
)  # fmt: skip
"""The facts of a profile; on pages they stand in the order of directory.facts."""
SEEN_BY = ("everybody", "members", "threads")
STAGES = ("draft", "waiting", "live")
STANDINGS = ("open", "paused", "down")
HOW = ("", "in_person", "called", "read", "register")

declare_scope("profile", _("what your profile shows only to people you write with"))

OFFERED = Keep(
    "directory.profile.over",
    _("some time after you last changed your profile, as the organisation has set; at once when you delete it"),
    DAYS,
    setting="directory.keep_days",
    clock="directory.profile",
)
VISIBLE = Block("approved is not null and here and standing = 'open'", "everybody") & in_use("person_id")
LIVE = Block("stage = 'live' and visible", "everybody") & in_use("person_id")
MEMBERS = Block("seen_by = 'members' and (select directory.is_member())", "everybody")
PROGRAMS = office("reaction", "sweeper", "prober")


def _one_of(words: tuple[str, ...], **more: Any) -> models.CharField[str, str]:
    return models.CharField(max_length=12, choices=[(word, word) for word in words], **more)


def _among(field: str, words: tuple[str, ...], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": words}), name=name)


def _about(field: models.Field[Any, Any], what: Data = Data.PROFESSIONAL) -> models.Field[Any, Any]:
    return personal(field, of="person", what=what, why=[Purpose.OFFER], keep=OFFERED, erase=Erase.DELETE)


class Category(Row, Made):
    """A service that can be offered here. name: language → words. retired: nobody new chooses it."""

    not_personal = ("name", "position", "retired", "made")

    name = models.JSONField()
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["organisation", "position"], name="directory_categories")]

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        change = [staff("administrator")]
        fields_to_change = ("name", "position", "retired")

    def __str__(self) -> str:
        return str(self.pk)


class Rules(Row):
    """What the organisation demands of profiles: the kinds of facts that have to be there, and those that a moderator
    has to have checked, before one is let through."""

    not_personal = ("required", "to_check")

    required = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    to_check = ArrayField(models.CharField(max_length=12), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="directory_one_rule")]

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        change = [staff("administrator")]

    def __str__(self) -> str:
        return str(self.pk)


class Profile(Row, Made):
    """Somebody offers help. slug: random, tells nothing.

    approved: when a moderator first let it through (None: nobody else has seen it). standing: open, paused (by its
    owner), down (taken down by a moderator). here: its owner is a provider now; the database keeps it.
    """

    called = _("your profile")
    not_personal = ("slug", "here", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    slug = models.CharField(max_length=16)
    standing = _about(_one_of(STANDINGS, default="open"))
    approved = _about(models.DateTimeField(null=True))
    changed = _about(models.DateTimeField())
    here = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="directory_slug_once"),
            models.UniqueConstraint(fields=["organisation", "person"], name="directory_one_each"),
            _among("standing", STANDINGS, "directory_standing"),
        ]

    class Visible:
        see = [VISIBLE, own(), under_case("profile"), decided_on(), PROGRAMS]
        add = [own() & Block("approved is null and standing = 'open' and (select access.roles()) @> array['provider']")]
        remove = [own()]
        definer = ["SELECT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.slug


class Submission(Row, Made):
    """What an owner put before the moderators at once. state: waiting, approved, refused, withdrawn."""

    called = _("that a moderator looked at your profile")
    not_personal = ("made",)

    profile = models.ForeignKey(Profile, CASCADE, related_name="submissions")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    state = _about(_one_of(("waiting", "approved", "refused", "withdrawn"), default="waiting"))
    decided = _about(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile"], condition=models.Q(state="waiting"), name="directory_one_waits"
            ),
            _among("state", ("waiting", "approved", "refused", "withdrawn"), "directory_submission"),
        ]  # fmt: skip

    class Visible:
        see = [own(), under_case("profile", "profile_id"), PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE"]

    def __str__(self) -> str:
        return self.state


class Fact(Row, Made):
    """One fact. kind: one of KINDS. value: as directory.facts describes it for the kind. files: pictures it is made of.

    visible: its profile is seen by others now; the database keeps it. check_*: who of the organisation looked, how,
    when, and until when that counts; another value is another row, so it begins unchecked.
    """

    called = _("what your profile says")
    not_personal = ("files", "visible", "made")

    profile = models.ForeignKey(Profile, CASCADE, related_name="facts")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = _about(_one_of(KINDS))
    stage = _about(_one_of(STAGES, default="draft"))
    seen_by = _about(_one_of(SEEN_BY, default="everybody"), Data.CHOICE)
    value = Sealed(
        models.JSONField(), of="person", what=Data.PROFESSIONAL, why=[Purpose.OFFER], keep=OFFERED, erase=Erase.DELETE,
    )  # fmt: skip
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    visible = models.BooleanField(default=False, editable=False)
    check_how = _about(_one_of(HOW, blank=True, default=""))
    checked = _about(models.DateTimeField(null=True))
    check_ends = _about(models.DateField(null=True))
    checked_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "kind", "stage"], name="directory_fact_once"),
            _among("kind", KINDS, "directory_kind"),
            _among("stage", STAGES, "directory_stage"),
            _among("seen_by", SEEN_BY, "directory_seen_by"),
            models.CheckConstraint(
                condition=models.Q(checked=None, check_how="")
                | models.Q(checked__isnull=False) & ~models.Q(check_how=""),
                name="directory_checked_somehow",
            ),
        ]
        indexes = [models.Index(fields=["person", "stage"], name="directory_facts_of")]

    class Visible:
        see = [
            LIVE & (Block("seen_by = 'everybody'", "everybody")),
            LIVE & MEMBERS,
            LIVE & shown("person_id", "profile"),
            own(),
            under_case("profile", "profile_id") & Block("stage <> 'draft'") & in_use("person_id"),
            PROGRAMS,
        ]
        add = [
            own()
            & Block("stage = 'draft' and checked is null and profile_id = (select directory.my_profile())")
            & not_paused(),
        ]
        change = [own() & Block("stage = 'draft'")]
        fields_to_change = ("value", "files")
        remove = [own()]
        trust_parents = ("checked_by",)
        definer = ["SELECT", "UPDATE", "DELETE"]

    def __str__(self) -> str:
        return self.kind


class Player(Row, Made):
    """Whether somebody wants players of other hosts inside profiles. of: the person whose player it is about, None for
    everybody's. wanted: load it."""

    called = _("whose films you want played here")
    not_personal = ("made",)

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    of = models.ForeignKey("identity.Person", CASCADE, null=True, related_name="+")
    wanted = personal(
        models.BooleanField(), of="person", what=Data.CHOICE, why=[Purpose.OFFER],
        keep=Keep("directory.player.over", _("until you choose otherwise, or leave")), erase=Erase.DELETE,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "of"], nulls_distinct=False, name="directory_player_once"),
        ]

    class Visible:
        see = [own(), office("prober")]
        add = [own()]
        change = [own()]
        fields_to_change = ("wanted",)
        remove = [own()]
        trust_parents = ("of",)

    def __str__(self) -> str:
        return str(self.wanted)
