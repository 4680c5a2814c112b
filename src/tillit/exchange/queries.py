"""Reads: what was given, what is wrong with it, what it would bring, and what it brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tillit.exchange import files, reading, targets
from tillit.exchange.models import Batch, Imported
from tillit.exchange.targets import Target, Wrong
from tillit.identity.queries import people_by_id
from tillit.kernel import clock
from tillit.kernel.dpv import Words

SHOWN = 50  # bad rows that a page lists
STATES: dict[str, Words] = {
    "waiting": _("waits for you"),
    "running": _("is being taken over"),
    "done": _("taken over"),
    "undoing": _("is being undone"),
    "undone": _("undone"),
    "failed": _("stopped halfway"),
}


@dataclass(frozen=True)
class Fault:
    """A row that is not taken: its line, and why, in words; with the column's name where it is one's."""

    line: int
    why: Any
    column: Any = ""


@dataclass
class Looked:
    """What a file would bring. records: (line, record) of the rows that are right."""

    records: list[tuple[int, Any]] = field(default_factory=list)
    bad: list[reading.Bad] = field(default_factory=list)


def batches() -> list[Batch]:
    """What was given, the latest first."""
    return list(Batch.objects.order_by("-id")[:50])


def title(row: Batch) -> Words:
    """What it holds: people, what can be booked."""
    return targets.get(row.target).title


def batch(id: UUID) -> Batch:
    """One file that was given, or 404."""
    found = Batch.objects.select_related("organisation").filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def table(row: Batch) -> reading.Table:
    """The file's rows. Raises Http404 where the file is gone, reading.Unreadable for a wrong encoding."""
    return reading.read(files.read(row), kind=row.kind, encoding=row.encoding)


def enough(target: Target, taken: Sequence[str]) -> bool:
    """Do these columns hold all that is needed? A name may stand in two."""
    have = set(taken) | ({"name"} if {"first_name", "last_name"} & set(taken) else set())
    return set(target.needed) <= have


def looked(row: Batch, found: reading.Table | None = None) -> Looked:
    """Every row of a file, read as its columns say."""
    found = found or table(row)
    target = targets.get(row.target)
    result = Looked(bad=list(found.bad))
    places = [(at, key) for at, key in enumerate(row.mapping) if key]
    for line, cells in found.rows:
        try:
            record = target.read({key: cells[at] for at, key in places if at < len(cells)}, row.organisation)
        except Wrong as wrong:
            result.bad.append(reading.Bad(line, wrong.why, wrong.column))
        else:
            result.records.append((line, record))
    result.bad.sort(key=lambda one: one.line)
    return result


def faults(row: Batch, bad: Sequence[reading.Bad | Sequence[Any]]) -> list[Fault]:
    """Bad rows in words."""
    target = targets.get(row.target)
    said = []
    for one in bad:
        line, why, key = (one.line, one.why, one.column) if isinstance(one, reading.Bad) else (*one, "")[:3]
        column = target.column(key)
        said.append(
            Fault(int(line), target.wrong.get(why) or reading.WORDS.get(why, why), column.label if column else "")
        )
    return said


def earlier(row: Batch) -> Batch | None:
    """The same file as it was taken over before, if it was."""
    return (
        Batch.objects.filter(digest=row.digest, target=row.target, state__in=["running", "done", "failed"])
        .exclude(pk=row.pk)
        .order_by("-id")
        .first()
    )


def can_undo(row: Batch) -> bool:
    """May it still be undone?"""
    return row.state in ("done", "failed") and row.undo_until is not None and row.undo_until > clock.now()


def stayed(row: Batch) -> list[tuple[int, str, str]]:
    """What an undoing left: line, the name where the reader may see it, and why, as a word of the target."""
    rows = list(Imported.objects.filter(batch=row).exclude(stays="").order_by("line")[:SHOWN])
    people = people_by_id(one.person_id for one in rows if one.person_id)
    return [
        (one.line, people[one.person_id].display_name if one.person_id in people else "", one.stays) for one in rows
    ]


def contacts() -> list[Imported]:
    """What was brought in and the acting administrator may still see, with `person`, by name."""
    rows = list(Imported.objects.filter(person__isnull=False, what="added").select_related("person"))
    named = [(one.person.display_name.casefold(), one) for one in rows if one.person and one.person.display_name]
    return [one for _name, one in sorted(named, key=lambda pair: (pair[0], pair[1].line))]
