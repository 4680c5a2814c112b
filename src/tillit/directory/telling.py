"""Facts in words, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tillit.directory import facts, queries
from tillit.directory.models import Category, Fact
from tillit.kernel import formats


def told(fact: Fact) -> str:
    """What a fact says, as one text; "" for a picture or a film, which are shown."""
    return words(fact.kind, fact.value)


def words(kind: str, value: Any) -> str:
    """The same of a value (facts)."""
    if value in (None, "", [], {}):
        return ""
    language = get_language() or "en"
    match kind:
        case "services":
            known = {str(one.pk): category_words(one) for one in queries.categories(retired=True)}
            return formats.join_words([known[one] for one in value if one in known], language)
        case "languages":
            found = [str(facts.LANGUAGES[one]) for one in value if one in facts.LANGUAGES]
            return formats.join_words(found if language == "en" else _running(found), language)
        case "ages":
            return formats.join_words(_running([str(facts.AGES[one]) for one in value if one in facts.AGES]), language)
        case "skills":
            return formats.join_words(value, language)
        case "rate":
            price = _("%(price)s an hour") % {"price": hourly(value)}
            return f"{price}. {vat_words(value)}"
        case "area":
            km = formats.format_number(value["km"], language)
            return _("%(place)s and up to %(km)s km from its middle") % {"place": place_name(value), "km": km}
        case "experience":
            count = value["years"]
            years = ngettext("%(n)s year", "%(n)s years", count) % {"n": formats.format_number(count, language)}
            return ". ".join(part for part in (years if count else "", value["words"]) if part)
        case "references":
            number = formats.format_number(value, language)
            return ngettext("%(n)s person can be asked", "%(n)s people can be asked", value) % {"n": number}
        case "tax":
            return _("Approved") if value else _("Not approved")
        case "record":
            return _("Shows an extract in person; it is never kept here")
        case "links":
            return "\n".join(value)
        case "picture" | "film":
            return ""
    return str(value)


def hourly(rate: dict[str, Any]) -> str:
    """The price of an hour."""
    return formats.format_money(rate["minor"], rate["currency"], get_language() or "en")


def vat_words(rate: dict[str, Any]) -> str:
    """Is value-added tax in the price?"""
    return _("VAT is included.") if rate["vat"] else _("VAT is not included.")


def place_name(area: dict[str, Any]) -> str:
    """The place as the reader's language writes it."""
    found = _place(area)
    return found.shown if found else str(area["name"])


def category_words(one: Category) -> str:
    """A service in the reader's language, else in the first that there is."""
    return str(one.name.get(get_language() or "en") or next(iter(one.name.values()), ""))


def _running(words: list[str]) -> list[str]:
    """As they stand in a sentence: a capital in the first one alone."""
    return words[:1] + [one[:1].lower() + one[1:] for one in words[1:]]


def _place(area: dict[str, Any]) -> Any:
    from tillit.directory import places

    try:
        return places.get(int(area["place"]))
    except (KeyError, TypeError, ValueError):
        return None


__all__ = ["category_words", "hourly", "place_name", "told", "vat_words", "words"]
