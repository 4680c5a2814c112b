"""A person's own details, as the person corrects them: the field that is asked, and what changing it does.

The row is the acting person's (row security lets nobody write another's). An address is not changed here before a
mail has proven it; whoever calls `change` for it has seen the proof.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tillit.identity.forms import AddressField, NameField
from tillit.identity.models import Person
from tillit.kernel import formats, normal, zones

__all__ = ["FIELDS", "AddressField", "NameField", "PhoneField", "change"]


class PhoneField(forms.CharField):
    """A telephone number as somebody writes it; kept as E.164 writes it. Empty where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, required=False, **kwargs)
        self.widget.attrs.update({"type": "tel", "inputmode": "tel", "autocomplete": "tel", "dir": "ltr"})

    def clean(self, value: Any) -> str:
        """Raises ValidationError for what is no number."""
        text: str = super().clean(value)
        try:
            return normal.phone(text) if text else ""
        except ValueError:
            raise ValidationError(_("This is not a telephone number. Begin with + and the country.")) from None


def _name() -> forms.Field:
    return NameField(label=_("Name"))


def _email() -> forms.Field:
    return AddressField(
        label=_("E-mail"), help_text=_("We send a code there; the change happens when you write it here.")
    )


def _phone() -> forms.Field:
    return PhoneField(label=_("Phone"))


def _language() -> forms.Field:
    return forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def _zone() -> forms.Field:
    cities = sorted((formats.zone_city(name, "en"), name) for name in zones.names() if "/" in name)
    return forms.ChoiceField(label=_("Time zone"), choices=[(name, f"{city} ({name})") for city, name in cities])


FIELDS: dict[str, Callable[[], forms.Field]] = {
    "display_name": _name, "email": _email, "phone": _phone, "language": _language, "time_zone": _zone,
}  # fmt: skip


def change(person: UUID, detail: str, value: str) -> bool:
    """Write one detail of the acting person. False where there is no such person for whoever acts. KeyError for a
    detail that is not the person's to write, or ValueError for a name that is empty."""
    FIELDS[detail]
    if detail == "display_name" and not value:
        raise ValueError("Somebody is called something.")
    row = Person.objects.filter(pk=person).first()
    if row is None:
        return False
    setattr(row, detail, value)
    index = {"email": ["email_index"], "phone": ["phone_index"]}.get(detail, [])
    row.save(update_fields=[detail, *index])
    return True
