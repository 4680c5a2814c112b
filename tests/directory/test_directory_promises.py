"""Each promise of profiles holds, and its probe sees what breaks it."""

from __future__ import annotations

from unittest import mock

from tests.conftest import privileged
from tests.directory.conftest import provide
from tests.marketplace import Market
from tests.privacy.test_sabotage import breaks, sql
from tests.privacy.test_sabotage import holds as _holds
from tillit.access import acting
from tillit.directory import actions
from tillit.directory.models import Fact, Submission


def _holding(market: Market, promise: str) -> None:
    _holds(market.organisation, promise)


def test_transparent_profiles(market: Market) -> None:
    here = market.organisation
    provide(market)
    _holding(market, "transparent-profiles")
    with mock.patch("tillit.directory.shown.lines", lambda *found, **more: []):
        breaks(here, "transparent-profiles", "same facts")
    with privileged():
        Submission.objects.update(state="refused")
    breaks(here, "transparent-profiles", "no moderator has let through")
    with privileged():
        Submission.objects.update(state="approved")
        row = Fact.objects.first()
        Fact.objects.filter(pk=row.pk).update(checked=row.made, check_how="read", checked_by=row.person_id)
    breaks(here, "transparent-profiles", "checked by whoever says them")
    with privileged():
        Fact.objects.update(checked=None, check_how="", checked_by=None)
    with sql("alter table directory_fact drop constraint directory_checked_somehow"):
        breaks(here, "transparent-profiles", "no longer keeps")


def test_hidden_facts(market: Market) -> None:
    here = market.organisation
    provide(market)
    with acting(market.as_("Petra")):
        actions.show_to("experience", "threads")
    _holding(market, "hide-or-delete-own-details")
    with sql("create policy leak on directory_fact for select to tillit_app using (stage = 'live')"):
        breaks(here, "hide-or-delete-own-details", "open to")
