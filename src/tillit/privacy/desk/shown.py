"""A request as people see it: in words, with what happened and how long is left."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillit.kernel import clock, formats
from tillit.kernel.dpv import Delay, Refusal
from tillit.privacy.desk import clocks, kinds, queries
from tillit.privacy.desk.links import PROOF_LIFE
from tillit.privacy.models import RightsRequest
from tillit.privacy.policy.frames import frame


def public_facts(request: RightsRequest) -> dict[str, Any]:
    """What whoever asked reads on top of its page."""
    organisation = request.organisation
    return {
        "asked": request,
        "kind": kinds.WORDS[request.kind],
        "state": state_words(request),
        "last_day": clocks.last_day(organisation, request.due),
        "left": left_words(request),
        "open": request.state in queries.OPEN,
        "link_over": request.state == "unproven" and request.made + PROOF_LIFE <= clock.now(),
        "refusal": Refusal[request.refusal.upper()].says if request.refusal else "",
        "delay": Delay[request.extended.upper()].says if request.extended else "",
        "frame": frame(organisation),
        "tellings": queries.tellings(request),
    }


def state_words(request: RightsRequest) -> str:
    """Where it stands, in two or three words."""
    if request.state == "answered":
        return {
            "granted": _("done") if request.kind not in ("question", "complaint") else _("answered"),
            "partly": _("done in part"),
            "refused": _("refused"),
        }[request.outcome]
    if request.state == "open" and not request.proof:
        return _("needs a further proof")
    return {
        "unproven": _("waits for you to say that it was you")
        if request.channel == "form"
        else _("it is not sure yet who asks"),
        "open": _("being looked at"),
        "withdrawn": _("taken back"),
        "lapsed": _("over, as nobody answered our mail"),
    }[request.state]


def left_words(request: RightsRequest) -> str:
    """How long is left for the answer; "" once it is over."""
    if request.state not in queries.OPEN:
        return ""
    days = clocks.days_left(request.organisation, request.due)
    number = {"n": formats.format_number(abs(days), translation.get_language() or "en")}
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % number
    if days == 0:
        return _("today is the last day")
    return ngettext("%(n)s day left", "%(n)s days left", days) % number


def timeline(request: RightsRequest) -> list[dict[str, Any]]:
    """What happened, as `{% timeline %}` takes it."""
    zone = request.organisation.time_zone
    language = translation.get_language() or "en"
    return [
        {
            "title": _step(one.what),
            "note": _note(one.what, one.detail),
            "when": formats.format_datetime(one.made, language, zone=zone),
            "machine": one.made.isoformat(),
            "state": "done",
        }
        for one in queries.steps(request)
    ]


def _step(what: str) -> str:
    known = {
        "received": _("It came in"),
        "proof_wanted": _("We asked by mail who it is"),
        "proved": _("You answered from the address that we know"),
        "answered_by_mail": _("You answered our mail"),
        "linked": _("We found whom it is about"),
        "shown": _("A proof was looked at, and not kept"),
        "extended": _("The answer takes longer"),
        "done": _("It was carried out"),
        "answered": _("It was answered"),
        "withdrawn": _("It was taken back"),
        "lapsed": _("Nobody answered our mail"),
    }
    return known.get(what, what)


def _note(what: str, detail: str) -> str:
    if what == "received":
        return str(kinds.CHANNELS.get(detail, ""))
    if what == "shown":
        return str(kinds.SHOWN.get(detail, ""))
    if what == "extended":
        return str(Delay[detail.upper()].says) if detail else ""
    if what == "linked" and detail == "alike":
        return _("the typed address only looks like the one that we know")
    return ""
