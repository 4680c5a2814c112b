"""What the codes that profiles and advertisements keep mean to people, in their copy and under "My data"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from tillit.directory import events, facts, places, telling
from tillit.directory.search import spoken
from tillit.kernel import formats
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
coded.declare(events.CHECKED.name, facts.HOW)
coded.declare("directory.profile.standing", STANDINGS)
coded.declare("directory.submission.state", SUBMISSIONS)
coded.declare("directory.advert.state", ADVERTS)
coded.declare("directory.application.state", OFFERS)


def _place(wanted: Any) -> str:
    found = places.get(wanted)
    return found.whole if found else ""


def _rate(minor: Any) -> str:
    return formats.format_number(minor / 100, get_language() or "en") if minor else ""


# what of a profile is made ready for the search is programs' own: it is said in words, one sentence for what belongs
# together
coded.declare("directory.listing.languages", lambda found: telling.words("languages", found))
coded.declare("directory.listing.ages", lambda found: telling.words("ages", found))
coded.declare("directory.listing.words", lambda _found: _("the words of your profile, as the search reads them"))
coded.declare("directory.listing.free", lambda found: _("when you are free, half-hour by half-hour") if found else "")
coded.declare("directory.offer.place", _place)
coded.declare("directory.offer.rate", _rate)
coded.declare("directory.offer.parts_0", lambda found: _("on which days you are free") if found else "")
for part in ("parts_1", "parts_2", "parts_3"):
    coded.declare(f"directory.offer.{part}", lambda _found: "")
coded.declare("directory.advert.place", _place)
coded.declare("directory.advert.ages", lambda found: telling.words("ages", found))
coded.declare("directory.saved.question", spoken.of_address)
