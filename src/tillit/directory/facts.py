"""The facts of a profile: the same for everybody, in the same order. What each holds:

    name        text                                      ages        words of AGES
    picture     {"small": file, "large": file}            skills      texts
    services    ids of categories                         references  how many people one may ask
    rate        {"minor": per hour, "currency", "vat"}    training    text
    area        {"place", "name", "lat", "lon", "km"}     tax         approved for F-tax: true or false
    languages   codes (LANGUAGES)                         insurance   text
    experience  {"years", "words"}                        record      shows an extract of the criminal record: true
    about       text                                      film        {"host": of players.HOSTS, "id"}
    links       addresses

rate.minor: integer minor units of the currency an hour; vat: is it included. area: the point of a place, never of a
home, in degrees of two decimals, and how far one travels from it in whole kilometres.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tillit.kernel.dpv import Words

AGES: dict[str, Words] = {
    "0-2": _("Children up to 2 years"),
    "3-6": _("Children from 3 to 6 years"),
    "7-12": _("Children from 7 to 12 years"),
    "13-17": _("Young people from 13 to 17 years"),
    "18-64": _("Adults"),
    "65-": _("Older people"),
}
LANGUAGES: dict[str, Words] = {
    "sv": _("Swedish"), "en": _("English"), "fa": _("Persian"), "ar": _("Arabic"), "fi": _("Finnish"),
    "so": _("Somali"), "ti": _("Tigrinya"), "ku": _("Kurdish"), "pl": _("Polish"), "es": _("Spanish"),
    "de": _("German"), "fr": _("French"), "uk": _("Ukrainian"), "ru": _("Russian"), "tr": _("Turkish"),
    "da": _("Danish"), "no": _("Norwegian"), "sgn": _("Swedish sign language"),
}  # fmt: skip
MOST_TRAVEL = 100  # km
LOWEST_RATE, HIGHEST_RATE = 1, 100_000  # in the currency's main unit, an hour


@dataclass(frozen=True)
class Kind:
    """One fact: its heading, the question that its owner answers, and whether it can be checked at all."""

    name: str
    heading: Words
    asks: Words
    checkable: bool = True


KINDS: dict[str, Kind] = {
    one.name: one
    for one in (
        Kind("name", pgettext_lazy("fact", "Name"), _("What shall people call you?")),
        Kind("picture", pgettext_lazy("fact", "Picture"), _("A picture of you"), False),
        Kind("services", pgettext_lazy("fact", "Help with"), _("What do you help with?"), False),
        Kind("rate", pgettext_lazy("fact", "Price"), _("What does an hour cost?"), False),
        Kind("area", pgettext_lazy("fact", "Area"), _("Where do you work?"), False),
        Kind("languages", pgettext_lazy("fact", "Languages"), _("Which languages do you speak?")),
        Kind("experience", pgettext_lazy("fact", "Experience"), _("What have you done before?")),
        Kind("ages", pgettext_lazy("fact", "Whom"), _("Whom do you look after?"), False),
        Kind("skills", pgettext_lazy("fact", "Skills"), _("What are you good at?")),
        Kind("references", pgettext_lazy("fact", "References"), _("How many people may one ask about you?")),
        Kind("training", pgettext_lazy("fact", "Training"), _("What have you learnt, where and when?")),
        Kind("tax", pgettext_lazy("fact", "F-tax"), _("Are you approved for F-tax?")),
        Kind("insurance", pgettext_lazy("fact", "Insurance"), _("Are you insured, and for what?")),
        Kind("record", pgettext_lazy("fact", "Criminal record"), _("Do you show an extract when you meet?")),
        Kind("about", pgettext_lazy("fact", "About"), _("Tell a little about yourself"), False),
        Kind("film", pgettext_lazy("fact", "Film"), _("A film of you"), False),
        Kind("links", pgettext_lazy("fact", "Elsewhere"), _("Pages of yours elsewhere"), False),
    )
}
IN_HEAD = ("name", "picture", "services", "rate", "about", "film", "links")
"""What stands above or beside the list of facts on a profile."""
LISTED = tuple(kind for kind in KINDS if kind not in IN_HEAD)
"""The list that is the same for everybody, also where nothing is said."""

HOW: dict[str, Words] = {
    "in_person": _("seen in person"),
    "called": _("called and asked"),
    "read": _("read the paper"),
    "register": _("looked up in a register"),
}
"""How somebody of the organisation checked a fact."""
SEEN_BY: dict[str, Words] = {
    "everybody": _("Everybody"),
    "members": _("Those who are logged in here"),
    "threads": _("Those I write with"),
}
