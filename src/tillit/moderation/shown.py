"""Cases and decisions in words, for pages."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock, formats
from tillit.kernel.dpv import Words
from tillit.moderation import events, kinds
from tillit.moderation.models import Case, Decision, Report
from tillit.moderation.reasons import LAW, REASONS
from tillit.privacy.rights import coded

QUEUES: dict[str, Words] = {
    "look": _("To look at before it shows"),
    "report": _("Reported"),
    "appeal": _("Appeals"),
    "decided": _("Decided"),
}
RULED: dict[str, Words] = {
    "through": _("It shows now"),
    "change": _("It has to be changed before it shows"),
    "refuse": _("It is not shown"),
    "nothing": _("It stays as it is"),
    "hide": _("It is hidden until it is changed"),
    "remove": _("It was removed"),
    "warn": _("You are warned"),
    "pause": _("Your account is paused for a month"),
    "end": _("Your membership is ended"),
    "restore": _("It was brought back"),
}
"""Outcomes as whose it is reads them."""
TOLD: dict[str, Words] = {
    "": _("It is being looked into"),
    "nothing": _("Nothing was found that breaks the law or the rules"),
    "done": _("You were right: something was done about it"),
}
"""What whoever reported something learns, and no more."""
CHIPS = {"through": "fine", "nothing": "fine", "restore": "fine", "change": "soon", "warn": "soon"}
_WHY: dict[Any, coded.Speller] = {
    events.SEEN: {"moderating": _("to decide about something of yours")}.get,
    events.READ: {"moderating": _("to decide about what you reported")}.get,
    events.DECIDED: RULED.get,
    events.REPORTED: lambda key: REASONS[key].says if key in REASONS else None,
    events.ANSWERED: {"upheld": _("the decision stays"), "lifted": _("the decision was taken back")}.get,
}
for _event, _reasons in _WHY.items():
    coded.declare(_event.name, _reasons)
coded.declare("moderation.case.kind", lambda kind: kind_words(kind))


def kind_words(kind: str) -> Words:
    """What a kind of thing is called; "something" for one that no app knows any more."""
    try:
        return kinds.get(kind).label
    except KeyError:
        return _("something")


def line(case: Case, zone: str) -> dict[str, Any]:
    """A case as lists show it: what, since when, until when, whether it is late."""
    return {
        "case": case,
        "kind": kind_words(case.kind),
        "late": case.state == "waiting" and case.due < clock.now(),
        "due": moment(case.due, zone),
        "came": moment(case.made, zone),
        "decided": moment(case.decided, zone) if case.decided else "",
    }


def statement(decision: Decision, zone: str) -> dict[str, Any]:
    """A decision as whose it is reads it (DSA Art. 17(3)): what, since when, the facts, the ground and the rule, that a
    person decided, and where to go."""
    reason = REASONS.get(decision.reason)
    return {
        "decision": decision,
        "what": kind_words(decision.case.kind),
        "outcome": RULED[decision.outcome],
        "chip": CHIPS.get(decision.outcome, "wrong"),
        "when": moment(decision.made, zone),
        "reason": reason.says if reason else "",
        "rule": reason.rule if reason else "",
        "against": decision.outcome in kinds.AGAINST,
        "by_law": decision.ground == LAW,
        "reported": decision.case.queue == "report",
        "lifted": moment(decision.lifted, zone) if decision.lifted else "",
    }


def told(report: Report, zone: str) -> dict[str, Any]:
    """A report as whoever made it reads what became of it."""
    reason = REASONS.get(report.reason)
    return {
        "report": report,
        "what": kind_words(report.kind),
        "reason": reason.says if reason else "",
        "outcome": TOLD[report.outcome],
        "when": moment(report.made, zone),
    }


def moment(instant: Any, zone: str) -> str:
    """An instant in words, in a zone."""
    return formats.format_datetime(instant, translation.get_language() or "en", "short", zone=zone)


def number(count: int) -> str:
    """A number in the reader's digits."""
    return formats.format_number(count, translation.get_language() or "en")


def figure(count: int | None) -> str:
    """A published number; "1–4" where fewer than five stand behind it."""
    return number(count) if count is not None else formats.digits("1–4", translation.get_language() or "en")
