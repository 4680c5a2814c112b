"""What an organisation's notice rests on, without language: gathered from the declarations beside the fields, the
modules that are on, the register of receivers, the legal frame and what the organisation has chosen.

Facts are JSON: they are kept with each published version and compared with those of the next (changes.py). Terms are
called by their names in kernel.dpv, in small letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tillit.kernel import egress, ends
from tillit.kernel.declare import Holding, holdings
from tillit.kernel.dpv import Basis, Keep
from tillit.privacy import processors
from tillit.privacy.policy import frames

TRADES = frozenset(
    ("directory", "messaging", "booking", "dispatch", "care", "learning", "sales", "meet", "documents", "wallet")
)
"""Apps that hold data only where the organisation has them on; every other app always does."""

Facts = dict[str, Any]


def gather(organisation: Any) -> Facts:
    """The facts of the acting organisation's notice, as they are now."""
    here = frames.frame(organisation)
    chosen = frames.settings_of(organisation)
    held = list(held_by(organisation))
    return {
        "controller": {name: getattr(organisation, name) for name in _CONTROLLER},
        "contact": {name: getattr(chosen, f"contact_{name}") for name in ("name", "email", "phone")},
        "frame": here.id,
        "additions": [one.id for one in here.additions],
        "region": organisation.region,
        "modules": sorted(organisation.modules),
        "kinds": _kinds(held),
        "purposes": _purposes(held),
        "uses": _uses(held),
        "times": times(held),
        "receivers": _receivers(),
        "laws": [kept.key for kept in here.laws_of(organisation.modules)],
        "rights": [right.key for _frame, rights in here.every_right for right in rights],
        "age": frames.minimum_age(organisation),
        "age_at_booking": chosen.age_at_booking,
        "own_words": chosen.words,
    }


_CONTROLLER = ("name", "number", "address", "contact_email", "publisher")


def held_by(organisation: Any) -> Iterator[Holding]:
    """The declared fields of what an organisation has on."""
    off = TRADES - set(organisation.modules)
    return (one for one in holdings() if one.model._meta.app_label not in off)


def _kinds(held: list[Holding]) -> Facts:
    found: Facts = {}
    for one in held:
        said = one.declared
        kind = found.setdefault(said.what.name.lower(), {"purposes": set(), "times": set(), "erase": set()})
        kind["purposes"] |= {purpose.name.lower() for purpose in said.why}
        kind["times"].add(said.keep.until)
        kind["erase"].add(said.erase.name.lower())
    return {name: {key: sorted(values) for key, values in kind.items()} for name, kind in sorted(found.items())}


def _purposes(held: list[Holding]) -> Facts:
    every = {purpose.name.lower(): purpose.basis for one in held for purpose in one.declared.why}
    return {name: basis.name.lower() if isinstance(basis, Basis) else None for name, basis in sorted(every.items())}


def _uses(held: list[Holding]) -> Facts:
    """For each purpose what is used for it, how long that is kept and what erasure does: of those very fields."""
    found: Facts = {}
    for one in held:
        for purpose in one.declared.why:
            use = found.setdefault(purpose.name.lower(), {"kinds": set(), "times": set(), "erase": set()})
            use["kinds"].add(one.declared.what.name.lower())
            use["times"].add(one.declared.keep.until)
            use["erase"].add(one.declared.erase.name.lower())
    return {name: {key: sorted(values) for key, values in use.items()} for name, use in sorted(found.items())}


def times(held: list[Holding]) -> Facts:
    """Event → how many days after it; None where it goes with the event itself."""
    ends.known()
    return {until: days_of(keep) for until, keep in sorted(keeps(held).items())}


def keeps(held: list[Holding]) -> dict[str, Keep]:
    """The rules of time among these fields, by their event."""
    return {one.declared.keep.until: one.declared.keep for one in held}


def days_of(keep: Keep) -> int | None:
    """How many days hold in the acting organisation; None where the rule counts none."""
    setting = ends.settings.get(keep.setting)
    return (setting.days() if setting else keep.days) or None


def _receivers() -> list[Facts]:
    return [
        {
            "name": one.name,
            "role": one.role.value,
            "region": one.region,
            "safeguard": one.safeguard.value if one.safeguard else "",
            "purposes": [purpose.name.lower() for purpose in one.purposes],
            "kinds": [kind.name.lower() for kind in one.categories],
        }
        for one in processors.listed()
        if one.stopped is None
    ]


def away(receiver: Facts, region: str) -> bool:
    """Is the receiver outside the organisation's region? The operator's own stand where the installation is."""
    return bool(receiver["region"]) and receiver["region"] != region and receiver["role"] != egress.Role.OPERATOR
