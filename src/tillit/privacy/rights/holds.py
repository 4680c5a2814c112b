"""What a legal hold keeps back from an erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tillit.kernel.dpv import Words


@dataclass(frozen=True)
class Hold:
    """Why data stays although its time is over: the reason in words, until when (UTC), and which tables (app.model);
    none named: everything of the person."""

    reason: Words
    until: datetime
    tables: frozenset[str] = frozenset()


def held(person: UUID) -> list[Hold]:
    """The live holds on a person of the acting organisation, which the desk keeps."""
    from tillit.privacy.desk import queries  # the desk builds on this package

    return list(queries.held(person))
