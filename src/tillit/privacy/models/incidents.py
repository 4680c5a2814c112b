"""Incidents: what went wrong with data, what was done about it, who was counted and told.

What people write about an incident is sealed with a key of the incident itself (a matter that many share), which
goes when its time is over. Nobody changes or removes a line of its story.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Record, Row
from tillit.kernel.rls import Block, everyone, office, own
from tillit.kernel.sealed import Sealed

KEEP_SETTING = "privacy.incident_days"
KEPT = Keep(
    "privacy.incident.over",
    _("five years after the incident was closed"),
    1826,
    setting=KEEP_SETTING,
    clock="privacy.incident",
)
SOURCES = ("staff", "outside", "alarm", "promise", "operator", "drill")
CAUSES = ("mistake", "lost", "attack", "insider", "weakness", "processor", "other")
NATURES = ("seen", "changed", "lost")
RISKS = ("none", "risk", "high")

_WORDS = Data.COMMUNICATION
_OWN = Block("reporter_id is not distinct from (select access.person())")
_KEEPERS = [staff("administrator", "privacy"), office("incidents", "reaction", "sweeper", "prober")]


def _told(inner: models.Field[Any, Any], of: str = "self", whose: str = "reporter", what: Data = _WORDS) -> Sealed:
    """Sealed for the incident; erasure takes away who wrote it."""
    return Sealed(inner, of=of, whose=whose, what=what, why=[Purpose.SECURITY], keep=KEPT, erase=Erase.DETACH)


class Incident(Row, Made):
    """Something that exposed, changed or lost data, or may have.

    known: when it became known here (UTC); the frame's hours count from it. began, ended: of the exposure itself.
    authority: "", "report" or "no", and since when it is reported. people: "", "tell" or "no".
    """

    not_personal = (
        "reference", "source", "source_id", "source_word", "drill", "known", "began", "ended", "cause", "natures",
        "categories", "risk", "authority", "reported", "supplemented", "people", "closed", "made",
    )  # fmt: skip

    reference = models.CharField(max_length=30, help_text="The organisation's own, as the authority is given it.")
    reporter = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    contact = _told(models.EmailField(blank=True), what=Data.EMAIL)
    source = models.CharField(max_length=10, choices=[(s, s) for s in SOURCES])
    source_id = models.UUIDField(null=True, help_text="The alarm that it began with.")
    source_word = models.CharField(max_length=60, blank=True, help_text="The promise that it began with.")
    drill = models.BooleanField(default=False)
    known = models.DateTimeField()
    began = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    cause = models.CharField(max_length=10, choices=[(c, c) for c in CAUSES], blank=True)
    natures = ArrayField(models.CharField(max_length=10), default=list, help_text="seen, changed, lost")
    categories = ArrayField(models.CharField(max_length=60), default=list, help_text="Kinds of data (kernel.dpv).")
    risk = models.CharField(max_length=6, choices=[(r, r) for r in RISKS], blank=True)
    authority = models.CharField(max_length=6, blank=True)
    reported = models.DateTimeField(null=True)
    supplemented = models.DateTimeField(null=True)
    people = models.CharField(max_length=6, blank=True)
    closed = models.DateTimeField(null=True)
    what = _told(models.TextField())
    consequences = _told(models.TextField(blank=True))
    measures = _told(models.TextField(blank=True))
    words = _told(models.JSONField(default=dict, blank=True))

    class Meta:
        indexes = [models.Index(fields=["organisation", "-known"], name="incident_known")]
        constraints = [
            models.CheckConstraint(condition=models.Q(authority__in=["", "report", "no"]), name="incident_authority"),
            models.CheckConstraint(condition=models.Q(people__in=["", "tell", "no"]), name="incident_people"),
        ]

    class Visible:
        see = _KEEPERS
        # whoever is no member of the house reports a suspicion and reads nothing back
        add = [*_KEEPERS[:1], office("incidents"), Block("source = 'outside' and not drill") & everyone() & _OWN]
        change = _KEEPERS
        trust_parents = ("reporter",)
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return self.reference


class IncidentLine(Row, Made):
    """One line of an incident's story: what was done, by whom, in which words. Only ever added."""

    not_personal = ("kind", "facts", "made")

    incident = models.ForeignKey(Incident, CASCADE, related_name="lines")
    author = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    words = _told(models.TextField(blank=True), of="incident", whose="author")
    facts = models.JSONField(default=dict, help_text="Numbers and small words that say nothing about anybody.")

    class Meta:
        indexes = [models.Index(fields=["incident", "id"], name="incident_line")]

    class Visible:
        see = _KEEPERS
        add = _KEEPERS

    def __str__(self) -> str:
        return self.kind


class IncidentCount(Row, Made):
    """Who was counted, by which question, at which moment. `digest`: SHA-256 of the sorted ids of the people.
    Written by a definer function (sql/incidents.sql)."""

    not_personal = (
        "question", "people", "reachable", "events", "names", "languages", "digest", "milliseconds", "made",
    )  # fmt: skip

    incident = models.ForeignKey(Incident, CASCADE, related_name="counts")
    question = models.JSONField(help_text="What was asked: ids, instants and small words.")
    people = models.PositiveIntegerField(help_text="Different people, those whose data is erased among them.")
    reachable = models.PositiveIntegerField(help_text="Of those, who are still known here.")
    events = models.PositiveBigIntegerField()
    names = models.JSONField(default=dict, help_text="Kind of event → different people.")
    languages = models.JSONField(default=dict, help_text="Language → people who are known.")
    digest = models.CharField(max_length=64)
    milliseconds = models.PositiveIntegerField(help_text="How long the counting took.")

    class Meta:
        indexes = [models.Index(fields=["incident"], name="incident_count")]

    class Visible:
        see = _KEEPERS
        remove = _KEEPERS[:1]
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return str(self.pk)


class Affected(Record):
    """One person whom a count found. Written by a definer function (sql/incidents.sql), by the ten thousand: so the
    organisation is an id without a foreign key, whose check for each row would cost more than the counting."""

    not_personal = ("organisation_id", "unreachable")

    organisation_id = models.UUIDField()
    count = models.ForeignKey(IncidentCount, CASCADE, related_name="affected", db_index=False)
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    told = personal(
        models.DateTimeField(null=True), of="person", what=Data.ACTIVITY, why=[Purpose.SECURITY], keep=KEPT,
        erase=Erase.DELETE,
    )  # fmt: skip
    unreachable = models.BooleanField(default=False, help_text="There is no address to write to.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "person"], name="affected_once")]

    class Visible:
        see = [own(), *_KEEPERS]
        change = [office("reaction", "incidents")]
        fields_to_change = ("told", "unreachable")
        trust_parents = ("person",)
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return str(self.pk)


__all__ = ["Affected", "Incident", "IncidentCount", "IncidentLine"]
