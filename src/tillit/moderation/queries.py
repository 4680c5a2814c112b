"""Reads. What of it whoever acts gets to see, the database decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from tillit.access import current
from tillit.identity.queries import opened_people
from tillit.kernel import clock
from tillit.kernel.ticket import Actor
from tillit.moderation.models import Appeal, Case, Decision, Pause, Report

QUEUES = ("look", "report", "appeal", "decided")
MOST = 100
APPEAL = timedelta(days=183)
"""Within which a decision is appealed against (DSA Art. 20(1): at least six months)."""


@dataclass(frozen=True)
class Figure:
    """How often something was decided; None where the number is from one to four. hours: on average."""

    kind: str
    queue: str
    reason: str
    outcome: str
    decided: int | None
    hours: int | None
    appealed: int | None
    lifted: int | None


def waiting(queue: str) -> list[Case]:
    """Cases of a queue (one of QUEUES) that the acting moderator may work on, what is due first on top; an appeal's
    case is due when the appeal is."""
    if queue == "appeal":
        found = list(_theirs().select_related("decision__case").filter(outcome="").order_by("due", "pk")[:MOST])
        for one in found:
            one.decision.case.due = one.due
        return [one.decision.case for one in found]
    if queue == "decided":
        return list(_cases().filter(state="decided").order_by("-decided", "-pk")[:MOST])
    return list(_cases().filter(state="waiting", queue=queue).order_by("due", "pk")[:MOST])


def counts() -> dict[str, int]:
    """How many wait in each queue for the acting moderator."""
    found = {queue: _cases().filter(state="waiting", queue=queue).count() for queue in ("look", "report")}
    return found | {"appeal": _theirs().filter(outcome="").count()}


def get_case(case: UUID) -> Case:
    """A case that the acting moderator may work on; 404 for others."""
    found = _cases().select_related("organisation").filter(pk=case).first()
    if found is None:
        raise Http404
    return found


def in_hand(case: Case) -> bool:
    """Has the acting moderator taken it, and is that not over?"""
    return case.taken_by_id == _me() and bool(case.taken_until and case.taken_until > clock.now())


def taken_by_other(case: Case) -> bool:
    """Does somebody else have it now?"""
    return case.taken_by_id not in (None, _me()) and bool(case.taken_until and case.taken_until > clock.now())


def appeal_of(case: Case) -> Appeal | None:
    """The appeal that waits in a case, if the acting moderator may decide it."""
    return _theirs().select_related("decision").filter(decision__case=case, outcome="").order_by("made").first()


def reports_of(case: Case) -> list[Report]:
    """What was reported in a case, the first one on top. Who reported it is not for pages."""
    return list(Report.objects.filter(case=case).order_by("made", "pk"))


def decisions_of(case: Case) -> list[Decision]:
    """What was decided of a case, the latest first."""
    return list(Decision.objects.filter(case=case).order_by("-made", "-pk"))


def before(case: Case) -> list[Decision]:
    """What was decided before about something of the same person, the latest first."""
    rows = Decision.objects.select_related("case").filter(subject_id=case.subject_id).exclude(case=case)
    return list(rows.order_by("-made", "-pk")[:20])


def my_decisions() -> list[Decision]:
    """What was decided about the acting person's own, the latest first."""
    return list(Decision.objects.select_related("case").filter(subject_id=_me()).order_by("-made", "-pk")[:MOST])


def my_waiting() -> list[Case]:
    """What of the acting person's own waits to be looked at before it shows."""
    return list(Case.objects.filter(subject_id=_me(), queue="look", state="waiting").order_by("made"))


def my_decision(decision: UUID) -> Decision:
    """One of them; 404 for others."""
    found = Decision.objects.select_related("case", "organisation").filter(pk=decision, subject_id=_me()).first()
    if found is None:
        raise Http404
    return found


def my_appeal(decision: UUID) -> Appeal | None:
    """The acting person's appeal against a decision, if there is one."""
    return Appeal.objects.filter(decision_id=decision, person_id=_me()).first()


def appeal_by_report(report: Report) -> Appeal | None:
    """The appeal of the acting person, who had reported it, against what was decided of it."""
    return Appeal.objects.filter(decision__case_id=report.case_id, person_id=_me()).first()  # type: ignore[misc]


def can_appeal(decision: Decision) -> bool:
    """Can the acting person, whom it concerns, still appeal?"""
    return (
        decision.outcome not in ("through", "nothing")
        and decision.lifted is None
        and decision.made > clock.now() - APPEAL
        and my_appeal(decision.pk) is None
    )


def my_reports() -> list[Report]:
    """What the acting person reported, the latest first."""
    return list(Report.objects.filter(person_id=_me()).order_by("-made", "-pk")[:MOST])


def my_report(report: UUID) -> Report:
    """One of them; 404 for others."""
    found = Report.objects.filter(pk=report, person_id=_me()).first()
    if found is None:
        raise Http404
    return found


def my_pause() -> Pause | None:
    """The pause under which the acting person is, if there is one."""
    rows = Pause.objects.filter(person_id=_me(), lifted=None).order_by("-made")
    return next((one for one in rows if one.until is None or one.until > clock.now()), None)


def paused() -> bool:
    """May the acting person write nothing now?"""
    with connection.cursor() as cursor:
        cursor.execute("select moderation.paused()")
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True)
class Helper:
    """A moderator whom a reaction tells."""

    person: UUID
    name: str
    email: str
    phone: str
    language: str
    zone: str


def helpers(case: UUID) -> list[Helper]:
    """For a reaction: who may decide a case, or an appeal in it."""
    organisation: Any = (current() or Actor()).organisation
    with connection.cursor() as cursor:
        cursor.execute("select * from moderation.helpers(%s)", [case])
        rows = cursor.fetchall()
    people = opened_people(organisation, [row[:4] for row in rows])
    return [Helper(row[0], *opened, *row[4:]) for row, opened in zip(rows, people, strict=True)]


def case_by_id(case: UUID) -> Case | None:
    """For a reaction: a case with its organisation."""
    return Case.objects.select_related("organisation").filter(pk=case).first()


def decision_by_id(decision: UUID) -> Decision | None:
    """For a reaction: a decision with its case and organisation."""
    return Decision.objects.select_related("case", "organisation").filter(pk=decision).first()


def appeal_by_id(appeal: UUID) -> Appeal | None:
    """For a reaction: an appeal with its decision and organisation."""
    return Appeal.objects.select_related("decision__case", "organisation").filter(pk=appeal).first()


def report_by_id(report: UUID) -> Report | None:
    """For a reaction: a report with its organisation."""
    return Report.objects.select_related("organisation").filter(pk=report).first()


def figures(since: date, until: date) -> list[Figure]:
    """What was decided in the months from since until before another, for everybody."""
    with connection.cursor() as cursor:
        cursor.execute("select * from moderation.figures(%s, %s)", [since, until])
        return [Figure(*row) for row in cursor.fetchall()]


def _cases() -> QuerySet[Case]:
    return Case.objects.exclude(subject_id=_me())


def _theirs() -> QuerySet[Appeal]:
    return Appeal.objects.exclude(person_id=_me())


def _me() -> Any:
    return (current() or Actor()).person
