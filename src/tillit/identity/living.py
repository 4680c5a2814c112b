"""Where somebody lives: asked, written and taken away by themselves, read by whom they show it to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.access import current
from tillit.identity.models import Address
from tillit.kernel.ticket import Actor

PARTS = ("street", "code", "place", "directions")


@dataclass(frozen=True)
class Lives:
    """An address. directions: how to get in, such as a floor or a door's code."""

    street: str
    code: str
    place: str
    directions: str = ""

    def lines(self) -> list[str]:
        """As it stands on a letter, and how to get in."""
        return [one for one in (self.street, f"{self.code} {self.place}".strip(), self.directions) if one]


def _typed(label: Any, most: int, hint: str, *, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": hint, "dir": "auto"})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **more)


class AddressForm(forms.Form):
    """Where somebody lives."""

    street = _typed(_("Street and number"), 120, "address-line1")
    code = _typed(_("Postal code"), 20, "postal-code", required=False)
    place = _typed(_("Town"), 80, "address-level2")
    directions = _typed(
        _("How to get in"), 200, "off", required=False, help_text=_("A floor, a name on the door, a code.")
    )


def mine() -> Lives | None:
    """Where the acting person lives, if they have said it."""
    return of([_me()]).get(_me())


def of(people: Iterable[UUID]) -> dict[UUID, Lives]:
    """Where these people live, as far as they show it to whoever acts. Who shows it to somebody else records that it
    was seen (evidence.saw)."""
    found = Address.objects.filter(person_id__in=list(people))
    return {one.person_id: Lives(**{part: getattr(one, part) for part in PARTS}) for one in found}


def write(lives: Lives) -> UUID:
    """Write where the acting person lives; returns the row. Raises ValueError without a street or a place."""
    if not (lives.street.strip() and lives.place.strip()):
        raise ValueError("An address has a street and a place.")
    actor = current() or Actor()
    row = Address.objects.filter(person_id=actor.person).first()  # type: ignore[misc]
    fresh = row is None
    if row is None:
        row = Address(person_id=actor.person, organisation_id=actor.organisation)  # type: ignore[misc]
    for part in PARTS:
        setattr(row, part, getattr(lives, part).strip())
    if fresh:
        row.save(force_insert=True)
    else:
        row.save(update_fields=list(PARTS))
    return UUID(str(row.pk))


def forget() -> bool:
    """Take away where the acting person lives. False when nothing was kept."""
    gone, _by_model = Address.objects.filter(person_id=_me()).delete()
    return bool(gone)


def _me() -> Any:
    return (current() or Actor()).person
