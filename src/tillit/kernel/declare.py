"""What a field holds about a person, said beside the field.

    display_name = personal(models.CharField(max_length=200), of="self", what=Data.NAME,
                            why=[Purpose.BOOK], keep="while the person is known here", erase=Erase.BLANK)

A model lists the fields that hold nothing about anybody in `not_personal`. Keys to other rows and primary
keys need no entry. tests/guards refuses a field that is in neither list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models


class Data(StrEnum):
    """Kinds of personal data, by their W3C DPV personal-data terms."""

    NAME = "pd:Name"
    EMAIL = "pd:EmailAddress"
    PHONE = "pd:TelephoneNumber"
    LANGUAGE = "pd:Language"
    LOCATION = "pd:Location"
    COMMUNICATION = "pd:Communication"
    AUTHENTICATION = "pd:Authenticating"
    DEVICE = "pd:DeviceBased"
    BEHAVIOUR = "pd:Behavioral"
    PROFESSIONAL = "pd:Professional"
    CALENDAR = "pd:ServiceConsumptionBehavior"


class Purpose(StrEnum):
    """Why data is used, by W3C DPV purposes."""

    BOOK = "dpv:ServiceProvision"
    COORDINATE = "dpv:CommunicationManagement"
    LOGIN = "dpv:IdentityAuthentication"
    SECURITY = "dpv:EnforceSecurity"
    RECORD = "dpv:RecordManagement"


class Erase(StrEnum):
    """What erasure does with a value."""

    BLANK = "blank"
    SHRED = "shred"
    DELETE = "delete"
    DETACH = "detach"
    KEEP = "keep"


@dataclass(frozen=True)
class Declared:
    """A field's declaration: `of` is the path from the row to the person ("self" for the person's own row)."""

    of: str
    what: Data
    why: tuple[Purpose, ...]
    keep: str
    erase: Erase


F = TypeVar("F", bound="models.Field[Any, Any]")


def personal(field: F, *, of: str, what: Data, why: Sequence[Purpose], keep: str, erase: Erase) -> F:
    """Attach a declaration to a field and return the field."""
    if not why:
        raise ValueError("Personal data has a purpose.")
    field.declared = Declared(of, what, tuple(why), keep, erase)  # type: ignore[attr-defined]
    return field
