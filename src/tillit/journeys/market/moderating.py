"""Moderation among the other apps: by when it decides, who is told, and the way to report what a page shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.desk import clocks as working
from tillit.directory import slots as profile
from tillit.identity.queries import people_by_id
from tillit.kernel.outbox import Envelope, consumer
from tillit.kernel.slots import Part
from tillit.moderation import clocks, links, queries
from tillit.moderation.events import Answered, Appealed, Decided, Noticed, Waits
from tillit.moderation.roles import MODERATES
from tillit.privacy import doors

RULED = notify.declare(
    "moderation.decided",
    says=_("What a moderator decided about something of yours, or of what you reported"),
    must=True,
)
WORK = notify.declare("moderation.work", says=_("What waits for a moderator"), roles=MODERATES)


def ready() -> None:
    """Working time as the desk counts it; a way to report on every profile; profiles known to moderators."""
    clocks.counted_by(working.after)
    profile.add("actions", report_link)


def report_link(request: HttpRequest, thing: Any) -> Iterable[Part]:
    """A way to report the page that is open, for whoever it is not about."""
    url = f"{reverse('notice', args=[request.resolver_match.kwargs['slug']])}?where={quote(request.path)}"  # type: ignore[union-attr]
    yield Part("journeys/market/report_link.html", {"url": url})


@consumer("moderation.work_waits", Waits)
def waits(event: Waits, about: Envelope) -> None:
    """Those who may decide it."""
    if case := queries.case_by_id(event.case):
        _call(case.pk, case.organisation, "moderation_case")


@consumer("moderation.work_appeal", Appealed)
def appealed(event: Appealed, about: Envelope) -> None:
    """Those who may decide it: not whoever decided before."""
    if appeal := queries.appeal_by_id(event.appeal):
        _call(appeal.decision.case_id, appeal.organisation, "moderation_case")


@consumer("moderation.prove_told", Noticed)
def noticed(event: Noticed, about: Envelope) -> None:
    """Somebody without a login: was it you?"""
    if report := queries.report_by_id(event.report):
        path = reverse("notice_link", args=[report.organisation.slug, links.token(report.pk, report.person_id)])
        _tell(report.person_id, report.organisation, "prove_report", path)


@consumer("moderation.decided_told", Decided)
def decided(event: Decided, about: Envelope) -> None:
    """Whose it is reads the reasons; whoever had reported it learns the outcome."""
    decision = queries.decision_by_id(event.decision)
    if decision is None:
        return
    here = decision.organisation
    if decision.outcome != "nothing":  # of a report in vain whom it is about hears nothing
        person = people_by_id([decision.subject_id]).get(decision.subject_id)
        if person is not None:
            path = doors.to(person, "moderation:decision", decision=decision.pk)
            _tell(person.pk, here, "decided", path)
    for report in queries.reports_of(decision.case):
        _tell_reporter(report)


@consumer("moderation.appeal_told", Answered)
def answered(event: Answered, about: Envelope) -> None:
    """Whoever appealed; and whose it is, when what somebody else had appealed against is lifted."""
    appeal = queries.appeal_by_id(event.appeal)
    person = people_by_id([appeal.person_id]).get(appeal.person_id) if appeal else None
    if appeal is None or person is None:
        return
    own = appeal.decision.subject_id == person.pk
    name = {"decision": appeal.decision_id} if own else {}
    page = "moderation:decision" if own else "moderation:mine"
    _tell(person.pk, appeal.organisation, "appeal_decided", doors.to(person, page, **name))


def _tell_reporter(report: Any) -> None:
    person = people_by_id([report.person_id]).get(report.person_id)
    if person is None:
        return
    if person.account_id:
        path = doors.to(person, "moderation:report", report=report.pk)
    else:
        path = reverse("notice_link", args=[report.organisation.slug, links.token(report.pk, person.pk)])
    _tell(person.pk, report.organisation, "report_decided", path)


def _tell(person: UUID, organisation: Any, what: str, path: str) -> None:
    found = people_by_id([person]).get(person)
    if found is None:
        return
    zone = found.time_zone or organisation.time_zone
    to = notify.To(found.pk, found.display_name, found.email, found.phone, found.language, zone)
    said = notify.Said(f"journeys/market/{what}", {}, path=path, reply_to=organisation.contact_email)
    notify.send(RULED, to, said, organisation)


def _call(case: UUID, organisation: Any, page: str) -> None:
    path = reverse(page, args=[organisation.slug, case])
    for one in queries.helpers(case):
        to = notify.To(one.person, one.name, one.email, one.phone, one.language, one.zone)
        notify.send(WORK, to, notify.Said("journeys/market/case_waits", {}, path=path), organisation)
