"""Who may receive what, why and where: processors, and the rules a call is held against before it leaves.

An organisation's processors come from its register (tillit.privacy, which stands above us and makes itself known
by `use_register`). Those of the installation, such as its mail server, are the operator's and declared here for
every organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID, uuid5

from tillit.kernel import clock
from tillit.kernel.dpv import Data, Purpose, Words
from tillit.kernel.egress.addresses import Host
from tillit.kernel.egress.errors import (
    NoAgreement,
    Stopped,
    UnknownProcessor,
    WrongData,
    WrongHost,
    WrongPurpose,
    WrongRegion,
)

_INSTALLATION = UUID("6c7f3a52-7d0a-5f0e-9d52-3b1f0c2a9e11")  # name space of the installation's processors


class Role(StrEnum):
    """What a receiver is in law: it works for the organisation (GDPR Art. 28), decides with it (Art. 26), decides by
    itself, or is whoever runs this installation, whose agreement covers it already."""

    PROCESSOR = "processor"
    JOINT = "joint"
    CONTROLLER = "controller"
    OPERATOR = "operator"

    @property
    def needs_agreement(self) -> bool:
        """Does the law ask for a document between the two?"""
        return self in (Role.PROCESSOR, Role.JOINT)


class Safeguard(StrEnum):
    """What protects data in another region: GDPR Art. 45, 46(2)(c) and 47."""

    ADEQUACY = "adequacy"
    CLAUSES = "clauses"
    RULES = "rules"


@dataclass(frozen=True)
class Processor:
    """A receiver of data. `purposes` and `categories` are DPV identifiers (kernel.dpv).

    region: eu, ir, or another country's two letters; empty: where the installation itself is.
    ends: the agreement's last day (UTC); None: until somebody ends it.
    inside: the operator's own, which may stand in a private network.
    """

    id: UUID
    key: str
    name: str
    role: Role
    hosts: frozenset[Host]
    purposes: frozenset[str]
    categories: frozenset[str]
    region: str = ""
    safeguard: Safeguard | None = None
    agreement: str = ""
    ends: date | None = None
    stopped: bool = False
    inside: bool = False
    says: Words = ""


class Register(Protocol):
    """Where an organisation's processors stand. It is asked in a transaction, for the acting organisation."""

    def find(self, key: str) -> Processor | None:
        """The processor under that key."""

    def home(self) -> str | None:
        """The region in which the organisation's data stays; None when no organisation acts."""


_register: Register | None = None
_installation: dict[str, Callable[[], Processor | None]] = {}


def use_register(register: Register) -> None:
    """Ask this register for the organisations' processors."""
    global _register
    _register = register


def declare(key: str, build: Callable[[], Processor | None]) -> None:
    """Declare a processor of the installation. `build` reads the settings; None: they name nobody."""
    _installation[key] = build


def installation() -> list[Processor]:
    """The operator's own processors, for every organisation."""
    return [found for build in _installation.values() if (found := build())]


def is_taken(key: str) -> bool:
    """Does the installation use this key, so that no organisation can?"""
    return key in _installation


def installation_id(key: str) -> UUID:
    """The lasting id of a processor of the installation."""
    return uuid5(_INSTALLATION, key)


def find(key: str) -> Processor:
    """The processor that the acting organisation knows under `key`. Raises UnknownProcessor."""
    found = _installation[key]() if key in _installation else _register.find(key) if _register else None
    if found is None:
        raise UnknownProcessor(f"No processor {key!r} is registered.")
    return found


def check_use(processor: Processor, purpose: Purpose) -> None:
    """May the acting organisation use it now, and for this? Raises Stopped, NoAgreement, WrongPurpose, WrongRegion."""
    if processor.stopped:
        raise Stopped(f"{processor.key} is no longer used.")
    if processor.role.needs_agreement and not processor.agreement:
        raise NoAgreement(f"There is no agreement with {processor.key}.")
    if processor.ends and processor.ends < clock.now().date():
        raise NoAgreement(f"The agreement with {processor.key} ended on {processor.ends.isoformat()}.")
    if purpose.identifier not in processor.purposes:
        raise WrongPurpose(f"{processor.key} is not registered for {purpose.identifier}.")
    home = _register.home() if _register else None
    if processor.region and home and processor.region != home and processor.safeguard is None:
        raise WrongRegion(f"{processor.key} is in {processor.region}, outside of {home}, without a safeguard.")


def check_data(processor: Processor, data: Collection[Data]) -> None:
    """May it receive these kinds of data? Raises WrongData."""
    if wrong := sorted({kind.identifier for kind in data} - processor.categories):
        raise WrongData(f"{processor.key} may not receive {', '.join(wrong)}.")


def check_host(processor: Processor, host: Host) -> None:
    """Is it a host of the processor's? Raises WrongHost."""
    if host not in processor.hosts:
        raise WrongHost(f"{host} is no host of {processor.key}.")
