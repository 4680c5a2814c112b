"""A guest with a link, a host, and pages behind either door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.booking.conftest import desk  # noqa: F401
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tillit.access import Actor, acting
from tillit.booking.models import Booking
from tillit.privacy import links


@dataclass
class Guest:
    """A person without a login, and their pages."""

    pk: UUID
    booking: UUID
    organisation: UUID

    def acts(self) -> Any:
        return acting(Actor(office="guest", person=self.pk, organisation=self.organisation))

    def url(self, name: str, **more: Any) -> str:
        return reverse(f"my:{name}", kwargs={"slug": "tidboken", "token": links.token(self.pk), **more})

    def get(self, name: str, **more: Any) -> Any:
        return Client().get(self.url(name, **more))

    def page(self, name: str, **more: Any) -> str:
        answer = self.get(name, **more)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def post(self, name: str, data: dict[str, Any], **more: Any) -> Any:
        return Client().post(self.url(name, **more), data)


def booked(desk, hour: int, **more: Any) -> Guest:  # noqa: F811
    booking, _new = order(desk.kinds["consultation"], at(hour), **more)
    with privileged():
        return Guest(Booking.objects.get(pk=booking).person_id, booking, desk.organisation.pk)


@pytest.fixture
def grace(desk) -> Guest:  # noqa: F811
    return booked(desk, 10, name="Grace Miller", email="grace@example.org", note="My knee")


@pytest.fixture
def ali(desk) -> Guest:  # noqa: F811
    return booked(desk, 12, name="Ali Karimi", email="ali@example.org", note="My back")
