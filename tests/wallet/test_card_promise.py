"""No card number ever comes here, and the probe notices when one could."""

from __future__ import annotations

from unittest import mock

import pytest

from tests.conftest import privileged
from tests.privacy.test_sabotage import breaks, holds, sql
from tests.wallet.conftest import payments
from tillit.wallet import promises, providers
from tillit.wallet.cards import looks_like_card
from tillit.wallet.models import Payment


@pytest.mark.parametrize("text", ["4111111111111111", "ref 5500-0000-0000-0004", "https://x.example/378282246310005"])
def test_what_looks_like_a_card(text):
    assert looks_like_card(text)


@pytest.mark.parametrize("text", ["4111111111111112", "ref-01a2051e-bd57-70b5-b3e5-411111111111", "1004274", ""])
def test_what_does_not(text):
    assert not looks_like_card(text)


def test_card_data_never_here(shop):
    here = shop.desk.organisation
    shop.paid()
    one = payments()[0].pk
    holds(here, "card-data-never-here")
    with mock.patch.object(providers, "looks_like_card", lambda text: False):
        breaks(here, "card-data-never-here", "was taken")
    with mock.patch.object(promises, "_ASKS", promises.re.compile("<h1")):
        breaks(here, "card-data-never-here", "asks for a card")
    with privileged():
        Payment.objects.filter(pk=one).update(reference="4111111111111111")
    breaks(here, "card-data-never-here", "is a card number")
    with privileged():
        Payment.objects.filter(pk=one).update(reference="ref-1")
    with sql("create table extra (card_number text)"):
        breaks(here, "card-data-never-here", "extra.card_number")
