"""Promises: published sentences, each with a probe that can answer no.

An app's `promises.py` lists what it gives:

    give(
        Promise(
            "contact-details-hidden",
            group=Group.CONTACT,
            says=_("E-mail, phone and address are shown to nobody without a live grant from you."),
            by=_("Row security in the database; the probe asks as a stranger."),
            probe=contact_details_hidden,
            sabotage="tests/privacy/test_sabotage.py::test_contact_details_hidden",
        )
    )

A probe is *live* (it runs against the running system and its real rows, as the application's unprivileged role),
*build* (a test drives the product; its last result is shipped with the release) or *attested* (a named person
declares what no program can see, with evidence and an end). `sabotage` names the test that switches the defence
off and sees the probe turn red.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

if TYPE_CHECKING:
    from tillit.kernel.probing import Ground


class Kind(Enum):
    """How a promise is checked."""

    LIVE = "live"
    BUILD = "build"
    ATTESTED = "attested"


class Group(Enum):
    """Where a promise stands on the trust page."""

    CONTACT = ("contact", _("Contact and visibility"))
    SECURITY = ("security", _("Security"))
    MONEY = ("money", _("Money"))
    THIRD_PARTIES = ("third-parties", _("Others"))
    RIGHTS = ("rights", _("Your rights"))
    TIME = ("time", _("Time"))
    STANDING = ("standing", _("Standing behind it"))

    def __init__(self, slug: str, title: Words) -> None:
        self.slug = slug
        self.title = title


class Finding(NamedTuple):
    """What a probe saw: whether the promise holds, and in a few words what was looked at (no personal data)."""

    ok: bool
    detail: str


Probe = Callable[["Ground"], Finding]


@dataclass(frozen=True)
class Promise:
    """One published sentence and what shows it. `modules`: given where one of them is on; empty: everywhere."""

    id: str
    group: Group
    says: Words
    by: Words
    sabotage: str
    kind: Kind = Kind.LIVE
    modules: frozenset[str] = frozenset()
    probe: Probe | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if (self.kind is Kind.LIVE) != (self.probe is not None):
            raise ValueError(f"{self.id}: a live promise has a probe, another has none.")
        if not self.sabotage:
            raise ValueError(f"{self.id}: a probe that cannot fail is a defect; name its sabotage.")


_given: dict[str, Promise] = {}


def give(*promises: Promise) -> None:
    """Give promises. Raises ValueError when two have one id."""
    for promise in promises:
        if _given.get(promise.id, promise) != promise:
            raise ValueError(f"The promise {promise.id} is given twice.")
        _given[promise.id] = promise


def every() -> list[Promise]:
    """All promises of the product, in the order of the page."""
    for config in apps.get_app_configs():
        if config.name.startswith("tillit.") and module_has_submodule(config.module, "promises"):
            import_module(f"{config.name}.promises")
    groups = list(Group)
    return sorted(_given.values(), key=lambda promise: (groups.index(promise.group), promise.id))


def given_by(modules: Iterable[str]) -> list[Promise]:
    """The promises of an organisation with these modules."""
    on = set(modules)
    return [promise for promise in every() if not promise.modules or promise.modules & on]
