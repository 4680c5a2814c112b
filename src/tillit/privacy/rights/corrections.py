"""What a person corrects or deletes in place, each through the app that owns it. An app says it in its `rights.py`:

    corrections.declare("booking.booking.note", field=note_field, change=write_note, clears=True)

`change` runs as the person, inside a transaction; the field cleans what was typed before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404
from django.urls import reverse

from tillit import evidence
from tillit.identity import details
from tillit.kernel import discovery, happenings
from tillit.privacy.rights import events

Change = Callable[[UUID, Any], bool]


@dataclass(frozen=True)
class Correction:
    """How one declared field (app.model.field) is corrected: the form field, what writes it (row, value → whether
    there was such a row), whether it may be deleted alone, and whether a mail has to prove the new value first."""

    label: str
    field: Callable[[], forms.Field]
    change: Change
    clears: bool = False
    proven: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """A field that has a page of its own: the name of its address, below the organisation or none; or what makes the
    address of an organisation's slug and the row ("" where it can no longer be corrected)."""

    label: str
    page: str | Callable[[str, UUID], str]
    of_organisation: bool = True

    def url(self, slug: str, row: UUID) -> str:
        """The page's address."""
        if callable(self.page):
            return self.page(slug, row)
        return reverse(self.page, args=[slug] if self.of_organisation else [])


_known: dict[str, Correction | Elsewhere] = {}


def declare(
    label: str, *, field: Callable[[], forms.Field], change: Change, clears: bool = False, proven: bool = False
) -> None:
    """Let people correct a field in place. Raises ValueError for a second way."""
    _add(Correction(label, field, change, clears, proven))


def elsewhere(label: str, page: str | Callable[[str, UUID], str], *, of_organisation: bool = True) -> None:
    """A field is corrected on a page of its own."""
    _add(Elsewhere(label, page, of_organisation))


def find(label: str) -> Correction | Elsewhere | None:
    """How a field is corrected, or None where it cannot be: what the program notes by itself."""
    discovery.load("rights")
    return _known.get(label)


def write(way: Correction, person: UUID, row: UUID, value: Any) -> None:
    """Write a value of the acting person through the app that owns it, and on record. 404 where it has no row."""
    if not way.change(row, value):
        raise Http404
    kind = events.CORRECTED if value else events.DELETED
    evidence.record(kind.name, subject=person, object=row, detail={"what": way.label})
    happenings.announce("privacy.detail.corrected", subject=person, object=row, what=way.label)


def _add(one: Correction | Elsewhere) -> None:
    if _known.setdefault(one.label, one) != one:
        raise ValueError(f"{one.label} is corrected in two ways.")


for _detail, _field in details.FIELDS.items():
    declare(
        f"identity.person.{_detail}",
        field=_field,
        change=partial(lambda detail, row, value: details.change(row, detail, value), _detail),
        clears=_detail == "phone",
        proven=_detail == "email",
    )
elsewhere("identity.account.email_sealed", "account_email", of_organisation=False)
elsewhere("identity.account.password", "account_change_password", of_organisation=False)
elsewhere("identity.session.device", "identity:sessions", of_organisation=False)
