"""What people are called in each other's "My data": never by their full name, as nowhere else in a marketplace. Who
answers for the organisation is; a moderator is "a moderator", as on decisions."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from tillit.access import current
from tillit.directory import queries as directory
from tillit.identity.queries import organisation_by_id
from tillit.kernel.ticket import Actor
from tillit.messaging import queries as messaging
from tillit.moderation.roles import MODERATED
from tillit.privacy.rights.queries import known_otherwise


def called(names: Mapping[UUID, str]) -> dict[UUID, str]:
    """The public names of these people, else their first ones; of those who work here, of moderators alone."""
    organisation = (current() or Actor()).organisation
    if not names or organisation is None or not MODERATED & set(organisation_by_id(organisation).modules):
        return {}
    work = messaging.work_here(names)
    others = [person for person in names if person not in work]
    found = {person: names[person].split()[0] for person in others if names[person].split()}
    moderators = {person: _("a moderator") for person, roles in work.items() if roles == {"moderator"}}
    return found | directory.public_names(others) | moderators


def ready() -> None:
    """When the program starts."""
    known_otherwise(called)
