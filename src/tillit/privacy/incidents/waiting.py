"""What of incidents and alarms waits in the office."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tillit.kernel import clock, formats
from tillit.privacy.incidents import clocks
from tillit.privacy.models import Alarm, Incident
from tillit.privacy.office import Line


def incidents(organisation: Any) -> Iterator[Line]:
    """Every open incident, with the time that is left to tell of it."""
    for incident in Incident.objects.select_related("organisation").filter(closed=None, drill=False).order_by("known"):
        url = reverse("office_incident", args=[organisation.slug, incident.pk])
        says, late = left(incident)
        yield Line(_("Incident %(reference)s") % {"reference": incident.reference}, says, url, late)


def alarms(organisation: Any) -> Iterator[Line]:
    """How many alarms wait for an answer."""
    if many := Alarm.objects.filter(state="waiting").count():
        says = ngettext("%(n)s alarm", "%(n)s alarms", many) % {"n": formats.format_number(many, _language())}
        yield Line(_("Something unusual was noticed"), says, reverse("office_alarms", args=[organisation.slug]))


def left(incident: Incident) -> tuple[str, bool]:
    """What an incident waits for, with its time, and whether that is over."""
    if incident.reported or incident.authority == "no":
        return _("to be finished"), False
    hours = round((clocks.deadline(incident) - clock.now()).total_seconds() / 3600)
    if hours <= 0:
        return _("the time to tell is over"), True
    words = ngettext("%(n)s hour left to tell", "%(n)s hours left to tell", hours)
    return words % {"n": formats.format_number(hours, _language())}, hours <= 12


def _language() -> str:
    return get_language() or "en"
