"""Grants: who may see what of whom, why, until when. Written by definer functions only (sql/grants.sql)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row, with_parent
from tillit.kernel.rls import Block, office, own
from tillit.kernel.sealed import Sealed

ASKED = Keep("access.glass.asked", _("a year after it was asked for"), 365, clock="access.sweep")


class Grant(Row, Made):
    """`grantee` may see `scope` of `subject` from `starts` until `ends`, unless it was taken back before.

    relation: what opened it: "choice" of the subject, "glass" (broken open), or a relation such as "booked with".
    object_id: the thing the relation is about (a booking, a request), with which it closes.
    """

    not_personal = ("scope", "relation", "reason", "object_id", "starts", "ends", "revoked", "made")

    organisation = with_parent()
    subject = models.ForeignKey("identity.Person", CASCADE, related_name="grants_given")
    grantee = models.ForeignKey("identity.Person", CASCADE, related_name="grants_held", db_index=False)
    scope = models.CharField(max_length=60)
    relation = models.CharField(max_length=60, help_text="The relation it comes from, or 'choice'.")
    reason = models.CharField(max_length=60, help_text="A stable word, shown through the catalogue.")
    object_id = models.UUIDField(null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    given_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+", db_index=False)
    revoked = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="grant_ends_after_start"),
        ]
        indexes = [
            # holds all that access.shown asks for
            models.Index(
                fields=["grantee", "scope", "ends"],
                include=["subject", "organisation", "starts", "revoked", "relation"],
                name="grant_held",
            ),
            models.Index(fields=["object_id"], condition=models.Q(revoked=None), name="grant_about"),
            models.Index(fields=["given_by"], condition=models.Q(given_by__isnull=False), name="grant_given_by"),
            models.Index(fields=["revoked_by"], condition=models.Q(revoked_by__isnull=False), name="grant_revoked_by"),
        ]

    class Visible:
        see = [own("subject_id"), own("grantee_id")]
        definer = ["SELECT", "INSERT", "UPDATE (revoked, revoked_by_id)", "DELETE"]


class GlassRequest(Row, Made):
    """`asked_by` wants to see `scope` of `subject` for `minutes` from when it is opened, at most a day.

    state: waiting (for a second person), opened, refused. office: in which capacity it was asked.
    """

    called = _("why something of you was opened")
    not_personal = ("office", "scope", "reason", "minutes", "state", "answered", "ends", "made")

    subject = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    asked_by = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    office = models.CharField(max_length=40)
    scope = models.CharField(max_length=60)
    reason = models.CharField(max_length=60, help_text="A word of access.scopes.REASONS.")
    words = Sealed(
        models.TextField(blank=True),
        of="subject",
        what=Data.COMMUNICATION,
        why=[Purpose.ACCOUNT_FOR],
        keep=ASKED,
        erase=Erase.SHRED,
    )
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)
    answered_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    answered = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__range=(1, 1440)), name="glass_at_most_a_day"),
        ]
        indexes = [models.Index(fields=["organisation", "state", "made"], name="glass_waiting")]

    class Visible:
        see = [
            own("asked_by_id"),
            staff("administrator", "privacy"),
            own("subject_id") & Block("state = 'opened'"),
            office("operator"),
            office("reaction") & Block("state = 'opened'"),
        ]
        definer = ["SELECT", "INSERT", "UPDATE (state, answered_by_id, answered, ends)", "DELETE"]


class GlassRule(Row):
    """The organisation demands a second person for what is broken open (where care is given, it is so anyhow)."""

    not_personal = ("two_people", "chosen")

    two_people = models.BooleanField()
    chosen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="glass_one_rule")]

    class Visible:
        see = [staff("administrator", "privacy")]
        definer = ["SELECT", "INSERT", "UPDATE (two_people, chosen)"]
