"""The promise of tailoring holds, and its probe sees what breaks it."""

from __future__ import annotations

from typing import Any
from unittest import mock

from django.http import HttpResponse

from tests.directory.test_finding import two  # noqa: F401 (a fixture)
from tests.marketplace import Market
from tests.privacy.test_sabotage import breaks, sql
from tests.privacy.test_sabotage import holds as _holds
from tillit.directory.models import Favourite
from tillit.directory.search import finding, results, saving
from tillit.kernel.probing import Ground

NAME = "tailoring-explained"


def test_tailoring_explained(two: Market) -> None:  # noqa: F811
    here, find, remember = two.organisation, finding.find, saving.remember
    _holds(here, NAME)

    def favourites_first(*question: Any, **more: Any) -> Any:
        page = find(*question, **more)
        liked = set(Favourite.objects.values_list("profile_id", flat=True))
        page.found.sort(key=lambda one: one.profile not in liked)
        return page

    with mock.patch.object(finding, "find", favourites_first):
        breaks(here, NAME, "nobody chose")
    with mock.patch.object(saving, "remember", lambda wanted: wanted and remember(wanted)):
        breaks(here, NAME, "turned off")
    with mock.patch.object(results, "why", lambda *_of: ""):
        breaks(here, NAME, "does not say why")
    with mock.patch.object(Ground, "get", lambda *_of: HttpResponse(status=404)):
        breaks(here, NAME, "cannot be read")
    with sql("create policy leak on directory_weighting for select to tillit_app using (true)"):
        breaks(here, NAME, "open to another one")
