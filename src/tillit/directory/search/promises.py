"""What is promised of tailoring: somebody invented searches as another one does, keeps, likes and weighs, in the real
database, inside a savepoint of which nothing stays."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from tillit.directory.search import finding, formula, question, results, saving
from tillit.directory.search.question import Question
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.ticket import Actor, acting
from tillit.privacy.rights.promises import rehearsed

TABLES = ("directory_saved", "directory_favourite", "directory_weighting")
"""What seekers keep: whoever keeps it sees it, and nobody else."""
OWN = tuple(0 if key == "fresh" else 3 for key in formula.KEYS)


def tailoring_explained(ground: Ground) -> Finding:
    """Nothing about the searcher changes the order but what they asked us to remember; that is theirs alone and ends
    when they say so; the formula is public, and each result says why it stands there."""
    page = ground.get(reverse("find_how", args=[ground.organisation.slug]))
    text = page.content.decode(errors="replace") if page.status_code == 200 else ""
    with translation.override("en"):
        if not all(escape(str(part.label)) in text for part in formula.PARTS):
            return Finding(False, "The formula by which results are sorted cannot be read.")
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            if seen := sum(_count(ground, table) for table in TABLES):
                return Finding(False, f"{seen} rows of what others keep are open to office {actor.office}.")
    with rehearsed(ground) as two:
        searcher, other = (
            Actor(office="member", person=one, organisation=ground.organisation.pk) for one in (two.first, two.second)
        )
        with acting(other):
            plain = _order(ground)
        with acting(searcher):
            before = _order(ground)
            saving.keep(_asked(ground), "A kept search", alerts=False)
            for profile in before[-1:]:
                saving.like(profile)
            if not plain == before == _order(ground):
                return Finding(False, "Something that nobody chose changes the order for one person.")
            saving.remember(OWN)
            told = results.results(_asked(ground), slug=ground.organisation.slug)
            if not _asked(ground).own_weights or not all(one.why and one.counted for one in told.lines):
                return Finding(False, "A result does not say why it stands there, or own weights are not taken.")
        with acting(other):
            if any(_count(ground, table) for table in TABLES) or _order(ground) != plain:
                return Finding(False, "What one person keeps is open to another one, or counts for them.")
        with acting(searcher):
            saving.remember(None)
            if saving.weights() is not None or _order(ground) != plain:
                return Finding(False, "What was remembered cannot be turned off.")
    return Finding(True, f"{len(plain)} results in the same order for everybody; own weights came and went.")


def _asked(ground: Ground) -> Question:
    return question.read(QueryDict(), zone=ground.organisation.time_zone, weights=saving.weights())


def _order(ground: Ground) -> list[UUID]:
    return [one.profile for one in finding.find(_asked(ground)).found]


def _count(ground: Ground, table: str) -> int:
    return int(ground.rows(f'select count(*) from "{table}"')[0][0])  # noqa: S608 (our own constant)


give(
    Promise(
        "tailoring-explained",
        group=Group.RIGHTS,
        says=_("Results are tailored by nothing but what you chose here; each says why, and you turn it off again."),
        by=_("An invented person searches, keeps, likes and weighs; another one searches beside them and compares."),
        probe=tailoring_explained,
        sabotage="tests/directory/test_tailoring_promise.py::test_tailoring_explained",
        modules=frozenset({"directory"}),
    ),
)
