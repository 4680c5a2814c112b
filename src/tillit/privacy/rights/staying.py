"""What an erasure does not take: what a law keeps, what a legal hold names, and what is somebody else's too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from tillit.kernel import erasure
from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Erase, Words
from tillit.kernel.end_tables import End
from tillit.privacy.rights import holds
from tillit.privacy.rights.said import called

LEAVER = "privacy.leaver"
"""The kind of end that lets go of somebody whose last role has ended."""


@dataclass(frozen=True)
class Stay:
    """What does not go: what, how many, why (a law, a hold, somebody else's too), and until when; None: see `why`."""

    table: str
    what: Words
    count: int
    why: Words
    until: datetime | None


def stays(found: Sequence[tuple[str, str, int]], held: Sequence[holds.Hold], until: dict[str, datetime]) -> list[Stay]:
    """What a law, a hold or somebody else keeps, in words. until: when the clocks of each kind end at last."""
    kept = {step.label: step.kept for step in erasure.steps() if step.kept}
    stays = []
    for label, how, many in found:
        if how == "held":
            hold = next(one for one in held if label in (one.tables or [label]))
            stays.append(Stay(label, called(label), many, hold.reason, hold.until))
        elif how == "kept":
            keep = max((one.declared.keep for one in kept[label]), key=lambda keep: keep.law is not None)
            why = keep.law.name if keep.law else keep.says
            stays.append(Stay(label, called(label), many, why, until.get(keep.clock or "")))
    return list({one.table: one for one in stays}.values())


def last_ends(person: UUID) -> dict[str, datetime]:
    """When what concerns the person ends at last, by kind of clock. As the person."""
    rows = End.objects.filter(subject_id=person, state="open").values_list("kind").annotate(last=Max("due"))
    return dict(rows.order_by("kind"))


def clocks() -> list[str]:
    """The kinds of end that end what erasure has already ended."""
    kept = {one.declared.keep.clock for one in holdings() if one.declared.erase is Erase.KEEP}
    every = {one.declared.keep.clock for one in holdings()} | {LEAVER}
    return sorted(clock for clock in every - kept if clock)


def tables(held: Sequence[holds.Hold]) -> list[str]:
    """The tables that holds keep; all of them where one names none."""
    if not held:
        return []
    if all(one.tables for one in held):
        return sorted(frozenset().union(*(one.tables for one in held)))
    return sorted(everything())


def everything() -> set[str]:
    """The tables that hold something on people here, but what they log in with and their own copies."""
    return {step.label for step in erasure.steps() if not step.of_account} - {"privacy.copy"} | {"evidence.event"}
