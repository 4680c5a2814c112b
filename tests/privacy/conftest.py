"""The organisation of the booking tests, with real people whose details could leak."""

from tests.booking.conftest import desk  # noqa: F401
