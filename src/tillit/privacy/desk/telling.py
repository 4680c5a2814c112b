"""Telling those who received somebody's data that it was corrected, erased or restricted (GDPR Art. 19).

Who received it the evidence of departures says. An app that can tell a processor by program registers how; for the
others the office tells and says so. What does not succeed is tried again, until it is done or said to be impossible.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import as_office
from tillit.kernel import clock, egress, ends
from tillit.kernel.dpv import Words
from tillit.privacy.desk import events, subjects
from tillit.privacy.models import RightsRequest, Telling

AGAIN = timedelta(days=1)
"""How long until the next try, and until the office is reminded of what only it can tell."""

WHY: dict[str, Words] = {
    "gone": _("the receiver no longer exists"),
    "deleted": _("the receiver has deleted it already"),
    "effort": _("it would take more effort than it helps anybody"),
}
"""Why it is impossible to tell somebody, or out of proportion."""

Teller = Callable[[UUID, str, list[UUID]], None]
_tellers: dict[str, Teller] = {}


def teller(receiver: str) -> Callable[[Teller], Teller]:
    """Register how a processor (its key) is told: function(request, kind, people). It calls through kernel.egress and
    raises what that raises where it does not succeed."""

    def register(function: Teller) -> Teller:
        _tellers[receiver] = function
        return function

    return register


def list_receivers(request: RightsRequest) -> list[Telling]:
    """Write down who must be told, before the evidence of it may go; the first try is on the clock."""
    with connection.cursor() as cursor:
        cursor.execute("select receiver, name from privacy.receivers(%s)", [request.pk])
        rows = cursor.fetchall()
    known = set(Telling.objects.filter(request=request).values_list("receiver", flat=True))
    made = [
        Telling(organisation_id=request.organisation_id, request=request, receiver=receiver, name=name)
        for receiver, name in rows
        if receiver and receiver not in known
    ]
    for one in made:
        one.save(force_insert=True)
        with as_office("desk"):
            ends.set("privacy.telling", object=one.pk, subject=None, due=clock.now())
    return made


def told(one: Telling) -> None:
    """The office has told them."""
    _close(one, "told", "")


def impossible(one: Telling, why: str) -> None:
    """It cannot be told, for a reason of `WHY`. Raises ValueError for another one."""
    if why not in WHY:
        raise ValueError("Say why it cannot be told.")
    _close(one, "impossible", why)


def attempt(one: Telling) -> bool:
    """Tell by program, as the sweeper. False where it did not succeed, or nobody knows how: then it is tried again."""
    if one.state != "waiting":
        return True
    how = _tellers.get(one.receiver)
    one.tries, one.tried = one.tries + 1, clock.now()
    one.why = "" if how else "by-hand"
    if how:
        try:
            with transaction.atomic():
                how(one.request_id, one.request.kind, subjects.of(one.request))
        except (egress.Refused, egress.Failed) as error:
            one.why = type(error).__name__[:30]
        else:
            _close(one, "told", "")
            return True
    one.save(update_fields=["tries", "tried", "why"])
    return False


def _close(one: Telling, state: str, why: str) -> None:
    one.state, one.why, one.tried = state, why, clock.now()
    one.save(update_fields=["state", "why", "tried", "tries"])
    with as_office("desk"):
        ends.cancel("privacy.telling", one.pk)
    if state == "told":
        about = subjects.of(one.request)
        evidence.record(events.TOLD.name, subjects=about, object=one.pk, reason=one.receiver)
