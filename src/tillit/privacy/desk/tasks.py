"""What of the desk ends by itself: times to answer, proofs, holds, silences, and the records of all of it."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.access import as_office
from tillit.kernel import clock, ends, outbox
from tillit.kernel.tasks import task
from tillit.privacy.desk import actions, clocks, disclosing, events, holds, telling
from tillit.privacy.models import Hold, RightsRequest, Telling
from tillit.privacy.models.desk import TWO_YEARS
from tillit.privacy.rights import erasing

KEEP_REQUESTS = ends.Setting(
    "privacy.request_days",
    default=TWO_YEARS,
    least=TWO_YEARS,
    most=1827,
    says=_("Days after an answer until what somebody asked about their data, and the answer, is deleted"),
    law=_("For two years it must be possible to show how a request was answered."),
)


@ends.handler("privacy.answer", says=_("the time to answer what you asked"), why=_("the law sets it"))
def remind(requests: list[UUID]) -> None:
    """A week before the last day, and when it is over, the office is told; then the request stands as late."""
    for request in RightsRequest.objects.select_related("organisation").filter(pk__in=requests):
        if request.state not in ("unproven", "open"):
            continue
        late = request.due <= clock.now()
        days = 0 if late else max(1, clocks.days_left(request.organisation, request.due))
        outbox.emit(events.RequestWaits(request=request.pk, days=days))
        if not late:
            ends.set("privacy.answer", object=request.pk, subject=request.person_id, due=request.due)


@ends.handler("privacy.proof", says=_("the time to say that it was you who asked"), why=_("two weeks are enough"))
def lapse(requests: list[UUID]) -> None:
    """Nobody answered the mail: the form's request is over. What came in writing waits for the office."""
    for request in RightsRequest.objects.filter(pk__in=requests, state="unproven", channel="form"):
        request.state, request.closed = "lapsed", clock.now()
        request.save(update_fields=["state", "closed"])
        actions.step(request, "lapsed")
        actions.over(request)


@ends.handler(
    "privacy.request",
    says=_("what you asked about your data, and the answer"),
    why=_("it was long ago"),
    setting=KEEP_REQUESTS,
)
def forget(requests: list[UUID]) -> None:
    """The record of a request goes."""
    with connection.cursor() as cursor:
        cursor.execute("select privacy.forget_requests(%s::uuid[])", [requests])


@ends.handler("privacy.telling", says=_("telling those who received your data"), why=_("it is tried until it succeeds"))
def tell(tellings: list[UUID]) -> None:
    """One try each; what does not succeed is tried again a day later."""
    for one in Telling.objects.select_related("request").filter(pk__in=tellings, state="waiting"):
        if not telling.attempt(one):
            ends.set("privacy.telling", object=one.pk, subject=None, due=clock.now() + telling.AGAIN)


@ends.handler("privacy.hold", says=_("that data of yours is held back from erasure"), why=_("it was held until then"))
def end_holds(found: list[UUID]) -> None:
    """The hold is over, and a year later its memory."""
    rows = list(Hold.objects.filter(pk__in=found))
    freed = holds.end_many([row.pk for row in rows if row.state in ("live", "waiting")])
    for person in freed:
        erase_what_was_held.defer(person=person)
    if over := [row.pk for row in rows if row.state in ("ended", "refused")]:
        with connection.cursor() as cursor:
            cursor.execute("select privacy.forget_holds(%s::uuid[])", [over])


@task("privacy.erase_what_was_held")
def erase_what_was_held(*, person: UUID) -> None:
    """An erasure that a hold kept waiting goes on, unless another hold keeps it still."""
    with as_office("sweeper"):
        erasing.again(person)


@ends.handler("privacy.silence", says=_("the silence about something that was handed out"), why=_("the order said so"))
def end_silence(disclosures: list[UUID]) -> None:
    """The person may be told now, and is."""
    with connection.cursor() as cursor:
        cursor.execute("select disclosure, person from privacy.end_silence(%s::uuid[])", [disclosures])
        rows = cursor.fetchall()
    for disclosure, person in rows:
        if person:
            disclosing.tell(disclosure, person)


@ends.handler(
    "privacy.disclosure", says=_("what was handed out about you, and why"), why=_("five years have gone since")
)
def close_disclosures(disclosures: list[UUID]) -> None:
    """Proposals that nobody answered lapse; the record of what was decided goes."""
    with connection.cursor() as cursor:
        cursor.execute("select * from privacy.close_disclosures(%s::uuid[])", [disclosures])
