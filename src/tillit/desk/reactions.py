"""Telling: whoever asked that they have a receipt or an answer, whoever answers that something waits. A message says
that there is something to read, never what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from tillit import notify
from tillit.desk import links, queries
from tillit.desk.events import CALL, CONTENT, TOLD, WORK, Answered, Arrived, Asked, Closed, Entered, Waits
from tillit.desk.models import Thread
from tillit.desk.shown import number
from tillit.identity.queries import people_by_id
from tillit.kernel.outbox import Envelope, consumer
from tillit.privacy import doors
from tillit.privacy.rights import queries as rights

NEVER_ASK = ("marketing", "statistics")
"""Whoever objects to one of these is not asked how content they were."""


@consumer("desk.receipt", Asked)
def receipt(event: Asked, about: Envelope) -> None:
    """It has come; a stranger says by the same mail that it was they. Whoever called is told otherwise (`entered`)."""
    thread = _thread(event.thread)
    if thread is not None and thread.channel != "telephone":
        _tell(thread, TOLD, "prove" if thread.state == "unproven" else "received")


@consumer("desk.answer_told", Answered)
def answered(event: Answered, about: Envelope) -> None:
    """There is an answer, to be read on the page."""
    if thread := _thread(event.thread):
        _tell(thread, TOLD, "answered")


@consumer("desk.how_content", Closed)
def how_content(event: Closed, about: Envelope) -> None:
    """Once, and never those who object to being asked or counted."""
    thread = _thread(event.thread)
    if thread is None or any(rights.objected(thread.person_id, use) for use in NEVER_ASK):
        return
    _tell(thread, CONTENT, "content")


@consumer("desk.work_arrived", Arrived)
def arrived(event: Arrived, about: Envelope) -> None:
    """Whoever has it, else everybody who may take it on."""
    if thread := _thread(event.thread):
        helpers = queries.helpers(thread.pk)
        _call_for(thread, [one for one in helpers if one.person == thread.assignee_id] or helpers, "arrived")


@consumer("desk.work_waits", Waits)
def waits(event: Waits, about: Envelope) -> None:
    """Whoever has it; once it is late the administrators too, and everybody where nobody has it."""
    thread = _thread(event.thread)
    if thread is None or thread.due is None:
        return
    helpers = queries.helpers(thread.pk)
    mine = [one for one in helpers if one.person == thread.assignee_id]
    wanted = [one for one in helpers if one in mine or (event.late and one.administers)]
    _call_for(thread, wanted if mine else helpers, "late" if event.late else "waits")


@consumer("desk.caller_told", Entered)
def entered(event: Entered, about: Envelope) -> None:
    """Whoever called is told what is kept of them and how to see, correct and erase it (GDPR Art. 13, 14)."""
    person = people_by_id([event.person]).get(event.person)
    if person is not None:
        said = notify.Said("desk/noted", {}, path=doors.to(person, "data"))
        notify.send(CALL, _to(person, person.organisation), said, person.organisation)


def path_for(thread: Thread, person: Any) -> str:
    """Where whoever asked reads their matter: behind their login, or by a link that opens it alone."""
    if person.account_id:
        return doors.to(person, "desk:thread", thread=thread.pk)
    return reverse("contact_thread", args=[thread.organisation.slug, links.token(thread.pk, person.pk)])


def _tell(thread: Thread, kind: notify.Kind, what: str) -> None:
    person = people_by_id([thread.person_id]).get(thread.person_id)
    if person is None:
        return
    said = notify.Said(
        f"desk/{what}", {"reference": number(thread)}, path=path_for(thread, person),
        reply_to=thread.organisation.contact_email, thread=thread.pk,
    )  # fmt: skip
    notify.send(kind, _to(person, thread.organisation), said, thread.organisation)


def _call_for(thread: Thread, helpers: Iterable[queries.Helper], what: str) -> None:
    path = reverse("desk_thread", args=[thread.organisation.slug, thread.pk])
    for one in helpers:
        to = notify.To(one.person, one.name, one.email, one.phone, one.language, one.zone)
        said = notify.Said(f"desk/{what}", {"reference": number(thread)}, path=path, thread=thread.pk)
        notify.send(WORK, to, said, thread.organisation)


def _to(person: Any, organisation: Any) -> notify.To:
    zone = person.time_zone or organisation.time_zone
    return notify.To(person.pk, person.display_name, person.email, person.phone, person.language, zone)


def _thread(thread: UUID) -> Thread | None:
    return Thread.objects.select_related("organisation").filter(pk=thread).first()
