"""How the hosts of a round robin share its meetings: by their order, by load, or fairly (sql/sharing.sql decides)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from tillit import evidence
from tillit.booking.models import Host, MeetingType, TypeHost

MOST_DAYS = 365
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """What one host of a type has: meetings of it in the span that counts (`had`), how many would be theirs by their
    share of what was booked since they joined (`due`), and meetings of every type to come."""

    host: Host
    share: int
    had: int
    due: Decimal
    to_come: int

    @property
    def ahead(self) -> Decimal:
        """How many meetings more than theirs; negative: fewer, and their turn is near."""
        return self.had - self.due


def turns(kind: MeetingType) -> list[Turn]:
    """The hosts of a type who can be booked, whose turn it is first; as administrator, recorded as a look at how much
    each of them has."""
    with connection.cursor() as cursor:
        cursor.execute("select host, had, due, to_come from booking.shared(%s)", [kind.pk])
        rows = cursor.fetchall()
    here = {row.host_id: row for row in TypeHost.objects.filter(meeting_type=kind).select_related("host")}
    found = [Turn(here[host].host, here[host].share, had, due, to_come) for host, had, due, to_come in rows]
    evidence.saw([turn.host.person_id for turn in found], "booking.sharing", "administrator")
    return found


@transaction.atomic
def set_sharing(*, kind: MeetingType, sharing: str, days: int, shares: Mapping[UUID, int]) -> None:
    """How meetings of a type are shared from now on, and the share of each host, from 1 to 100 (100: a whole one); who
    is left out keeps theirs. By an administrator. Raises ValueError for what cannot be."""
    if sharing not in MeetingType.SHARINGS or not 1 <= days <= MOST_DAYS:
        raise ValueError("shared by priority, by load, or fairly over up to a year")
    if any(not 1 <= share <= WHOLE for share in shares.values()):
        raise ValueError("a share lies between 1 and 100")
    kind.sharing, kind.fair_days = sharing, days
    kind.save(update_fields=["sharing", "fair_days"])
    for row in TypeHost.objects.filter(meeting_type=kind, host__in=shares):
        if row.share != shares[row.host_id]:
            row.share = shares[row.host_id]
            row.save(update_fields=["share"])
