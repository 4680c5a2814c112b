"""Grants: who may see what of whom, why, until when. Written by definer functions only (sql/grants.sql)."""

from __future__ import annotations

from django.db import models

from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import own


class Grant(Row, Made):
    """`grantee` may see `scope` of `subject` from `starts` until `ends`, unless it was taken back before."""

    not_personal = ("scope", "relation", "reason", "starts", "ends", "revoked", "made")

    subject = models.ForeignKey("identity.Person", CASCADE, related_name="grants_given")
    grantee = models.ForeignKey("identity.Person", CASCADE, related_name="grants_held")
    scope = models.CharField(max_length=60)
    relation = models.CharField(max_length=60, help_text="The relation it comes from, or 'choice'.")
    reason = models.CharField(max_length=60, help_text="A stable word, shown through the catalogue.")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="grant_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["grantee", "scope", "ends"], name="grant_held"),
            models.Index(fields=["subject"], name="grant_given"),
        ]

    class Visible:
        see = [own("subject_id"), own("grantee_id")]
        definer = ["SELECT", "INSERT", "UPDATE (revoked, ends)"]
