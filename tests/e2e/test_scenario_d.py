"""Scenario D in the browser: each step is a file of its own in scenario_d/."""

import pytest

from tests.e2e.scenario_d.step_01 import test_step_01_a_consultation_with_rules_and_questions  # noqa: F401
from tests.e2e.scenario_d.step_02 import over_there, test_step_02_other_calendars_close_times, tidboken  # noqa: F401
from tests.e2e.scenario_d.step_09_embed import (  # noqa: F401
    another_site,
    strict_browser,
    test_step_09_booked_in_another_site,
    visit,
)
from tests.e2e.scenario_d.step_09_webhook import crm, test_step_09_another_program_is_told  # noqa: F401
from tests.e2e.scenario_d.step_10 import test_step_10_booking_data_goes_after_thirty_days  # noqa: F401
from tests.e2e.scenario_d.working import authority  # noqa: F401

pytestmark = pytest.mark.e2e
