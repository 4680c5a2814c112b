"""Answers that are often given: chosen in the language of whoever asked, with their places filled in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.desk.models import Canned
from tillit.kernel.dpv import Words

PLACES: dict[str, Words] = {
    "{name}": _("the name of whoever asked"),
    "{reference}": _("the number of the matter"),
    "{organisation}": _("the name of the organisation"),
    "{me}": _("your own name"),
}
"""What an answer may name, and what stands there when it is sent. Other braces stay as they are written."""


def every() -> list[Canned]:
    """All of the acting organisation, by language and title."""
    return list(Canned.objects.order_by("language", "title", "pk"))


def in_language(language: str) -> list[Canned]:
    """The answers of the acting organisation in a language, by title; in every language where it has none."""
    rows = Canned.objects.order_by("language", "title", "pk")
    return list(rows.filter(language=language)) or list(rows)


def filled(words: str, *, name: str, reference: str, organisation: str, me: str) -> str:
    """The words with their places filled in, each once: what is filled in is not looked through again."""
    known = {"{name}": name, "{reference}": reference, "{organisation}": organisation, "{me}": me}
    parts, rest = [], words
    while rest:
        at, place = min(((rest.find(one), one) for one in known if one in rest), default=(-1, ""))
        if at < 0:
            break
        parts += [rest[:at], known[place]]
        rest = rest[at + len(place) :]
    return "".join([*parts, rest])
