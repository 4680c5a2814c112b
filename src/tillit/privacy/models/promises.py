"""What the probes have answered, and what people attest."""

from __future__ import annotations

from django.db import models

from tillit.access.visible import staff
from tillit.kernel.models import PROTECT, Made, Row
from tillit.kernel.rls import everyone, office


class ProbeResult(Row, Made):
    """One answer of one probe. Nobody changes or removes an answer: a red one cannot be hidden."""

    not_personal = ("promise", "ok", "detail", "made")

    promise = models.CharField(max_length=60)
    ok = models.BooleanField()
    detail = models.CharField(max_length=300, help_text="What was looked at; never about anybody.")

    class Meta:
        indexes = [models.Index(fields=["organisation", "promise", "-made"], name="probe_result_latest")]

    class Visible:
        see = [everyone()]
        add = [office("prober")]
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return f"{self.promise} {self.ok}"


class Attestation(Row, Made):
    """A named person declares what no program can see, with evidence, until `ends`."""

    not_personal = ("promise", "statement", "evidence", "name", "ends", "made")

    promise = models.CharField(max_length=60)
    person = models.ForeignKey("identity.Person", PROTECT, related_name="+")
    name = models.CharField(max_length=200, help_text="Who answers for it, as published.")
    statement = models.CharField(max_length=500)
    evidence = models.CharField(max_length=500, help_text="Where the proof lies: a protocol, a certificate, a date.")
    ends = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "promise", "-ends"], name="attestation_latest")]

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return self.promise


__all__ = ["Attestation", "ProbeResult"]
