"""The organisation of the booking tests, with real people whose details could leak."""

import pytest

from tests.booking.conftest import desk  # noqa: F401
from tests.booking.test_actions import at, order


@pytest.fixture
def house(desk):  # noqa: F811
    """The organisation with a booked guest: data that could leak."""
    order(desk.kinds["consultation"], at(10), name="Grace Miller", email="grace@example.org")
    return desk.organisation
