"""Carrying out what was asked: through the engines of copy and erasure, and what people can do themselves.

Each runs for one person of the request. What it did is a stable word, for the letter and the request's steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid5

from tillit.privacy.desk import subjects
from tillit.privacy.models import RightsRequest
from tillit.privacy.rights import actions as choices
from tillit.privacy.rights import copying, corrections, erasing, objections, queries

CORRECTED = ("identity.person.display_name", "identity.person.phone")
"""What the desk corrects on a request; the rest people correct where they see it, through the link in the answer."""


class NotCarriedOut(Exception):
    """It cannot be done now; the text is for whoever decides. `why`: a stable word."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _copy(request: RightsRequest, person: UUID, more: Mapping[str, Any]) -> str:
    with subjects.desk_for(request, person), suppress(copying.TooMany):  # the copies that are there are this week's
        copying.make(person, language=request.language)
    return "copied"


def _erase(request: RightsRequest, person: UUID, more: Mapping[str, Any]) -> str:
    with subjects.desk_for(request, person):
        try:
            receipt = erasing.erase(person, request_key=uuid5(request.pk, str(person)))
        except erasing.Refused as refused:
            raise NotCarriedOut(refused.why) from None
    return "erased-but-held" if receipt.stays else "erased"


def _correct(request: RightsRequest, person: UUID, more: Mapping[str, Any]) -> str:
    done = ""
    with subjects.as_person(request, person):
        for label in CORRECTED:
            found = corrections.find(label)
            if (value := more.get(label)) and isinstance(found, corrections.Correction):
                found.change(person, found.field().clean(value))
                done = "corrected"
    return done


def _rest(request: RightsRequest, person: UUID, more: Mapping[str, Any]) -> str:
    with subjects.as_person(request, person):
        choices.rest("accuracy")
    return "rests"


def _object(request: RightsRequest, person: UUID, more: Mapping[str, Any]) -> str:
    """Everything that can be objected to stops; what would be weighed has been, since the request is granted."""
    with subjects.as_person(request, person):
        for use in objections.every():
            choices.object_to(use.key, "" if use.at_once else str(request.words)[: choices.LONGEST_WORDS])
        waiting = [one.pk for one in queries.my_objections().values() if one.state == "waiting"]
    for objection in waiting:
        choices.answer_objection(objection, upheld=True, words="")
    return "stopped"


def _opt_out(request: RightsRequest, person: UUID, more: Mapping[str, Any]) -> str:
    with subjects.as_person(request, person):
        choices.object_to("sale")
    return "stopped"


def _take_back(request: RightsRequest, person: UUID, more: Mapping[str, Any]) -> str:
    with subjects.as_person(request, person):
        for consent in queries.my_consents():
            choices.take_back(consent)
    return "taken-back"


_DO: dict[str, Callable[[RightsRequest, UUID, Mapping[str, Any]], str]] = {
    "access": _copy,
    "portability": _copy,
    "erase": _erase,
    "correct": _correct,
    "restrict": _rest,
    "object": _object,
    "opt-out": _opt_out,
    "withdraw": _take_back,
}

CHANGES = frozenset({"correct", "erase", "restrict"})
"""Kinds whose effect every receiver of the data is told (GDPR Art. 19)."""


def out(request: RightsRequest, more: Mapping[str, Any]) -> list[str]:
    """Do it for everybody whom the request is about; the words of what was done. Raises `NotCarriedOut`, and then
    nothing was done; `subjects.Unproven`."""
    do = _DO.get(request.kind)
    done = [do(request, person, more) for person in subjects.of(request)] if do else []
    return [one for one in dict.fromkeys(done) if one]
