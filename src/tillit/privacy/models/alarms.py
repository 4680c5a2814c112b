"""Alarms: rules as an organisation has tuned them, what they noticed, and the little that they notice it by."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.declare import F, personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Record, Row
from tillit.kernel.rls import office
from tillit.kernel.sealed import Sealed

NOTICED = Keep("privacy.alarm.over", _("a year after it was noticed"), 365, clock="privacy.sweep_alarms")
COUNTED = Keep("privacy.tally.over", _("a month"), 30, clock="privacy.sweep_alarms")
DEVICES = Keep("privacy.arrival.over", _("a year after it was last used"), 365, clock="privacy.sweep_alarms")
STATES = ("waiting", "explained", "incident", "false")

_KEEPERS = [staff("administrator", "privacy"), office("watch", "reaction", "incidents", "prober")]


def _noticed(field: F, erase: Erase = Erase.DETACH) -> F:
    return personal(field, of="person", what=Data.ACTIVITY, why=[Purpose.SECURITY], keep=NOTICED, erase=erase)


def _of_account(field: F, what: Data = Data.ACTIVITY) -> F:
    return personal(field, of="account", what=what, why=[Purpose.SECURITY], keep=DEVICES, erase=Erase.DELETE)


class Alarm(Row, Made):
    """Something unusual that a rule noticed. At most one waits for an answer for each rule and cause (`who`)."""

    not_personal = ("rule", "state", "answered", "made")

    rule = models.CharField(max_length=20)
    person = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    who = _noticed(
        models.CharField(max_length=64, help_text="A person's id, or a mark of a network."), erase=Erase.BLANK
    )
    first = _noticed(models.DateTimeField())
    last = _noticed(models.DateTimeField())
    figure = _noticed(models.PositiveIntegerField(help_text="How many, at the most."))
    state = models.CharField(max_length=9, default="waiting")
    answered = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    words = Sealed(
        models.TextField(blank=True), of="self", whose="answered_by", what=Data.COMMUNICATION, why=[Purpose.SECURITY],
        keep=NOTICED, erase=Erase.DETACH,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "rule", "who"], condition=Q(state="waiting"), name="alarm_waits_once"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="alarm_state"),
        ]
        indexes = [models.Index(fields=["organisation", "-last"], name="alarm_last")]

    class Visible:
        see = _KEEPERS
        add = [office("watch")]
        change = [*_KEEPERS[:1], office("watch")]
        trust_parents = ("person",)
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return self.rule


class AlarmRule(Row):
    """How an organisation has tuned a rule; without a row the rule's standard holds. `why`: of what is off."""

    not_personal = ("rule", "on", "most", "minutes", "evening", "morning", "why", "chosen")

    rule = models.CharField(max_length=20)
    on = models.BooleanField(default=True)
    most = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    evening = models.PositiveSmallIntegerField(null=True, help_text="The hour at which the night begins.")
    morning = models.PositiveSmallIntegerField(null=True)
    why = models.CharField(max_length=200, blank=True)
    chosen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "rule"], name="alarmrule_once")]

    class Visible:
        see = _KEEPERS
        add = _KEEPERS[:1]
        change = _KEEPERS[:1]

    def __str__(self) -> str:
        return self.rule


class Watched(Row):
    """Until when the rules of an organisation have looked, and what the last examination of its log found."""

    not_personal = ("until", "audited", "findings")

    until = models.DateTimeField()
    audited = models.DateTimeField(null=True)
    findings = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="watched_once")]

    class Visible:
        see = _KEEPERS
        add = [office("watch")]
        change = [office("watch")]

    def __str__(self) -> str:
        return str(self.until)


class Tally(Record):
    """How often somebody was refused, or failed to log in, in five minutes. Definer functions only. Of a stranger
    there is a mark of the network, which nobody can turn back into one."""

    not_personal = ("kind", "slot", "times")

    organisation = models.ForeignKey("identity.Organisation", CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    who = personal(
        models.CharField(max_length=64), of="person", what=Data.ACTIVITY, why=[Purpose.SECURITY], keep=COUNTED,
        erase=Erase.DELETE,
    )  # fmt: skip
    person = models.ForeignKey("identity.Person", CASCADE, null=True, related_name="+")
    slot = models.DateTimeField()
    times = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "slot", "who"], name="tally_once", nulls_distinct=False
            ),
        ]
        indexes = [models.Index(fields=["slot"], name="tally_slot")]

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE (times)", "DELETE"]

    def __str__(self) -> str:
        return f"{self.kind} {self.times}"


class Arrival(Record):
    """A kind of device, or a network, from which an account has logged in: a mark that only tells "again"."""

    not_personal = ("kind",)

    account = models.ForeignKey("identity.Account", CASCADE, related_name="+")
    kind = models.CharField(max_length=8, help_text="device or network")
    mark = _of_account(models.CharField(max_length=64), Data.DEVICE)
    first = _of_account(models.DateTimeField())
    last = _of_account(models.DateTimeField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "mark"], name="arrival_once")]

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE (last)", "DELETE"]

    def __str__(self) -> str:
        return self.kind


__all__ = ["Alarm", "AlarmRule", "Arrival", "Tally", "Watched"]
