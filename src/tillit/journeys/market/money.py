"""Invoices between those who have agreed on something: begun at a job, shown in its thread, booked as paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tillit.access import Actor, acting, current
from tillit.hiring import queries as hiring
from tillit.identity.queries import organisation_by_id, roles
from tillit.journeys.hire import shown as shown_jobs
from tillit.kernel import zones
from tillit.kernel.outbox import Envelope, consumer
from tillit.kernel.slots import Part
from tillit.messaging import actions as threads
from tillit.messaging import cards, slots
from tillit.messaging import queries as talks
from tillit.moderation.queries import paused
from tillit.sales import actions, queries, shown
from tillit.sales.doors import person, reason
from tillit.sales.events import InvoicePosted
from tillit.sales.sums import Item

CARD = "sales.invoice"
HOUR = 60
"""Minutes."""


@require_POST
@person
def for_job(request: HttpRequest, slug: str, job: UUID) -> HttpResponse:
    """As the provider of a job: a draft over its approved time, or the one that is begun already."""
    found = hiring.get_job(job)
    if hiring.side_of(found) != "provider" or found.agreed is None:
        raise Http404
    if queries.business() is None:
        messages.warning(request, _("First say who you are on your invoices. Then go back to the job and write it."))
        return redirect("business", slug=slug)
    drafts = [one for one in queries.of_job(job) if one.state == "draft"]
    try:
        made = drafts[0] if drafts else _draft(found, called_in(found.thread))
    except actions.NotSold as not_sold:
        messages.warning(request, reason(not_sold))
        return redirect("job", slug=slug, job=job)
    return redirect("invoice_edit", slug=slug, invoice=made.pk)


@require_POST
@person
def for_thread(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """As a provider: a draft to the other of a thread, unless they want to hear nothing of the acting person."""
    talk = talks.talk(thread)
    if talk.other is None or not _sells():
        raise Http404
    if paused() or not talks.reaches(thread):
        messages.warning(request, reason(actions.NotSold("paused" if paused() else "gone")))
        return redirect("thread", slug=slug, thread=thread)
    made = actions.draft(buyer=talk.other, job=None, buyer_name=talk.called)
    return redirect("invoice_edit", slug=slug, invoice=made.pk)


def job_items(job: Any, *, work: str = "childcare") -> list[Item]:
    """The lines that a job's approved time comes to: work by the hour, and travel for each time. What stands on an
    invoice that was posted, and not taken back, is not written again; more than an invoice holds is summed up."""
    terms, before = hiring.terms_of(job.pk), _billed(job.pk)
    reports = [one for one in hiring.approved_reports(job.pk) if not (before and one.decided and one.decided <= before)]
    worked = [minutes for one in reports if (minutes := shown_jobs.worked(one)) > 0]
    travels = Counter(one.travel for one in reports if one.travel)
    if len(worked) + len(travels) > actions.MOST_LINES:
        worked, travels = [sum(worked)], Counter({sum(one.travel for one in reports): 1})
    if terms is None:
        return []
    what, way = terms.what or "–", _("Travel")
    return [
        *(Item("work", what, minutes * 1000 // HOUR, "hour", terms.rate, 2500, work) for minutes in worked if minutes),
        *(Item("travel", way, times * 1000, "piece", price) for price, times in travels.items() if price),
    ]


def of_job(job: Any) -> dict[str, Any]:
    """For the page of a job: its invoices that the acting person may see, as rows, and whether they may write one."""
    organisation = organisation_by_id(job.organisation_id)
    if "sales" not in organisation.modules:
        return {}
    sold = hiring.side_of(job) == "provider"
    found = queries.of_job(job.pk)
    rows = [shown.row(one, sold=sold) | {"slug": organisation.slug} for one in found]
    begun = any(one.state == "draft" for one in found)
    return {"invoices": rows, "may_invoice": sold and not begun and bool(job_items(job))}


def _billed(job: UUID) -> datetime | None:
    """Until when what was approved stands on an invoice: what was approved by the time that it was begun."""
    posted = [one for one in queries.of_job(job) if one.state == "posted" and not queries.standing(one).credited]
    return max((one.made for one in posted), default=None)


def _sells() -> bool:
    return "provider" in roles() and queries.business() is not None


def called_in(thread: UUID | None) -> str:
    """What the other is called in a thread of the acting person."""
    if thread is None:
        return ""
    try:
        return talks.talk(thread).called
    except Http404:
        return ""


def _draft(job: Any, called: str) -> Any:
    reports = hiring.approved_reports(job.pk)
    last = max((one.span.upper for one in reports), default=None)
    zone = zones.zone(job.organisation.time_zone)
    return actions.draft(
        buyer=job.seeker_id, items=job_items(job), job=job.pk, buyer_name=called,
        supplied=last.astimezone(zone).date() if last else None,
    )  # fmt: skip


def _cards(ids: list[UUID], viewer: UUID) -> Mapping[UUID, Part]:
    found = ((one, queries.invoice(one)) for one in ids)
    return {
        key: Part("sales/_card.html", shown.row(one, sold=one.seller_id == viewer) | {"slug": one.organisation.slug})
        for key, one in found
        if one is not None
    }


def _actions(request: Any, talk: Any) -> Iterable[Part]:
    if talk.other and _sells():
        yield Part("sales/_begin.html", {"thread": talk.id})


@consumer("messaging.invoice_card", InvoicePosted)
def card(event: InvoicePosted, about: Envelope) -> None:
    """An invoice about a job stands in its thread, put there as its seller."""
    found = queries.invoice(event.invoice)
    if found is None or found.job is None or found.seller_id is None:
        return
    actor = current() or Actor()
    with acting(Actor(organisation=actor.organisation, person=found.seller_id, office="member")):
        try:
            thread = hiring.get_job(found.job).thread
            if thread:
                threads.post_card(thread, CARD, found.pk)
        except (Http404, threads.Refused):
            return  # the thread is gone, or one of them has left


def ready() -> None:
    """Invoices show as cards, and begin in threads."""
    cards.declare(CARD, load=_cards)
    slots.add("actions", _actions)


__all__ = ["card", "for_job", "for_thread", "job_items", "of_job", "ready"]
