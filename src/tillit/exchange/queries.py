"""Reads: what was given, what is wrong with it, what it would bring, and what it brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, current
from tillit.access.queries import whom_i_see
from tillit.exchange import files, reading, targets
from tillit.exchange.models import FILES, Batch, Imported
from tillit.exchange.targets import Target, Wrong
from tillit.identity.queries import people_by_id
from tillit.kernel import clock
from tillit.kernel.dpv import Words

SHOWN = 50  # bad rows that a page lists
REFUSED: dict[str, Words] = {
    "many": _("Too many files wait already. Take them over or put them away first."),
    "twice": _("The same file is being taken over at this moment."),
    "state": _("This was done already, or its time is over."),
    "mapping": _("Something that is needed stands in no column. Choose the column for it."),
    "double": _("Two columns are said to be the same. Leave one of them out."),
    "choice": _("Choose one of the possibilities."),
}
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


def state_words(row: Batch) -> Words:
    """How far it is, for whoever looks."""
    return STATES[row.state] if row.state != "waiting" or mine(row) else _("waits for whoever gave it")


def title(row: Batch) -> Words:
    """What it holds: people, what can be booked."""
    return targets.get(row.target).title


def batch(id: UUID) -> Batch:
    """One file that was given, or 404."""
    found = Batch.objects.select_related("organisation").filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def mine(row: Batch) -> bool:
    """Is it the acting person's own file? Nobody else does anything with it."""
    me = (current() or Actor()).person
    return me is not None and row.by_id == me


def opened(row: Batch) -> bool:
    """Has the acting person broken open the files of whoever gave it?"""
    return row.by_id is not None and row.by_id in whom_i_see(FILES, most=100)


def table(row: Batch) -> reading.Table:
    """The file's rows. Raises Http404 where the file is gone, or is another's, reading.Unreadable for a wrong
    encoding."""
    if not (mine(row) or opened(row)):
        raise Http404
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


@dataclass(frozen=True)
class Plan:
    """What a file would bring. doubles: line → what it repeats, with `earlier` as a line. mails, texts: how many people
    are told by mail, or by text message alone; merged: of how many who are known, if something of them is added."""

    looked: Looked
    doubles: dict[int, targets.Double]
    mails: int = 0
    texts: int = 0
    merged: int = 0


def plan(row: Batch, found: reading.Table | None = None) -> Plan:
    """What a file would bring as things are decided: doubles of which nothing was decided are left as they are."""
    what, target = looked(row, found), targets.get(row.target)
    lines = [line for line, _record in what.records]
    places = target.known([record for _line, record in what.records])
    doubles = {
        lines[at]: replace(one, earlier=None if one.earlier is None else lines[one.earlier])
        for at, one in sorted(places.items())
    }
    if not target.personal:
        return Plan(what, doubles)
    records = folded(row, what.records)
    wishes = {line: row.decided.get(str(line), "skip") for line in doubles}
    new = [record for line, record in records if wishes.get(line, "new") == "new"]
    mails, merged = sum(bool(one.email) for one in new), sum(wish in ("fill", "phone") for wish in wishes.values())
    inside = sum(wishes[line] == "fill" and one.earlier is not None for line, one in doubles.items())
    return Plan(what, doubles, mails, len(new) - mails, merged - inside)


def folded(row: Batch, records: Sequence[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """The rows of a file, those that are to be merged into earlier ones folded into these."""
    wishes = [targets.wish(row, line) for line, _record in records]
    result = targets.get(row.target).folded([record for _line, record in records], wishes)
    return [(line, record) for (line, _old), record in zip(records, result, strict=True)]


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
