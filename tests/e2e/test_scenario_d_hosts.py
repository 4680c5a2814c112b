"""Scenario D where hosts and administrators look at the calendar, and where two hundred guests race: an installation
of its own."""

import pytest

from tests.e2e.scenario_d.step_02 import tidboken  # noqa: F401
from tests.e2e.scenario_d.step_04 import test_step_04_two_hundred_want_one_slot  # noqa: F401
from tests.e2e.scenario_d.step_08_no_show import test_step_08_either_side_says_that_the_other_did_not_come  # noqa: F401
from tests.e2e.scenario_d.step_11 import (  # noqa: F401
    test_step_11_a_deactivated_colleague_leaves_the_joint_meetings,
    test_step_11_dragging_asks_and_moves,
)

pytestmark = pytest.mark.e2e
