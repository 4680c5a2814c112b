"""The organisation of the booking tests, with somebody who answers for its data."""

from __future__ import annotations

import pytest

from tests.booking.conftest import desk  # noqa: F401
from tests.conftest import privileged
from tillit.access import Actor, acting
from tillit.privacy.policy import versions
from tillit.privacy.policy.versions import Document


@pytest.fixture
def house(desk):  # noqa: F811
    return desk.organisation


@pytest.fixture
def office(desk):  # noqa: F811
    """Its administrator, as whoever acts."""
    return Actor(office="member", organisation=desk.organisation.pk, person=desk.administrator.pk)


@pytest.fixture
def published(house, office):
    """The first versions of everything, published by the administrator."""
    with acting(office):
        return {document: versions.publish(house, document) for document in Document.values}


def past(**fields):
    """Change what the office has chosen, past every form."""
    from tillit.privacy.models import PolicySettings

    house = fields.pop("house")
    with privileged():
        PolicySettings.objects.update_or_create(organisation=house, defaults=fields)
    house.__dict__.pop("_policy_settings", None)
