"""For each promise about messages: green on the product, red when the defence behind it is switched off."""

from __future__ import annotations

from unittest import mock

from tests.privacy.conftest import house  # noqa: F401
from tests.privacy.test_sabotage import breaks, holds
from tillit.notify import kinds, least, queries, views


def test_least_metadata(house):  # noqa: F811
    holds(house, "least-metadata")
    with mock.patch.object(least, "discreet", lambda organisation: False):
        breaks(house, "least-metadata", "tells")
    with mock.patch.object(least, "bare", lambda message, url: message):
        breaks(house, "least-metadata", "a letter tells")


def test_one_click(house):  # noqa: F811
    holds(house, "one-click-unsubscribe")
    with mock.patch.object(views.actions, "unsubscribe", lambda kind: None):
        breaks(house, "one-click-unsubscribe", "goes on")

    def everything(kind):
        for one in kinds.every():
            if not (one.must or one.follows):
                for channel in one.offered:
                    views.actions.choose(one, channel, kinds.How.OFF)

    with mock.patch.object(views.actions, "unsubscribe", everything):
        breaks(house, "one-click-unsubscribe", "own matters")


def test_by_consent(house):  # noqa: F811
    holds(house, "offers-by-consent")
    with mock.patch.object(queries.rights, "consented", lambda person, consent: True):
        breaks(house, "offers-by-consent", "did not agree")
