"""The promises about training and the ethical code hold, and turn red when the defence behind each is switched off."""

from __future__ import annotations

from unittest import mock

from tests.conftest import privileged
from tests.directory.test_upkeep import COURSE, market  # noqa: F401
from tests.privacy.test_sabotage import breaks, holds, sql
from tillit.access import acting
from tillit.directory.models import Acceptance
from tillit.directory.upkeep import actions, promises


def test_qualification_upkeep(market):  # noqa: F811
    with acting(market.as_("Petra")):
        actions.record(COURSE)
    holds(market.organisation, "qualification-upkeep")
    with mock.patch.object(promises, "REMINDED", (7,)):
        breaks(market.organisation, "qualification-upkeep", "reminded")
    with mock.patch.object(promises, "unreminded", lambda ground: "1 of 1 documents end without a reminder."):
        breaks(market.organisation, "qualification-upkeep", "without a reminder")
    with sql("create policy leak on directory_training for select to tillit_app using (true)"):
        breaks(market.organisation, "qualification-upkeep", "directory_training")


def test_ethics_code(market):  # noqa: F811
    with acting(market.as_("Petra")):
        actions.accept(1)
    holds(market.organisation, "ethics-code")
    with privileged():
        Acceptance.objects.update(number=9)
    breaks(market.organisation, "ethics-code", "does not exist")
    with privileged():
        Acceptance.objects.update(number=1)
    with sql("grant update on directory_code to tillit_app"):
        breaks(market.organisation, "ethics-code", "can be changed")
