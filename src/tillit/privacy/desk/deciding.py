"""Deciding a request: granted, granted in part, or refused with a reason of the law; carried out; answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from tillit import evidence
from tillit.access import current
from tillit.identity.queries import people_by_id
from tillit.kernel import clock
from tillit.kernel.dpv import Refusal
from tillit.kernel.ticket import Actor
from tillit.privacy.desk import actions, carrying, events, kinds, letters, queries, subjects, telling
from tillit.privacy.models import RightsRequest
from tillit.privacy.rights import erasing


@transaction.atomic
def decide(
    request: RightsRequest,
    outcome: str,
    *,
    refusal: Refusal | None = None,
    words: str = "",
    more: Mapping[str, Any] | None = None,
) -> letters.Letter:
    """Decide, carry out what is granted, tell who received the data, and answer by mail where there is an address.

    words: what the office adds in its own. more: for a correction, label → new value. Returns the letter. Raises
    ValueError for a refusal without reason and words, `actions.TooLate`, `subjects.Unproven` for what is granted to
    somebody who is not known, `carrying.NotCarriedOut`; then nothing has happened.
    """
    actions.hold_still(request)
    if request.state not in queries.OPEN:
        raise actions.TooLate
    _check(request, outcome, refusal, words)
    if outcome != "refused" and (not request.proof or (request.behalf and request.proof != "shown")):
        raise subjects.Unproven(request.reference)
    people = _people(request)
    to = next((one.email for one in people if one.email), request.address)
    if outcome != "refused" and request.kind in carrying.CHANGES:
        telling.list_receivers(request)
    done = carrying.out(request, more or {}) if outcome != "refused" else []
    request.outcome, request.refusal = outcome, refusal.name.lower() if refusal else ""
    letter = letters.answer(request, to=to, words=words.strip(), done=done, people=people)
    request.state, request.closed, request.answer = "answered", clock.now(), letter.text
    request.answered_by_id = (current() or Actor()).person
    request.save(update_fields=["state", "outcome", "refusal", "answer", "closed", "answered_by_id"])
    for word in done:
        actions.step(request, "done", word)
    actions.step(request, "answered", outcome)
    actions.over(request)
    about = subjects.of(request)
    if done:
        evidence.record(events.DONE.name, subjects=about, object=request.pk, reason=request.kind)
    evidence.record(events.ANSWERED.name, subjects=about, object=request.pk, reason=outcome)
    letter.send(request.organisation, about=[] if request.kind == "erase" else [one.pk for one in people])
    return letter


def _check(request: RightsRequest, outcome: str, refusal: Refusal | None, words: str) -> None:
    if outcome not in ("granted", "partly", "refused"):
        raise ValueError("Granted, granted in part, or refused.")
    if (outcome == "granted") != (refusal is None):
        raise ValueError("What is refused has a reason, and what is granted has none.")
    if refusal and (refusal not in kinds.refusals(request.kind) or not words.strip()):
        raise ValueError("A refusal has one of the law's reasons, and says in words what it is about.")


def _people(request: RightsRequest) -> list[Any]:
    """Whom it is about, as they are now, read as themselves: the desk sees none of it."""
    found: list[Any] = []
    if not request.proof:
        return found
    for person in subjects.of(request):
        with subjects.as_person(request, person):
            row = people_by_id([person]).get(person)
            if row:
                row.email  # noqa: B018 (opened now, while its key is there)
                found.append(row)
    return found


def preview_erasure(request: RightsRequest) -> list[tuple[UUID, Any]]:
    """What erasing the request's people would do, before it is granted. Raises `subjects.Unproven`."""
    found = []
    for person in subjects.of(request):
        with subjects.desk_for(request, person):
            found.append((person, erasing.preview(person)))
    return found
