"""A small organisation with two hosts, and somebody to tell something."""

from tests.booking.conftest import desk  # noqa: F401
from tests.privacy.rights.conftest import ali, grace  # noqa: F401
