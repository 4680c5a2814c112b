"""Reasons and receivers in words: why something is held, and whom an organisation answers under its law."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Delay, Words
from tillit.privacy.desk import events, kinds
from tillit.privacy.policy.frames import Frame
from tillit.privacy.rights import coded

HOLDS: dict[str, Words] = {
    "claim": _("a legal claim is not settled yet"),
    "order": _("a court or an authority has ordered that it is kept"),
    "incident": _("an incident with data is being looked into"),
    "audit": _("the books or the care are being reviewed by law"),
}
"""Why data is held back from erasure."""

DISCLOSURES: dict[str, Words] = {
    "authority": _("an authority or a court demands it"),
    "breach": _("a contract was broken"),
    "claim": _("a legal claim is made or defended"),
}
"""Why something is handed out."""

HOLD_STATES: dict[str, Words] = {
    "waiting": _("waits for a second person"),
    "live": _("Held back"),
    "refused": _("refused"),
    "ended": _("ended"),
}
DISCLOSURE_STATES: dict[str, Words] = {
    "waiting": _("waits for a second person"),
    "approved": _("may be handed over"),
    "refused": _("refused"),
    "handed": _("handed over"),
    "lapsed": _("over, as nobody went on with it"),
}

RECEIVERS: dict[str, Words] = {
    "court": _("a court"),
    "prosecutor": _("the police or a prosecutor"),
    "tax": _("the tax authority"),
    "enforcement": _("the enforcement authority"),
    "supervisor": _("the supervisory authority for data protection"),
    "care-inspection": _("the inspectorate for health and social care"),
    "other-authority": _("another authority"),
    "counterparty": _("the other side of a contract"),
    "counsel": _("a lawyer or a collection agency"),
}
"""To whom something can be handed out."""

_ANSWERED = {
    "gdpr-se": ("court", "prosecutor", "tax", "enforcement", "supervisor", "care-inspection", "other-authority"),
    "iran": ("court",),
}
_PRIVATE = ("court", "counterparty", "counsel")


def answered(frame: Frame) -> tuple[str, ...]:
    """The authorities whose orders an organisation under this law answers. In Iran: the courts, and nobody else."""
    return _ANSWERED[frame.id]


def receivers(kind: str, frame: Frame) -> tuple[str, ...]:
    """To whom something of this kind can be handed out."""
    return answered(frame) if kind == "authority" else _PRIVATE


OUTCOMES: dict[str, Words] = {"granted": _("done"), "partly": _("done in part"), "refused": _("refused")}

coded.declare(events.RECEIVED.name, kinds.WORDS)
coded.declare(events.DONE.name, kinds.WORDS)
coded.declare(events.PROVED.name, kinds.SHOWN)
coded.declare(events.EXTENDED.name, {delay.name.lower(): delay.says for delay in Delay})
coded.declare(events.ANSWERED.name, OUTCOMES)
coded.declare(events.HELD.name, HOLDS)
