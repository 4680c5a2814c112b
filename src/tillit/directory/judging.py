"""Profiles before the moderators: what they are shown of one, and what their decision does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.directory import actions, events, facts, players, queries
from tillit.directory.models import Fact, Profile
from tillit.directory.slots import Part
from tillit.directory.telling import told
from tillit.moderation import kinds


def show(profile: UUID) -> Part | None:
    """What waits, beside what others see now; None where there is nothing of it any more."""
    rows: dict[str, dict[str, Fact]] = {}
    for fact in Fact.objects.filter(profile=profile).exclude(stage="draft"):
        rows.setdefault(fact.kind, {})[fact.stage] = fact
    if not rows:
        return None
    held = Profile.objects.select_related("organisation").filter(pk=profile).first()
    if held is None:
        return None
    evidence.saw([held.person_id], events.SEEN.name.rpartition(".")[0], "moderates")
    lines: list[dict[str, Any]] = []
    to_check = queries.rules().to_check
    for kind in facts.KINDS.values():
        if stages := rows.get(kind.name):
            waits, live = stages.get("waiting"), stages.get("live")
            picture, newest = "", waits or live
            if kind.name == "picture" and newest:
                place = [held.organisation.slug, held.slug, newest.pk, "large"]
                picture = reverse("profile_picture", args=place)
            lines.append({
                "kind": kind, "waits": _said(waits) if waits else None, "live": _said(live) if live else None,
                "checked": live.check_how if live else "", "picture": picture, "to_check": kind.name in to_check,
            })  # fmt: skip
    return Part("directory/judged.html", {"lines": lines})


def _said(fact: Fact) -> str:
    return players.page(fact.value) if fact.kind == "film" else told(fact)


def decided(profile: UUID, outcome: str, reason: str) -> None:
    """Carry out a decision (moderation.kinds). What was refused wrongly its owner hands in again: by now it may say
    what nobody has read."""
    if outcome in ("through", "change", "refuse"):
        actions.decide(profile, through=outcome == "through")
    elif outcome in ("hide", "remove"):
        actions.take_down(profile)
    elif outcome == "restore":
        actions.take_down(profile, down=False)


def whose(profile: UUID) -> UUID | None:
    """Its owner, where whoever acts sees it."""
    return Profile.objects.filter(pk=profile).exclude(approved=None).values_list("person_id", flat=True).first()


def at(path: str) -> UUID | None:
    """The profile that a page's path shows."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    if found.view_name != "profile":
        return None
    return Profile.objects.filter(slug=found.kwargs["code"]).values_list("pk", flat=True).first()


def declare() -> None:
    """Make profiles known to the moderators."""
    kinds.declare(
        "profile", label=_("a profile"), show=show, decided=decided, whose=whose, at=at,
        questions=(
            _("Does it say in plain words what is offered, where and for how much?"),
            _("Is nobody else shown, neither in words nor in the picture?"),
            _("Are there no phone numbers, addresses or links in the texts?"),
        ),
    )  # fmt: skip


__all__ = ["at", "decided", "declare", "show", "whose"]
