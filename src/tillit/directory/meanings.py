"""What the codes that profiles and advertisements keep mean to people, in their copy and under "My data"."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from tillit.directory import facts
from tillit.privacy.rights import coded

STAGES = {
    "draft": pgettext_lazy("of a fact", "being written"),
    "waiting": pgettext_lazy("of a fact", "waits to be looked at"),
    "live": pgettext_lazy("of a fact", "stands on the profile"),
}
STANDINGS = {
    "open": pgettext_lazy("of a profile", "to be seen"),
    "paused": pgettext_lazy("of a profile", "not to be seen for a while"),
    "down": pgettext_lazy("of a profile", "taken down"),
}
SUBMISSIONS = {
    "waiting": pgettext_lazy("of a profile", "waits to be looked at"),
    "approved": pgettext_lazy("of a profile", "let through"),
    "refused": pgettext_lazy("of a profile", "refused"),
    "withdrawn": pgettext_lazy("of a profile", "taken back"),
}
ADVERTS = {
    "waiting": pgettext_lazy("of an advertisement", "waits to be looked at"),
    "open": pgettext_lazy("of an advertisement", "to be seen"),
    "refused": pgettext_lazy("of an advertisement", "refused"),
    "closed": pgettext_lazy("of an advertisement", "closed"),
}
OFFERS = {
    "sent": pgettext_lazy("of an offer", "sent"),
    "withdrawn": pgettext_lazy("of an offer", "taken back"),
    "chosen": pgettext_lazy("of an offer", "chosen"),
    "declined": pgettext_lazy("of an offer", "declined"),
}

coded.declare("directory.fact.kind", {key: kind.heading for key, kind in facts.KINDS.items()})
coded.declare("directory.fact.stage", STAGES)
coded.declare("directory.fact.seen_by", facts.SEEN_BY)
coded.declare("directory.fact.check_how", facts.HOW)
coded.declare("directory.profile.standing", STANDINGS)
coded.declare("directory.submission.state", SUBMISSIONS)
coded.declare("directory.advert.state", ADVERTS)
coded.declare("directory.application.state", OFFERS)
