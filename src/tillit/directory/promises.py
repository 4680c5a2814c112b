"""What profiles promise, asked of the pages, of the real rows and of the database's own rules."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit.directory import facts, queries
from tillit.directory.search import promises as search  # noqa: F401 (it gives its own)
from tillit.directory.upkeep import promises as upkeep  # noqa: F401 (it gives its own)
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.ticket import Actor
from tillit.privacy.rights import promises as rights

MOST = 20
_FACT = re.compile(r'<div class="fact" data-fact="(\w+)">(.*?)</div>', re.S)


def transparent_profiles(ground: Ground) -> Finding:
    """Every page states the same facts in the same order; beside each stands who says so, and whether it was checked;
    nothing is shown that no moderator let through, and nobody checks themselves."""
    rule = ground.rows("select convalidated from pg_constraint where conname = 'directory_checked_somehow'")
    if rule != [(True,)]:
        return Finding(False, "The database no longer keeps together that something was checked, and how.")
    with ground.acting_as(_prober(ground)):
        shown = queries.visible_profiles(most=MOST)
        (unseen,) = ground.rows(
            "select count(*) from directory_fact f where stage = 'live' and not exists (select from"
            " directory_submission s where s.profile_id = f.profile_id and s.state = 'approved')"
        )[0]
        (selves,) = ground.rows("select count(*) from directory_fact where checked_by_id = person_id")[0]
    if unseen:
        return Finding(False, f"{unseen} facts are shown that no moderator has let through.")
    if selves:
        return Finding(False, f"{selves} facts were checked by whoever says them.")
    for one in shown:
        page = ground.get(reverse("profile", args=[ground.organisation.slug, one.slug]))
        told = _FACT.findall(page.content.decode(errors="replace"))
        if page.status_code != 200 or [kind for kind, _rest in told] != list(facts.LISTED):
            return Finding(False, "A profile does not state the same facts in the same order.")
        for kind, rest in told:
            open_to_all = kind in one.facts and one.facts[kind].seen_by == "everybody"
            if open_to_all and ('class="says"' not in rest or not re.search(r'class="(un)?checked"', rest)):
                return Finding(False, f"A profile does not say who says “{kind}”, or whether it was checked.")
    return Finding(True, f"{len(shown)} profiles were opened: {len(facts.LISTED)} facts each, in the same order.")


def hidden(ground: Ground) -> str:
    """For the promise hide-or-delete-own-details: what others see of profiles that is not for them; "" for nothing."""
    hides = {
        "a visitor": (ground.visitor, "stage <> 'live' or not visible or seen_by <> 'everybody'"),
        "somebody who has just joined": (ground.newcomer, "stage <> 'live' or not visible or seen_by = 'threads'"),
        "a stranger": (ground.stranger, "true"),
    }
    for who, (actor, what) in hides.items():
        with ground.acting_as(actor):
            (seen,) = ground.rows(f"select count(*) from directory_fact where {what}")[0]  # noqa: S608 (our own words)
        if seen:
            return f"{seen} facts of profiles are open to {who} and are not for them."
    return ""


def _prober(ground: Ground) -> Actor:
    return Actor(office="prober", organisation=ground.organisation.pk)


rights.also_hides(hidden)

give(
    Promise(
        "transparent-profiles",
        group=Group.CONTACT,
        modules=frozenset({"directory"}),
        says=_(
            "Every profile answers the same questions; beside each stands who says so, and who checked it and when."
        ),
        by=_("The profiles are opened as anybody would and compared; the rows are asked who let them through."),
        probe=transparent_profiles,
        sabotage="tests/directory/test_directory_promises.py::test_transparent_profiles",
    ),
)
