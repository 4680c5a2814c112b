"""What of a person can be shown, and the reasons for which it is broken open, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

SCOPES: dict[str, Words] = {
    "contact": _("name, e-mail and phone"),
    "contact.email": _("name and e-mail"),
    "contact.phone": _("name and phone"),
    "contact.address": _("name and address"),
    "evidence": _("who has seen and changed what"),
}
"""Scopes that policies (`access.visible.shown`) and functions ask about. An app with a further one calls `declare`."""

REASONS: dict[str, Words] = {
    "asked_for_help": _("the person asked for help"),
    "cannot_be_reached": _("the person cannot be reached in another way, and it is urgent"),
    "error": _("an error in the data is being corrected"),
    "misuse": _("misuse is being looked into"),
    "law": _("a law or an authority demands it"),
    "safety": _("somebody's life or health is in danger"),
}
"""Why something may be broken open."""


def declare(scope: str, says: Words) -> str:
    """Make a scope known; apps call it where they declare their models. Raises ValueError when it is taken."""
    if SCOPES.setdefault(scope, says) != says:
        raise ValueError(f"Two scopes are called {scope}.")
    return scope
