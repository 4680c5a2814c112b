"""The record of processing (GDPR Art. 30), drawn from the same facts as the notice: as controller, and as processor for
whoever runs the installation. As rows for a page, as CSV and as PDF."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tillit.kernel.dpv import Erase
from tillit.kernel.spreadsheets import safe
from tillit.privacy.policy import facts as gathering
from tillit.privacy.policy import frames, words
from tillit.privacy.policy.operator import operator

"""With these a cell would be a formula to a spreadsheet (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Table:
    """A part of the record: what it is about, its columns and its lines."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def record(organisation: Any) -> list[Table]:
    """The record of the acting organisation in the active language."""
    known = gathering.gather(organisation)
    here = frames.frame(organisation)
    return [_who(known), _uses(organisation, known, here), _receivers(known, here), _protection(), _as_processor(known)]


def _who(known: gathering.Facts) -> Table:
    who, contact = known["controller"], known["contact"]
    rows = [
        (_("Controller"), words.listed((who["name"], who["number"], who["address"], who["contact_email"]))),
        (_("Contact for data"), words.listed(one for one in contact.values() if one) or who["contact_email"]),
        (_("Whose data"), _("people who book, members, staff and hosts, and those who write to the organisation")),
    ]
    return Table(_("Who answers"), (_("What"), _("Says")), tuple(rows))


def _uses(organisation: Any, known: gathering.Facts, here: frames.Frame) -> Table:
    keeps = gathering.keeps(list(gathering.held_by(organisation)))
    rows = []
    for name, basis in known["purposes"].items():
        use = known["uses"][name]
        rows.append(
            (
                words.purpose(name),
                words.basis(basis, here.bases.get(basis)),
                words.kinds(use["kinds"]),
                "; ".join(words.time(keeps[until], known["times"][until]) for until in use["times"]),
                words.listed(Erase[one.upper()].label for one in use["erase"]),
            )
        )
    head = (_("In order to"), _("Legal ground"), _("Kinds of data"), _("How long it is kept"), _("At erasure"))
    return Table(_("What is done"), head, tuple(rows))


def _receivers(known: gathering.Facts, here: frames.Frame) -> Table:
    rows = []
    for one in known["receivers"]:
        abroad = gathering.away(one, known["region"])
        guard = str(words.SAFEGUARDS.get(one["safeguard"], _("nothing yet"))) if abroad else _("stays in the region")
        uses = words.listed(map(words.purpose, one["purposes"]))
        rows.append(
            (
                one["name"],
                str(words.ROLES[one["role"]]),
                uses,
                words.kinds(one["kinds"]),
                words.region(one["region"]),
                guard,
            )
        )
    rows = rows or [(_("nobody"), "–", "–", "–", "–", "–")]
    head = (_("Who"), _("Role"), _("In order to"), _("Kinds of data"), _("Where"), _("Protected there by"))
    return Table(_("Who receives data"), head, tuple(rows))


def _protection() -> Table:
    rows = (
        (_("Who sees what"), _("Decided in the database for every row; a grant has a reason and an end.")),
        (_("Sealing"), _("A key for each person; what is private lies encrypted (AES-256-GCM).")),
        (_("Evidence"), _("Every look, change and departure, in a signed log in which a change shows.")),
        (_("Login"), _("Passkeys and hardware keys; weak passwords are refused; guessing is slowed down.")),
        (_("Restoring"), _("Backups apart from their keys; restores are tried and counted.")),
    )
    return Table(_("How it is protected"), (_("What"), _("How")), rows)


def _as_processor(known: gathering.Facts) -> Table:
    runs = operator()
    who = words.listed(one for one in (runs.name, runs.number, runs.address, runs.email) if one)
    helpers = words.listed(one["name"] for one in known["receivers"] if one["role"] == "operator")
    rows = (
        (_("Processor"), who or _("whoever runs this installation")),
        (_("Works for"), known["controller"]["name"]),
        (_("What it does"), _("runs the machines and the program, keeps backups, helps when something goes wrong")),
        (_("Who helps it"), helpers or _("nobody")),
        (_("Outside the region"), _("nothing, unless it stands above")),
    )
    return Table(_("The operator's record, as processor"), (_("What"), _("Says")), rows)


def as_csv(tables: list[Table]) -> str:
    """The record as one CSV file: RFC 4180, UTF-8 with a mark at its start so that spreadsheets read it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for table in tables:
        writer.writerow([safe(table.title)])
        writer.writerow([safe(cell) for cell in table.head])
        writer.writerows([safe(cell) for cell in row] for row in table.rows)
        writer.writerow([])
    return "\ufeff" + out.getvalue()
