"""One row of a file as somebody: which columns say what, and what can be wrong with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.exchange.columns import Column, plain
from tillit.exchange.targets import Wrong
from tillit.kernel import normal

LONGEST_NAME, LONGEST_NOTE = 200, 2000  # characters

COLUMNS = (
    Column("name", _("Name"), (
        "namn", "fullständigt namn", "för- och efternamn", "kund", "kundnamn", "kontakt", "full name", "display name",
        "customer", "client", "contact", "نام", "نام کامل", "نام و نام خانوادگی", "نام مشتری", "مشتری")),
    Column("first_name", _("First name"), ("förnamn", "tilltalsnamn", "given name", "firstname", "first", "نام کوچک")),
    Column("last_name", _("Last name"), (
        "efternamn", "surname", "family name", "lastname", "last", "نام خانوادگی", "فامیلی")),
    Column("email", _("E-mail"), (
        "e-post", "epost", "e-postadress", "mejl", "mail", "mailadress", "mejladress", "e-mail", "e-mail address",
        "email address", "e-mail 1 - value", "ایمیل", "نشانی ایمیل", "پست الکترونیک", "رایانامه")),
    Column("phone", _("Phone"), (
        "telefon", "telefonnummer", "tel", "mobil", "mobilnummer", "mobiltelefon", "phone number", "telephone",
        "mobile", "mobile phone", "cell", "phone 1 - value", "تلفن", "شماره تلفن", "موبایل", "تلفن همراه",
        "شماره موبایل", "همراه")),
    Column("language", _("Language"), ("språk", "lang", "locale", "preferred language", "زبان")),
    Column("note", _("Note"), (
        "anteckning", "anteckningar", "kommentar", "notering", "övrigt", "notes", "comment", "comments", "remark",
        "یادداشت", "توضیح", "توضیحات", "ملاحظات")),
)  # fmt: skip

WRONG = {
    "name": _("there is no name"),
    "name_long": _("the name is longer than 200 characters"),
    "reach": _("there is neither an e-mail address nor a phone number"),
    "email": _("this is no e-mail address"),
    "phone": _("this is no phone number, or its country is missing (begin with + and the country)"),
    "language": _("this is none of our languages (Swedish, English, Persian)"),
    "note": _("the note is longer than 2,000 characters"),
    "line": _("the name has a line break"),
}

_SPOKEN = {
    plain(word): code
    for code, words in {
        "sv": ("sv", "sv-se", "svenska", "swedish", "سوئدی"),
        "en": ("en", "en-gb", "en-us", "engelska", "english", "انگلیسی"),
        "fa": ("fa", "fa-ir", "persiska", "farsi", "persian", "فارسی"),
    }.items()
    for word in words
}


@dataclass(frozen=True)
class Someone:
    """One row, read. Address and number in the form by which they are found; language "" where none is said."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    note: str = ""


def read(row: Mapping[str, str], organisation: Any) -> Someone:
    """A row (column key → text) as somebody. Raises Wrong."""
    name = row.get("name", "") or " ".join(filter(None, (row.get("first_name", ""), row.get("last_name", ""))))
    if not name:
        raise Wrong("name", "name")
    if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in name):
        raise Wrong("line", "name")
    if len(name) > LONGEST_NAME:
        raise Wrong("name_long", "name")
    email = _normal("email", row.get("email", ""))
    phone = _normal("phone", row.get("phone", ""))
    if not email and not phone:
        raise Wrong("reach")
    said = plain(row.get("language", ""))
    if said and said not in _SPOKEN:
        raise Wrong("language", "language")
    if len(row.get("note", "")) > LONGEST_NOTE:
        raise Wrong("note", "note")
    return Someone(name, email, phone, _SPOKEN.get(said, ""), row.get("note", ""))


def _normal(what: str, text: str) -> str:
    try:
        return str(getattr(normal, what)(text)) if text else ""
    except ValueError:
        raise Wrong(what, what) from None
