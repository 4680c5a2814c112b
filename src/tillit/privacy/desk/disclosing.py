"""Handing data of one person to somebody outside: only what is named, on a stated basis, by two people, recorded.

disclosing.ask(…)          # somebody of the office proposes: to whom, on which basis, which fields
disclosing.approve(id)     # another one approves
disclosing.hand_over(id)   # the file, once; the person is told, or when the silence that the order demands is over
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation

from tillit import evidence
from tillit.access import acting, current
from tillit.kernel import clock, outbox, sealed
from tillit.kernel.declare import Holding, holdings
from tillit.kernel.dpv import Data
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor
from tillit.privacy import registry
from tillit.privacy.desk import events, reasons
from tillit.privacy.desk.orders import order
from tillit.privacy.models import Copy, Disclosure, Hold, RightsRequest
from tillit.privacy.policy.frames import Frame
from tillit.privacy.rights import formats

LONGEST_WORDS = 2000  # characters
_SECRET = {Data.AUTHENTICATION}
_OWN = {Copy, Disclosure, Hold, RightsRequest}


def choices() -> dict[str, list[Holding]]:
    """What can be named in an order, by table (app.model): what people read of themselves, but neither what one logs
    in with, nor what the desk and the machinery below it write down."""
    found: dict[str, list[Holding]] = {}
    for one in holdings():
        about = hasattr(one.model, "called") and one.model not in _OWN and one.model._meta.app_label != "kernel"
        if about and one.declared.what not in _SECRET and hasattr(one.model, "organisation_id"):
            found.setdefault(one.model._meta.label_lower, []).append(one)
    return found


@transaction.atomic
def ask(
    kind: str,
    *,
    person: UUID,
    frame: Frame,
    receiver_kind: str,
    receiver: str,
    case: str,
    basis: str,
    words: str,
    fields: Collection[str],
    silence: str = "",
    silent_until: datetime | None = None,
) -> UUID:
    """Propose it: `kind` of Disclosure.KINDS, to `receiver` (of `receiver_kind`), because of `basis` and `words`, for a
    `case`; exactly these fields (app.model.field). silence: what in the order forbids to tell the person, until then.

    A second person answers within 30 days. Returns its id. Raises ValueError for a receiver whom the organisation does
    not answer under its law, for an unknown field, for words, basis, case (of an authority) or an end of the silence
    that are missing; `orders.Refused` (nobody); ProgrammingError (42501) for whoever is not of the office.
    """
    if kind not in Disclosure.KINDS or receiver_kind not in reasons.receivers(kind, frame):
        raise ValueError("The organisation hands nothing to such a receiver.")
    known = {one.label for fields_of in choices().values() for one in fields_of}
    if not fields or set(fields) - known:
        raise ValueError("Name what the order names, and nothing that is not there.")
    if not (receiver.strip() and basis.strip() and 0 < len(words.strip()) <= LONGEST_WORDS):
        raise ValueError("Say to whom, on which basis and why.")
    if kind == "authority" and not case.strip():
        raise ValueError("An order has a case number.")
    if bool(silence.strip()) != bool(silent_until) or (silent_until and silent_until <= clock.now()):
        raise ValueError("A silence has a reason and an end.")
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    disclosure = new_id()

    def seal(field: str, text: str) -> str:
        return sealed.value(
            Disclosure, field, text.strip(), organisation=organisation, row=disclosure, person=disclosure
        ).hex()

    wish = {
        "id": str(disclosure), "kind": kind, "subject": str(person), "receiver_kind": receiver_kind,
        "receiver": seal("receiver", receiver), "case": seal("case", case), "basis": basis.strip(),
        "words": seal("words", words), "fields": sorted(set(fields)), "silence": seal("silence", silence),
        "silent_until": silent_until.isoformat() if silent_until else None,
    }  # fmt: skip
    order("privacy.ask_disclosure", "disclosure", wish, fine=("waiting",))
    evidence.record(events.ASKED.name, object=disclosure, reason=kind)
    return disclosure


def approve(disclosure: UUID) -> None:
    """As the second person, approve it. Raises `orders.Refused` (own, left, again, gone)."""
    _answer(disclosure, True, "approved")


def refuse(disclosure: UUID) -> None:
    """As a second person, refuse it; or take one's own proposal back. Raises `orders.Refused` (again, gone)."""
    _answer(disclosure, False, "refused")


@transaction.atomic
def hand_over(disclosure: Disclosure, language: str) -> bytes:
    """The file (ZIP: data.json with its schema, a CSV file for each table), exactly what was approved, once.

    The person is told at once, or when the silence is over. Raises `orders.Refused` (again: not approved, or handed
    over before).
    """
    content = _file(disclosure, language)
    wish = {"disclosure": str(disclosure.pk), "digest": hashlib.sha256(content).hexdigest()}
    order("privacy.hand_over", "handover", wish, fine=("handed",))
    evidence.record(
        events.HANDED.name, object=disclosure.pk, reason=disclosure.kind, detail={"fields": list(disclosure.fields)}
    )
    if disclosure.person_id and not (disclosure.silent_until and disclosure.silent_until > clock.now()):
        tell(disclosure.pk, disclosure.person_id)
    return content


def tell(disclosure: UUID, person: UUID) -> None:
    """Let the person know: in their evidence, and by mail (a reaction)."""
    evidence.record(events.DISCLOSED.name, subject=person, object=disclosure)
    outbox.emit(events.Handed(disclosure=disclosure, person=person))


def _answer(disclosure: UUID, approve: bool, fine: str) -> None:
    wish = {"disclosure": str(disclosure), "approve": approve}
    order("privacy.answer_disclosure", "disclosureanswer", wish, fine=(fine,))
    evidence.record(events.DECIDED.name, object=disclosure, reason=fine)


def _file(disclosure: Disclosure, language: str) -> bytes:
    """The ZIP of the named fields, in the formats of a person's own copy, read as the person: what is somebody else's
    is not in it."""
    place, wanted = disclosure.organisation, set(disclosure.fields)
    actor = current() or Actor()
    as_person = replace(actor, office="member", account=None, person=disclosure.person_id)
    with acting(as_person), translation.override(language):
        only = sorted({label.rpartition(".")[0] for label in wanted})
        narrowed = [_narrowed(table, wanted) for table in registry.tables(disclosure.person_id, only)]
        tables = [formats.Plain(table) for table in narrowed if table.rows]
        head = {
            "made": clock.now(),
            "organisation": {
                "name": place.name, "number": place.number, "address": place.address, "contact": place.contact_email,
            },
            "person": disclosure.person_id,
            "language": language,
            "files": [],
        }  # fmt: skip
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("data.json", formats.data(tables, head, ()))
            packed.writestr("schema.json", formats.schema())
            for one in tables:
                packed.writestr(f"csv/{one.table.label}.csv", one.csv())
    return buffer.getvalue()


def _narrowed(table: registry.Table, wanted: set[str]) -> registry.Table:
    """The table with the named columns only, and rows that hold something in them."""
    places = [at for at, column in enumerate(table.columns) if f"{table.label}.{column.name}" in wanted]
    rows = [
        registry.Row(row.pk, row.since, tuple(row.until[at] for at in places), tuple(row.values[at] for at in places))
        for row in table.rows
    ]
    return registry.Table(
        table.label,
        tuple(table.columns[at] for at in places),
        [row for row in rows if any(value is not None for value in row.values)],
    )
