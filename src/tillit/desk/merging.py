"""Two matters of one person are put together: the number of one leads to the other, which is answered for both.

What was said stays where it was said, and the page of the one that is kept shows it all in order; so a day later at the
latest it can be taken apart again. Whose matters they are the database looks at (sql/desk.sql).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from tillit import evidence
from tillit.access import as_office
from tillit.desk import actions, clocks, events
from tillit.desk.actions import TooLate, change, hold_still
from tillit.desk.models import Message, Thread
from tillit.desk.queries import OPEN
from tillit.kernel import clock, ends

UNDONE = timedelta(days=1)
"""How long it can be taken apart again."""


def candidates(thread: Thread) -> list[Thread]:
    """Other matters that can be put together with this one, as far as whoever acts may see them, the latest first."""
    if thread.state not in OPEN or thread.decision:
        return []
    same = Q(person_id=thread.person_id, about_id=thread.about_id, decision="", state__in=OPEN)
    kinds = Q(kind="complaint") if thread.kind == "complaint" else ~Q(kind="complaint")
    return list(Thread.objects.filter(same & kinds).exclude(pk=thread.pk).order_by("-words_at")[:50])


def parts(thread: Thread) -> list[Thread]:
    """What was put together with this one, in order."""
    return list(Thread.objects.filter(merged_into=thread).order_by("made", "pk"))


def can_part(thread: Thread) -> bool:
    """Is it not yet too late to take it apart again?"""
    return thread.merged is not None and clock.now() <= thread.merged + UNDONE


@transaction.atomic
def merge(thread: Thread, into: Thread) -> None:
    """Answer a matter together with another one of the same person; the earlier last moment of both holds.

    Raises `TooLate` where one of them is not open any more, and for matters that do not go together: a complaint goes
    with complaints about the same member only, and what is decided stays by itself.
    """
    _fit(thread, into)  # before anything is locked too: whoever writes in a merged one locks that one first
    for one in sorted((thread, into), key=lambda each: each.pk):  # two who do it at once wait for each other
        hold_still(one)
    _fit(thread, into)
    due, waits = thread.due, thread.state in ("new", "ours")
    Thread.objects.filter(merged_into=thread).update(merged_into=into)
    change(thread, state="merged", merged_into_id=into.pk, merged=clock.now(), due=None)
    with as_office("helpdesk"):
        ends.cancel("desk.answer", thread.pk)
    if waits and into.state == "theirs":
        change(into, state="ours")
    if due and (into.due is None or due < into.due):
        change(into, due=due)
        _remind(into, thread.made)
    actions.touch(into)
    evidence.record(events.MERGED.name, subject=thread.person_id, object=thread.pk, detail={"into": str(into.pk)})


@transaction.atomic
def part(thread: Thread) -> None:
    """Take a matter apart again from the one that it was put together with: it waits as it did before. Raises `TooLate`
    after a day, and where that was done already."""
    hold_still(thread)
    if thread.state != "merged" or not can_part(thread):
        raise TooLate
    spoken = Message.objects.filter(thread=thread).exclude(side="note").order_by("-made", "-pk").first()
    answered = spoken is not None and spoken.side == "us"
    due = None
    if thread.kind == "complaint":
        due = clocks.due(thread.organisation, thread.kind, thread.made)
    elif spoken is not None and not answered:
        due = clocks.due(thread.organisation, thread.kind, spoken.made)
    state = "theirs" if answered else ("ours" if thread.answered else "new")
    fields: dict[str, Any] = {"state": state, "merged_into_id": None, "merged": None, "due": due, "reminded": 0}
    change(thread, **fields)
    if due:
        _remind(thread, thread.made if thread.kind == "complaint" or spoken is None else spoken.made)
    actions.touch(thread)
    evidence.record(events.PARTED.name, subject=thread.person_id, object=thread.pk)


def _fit(thread: Thread, into: Thread) -> None:
    if into.pk not in {one.pk for one in candidates(thread)}:
        raise TooLate


def _remind(thread: Thread, since: Any) -> None:
    with as_office("helpdesk"):
        remind = clocks.reminder(thread.organisation, thread.kind, since)
        ends.set("desk.answer", object=thread.pk, subject=thread.person_id, due=remind)
