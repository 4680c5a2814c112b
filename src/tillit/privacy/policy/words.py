"""What declarations do not say and a notice must: where data comes from, which interest weighs, what the terms of the
register of receivers mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from tillit.kernel import formats
from tillit.kernel.dpv import Basis, Data, Keep, Purpose, Words
from tillit.privacy.policy.said import Said

INTERESTS: dict[str, Words] = {
    "security": _("that nobody gets in who should not, and that misuse is noticed; it protects you as much as us"),
}
"""The legitimate interest of each purpose that rests on one; a guard looks that none is missing."""

YOURSELF: Words = _("from you")
SOURCES: dict[str, Words] = {
    "name": _("from you, or from whoever invited you or booked for you"),
    "email": _("from you, or from whoever invited you or booked for you"),
    "phone": _("from you, or from whoever entered you here"),
    "language": _("from your browser, until you choose"),
    "location": _("from your browser, until you choose"),
    "device": _("from your browser"),
    "activity": _("it comes into being when something is done here"),
    "professional": _("from you and from the organisation you work in"),
    "calendar": _("from your calendar here"),
    "authentication": _("from you and from your devices"),
}
"""Where each kind of data comes from (GDPR Art. 14), where it is not only from the person."""

ROLES: dict[str, Words] = {
    "processor": _("works for us and may use the data for nothing else"),
    "joint": _("decides together with us"),
    "controller": _("decides by itself, and answers for it"),
    "operator": _("runs this installation for us"),
}
SAFEGUARDS: dict[str, Words] = {
    "adequacy": _("the country is recognised as protecting data well enough"),
    "clauses": _("standard contract clauses"),
    "rules": _("binding rules within the company"),
}
REGIONS: dict[str, Words] = {"eu": _("the EU and the EEA"), "ir": _("Iran"), "us": _("the United States")}


def kind(name: str) -> str:
    """A kind of data in the reader's language."""
    return str(Data[name.upper()].label)


def kinds(names: Iterable[str]) -> str:
    """Kinds of data, as a list in a sentence."""
    return formats.join_words(sorted({kind(name) for name in names}), get_language() or "en")


def purpose(name: str) -> str:
    """A purpose, as it goes on after "in order to"."""
    return str(Purpose[name.upper()].says)


def source(name: str) -> str:
    """Where data of that kind comes from."""
    return str(SOURCES.get(name, YOURSELF))


def interest(name: str) -> str:
    """The legitimate interest behind a purpose."""
    return str(INTERESTS.get(name) or purpose(name))


def basis(name: str, article: Said | None) -> str:
    """A legal basis in words, with the article of the organisation's law where that has one."""
    label = str(Basis[name.upper()].label)
    return f"{label} ({article})" if article else label


def region(code: str) -> str:
    """A region, or a country by its two letters."""
    return str(REGIONS.get(code, code.upper())) if code else str(_("the same place as this installation"))


def days(number: int) -> str:
    """A number of days in words."""
    written = formats.format_number(number, get_language() or "en")
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": written}


def time(keep: Keep, number: int | None) -> str:
    """How long a rule keeps something; a number that the organisation chose is said beside it."""
    says = str(keep.says)
    return f"{says} ({days(number)})" if keep.setting and number else says


def listed(words: Iterable[Any]) -> str:
    """Words one after the other, with the language's comma."""
    comma = "، " if (get_language() or "").startswith("fa") else ", "
    return comma.join(str(word) for word in words)


def years(number: int) -> str:
    """A number of years in words."""
    written = formats.format_number(number, get_language() or "en")
    return ngettext("%(n)s year", "%(n)s years", number) % {"n": written}


COUNTRIES: dict[str, Words] = {
    "at": _("Austria"), "be": _("Belgium"), "bg": _("Bulgaria"), "hr": _("Croatia"), "cy": _("Cyprus"),
    "cz": _("Czechia"), "dk": _("Denmark"), "ee": _("Estonia"), "fi": _("Finland"), "fr": _("France"),
    "de": _("Germany"), "gr": _("Greece"), "hu": _("Hungary"), "is": _("Iceland"), "ie": _("Ireland"),
    "it": _("Italy"), "lv": _("Latvia"), "li": _("Liechtenstein"), "lt": _("Lithuania"), "lu": _("Luxembourg"),
    "mt": _("Malta"), "nl": _("the Netherlands"), "no": _("Norway"), "pl": _("Poland"), "pt": _("Portugal"),
    "ro": _("Romania"), "sk": _("Slovakia"), "si": _("Slovenia"), "es": _("Spain"), "se": _("Sweden"),
}  # fmt: skip


def country(code: str) -> str:
    """A country of the EEA by its two letters (ISO 3166-1)."""
    return str(COUNTRIES.get(code, code.upper()))


def hours(number: int) -> str:
    """A number of hours in words."""
    written = formats.format_number(number, get_language() or "en")
    return ngettext("%(n)s hour", "%(n)s hours", number) % {"n": written}
