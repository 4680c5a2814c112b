"""Advertisements before the moderators."""

from __future__ import annotations

from uuid import UUID

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.directory.adverts import events, shown
from tillit.directory.models import Advert
from tillit.directory.slots import Part
from tillit.moderation import kinds

STATE_OF = {
    "through": "open", "restore": "open", "change": "refused", "refuse": "refused", "hide": "refused",
    "remove": "refused",
}  # fmt: skip


def show(advert: UUID) -> Part | None:
    """What it says."""
    row = Advert.objects.filter(pk=advert).first()
    if row is None:
        return None
    evidence.saw([row.person_id], events.SEEN.name.rpartition(".")[0], "moderates")
    return Part("directory/adverts/_said.html", {"one": shown.line(row)})


def decided(advert: UUID, outcome: str, reason: str) -> None:
    """Carry out a decision (moderation.kinds). What its owner closed meanwhile stays closed."""
    if state := STATE_OF.get(outcome):
        Advert.objects.filter(pk=advert).exclude(state="closed").update(state=state)


def whose(advert: UUID) -> UUID | None:
    """Its owner, where whoever acts sees it."""
    return Advert.objects.filter(pk=advert).values_list("person_id", flat=True).first()


def at(path: str) -> UUID | None:
    """The advertisement that a page's path shows."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found.kwargs["advert"] if found.view_name == "advert" else None


def declare() -> None:
    """Make advertisements known to the moderators."""
    kinds.declare(
        "advert", label=_("an advertisement"), show=show, decided=decided, whose=whose, at=at,
        questions=(
            _("Does it say what is needed, and roughly where and when?"),
            _("Is nothing in it by which a family or a child can be recognised?"),
            _("Are there no phone numbers, addresses or links in the texts?"),
        ),
    )  # fmt: skip
