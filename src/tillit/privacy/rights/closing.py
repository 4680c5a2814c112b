"""An organisation leaves: it takes everything along, it closes, and some days later whoever it knew is erased.

As an administrator. Until the days are over it can be taken back with one tap.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, as_office, current
from tillit.evidence import events
from tillit.identity.actions import show_to_the_public
from tillit.kernel import clock, ends
from tillit.privacy.models import Copy
from tillit.privacy.rights import copying, everything

CLOSING = "privacy.closing"
DAYS = ends.Setting(
    "privacy.closing_days",
    default=30,
    least=7,
    most=90,
    says=_("Days after the organisation has been closed until everybody whom it knew is erased"),
)
EXPORTED = events.declare(
    "privacy.organisation.exported", label=_("The organisation took along what it holds, you included"),
    keep=5 * events.YEAR,
)  # fmt: skip
CLOSED = events.declare("privacy.organisation.closed", label=_("The organisation was closed"), keep=5 * events.YEAR)
REOPENED = events.declare("privacy.organisation.reopened", label=_("The closing was taken back"), keep=5 * events.YEAR)


@transaction.atomic
def export(language: str) -> Copy:
    """Everything, made in the background for the acting administrator; everybody in it can read that it was taken.
    Raises `copying.TooMany`; Django's ProgrammingError (42501) for whoever is no administrator."""
    actor = current() or Actor()
    if actor.person is None:
        raise PermissionError("An administrator takes everything along.")
    known = [person for person, _files in everything.people()]
    copy = copying.make_whole(actor.person, language)
    evidence.record(EXPORTED.name, subjects=known, object=copy.pk)
    return copy


@transaction.atomic
def close() -> None:
    """Nobody finds the organisation any more; when the days are over everybody whom it knew is erased, and told. Again
    is no error, and changes no day. Raises Django's ProgrammingError (42501) for whoever is no administrator."""
    organisation = _mine()
    if closes():
        return
    show_to_the_public(organisation=organisation, shown=False)
    ends.set(CLOSING, object=organisation, subject=None, since=clock.now())
    evidence.record(CLOSED.name, object=organisation)


@transaction.atomic
def reopen() -> bool:
    """Take it back. False when it was not closing, or is closed by now. Raises as `close`."""
    organisation = _mine()
    if not closes():
        return False
    show_to_the_public(organisation=organisation, shown=True)
    with as_office("closing"):
        changed = ends.cancel(CLOSING, organisation)
    if changed:
        evidence.record(REOPENED.name, object=organisation)
    return changed


def closes() -> datetime | None:
    """When the acting organisation's days are over, for its administrators; None while it stays."""
    coming = ends.preview(_mine(), clock.now() + timedelta(days=DAYS.most))
    return next((one.first_due for one in coming if one.kind == CLOSING), None)


def _mine() -> UUID:
    organisation = (current() or Actor()).organisation
    if organisation is None:
        raise PermissionError("An organisation is closed by its own administrator.")
    return organisation
