"""A membership: paid once, over by itself, ended by one button with the money back for fourteen days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.booking.test_retention import swept_at
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tests.wallet.conftest import KEY, Played, asked_at
from tillit.kernel import clock
from tillit.sales import members
from tillit.sales.models import Subscription
from tillit.wallet import actions, providers
from tillit.wallet.models import Payment, Refund
from tillit.wallet.providers import Told


@pytest.fixture
def played(house, monkeypatch):
    made = Played()
    monkeypatch.setitem(providers._providers, KEY, made)
    with house.as_("Jonas"), transaction.atomic():
        actions.turn_on(made)
        house.plan = members.offer(name="Stödmedlem", price=19_900, months=6)
    return made


def pay(house, played, first="Sara"):
    page = house.browser(first).post(house.url(f"membership/{house.plan.pk}/take/"), follow=True)
    reference = asked_at(page)
    with house.office("payments"), transaction.atomic():
        actions.note(KEY, Told(reference, "paid", played.orders[reference].money))
    react()
    with privileged():
        return Subscription.objects.get(state="on")


def held() -> int:
    with privileged():
        return sum(Payment.objects.values_list("held", flat=True))


def test_it_is_over_by_itself_and_nothing_is_drawn(house, played):
    one = pay(house, played)
    assert 180 <= (one.until - one.since).days <= 184 and held() == 19_900
    page = house.browser("Sara").get(house.url("membership/")).content.decode()
    assert "with the money back" in page and "Stödmedlem" in page
    house.browser("Sara").post(house.url(f"membership/{one.pk}/renew/"), {"renews": "1"})
    before = len(mails())
    swept_at(one.until - timedelta(days=6))
    react()
    assert any("199" in str(m) for m in mails()[before:]), "told before, with the price"
    swept_at(one.until + timedelta(minutes=1))
    react()
    with privileged():
        assert (Subscription.objects.get().state, Payment.objects.count()) == ("over", 1)
    assert held() == 19_900


def test_it_ends_with_one_button_and_the_money_goes_back(house, played):
    one = pay(house, played)
    assert house.browser("Amir").post(house.url(f"membership/{one.pk}/end/")).status_code == 404
    assert house.browser("Sara").post(house.url(f"membership/{one.pk}/end/")).status_code == 302
    react()
    with privileged():
        assert (Subscription.objects.get().why, Refund.objects.get().state) == ("withdrawn", "done")
    assert held() == 0
    house.browser("Sara").post(house.url(f"membership/{one.pk}/end/"))
    react()
    with privileged():
        assert Refund.objects.count() == 1, "once"


def test_after_fourteen_days_it_ends_without(house, played):
    one = pay(house, played)
    with clock.at(clock.now() + timedelta(days=15)):
        house.browser("Sara").post(house.url(f"membership/{one.pk}/end/"))
        react()
    with privileged():
        assert (Subscription.objects.get().why, Refund.objects.count()) == ("ended", 0)


def test_nobody_sees_anothers(house, played):
    pay(house, played)
    for first in ("Amir", "Petra", "Maria", "Jonas"):
        with house.as_(first):
            assert not Subscription.objects.exists()


def begun(house, played):
    """A payment for a membership that is begun, and not paid yet: its reference."""
    return asked_at(house.browser("Sara").post(house.url(f"membership/{house.plan.pk}/take/"), follow=True))


def told(house, played, reference, state):
    with house.office("payments"), transaction.atomic():
        actions.note(KEY, Told(reference, state, played.orders[reference].money))


def test_who_ends_it_before_it_is_paid_gets_back_what_comes_after_all(house, played):
    reference = begun(house, played)
    with privileged():
        one = Subscription.objects.get()
    house.browser("Sara").post(house.url(f"membership/{one.pk}/end/"))
    told(house, played, reference, "paid")
    react()
    with privileged():
        assert (Subscription.objects.get().state, held()) == ("over", 0)


def test_who_paid_twice_for_one_gets_one_back(house, played):
    first = begun(house, played)
    told(house, played, first, "failed")  # nobody has settled that yet when the next one is begun
    second = begun(house, played)
    assert first != second
    told(house, played, first, "paid")
    told(house, played, second, "paid")
    react()
    with privileged():
        assert (Subscription.objects.get().state, held()) == ("on", 19_900)
