"""A seller, a buyer and others who send the database what no page sends."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from tests.conftest import privileged
from tests.sales.conftest import WORK
from tests.sales.test_invoices import refused
from tillit.sales import actions, queries, reducing
from tillit.sales.models import Invoice, Reduction
from tillit.sales.sums import Item


def test_nobody_takes_the_numbers_of_another_series(house):
    made = house.draft()
    with house.as_("Petra"):
        for series in (house.market.organisation.pk, house.id("Omar")):
            with pytest.raises(DatabaseError), transaction.atomic():
                Invoice(
                    organisation_id=house.market.organisation.pk, seller_id=house.id("Petra"),
                    buyer_id=house.id("Sara"), series=series, currency="SEK", language="sv",
                ).save(force_insert=True)  # fmt: skip
        refused("select sales.post(%s, %s, %s)", made.pk, date(1990, 1, 1), date(1990, 2, 1))
        refused("select sales.post(%s, %s, %s)", made.pk, date(9999, 1, 1), date(9999, 2, 1))
        assert actions.post(queries.invoice(made.pk)).number == 10001


def test_nobody_is_shown_an_invoice_by_asking_them_about_it(house):
    made, sold = house.draft(), house.posted()
    for who, invoice in (("Petra", made), ("Sara", sold)):
        with house.as_(who), pytest.raises(DatabaseError), transaction.atomic():
            Reduction(
                organisation_id=invoice.organisation_id, invoice=invoice, seller_id=house.id(who),
                buyer_id=house.id("Amir"),
            ).save(force_insert=True)  # fmt: skip
    with house.as_("Amir"):
        assert not Invoice.objects.exists()


def test_two_invoices_of_a_year_stay_below_the_highest_sum(house):
    much = Item("work", "Barnpassning", 100_000, "hour", 100_000, 2500, "childcare")  # 100 000 kronor
    first, second, third = (house.posted(much, tax=True) for _ in range(3))
    assert (first.reduction, second.reduction, third.reduction) == (5_000_000, 2_500_000, 0)
    with house.as_("Petra"):
        actions.credit(queries.invoice(first.pk))
    assert house.posted(WORK, tax=True).reduction == 69_000


def test_a_year_beyond_any_calendar_has_no_file(house):
    browser = house.browser("Petra")
    for year in (0, 9999, 10**9):
        assert browser.post(house.url(f"invoices/reductions/{year}/file/")).status_code in {302, 404}
    with house.as_("Petra"), pytest.raises(actions.NotSold, match="late"):
        reducing.file(9999, name="rut")


def test_two_tabs_decide_once(house):
    made = house.posted(tax=True)
    with house.as_("Petra"):
        actions.mark_paid(queries.invoice(made.pk), 75_000, date(2026, 11, 22))
        reducing.file(2026, name="rut")
        one, other = (queries.reduction(queries.reduction_of(made).pk) for _ in range(2))
        assert reducing.decide(one, 40_000) is not None
        with pytest.raises(actions.NotSold):
            reducing.decide(other, 40_000)
    with privileged():
        assert Invoice.objects.filter(state="draft").count() == 1
