"""What people can object to: three uses that stop at once, and whatever rests on a legitimate interest, with reasons.

The first three are no purposes of ours (the promise never-sold says so); an objection to them holds also for whatever
an organisation might begin with. A browser that sends Global Privacy Control objects to them by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Basis, Purpose, Words
from tillit.privacy.models.rights import ABSOLUTE
from tillit.privacy.rights import coded

_SAYS: dict[str, Words] = {
    "marketing": _("Being written to with offers and news"),
    "sale": _("Being sold or passed on for somebody else's gain"),
    "statistics": _("Being counted in statistics of how these pages are used"),
}


@dataclass(frozen=True)
class Use:
    """A use that can be objected to. `at_once`: it stops without reasons and without an answer."""

    key: str
    says: Words
    at_once: bool


def every() -> list[Use]:
    """All of them, those that stop at once first."""
    reasoned = [Use(purpose.identifier, purpose.says, False) for purpose in Purpose if purpose.basis is Basis.INTEREST]
    return [*(Use(key, _SAYS[key], True) for key in ABSOLUTE), *reasoned]


def use(key: str) -> Use:
    """The use of that key. Raises KeyError."""
    return {one.key: one for one in every()}[key]


def signalled(request: Any) -> bool:
    """Does the visitor's browser send Global Privacy Control (`Sec-GPC: 1`, W3C)?"""
    return bool(request.headers.get("Sec-GPC") == "1")


coded.declare("privacy.objection.purpose", {one.key: one.says for one in every()})
coded.declare(
    "privacy.objection.state",
    {"upheld": _("it has stopped"), "waiting": _("paused until it is answered"), "refused": _("refused")},
)
