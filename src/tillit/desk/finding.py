"""Matters of the desk can be found: one's own, and those that one may work on; by who asked and what was said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import current
from tillit.desk import queries, shown
from tillit.desk.models import Message, Thread
from tillit.kernel import finding, formats
from tillit.kernel.ticket import Actor

MOST = 200
"""Matters whose words are opened for one question: those in which something was said last."""

MOST_MESSAGES = 500


def threads(asked: finding.Asked) -> finding.Answer:
    """By the reference, whoever asked (for those who work on it) and the words; notes for those who write them only."""
    me = (current() or Actor()).person
    if me is None:
        return finding.Answer()
    rows = Thread.objects.filter(Q(person_id=me) | ~Q(state="unproven")).order_by("-words_at", "-pk")
    if asked.since:
        rows = rows.filter(words_at__date__gte=asked.since)
    if asked.until:
        rows = rows.filter(words_at__date__lte=asked.until)
    read: list[Any] = list(rows.select_related("organisation")[: MOST + 1])
    own = {row.pk for row in read if row.person_id == me}
    names = queries.names(row.pk for row in read if row.pk not in own)
    said, unread = _said(read, own)

    def test(row: Any) -> finding.Why | None:
        called = [] if row.pk in own else [names.get(row.pk, ("", ""))[0]]
        return asked.match([row.reference, *called], [one.words for one in said.get(row.pk, [])])

    found, more = asked.sift(read, MOST, test)
    hits = finding.best(_hit(row, why, row.pk in own, names, asked) for why, row in found)
    evidence.saw([hit.about for hit in hits if hit.about], "desk.thread", "answers")
    return finding.Answer(hits, more or unread)


def _said(rows: list[Any], own: set[UUID]) -> tuple[dict[UUID, list[Message]], bool]:
    """What was said last in these matters, and whether there is more."""
    wanted = Q(thread__in=[row.pk for row in rows[:MOST]]) & ~(Q(thread__in=list(own)) & Q(side="note"))
    read = list(Message.objects.filter(wanted).order_by("-pk")[: MOST_MESSAGES + 1]) if rows else []
    found: dict[UUID, list[Message]] = {}
    for message in read[:MOST_MESSAGES]:
        found.setdefault(message.thread_id, []).append(message)
    return found, len(read) > MOST_MESSAGES


def _hit(
    row: Any, why: finding.Why, own: bool, names: dict[UUID, tuple[str, str]], asked: finding.Asked
) -> finding.Hit:
    name, kind = "" if own else names.get(row.pk, ("", ""))[0], str(shown.KINDS[row.kind])
    when = formats.format_datetime(row.words_at, asked.language, "short", zone=row.organisation.time_zone)
    page, told = ("me-desk:thread", None) if own else ("desk_thread", row.person_id)
    note = formats.join_words([kind if name else "", str(shown.STATES[row.state]), when, row.reference], asked.language)
    url = reverse(page, kwargs={"slug": asked.slug, "thread": row.pk})
    return finding.Hit(name or kind, url, why, note, -row.words_at.timestamp(), told)


finding.declare(finding.Source("threads", _("The desk"), "chat", threads, dated=True, place=40))
