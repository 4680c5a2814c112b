"""Scenario D's money in the browser: an installation of its own, with a worker and a real mail server."""

import pytest

from tests.e2e.scenario_d.step_02 import tidboken  # noqa: F401
from tests.e2e.scenario_d.step_03 import authority_of_post, post  # noqa: F401
from tests.e2e.scenario_d.step_07 import (  # noqa: F401
    priced,
    test_step_07_a_paid_booking_holds_its_time_and_frees_it_when_that_fails,
)

pytestmark = pytest.mark.e2e
