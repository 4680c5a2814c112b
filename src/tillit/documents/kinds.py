"""Kinds of document, what may be asked for, and how one is checked, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tillit.access import scopes
from tillit.kernel.dpv import Words

SCOPE = scopes.declare("documents.file", _("one document"))
CRIMINAL = "criminal_record"

KINDS: dict[str, Words] = {
    "first_aid": _("First-aid certificate"),
    "diploma": _("Diploma"),
    "course": _("Course certificate"),
    "licence": _("Licence to practise"),
    "reference": _("Letter of reference"),
    "insurance": _("Insurance"),
    "other": _("Another document"),
}
"""What is kept here."""
ASKED_FOR: dict[str, Words] = {**KINDS, CRIMINAL: _("Extract from the criminal record, shown in person")}
"""What somebody may ask for; the last is never kept."""
SHOWN_ON_PROFILE: dict[str, Words] = {
    "": _("Nobody sees that it exists"),
    "title": _("Its title and last day stand on my profile"),
    "issuer": _("Its title, last day and issuer stand on my profile"),
}
HOW: dict[str, Words] = {
    "original": _("the original was seen"),
    "issuer": _("the issuer was called"),
    "register": _("a register was looked up"),
}
"""How somebody here checked a document."""
STATES: dict[str, Words] = {
    "waiting": pgettext_lazy("state of a request", "waits for an answer"),
    "approved": pgettext_lazy("state of a request", "approved"),
    "refused": pgettext_lazy("state of a request", "answered with no"),
    "withdrawn": pgettext_lazy("state of a request", "withdrawn"),
}
HOURS = (1, 24, 48, 168, 720)
"""For how many hours an owner can open a document; the database takes no other span."""
