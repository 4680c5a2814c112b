"""Links that bring answers along: plain ones (`?q_topic=roof`), which fill in what the guest can change, and signed
ones for hidden questions that take nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.core.signing import BadSignature, Signer

from tillit.booking.intake import routing

PREFIX = "q_"
LONGEST = 2000  # characters of all that an address brings along


def sign(value: str, key: str, meeting_type: UUID) -> str:
    """A value for a hidden question that takes signed ones only, good for this question of this type."""
    return _signer(key, meeting_type).sign(value)


def signed_value(text: str, key: str, meeting_type: UUID | None) -> str:
    """What we signed for the question; "" for anything else."""
    try:
        return _signer(key, meeting_type).unsign(text)
    except BadSignature:
        return ""


def brought(query: Mapping[str, str]) -> dict[str, str]:
    """What an address brings along for the questions: field → value. Too much of it is nothing."""
    found = {name: value for name, value in query.items() if name.startswith(PREFIX) and value}
    return found if sum(map(len, found.values())) <= LONGEST and len(found) <= 40 else {}


def kept(query: Mapping[str, str]) -> dict[str, str]:
    """What every address of a booking page carries along of that, with the way that led to it."""
    way = query.get(routing.PARAMETER, "")
    return brought(query) | ({routing.PARAMETER: way} if way else {})


def _signer(key: str, meeting_type: UUID | None) -> Signer:
    return Signer(salt=f"tillit.booking.intake:{meeting_type}:{key}", sep="~")
