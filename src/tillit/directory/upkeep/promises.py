"""What is promised of training and of the ethical code."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit.directory.models import Acceptance
from tillit.directory.upkeep import queries
from tillit.documents.promises import unreminded
from tillit.documents.reminders import REMINDED
from tillit.kernel import ends
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.ticket import Actor


def qualification_upkeep(ground: Ground) -> Finding:
    """There is a record that only its owner sees, and a reminder on the clock of all that ends."""
    missing = {"documents.expiry", "directory.upkeep", "directory.training"} - set(ends.known())
    if missing or REMINDED != (60, 30, 7):
        return Finding(False, f"Nobody is reminded any more: {', '.join(sorted(missing)) or REMINDED}.")
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            (seen,) = ground.rows("select count(*) from directory_training")[0]
        if seen:
            return Finding(False, f"{seen} rows of directory_training are open to office {actor.office}.")
    if wrong := unreminded(ground):
        return Finding(False, wrong)
    with ground.acting_as(_prober(ground)):
        (count,) = ground.rows("select count(*) from directory_training")[0]
    return Finding(True, f"{count} courses noted, seen by their owners alone; all that ends has its reminders.")


def ethics_code(ground: Ground) -> Finding:
    """Everybody can read the code; what was accepted is a version that there is, and no version is ever changed."""
    (changes,) = ground.rows("select has_table_privilege('tillit_app', 'directory_code', 'UPDATE, DELETE')")[0]
    writable = ground.rows(
        "select 1 from pg_policies where tablename = 'directory_code' and cmd in ('UPDATE', 'ALL')"
        " and permissive = 'PERMISSIVE' and 'tillit_app' = any (roles)"
    )
    if changes or writable:
        return Finding(False, "A published version of the code can be changed.")
    if ground.get(reverse("ethical_code", args=[ground.organisation.slug])).status_code != 200:
        return Finding(False, "The ethical code cannot be read.")
    with ground.acting_as(_prober(ground)):
        newest = queries.code().number
        rows = list(Acceptance.objects.values_list("person_id", "number"))
    if strange := [number for _person, number in rows if not 1 <= number <= newest]:
        return Finding(False, f"{len(strange)} accepted a version that does not exist.")
    with ground.acting_as(ground.visitor):
        shown = queries.accepted({person for person, _number in rows})
    latest = {person: max(number for one, number in rows if one == person) for person, _number in rows}
    resting = {person for person in latest if person not in shown}
    if any(shown[person][0] != latest[person] for person in latest if person not in resting):
        return Finding(False, "A profile names another version than the one accepted.")
    return Finding(True, f"Version {newest} can be read; {len(latest)} accepted one, with its date.")


def _prober(ground: Ground) -> Actor:
    return Actor(office="prober", organisation=ground.organisation.pk)


_HERE = "tests/directory/test_upkeep_promises.py::"
_WHERE = frozenset({"directory"})

give(
    Promise(
        "qualification-upkeep",
        group=Group.STANDING,
        says=_(
            "Whoever offers help here keeps a record of training, is reminded before a certificate ends, and is "
            "encouraged to train, emergencies included."
        ),
        by=_("Each certificate that ends is looked for on the clock; strangers look for training records."),
        probe=qualification_upkeep,
        sabotage=_HERE + "test_qualification_upkeep",
        modules=_WHERE,
    ),
    Promise(
        "ethics-code",
        group=Group.STANDING,
        says=_(
            "Whoever offers help here accepts the ethical code they work under; their profile says which version, and "
            "when."
        ),
        by=_("The code is read as a visitor; what was accepted is held against the versions, which nobody can change."),
        probe=ethics_code,
        sabotage=_HERE + "test_ethics_code",
        modules=_WHERE,
    ),
)
