"""Scenario D's mail in the browser and at a real mail server: an installation of its own, so that no other step's mail
is in the way."""

import pytest

from tests.e2e.scenario_d.step_02 import tidboken  # noqa: F401
from tests.e2e.scenario_d.step_03 import (  # noqa: F401
    authority_of_post,
    post,
    test_step_03_both_get_mail_on_their_own_clock,
    test_step_03_five_hours_apart_while_one_side_has_changed_its_clocks,
)
from tests.e2e.scenario_d.step_05 import test_step_05_moved_and_cancelled_by_the_link_in_the_mail  # noqa: F401
from tests.e2e.scenario_d.step_08 import test_step_08_both_are_reminded_a_day_and_an_hour_before  # noqa: F401
from tests.e2e.scenario_d.step_12 import test_step_12_a_guest_takes_everything_along_and_is_erased  # noqa: F401

pytestmark = pytest.mark.e2e
