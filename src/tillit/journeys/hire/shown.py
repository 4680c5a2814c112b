"""Jobs, first meetings and reviews in words, for pages and cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tillit.booking.engine import Refusal
from tillit.directory.queries import called
from tillit.hiring import queries
from tillit.hiring.actions import Refused
from tillit.identity.queries import organisation_by_id
from tillit.journeys.sentences import refusal_sentence
from tillit.kernel import clock, formats
from tillit.kernel.dpv import Words
from tillit.messaging import naming
from tillit.messaging import queries as talks

if TYPE_CHECKING:
    from tillit.hiring.models import Job, Review, Terms, TimeReport

STATES: dict[str, tuple[Words, str]] = {
    "proposed": (pgettext_lazy("state of a job", "proposed"), "soon"),
    "agreed": (pgettext_lazy("state of a job", "agreed"), "fine"),
    "done": (pgettext_lazy("state of a job", "done"), "fine"),
    "closed": (pgettext_lazy("state of a job", "settled"), "line"),
    "cancelled": (pgettext_lazy("state of a job", "cancelled"), "line"),
}
REPORTS: dict[str, tuple[Words, str]] = {
    "sent": (pgettext_lazy("state of reported time", "waits for a yes"), "soon"),
    "approved": (pgettext_lazy("state of reported time", "approved"), "fine"),
    "objected": (pgettext_lazy("state of reported time", "objected to"), "wrong"),
    "corrected": (pgettext_lazy("state of reported time", "corrected"), "line"),
}
PLACES: dict[str, Words] = {
    "theirs": lazy("At the home of whoever needs help"),
    "mine": lazy("At the home of whoever helps"),
    "elsewhere": lazy("Somewhere else, as the notes say"),
    "video": lazy("By video"),
}
PAYEES: dict[str, Words] = {
    "provider": lazy("Whoever helps is paid directly"),
    "organisation": lazy("The organisation is paid, and pays whoever helps"),
}
_WHY: dict[str, Words] = {
    "gone": lazy("This stands otherwise by now. Look at how it is."),
    "changed": lazy("The terms have changed since you read them. Read the new ones first."),
    "times": lazy("These times cannot be had: choose whole times to come that do not overlap."),
    "twice": lazy("Some of this time is reported already."),
    "past": lazy("It has begun already, so this can no longer be changed here."),
    "many": lazy("That is a lot at once. Wait until something of it is answered."),
    "early": lazy("That can be said once the job is over, and of a job that took place."),
    "late": lazy("Two weeks have passed since the job: it can no longer be said."),
    "again": lazy("You have said it already, once."),
}
REPORTED_TIMES = lazy(
    "Time can be reported once it is over, for the days of this job, and with a pause that fits in it."
)


def why(refused: Refused | Refusal | None) -> str:
    """What happened and what to do, in the reader's language."""
    if isinstance(refused, Refused):
        return str(_WHY.get(refused.why, _WHY["gone"]))
    if refused is None:
        return _("These times cannot be taken: whoever helps cannot be booked here at the moment.")
    if refused is Refusal.TAKEN:
        return _("Somebody else has those hours by now. Nothing was agreed; propose another time.")
    return refusal_sentence(refused)


def name_of(row: Any) -> str:
    """What the acting person calls the other one, in words also where nobody is left."""
    return known_name(row) or _("somebody who left")


def known_name(row: Any) -> str:
    """What the acting person calls the other one: as in their thread, else by the public name, else the first name. ""
    where nobody is left."""
    other = queries.other_of(row)
    if row.thread:
        for talk in [one for one in talks.talks() if one.id == row.thread]:
            if talk.called:
                return talk.called
    return called([other]).get(other) or naming.called(other)


@dataclass(frozen=True)
class Sum:
    """What a job costs by its terms, in minor units: hours at the rate, travel for each time, both together."""

    minutes: int
    work: int
    travel: int

    @property
    def whole(self) -> int:
        """Work and travel."""
        return self.work + self.travel


def cost(terms: Terms) -> Sum:
    """What was agreed on, in money; rounded once, half up, to a whole minor unit."""
    minutes = sum(int((span.upper - span.lower).total_seconds()) // 60 for span in terms.spans)
    return Sum(minutes, (minutes * terms.rate + 30) // 60, terms.travel * len(terms.spans))


def worked(report: TimeReport) -> int:
    """Minutes that were worked, without the pause."""
    return int((report.span.upper - report.span.lower).total_seconds()) // 60 - report.pause


def hours(minutes: int) -> str:
    """A length in the reader's words."""
    return formats.format_duration(timedelta(minutes=minutes), get_language() or "en")


def facts(job: Job, terms: Terms | None, *, name: str = "") -> dict[str, Any]:
    """A job as lists, cards and pages show it."""
    organisation = organisation_by_id(job.organisation_id)
    side = queries.side_of(job)
    state = job.state
    if state == "agreed" and job.ends and job.ends <= clock.now():
        state = "done"
    words, chip = STATES[state]
    waiting = terms is not None and job.number == terms.number and terms.number != job.agreed and not terms.refused
    mine = terms is not None and terms.author_id == queries.me()
    return {
        "job": job, "terms": terms, "side": side, "name": name or name_of(job), "state": state, "state_words": words,
        "chip": chip, "cost": cost(terms) if terms else None, "hours": hours(cost(terms).minutes) if terms else "",
        "currency": organisation.currency, "zone": organisation.time_zone,
        "start": terms.spans[0].lower if terms else None,
        "end": terms.spans[0].upper if terms else None, "more": len(terms.spans) - 1 if terms else 0,
        "waits_for_me": waiting and not mine and state in ("proposed", "agreed"), "waits": waiting,
        "pays": PAYEES[terms.payee] if terms else "", "place": PLACES[terms.place] if terms else "",
        "url": reverse("job", args=[organisation.slug, job.pk]), "organisation": organisation,
    }  # fmt: skip


def timeline(job: Job, versions: list[Terms], zone: str) -> list[dict[str, Any]]:
    """What happened in a job, the earliest first."""
    language = get_language() or "en"
    mine = queries.me()

    def line(when: datetime | None, title: str, state: str = "") -> dict[str, Any]:
        said = formats.format_datetime(when, language, "short", zone=zone) if when else ""
        return {"title": title, "when": said, "machine": when.isoformat() if when else "", "state": state, "at": when}

    found = []
    for one in versions:
        by_me = one.author_id == mine
        found.append(
            line(one.made, (_("You proposed it") if by_me else _("It was proposed to you")) if one.number == 1
                 else (_("You proposed a change") if by_me else _("A change was proposed to you")))
        )  # fmt: skip
        if one.refused:
            found.append(line(one.refused, _("That was declined or withdrawn"), "soon"))
        elif one.seeker_yes and one.provider_yes:
            found.append(line(max(one.seeker_yes, one.provider_yes), _("Both said yes"), "fine"))
    if job.begins and job.agreed and job.state != "cancelled":
        found.append(line(job.begins, _("The job begins")))
        found.append(line(job.ends, _("The job is over"), "fine" if job.state in ("done", "closed") else ""))
    for report in queries.reports(job):
        found.append(line(report.made, _("Time was reported: %(hours)s") % {"hours": hours(worked(report))}))
        if report.decided:
            approved = report.state == "approved"
            words = _("The time was approved") if approved else _("The time was objected to")
            found.append(line(report.decided, words, "fine" if approved else "soon"))
    if job.cancelled_by and job.agreed:
        mine_too = job.cancelled_by == queries.side_of(job)
        words = _("You cancelled it") if mine_too else _("The other side cancelled it")
        late = _("late, by the rule that both agreed on") if job.late else ""
        found.append(line(job.changed, words, "wrong") | {"note": late})
    return sorted(found, key=lambda one: one["at"] or job.made)


def signed(review: Review) -> str:
    """By whom a review is, as its author chose to be called; nobody once they are gone."""
    return review.signature or _("somebody who left")


def line_of(job: UUID) -> dict[str, Any] | None:
    """A job of the acting person as a list shows it; None where it is not theirs."""
    found = queries.get_jobs([job]).get(job)
    return facts(found, queries.newest_terms([found]).get(job)) if found else None
