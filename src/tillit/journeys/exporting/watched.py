"""Incidents and alarms. Whom an alarm is about learns of the file when it was answered, not while it is looked into."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.exchange.lists import Between, Line, List, register
from tillit.journeys.exporting.common import officers
from tillit.privacy.incidents import alarming, clocks, queries


def _incidents(request: Any, between: Between) -> Iterable[Line]:
    for one in queries.incidents():
        yield Line((one.reference, one.known, clocks.deadline(one), one.reported, one.closed))


def _alarms(request: Any, between: Between) -> Iterable[Line]:
    for waiting in (True, False):
        for one in alarming.noticed(waiting=waiting, most=10_001):
            alarm = one.alarm
            what, answer = str(one.rule.title), "" if waiting else str(alarming.ANSWERS[alarm.state])
            cells = (alarm.first, alarm.last, what, one.says, one.who, answer, alarm.words)
            yield Line(cells, None if waiting else alarm.person_id)


register(
    List(
        "incidents", _("Incidents"), (_("Reference"), _("Known"), _("Tell by"), _("Told"), _("Closed")), officers,
        _incidents, "office_incidents",
    )
)  # fmt: skip
register(
    List(
        "alarms", _("Alarms"),
        (_("First"), _("Last"), _("What"), _("How many"), _("Who"), _("Answer"), _("Note")), officers, _alarms,
        "office_alarms", others=True,
    )
)  # fmt: skip
