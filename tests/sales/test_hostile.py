"""A seller, a buyer and others who send the database what no page sends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from tests.conftest import privileged
from tests.kernel import support
from tests.messaging.test_hostile import paused
from tests.sales.conftest import WORK
from tests.sales.test_invoices import refused
from tillit.identity.models import Person
from tillit.kernel import clock, sweeper
from tillit.kernel.ids import new_id
from tillit.messaging import actions as messages
from tillit.privacy.rights import erasing
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


def test_a_buyer_takes_nothing_back_from_what_is_posted(house):
    made = house.posted(tax=True)
    with house.as_("Sara"):
        tax = queries.reduction_of(queries.invoice(made.pk))
        with pytest.raises(actions.NotSold):
            reducing.decline(tax)
        with pytest.raises(DatabaseError), transaction.atomic():
            Reduction.objects.filter(pk=tax.pk).update(state="declined")
        tax.invoice.state = "draft"  # as a page that was opened before
        with pytest.raises(actions.NotSold):
            reducing.decline(tax)
    with privileged():
        assert Reduction.objects.get().state == "given"


def test_nobody_bills_whom_they_only_wrote_to_when_they_are_paused_blocked_or_no_provider(house):
    slug = house.market.organisation.slug
    with house.as_("Sara"):
        talk = messages.begin(to=house.id("Petra"), about=("note", house.id("Petra")), words="Hej!")
    for first in ("Sara", "Petra"):
        with house.as_(first):
            actions.set_business(name=first, number="1", address="-", swish="1", f_tax=True)
    bill = reverse("invoice_for_thread", args=[slug, talk])
    assert house.browser("Sara").post(bill).status_code == 404
    petra = house.browser("Petra")
    assert petra.post(bill).status_code == 302
    with house.as_("Petra"):
        begun = Invoice.objects.get()
        actions.change(begun, items=[WORK], buyer_name="Sara")
    with house.as_("Sara"):
        messages.block(talk)
    assert petra.post(bill)["Location"].endswith(f"messages/{talk}/")
    with house.as_("Sara"):
        messages.unblock(talk)
    paused(house.market, "Petra")
    assert petra.post(bill)["Location"].endswith(f"messages/{talk}/")
    with house.as_("Petra"):
        with pytest.raises(actions.NotSold, match="paused"):
            actions.post(begun)
        refused("select sales.post(%s, %s, %s)", begun.pk, clock.now().date(), clock.now().date())
        assert Invoice.objects.count() == 1


def test_a_draft_is_nothing_of_the_books_and_goes(house):
    made, posted = house.draft(), house.posted()
    with house.as_("Petra"):
        gone = house.draft()
        actions.remove(queries.invoice(gone.pk))
    with clock.at(clock.now() + timedelta(days=184)), support.worker_rights():
        sweeper.run(60)
    with privileged():
        assert [one.pk for one in Invoice.objects.all()] == [posted.pk] and made.pk != posted.pk


def test_one_credit_note_however_many_ask(house):
    made = house.posted()
    petra, sara = house.browser("Petra"), house.browser("Sara")
    credit = house.url(f"invoices/{made.pk}/do/credit/")
    assert sara.post(credit).status_code == 404
    for _time in range(3):
        assert petra.post(credit).status_code == 302
    with privileged():
        assert Invoice.objects.filter(kind="credit").count() == 1
    with house.as_("Petra"), pytest.raises(actions.NotSold):
        actions.credit(Invoice.objects.get(kind="credit"))


@pytest.mark.parametrize("wrong", [
    {"amount": "1e400"}, {"amount": "9" * 29}, {"amount": "-5"}, {"amount": "0"}, {"day": "9999-12-31"},
    {"day": "0001-01-01"}, {"amount": "\x00"},
])  # fmt: skip
def test_money_that_is_none_is_refused_in_words(house, wrong):
    made = house.posted()
    page = house.browser("Petra").post(
        house.url(f"invoices/{made.pk}/paid/"), {"amount": "100", "day": "2026-11-20", **wrong}
    )
    assert page.status_code in {302, 422}
    with house.as_("Petra"):
        assert queries.standing(queries.invoice(made.pk)).paid == 0


def test_who_leaves_hears_what_they_owe_and_what_goes(house):
    with privileged():
        petra = Person.objects.get(pk=house.id("Petra"))
        petra.email = "petra@example.org"
        petra.save()
    bought, begun = house.posted(), house.draft()
    with house.as_("Sara"):
        assert any("still owe" in str(one) for one in erasing.preview(house.id("Sara")).shared)
        receipt = erasing.erase(house.id("Sara"), request_key=new_id())
    assert "sales.invoice" not in receipt.gone
    with house.as_("Petra"):
        assert queries.standing(queries.invoice(bought.pk)).left > 0
        assert any("begun" in str(one) for one in erasing.preview(house.id("Petra")).shared)
        erasing.erase(house.id("Petra"), request_key=new_id())
    with privileged():
        assert not Invoice.objects.filter(pk=begun.pk).exists() and Invoice.objects.filter(pk=bought.pk).exists()
