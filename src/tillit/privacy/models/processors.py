"""Who receives data for an organisation: its register of processors."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tillit.kernel.egress import Role, Safeguard
from tillit.kernel.models import Made, Row
from tillit.kernel.rls import everyone

ROLES = (Role.PROCESSOR, Role.JOINT, Role.CONTROLLER)  # the operator's own are no organisation's


class Processor(Row, Made):
    """A receiver of data. Everybody may read the register. It is written by a definer function only, which believes
    nobody but this program acting for an administrator (sql/processors.sql): whoever injects SQL adds no host and
    marks no agreement. What was stopped stays, since data has gone there."""

    not_personal = (
        "key", "name", "role", "hosts", "purposes", "categories", "region", "safeguard", "agreement", "agreed", "ends",
        "words", "stopped", "made",
    )  # fmt: skip

    key = models.SlugField(max_length=40, help_text="The word by which the program asks for it, such as 'sms'.")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=10, choices=[(r.value, r.value) for r in ROLES])
    hosts = ArrayField(models.CharField(max_length=260), help_text="name:port, exactly.")
    purposes = ArrayField(models.CharField(max_length=60), help_text="DPV identifiers (kernel.dpv.Purpose).")
    categories = ArrayField(models.CharField(max_length=60), help_text="DPV identifiers (kernel.dpv.Data).")
    region = models.CharField(max_length=2, help_text="eu, ir, or another country's two letters.")
    safeguard = models.CharField(max_length=10, blank=True, choices=[(s.value, s.value) for s in Safeguard])
    agreement = models.CharField(max_length=200, blank=True, help_text="Where the document is found.")
    agreed = models.DateField(null=True, help_text="The agreement's day.")
    ends = models.DateField(null=True, help_text="Its last day (UTC); null: until somebody ends it.")
    words = models.JSONField(default=dict, help_text="Language → what it is used for, in the organisation's words.")
    stopped = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="processor_key"),
            models.CheckConstraint(condition=Q(role__in=[r.value for r in ROLES]), name="processor_role"),
            models.CheckConstraint(
                condition=Q(safeguard="") | Q(safeguard__in=[s.value for s in Safeguard]), name="processor_safeguard"
            ),
            models.CheckConstraint(
                condition=Q(agreement="", agreed=None, ends=None) | (~Q(agreement="") & Q(agreed__isnull=False)),
                name="processor_agreement_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=models.F("agreed")), name="processor_agreement_ends_after"
            ),
        ]

    class Visible:
        see = [everyone()]
        definer = ["SELECT", "INSERT", "UPDATE"]

    def __str__(self) -> str:
        return self.key
