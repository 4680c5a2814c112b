"""Background work of the policy: changes are announced, and agreements with processors end on the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tillit import evidence
from tillit.access import as_office
from tillit.identity.queries import reachable
from tillit.kernel import clock, ends, letters, mail, outbox
from tillit.kernel.outbox import Envelope, consumer
from tillit.kernel.tasks import task
from tillit.kernel.ticket import Actor
from tillit.privacy.incidents.telling import WAITS, officers
from tillit.privacy.models import Processor
from tillit.privacy.policy import changes, versions
from tillit.privacy.policy.events import ANNOUNCED, AgreementEnding, NoticePublished

CHANGES = letters.declare(
    "privacy.changes", says=_("That it changes how your data is handled, before it does"), must=True
)
BATCH = 200
WARNINGS = (60, 30, 7, 0)  # days before the last day of an agreement
ENDING = "privacy.agreement"


@consumer("mail.notice_published", NoticePublished)
def announce(event: NoticePublished, about: Envelope) -> None:
    """Everybody with an address is told, in batches of their own."""
    actor = Actor(office="reaction", organisation=about.organisation)
    announce_to.configure(actor=actor).defer(notice=event.notice, after="")


@task("privacy.announce")
def announce_to(*, notice: UUID, after: str) -> None:
    """Tell a batch of people of a version that holds later; the next batch is queued with its mails."""
    version = versions.by_id(notice)
    if version is None or version.applies <= clock.now():
        return
    people = reachable(after=UUID(after) if after else None, most=BATCH)
    for person in people:
        if person.email:
            _tell(person, version)
    if people:
        evidence.record(ANNOUNCED.name, subjects=[person.pk for person in people], object=notice)
    if len(people) == BATCH:
        announce_to.defer(notice=notice, after=str(people[-1].pk))


def _tell(person: Any, version: Any) -> None:
    """A service message: it says what changes, from when, and what one can do; an objection does not stop it."""
    organisation = version.organisation
    with override(person.language):
        said = changes.summary(version.changes)
    path = reverse("policy:changes", args=[organisation.slug, version.document, version.number])
    message = mail.render(
        "privacy/notice_changes",
        to=person.email,
        language=person.language,
        context={
            "changes": said,
            "applies": version.applies,
            "zone": person.time_zone or organisation.time_zone,
            "url": mail.link(path),
        },
        reply_to=organisation.contact_email,
        organisation_name=organisation.name,
    )
    letters.send(CHANGES, message, organisation=organisation, person=person.pk, path=path)


def watch(processor: Processor) -> None:
    """Put the agreement with a processor on the clock: the next warning, or its end. One without an end is not."""
    following = None if processor.stopped or processor.ends is None else _next(processor)
    with as_office("register"):  # the agreement concerns no person; whoever enters it acts for the register
        if following:
            ends.set(ENDING, object=processor.pk, subject=None, due=following, why="agreement")
        else:
            ends.cancel(ENDING, processor.pk)


def _next(processor: Processor) -> datetime | None:
    """The next moment to warn: the beginning of the day (UTC) that is so many days before the last one."""
    assert processor.ends is not None
    last = datetime.combine(processor.ends, time(), UTC)
    moments = (last - timedelta(days=days) for days in WARNINGS)
    return next((moment for moment in moments if moment > clock.now()), None)


@ends.handler(ENDING, says=_("the agreement with a processor"), why=_("its last day is near"), batch=1)
def agreement_nears_its_end(processors: list[UUID]) -> None:
    """Tell the office, and set the clock for the next time. One that has ended is refused at the gate by itself."""
    for processor in Processor.objects.filter(pk__in=processors, stopped=None).exclude(ends=None):
        assert processor.ends is not None
        left = max((processor.ends - clock.now().date()).days, 0)
        outbox.emit(AgreementEnding(processor=processor.pk, days=left))
        watch(processor)


@consumer("mail.agreement_ending", AgreementEnding)
def warn(event: AgreementEnding, about: Envelope) -> None:
    """Administrators and the privacy office learn how long an agreement still runs."""
    processor = Processor.objects.select_related("organisation").get(pk=event.processor)
    organisation = processor.organisation
    path = reverse("office_processors", args=[organisation.slug])
    for person in officers():
        message = mail.render(
            "privacy/agreement_ending",
            to=person.email,
            language=person.language,
            context={
                "name": processor.name,
                "ends": processor.ends,
                "days": event.days,
                "url": mail.link(path),
            },
            organisation_name=organisation.name,
        )
        letters.send(WAITS, message, organisation=organisation, person=person.pk, path=path)
