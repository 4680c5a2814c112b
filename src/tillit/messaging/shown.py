"""Threads and messages in words, for pages and programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tillit.kernel import clock, formats, zones
from tillit.kernel.dpv import Words
from tillit.kernel.slots import Part
from tillit.kernel.tables import Upload
from tillit.messaging import cards, watch
from tillit.messaging.models import Message
from tillit.messaging.queries import Page, Talk

TAKEN_BACK = 15 * 60  # seconds in which an author may take a message back (sql/messaging.sql)


REFUSED: dict[str, Words] = {
    "empty": gettext_lazy("Write something first, or add a file."),
    "long": gettext_lazy("That is longer than a message can be. Shorten it, or send it in parts."),
    "files": gettext_lazy("At most five files at once."),
    "left": gettext_lazy("They have left. What you wrote to each other stays readable, but nothing more arrives."),
    "many": gettext_lazy("You have written to many new people today. Go on tomorrow."),
    "same": gettext_lazy("You have sent these same words to several people. Write what you want of this one."),
    "paused": gettext_lazy("Your account is paused: you can write to nobody until that is over."),
    "key": gettext_lazy("What you sent before with this page has arrived. Send this now, if you want it sent as well."),
}
"""Why something is not sent (actions.Refused)."""


@dataclass
class Line:
    """One message on a page. day: said where a new day begins. warnings: for its reader alone."""

    row: Message
    mine: bool
    time: str
    day: str = ""
    read: bool = False
    can_take: bool = False
    card: Part | None = None
    files: list[Upload] = field(default_factory=list)
    warnings: list[watch.Pattern] = field(default_factory=list)


def name(talk: Talk) -> str:
    """What the other is called, also after they left."""
    return talk.called or (_("Somebody who left") if talk.other is None else _("Somebody here"))


def conversation(page: Page, talk: Talk, zone: str, viewer: UUID) -> list[Line]:
    """What was said, as its reader sees it."""
    language, today = get_language() or "en", clock.now().astimezone(zones.zone(zone)).date()
    parts = cards.shown([(one.card, one.thing) for one in page.messages if one.card and one.thing], viewer)
    lines: list[Line] = []
    before: date | None = None
    for one in page.messages:
        mine = one.by_id == talk.seat
        local = one.made.astimezone(zones.zone(zone))
        line = Line(one, mine, formats.format_time(local.time(), language), files=page.files.get(one.pk, []))
        if local.date() != before:
            before = local.date()
            line.day = _day(before, today, language)
        if one.card and one.thing:
            line.card = parts.get((one.card, one.thing))
        elif mine:
            line.read = bool(talk.other_read and talk.other_read >= one.made)
            line.can_take = one.taken is None and (clock.now() - one.made).total_seconds() < TAKEN_BACK
        elif one.words:
            line.warnings = watch.warnings(one.words)
        lines.append(line)
    return lines


def listed(talks: Iterable[Talk], newest: dict[UUID, Message], zone: str) -> list[dict[str, Any]]:
    """Threads as the list shows them: with whom, the newest words, when, and how many are new."""
    language, now = get_language() or "en", clock.now()
    today = now.astimezone(zones.zone(zone)).date()
    found = []
    for one in talks:
        said = newest.get(one.id)
        local = one.words_at.astimezone(zones.zone(zone))
        when = (
            formats.format_time(local.time(), language)
            if local.date() == today
            else formats.format_relative_day(local.date(), today, language)
        )
        found.append({"talk": one, "name": name(one), "words": _glance(said), "when": when, "mine": _mine(said, one)})
    return found


def _glance(said: Message | None) -> str:
    if said is None:
        return ""
    if said.taken:
        return _("taken back")
    if said.words:
        return " ".join(said.words.split())[:120]
    return _("A file") if said.files else _("A proposal, or something to look at")


def _mine(said: Message | None, talk: Talk) -> bool:
    return said is not None and said.by_id == talk.seat


def _day(day: date, today: date, language: str) -> str:
    spelled = formats.format_date(day, language)
    return _("Today, %(day)s") % {"day": spelled} if day == today else spelled
