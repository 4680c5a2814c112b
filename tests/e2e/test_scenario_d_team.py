"""Scenario D's team in the browser: an installation of its own, with a worker and a real mail server."""

import pytest

from tests.e2e.scenario_d.step_02 import tidboken  # noqa: F401
from tests.e2e.scenario_d.step_03 import authority_of_post, post  # noqa: F401
from tests.e2e.scenario_d.step_06 import (  # noqa: F401
    team,
    test_step_06_either_host_then_the_other_and_both_together,
    test_step_06_six_weeks_are_one_booking,
    test_step_06_the_waiting_list_moves_up,
)
from tests.e2e.scenario_d.step_06_polls import test_step_06_a_common_time_is_found  # noqa: F401

pytestmark = pytest.mark.e2e
