"""What the demo's organisations have published, and who has accepted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from tillit.access import Actor, acting
from tillit.identity.queries import organisation_by_id
from tillit.privacy.policy import acceptance, versions
from tillit.privacy.policy.versions import Document


def publish(organisation: UUID, people: Mapping[UUID, Sequence[str]]) -> None:
    """First versions of everything; whoever logs in has accepted them, and administrators the agreement too."""
    with acting(Actor(office="operator", organisation=organisation)):
        here = organisation_by_id(organisation)
        first = {document: versions.publish(here, document) for document in Document}
    for person, roles in people.items():
        asked = [*acceptance.OF_MEMBERS, *([Document.AGREEMENT] if "administrator" in roles else [])]
        with acting(Actor(office="member", organisation=organisation, person=person)):
            acceptance.accept(person, [notice for document in asked if (notice := first[document])])
