"""The register of processors: who receives data for an organisation, what, why, where, under which agreement.

kernel.egress asks it before anything leaves; everybody may read it (`listed`); administrators write it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, current
from tillit.evidence import events
from tillit.identity.queries import region_of
from tillit.kernel import clock, egress, signing
from tillit.kernel.dpv import Data, Purpose, Words, member
from tillit.kernel.egress import Host, Role, Safeguard
from tillit.kernel.ticket import sign_text
from tillit.privacy.models import Processor

REGISTERED = events.declare("privacy.processor.registered", label=_("A processor was registered"), keep=None)
CHANGED = events.declare("privacy.processor.changed", label=_("A processor's entry was changed"), keep=None)

_KEY = re.compile(r"[a-z][a-z0-9-]{1,39}")
_REGION = re.compile(r"[a-z]{2}")


@dataclass(frozen=True)
class Entry:
    """A line of the public register. `own` says that it is the organisation's, not the installation's."""

    name: str
    role: Role
    region: str
    safeguard: Safeguard | None
    purposes: tuple[Purpose, ...]
    categories: tuple[Data, ...]
    says: Words
    agreed: date | None
    ends: date | None
    stopped: datetime | None
    own: bool


def listed() -> list[Entry]:
    """The register of the acting organisation, the installation's own receivers first; stopped ones last."""
    own = [_entry(read(row), row) for row in Processor.objects.order_by("name")]
    return [_entry(ours) for ours in egress.installation()] + sorted(own, key=lambda entry: entry.stopped is not None)


def keys() -> list[tuple[str, str]]:
    """Key and name of each of the acting organisation's receivers that are used, by name."""
    return list(Processor.objects.filter(stopped=None).order_by("name").values_list("key", "name"))


def register(
    key: str,
    *,
    name: str,
    role: Role,
    hosts: Iterable[str],
    purposes: Collection[Purpose],
    categories: Collection[Data],
    region: str,
    words: Mapping[str, str] | None = None,
    safeguard: Safeguard | None = None,
) -> UUID:
    """Add a processor to the acting organisation's register, or change it; an agreement stays as it is. Returns its id.

    key: the word by which the program asks for it. hosts: "name" or "name:port". words: language → what it is used
    for. Raises ValidationError with what is wrong, egress.WrongHost, and PermissionError for whoever is no
    administrator.
    """
    if not _KEY.fullmatch(key) or egress.is_taken(key):
        raise ValidationError(_("A key is a short word of small letters, digits and hyphens that is still free."))
    if role is Role.OPERATOR or not name.strip():
        raise ValidationError(_("Say who receives the data, and in which role."))
    if not _REGION.fullmatch(region):
        raise ValidationError(_("Say the region: eu, ir, or a country's two letters."))
    exact = sorted({str(Host.read(host)) for host in hosts})
    if not exact or not purposes:
        raise ValidationError(_("A processor has a host and a purpose."))
    with transaction.atomic():
        row = Processor.objects.filter(key=key).first()
        new = row is None
        row = row or Processor(key=key, organisation_id=_organisation())
        row.name, row.role, row.hosts, row.region = name.strip(), role.value, exact, region
        row.purposes = sorted({purpose.identifier for purpose in purposes})
        row.categories = sorted({kind.identifier for kind in categories})
        row.safeguard = safeguard.value if safeguard else ""
        row.words, row.stopped = dict(words or {}), None
        return _write(row, REGISTERED if new else CHANGED)


def agree(key: str, *, document: str, agreed: date, ends: date | None = None) -> None:
    """Note the agreement: where the document is found, its day and its last day. Raises as `register`."""
    if not document.strip() or (ends and ends < agreed):
        raise ValidationError(_("An agreement has a document and a day, and ends after it."))
    with transaction.atomic():
        row = _known(key)
        row.agreement, row.agreed, row.ends = document.strip(), agreed, ends
        _write(row, CHANGED)


def stop(key: str) -> None:
    """Use it no longer, from now on. `register` takes it up again. Raises as `register`."""
    with transaction.atomic():
        row = _known(key)
        row.stopped = clock.now()
        _write(row, CHANGED)


class Register:
    """What kernel.egress asks."""

    def find(self, key: str) -> egress.Processor | None:
        """The acting organisation's processor of that key."""
        with transaction.atomic():
            row = Processor.objects.filter(key=key).first()
        return read(row) if row else None

    def home(self) -> str | None:
        """The acting organisation's region."""
        actor = current()
        if actor is None or actor.organisation is None:
            return None
        with transaction.atomic():
            return region_of(actor.organisation)


def _known(key: str) -> Processor:
    row = Processor.objects.filter(key=key).first()
    if row is None:
        raise ValidationError(_("No such processor is registered."))
    return row


def _organisation() -> UUID:
    actor = current()
    if actor is None or actor.organisation is None:
        raise PermissionError("Processors are registered in an organisation.")
    return actor.organisation


def _write(row: Processor, event: events.Kind) -> UUID:
    actor = current() or Actor()
    body = signing.canonical(
        {
            "organisation": str(actor.organisation),
            "person": actor.person and str(actor.person),
            "office": actor.office,
            "id": str(row.pk),
            **{name: getattr(row, name) for name in ("key", "name", "role", "hosts", "purposes", "categories")},
            **{name: getattr(row, name) for name in ("region", "safeguard", "agreement", "words")},
            **{name: _text(getattr(row, name)) for name in ("agreed", "ends", "stopped")},
        }
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select privacy.write_processor(%s, %s)", [body, sign_text("processor", body)])
            written: UUID = cursor.fetchone()[0]
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") == "42501":
            raise PermissionError("Processors are registered by administrators.") from None
        raise
    evidence.record(event.name, object=written, detail={"processor": row.key})
    return written


def _text(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def read(row: Processor) -> egress.Processor:
    """A row of the register as kernel.egress understands it."""
    return egress.Processor(
        id=row.pk,
        key=row.key,
        name=row.name,
        role=Role(row.role),
        hosts=frozenset(Host.read(host) for host in row.hosts),
        purposes=frozenset(row.purposes),
        categories=frozenset(row.categories),
        region=row.region,
        safeguard=Safeguard(row.safeguard) if row.safeguard else None,
        agreement=row.agreement,
        ends=row.ends,
        stopped=row.stopped is not None,
        says=_said(row.words),
    )


def _said(words: Mapping[str, str]) -> str:
    """In the reader's language, else in any."""
    return words.get(get_language() or "") or next(iter(words.values()), "")


def _entry(known: egress.Processor, row: Any = None) -> Entry:
    return Entry(
        name=known.name,
        role=known.role,
        region=known.region,
        safeguard=known.safeguard,
        purposes=tuple(member(Purpose, identifier) for identifier in sorted(known.purposes)),
        categories=tuple(member(Data, identifier) for identifier in sorted(known.categories)),
        says=known.says,
        agreed=row.agreed if row else None,
        ends=known.ends,
        stopped=row.stopped if row else None,
        own=row is not None,
    )
