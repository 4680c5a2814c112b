"""Matters in words, for pages."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tillit.desk import calls, events
from tillit.desk.models import Message, Thread
from tillit.kernel import clock, formats
from tillit.kernel.dpv import Words
from tillit.privacy.desk import kinds
from tillit.privacy.rights import coded

KINDS: dict[str, Words] = {
    "question": _("A question"),
    "booking": _("About something booked"),
    "complaint": _("A complaint"),
    "praise": _("Praise"),
}
STATES: dict[str, Words] = {
    "unproven": _("waits for an answer to our mail"),
    "new": pgettext_lazy("state of a matter", "new"),
    "ours": _("waits for us"),
    "theirs": _("answered"),
    "closed": pgettext_lazy("state of a matter", "closed"),
    "merged": _("answered together with another"),
}
DECISIONS: dict[str, Words] = {
    "upheld": _("You are right, and we put it right"),
    "partly": _("You are right in part"),
    "rejected": _("We see it otherwise"),
}
CHANNELS: dict[str, Words] = {
    "form": _("by the public page"),
    "product": _("from their own pages"),
    "telephone": _("by telephone, entered by somebody here"),
}
_WHY: dict[Any, coded.Speller] = {  # as whoever it is about reads it in the evidence
    events.ASKED: CHANNELS.get,
    events.SEEN: {"answers": _("they answer what you asked")}.get,
    events.DECIDED: DECISIONS.get,
    events.PASSED_ON: kinds.WORDS.get,
    events.CALLER: {"called": _("you called")}.get,
    events.OPENED: {"called": _("you called")}.get,
    events.ENTERED: CHANNELS.get,
    events.READY: {"changed": _("it was changed"), "removed": _("it was removed")}.get,
}
for _event, _reasons in _WHY.items():
    coded.declare(_event.name, _reasons)
coded.declare("access.grant.opened", calls.REASONS)
coded.declare("desk.thread.kind", KINDS)
_CHIPS = {"new": "soon", "ours": "soon", "theirs": "fine", "closed": "line", "unproven": "line", "merged": "line"}


def line(thread: Thread, zone: str) -> dict[str, Any]:
    """A matter as lists show it: kind, state, until when, whether it is late."""
    language = translation.get_language() or "en"
    late = bool(thread.due and thread.due < clock.now())
    return {
        "thread": thread,
        "kind": KINDS[thread.kind],
        "state": STATES[thread.state],
        "chip": _CHIPS[thread.state],
        "late": late,
        "due": formats.format_datetime(thread.due, language, zone=zone) if thread.due else "",
        "when": formats.format_datetime(thread.words_at, language, zone=zone),
        "channel": CHANNELS[thread.channel],
        "decision": DECISIONS.get(thread.decision, ""),
    }


def number(thread: Thread) -> str:
    """The number of a matter as one piece from left to right, inside Persian sentences too (UAX 9, isolates)."""
    return f"\u2066{thread.reference}\u2069"


def conversation(messages: list[Message], zone: str, names: dict[Any, str]) -> list[dict[str, Any]]:
    """What was said, as pages show it. names: of authors, by id; others stay nameless."""
    language = translation.get_language() or "en"
    return [
        {
            "row": one,
            "who": names.get(one.author_id, ""),
            "when": formats.format_datetime(one.made, language, zone=zone),
        }
        for one in messages
    ]
