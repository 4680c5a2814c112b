"""A draft without a number, a posted document that nobody changes, and sums that the database counts too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.booking.test_retention import swept_at
from tests.conftest import privileged
from tests.sales.conftest import TRAVEL, WORK
from tillit.access import Actor, acting
from tillit.kernel import clock
from tillit.kernel.ids import new_id
from tillit.privacy.rights import erasing
from tillit.sales import actions, queries, reducing
from tillit.sales.models import Business, Invoice, Line, PersonalNumber, Received, Reduction, Series
from tillit.sales.sums import Item, Sums, ocr, of_all, of_item, reduction


def refused(statement: str, *arguments: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


def test_a_draft_has_no_number_and_nothing_is_missing_when_it_goes(house):
    first, second = house.draft(), house.draft()
    assert house.stored(first).number is None and house.stored(first).state == "draft"
    with house.as_("Petra"):
        actions.remove(queries.invoice(first.pk))
        posted = actions.post(queries.invoice(second.pk))
        other = actions.post(queries.invoice(house.draft().pk))
    assert (posted.number, other.number) == (10001, 10002)
    assert (posted.net, posted.vat, posted.gross) == (115_200, 28_800, 144_000)
    assert posted.said["seller"]["name"] == "Petra Nyström Barnpassning" and posted.due == posted.issued + timedelta(30)


def test_references_and_rates_as_the_books_know_them():
    assert ocr(10042) == "1004274" and ocr(7) == "737"
    assert of_item(Item("work", "x", 1000, "piece", 420_000), includes_vat=False) == Sums(420_000, 105_000, 525_000)
    assert of_all([WORK, TRAVEL], includes_vat=True) == Sums(115_200, 28_800, 144_000, 138_000)
    assert of_item(Item("work", "x", -1000, "piece", 420_001), includes_vat=False).vat == -105_000
    assert reduction(138_000, 50, 7_500_000) == 69_000, "690 kronor"
    assert reduction(138_050, 50, 7_500_000) == 69_000 and reduction(138_000, 50, 50_099) == 50_000
    assert reduction(138_000, 50, 0) == 0


def test_what_is_posted_is_changed_and_removed_by_nobody(house):
    made = house.posted()
    petra, sara, boss = (house.market.as_(one) for one in ("Petra", "Sara", "Jonas"))
    statements = (
        "update sales_invoice set gross = 1, net = 1, vat = 0 where id = %s",
        "update sales_invoice set state = 'draft', number = null, posted = null where id = %s",
        "update sales_invoice set buyer_id = seller_id where id = %s",
        "delete from sales_invoice where id = %s",
        "delete from sales_line where invoice_id = %s",
        "update sales_line set text = '' where invoice_id = %s",
    )
    for actor in (petra, sara, boss):
        for statement in statements:
            with acting(actor):
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(statement, [made.pk])
                        assert cursor.rowcount == 0
                except DatabaseError:
                    pass
    with privileged():
        for statement in statements:
            refused(statement, made.pk)
        refused("truncate sales_invoice, sales_line cascade")
        refused("insert into sales_line select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), "
                "'position', 9))).* from sales_line l where l.invoice_id = %s limit 1", made.pk)  # fmt: skip
    with house.as_("Petra"):
        for change in (actions.remove, lambda one: actions.change(one, items=[WORK]), actions.post):
            with pytest.raises(actions.NotSold):
                change(queries.invoice(made.pk))
        refused("select sales.post(%s, current_date, current_date)", new_id())
    assert house.stored(made).gross == 144_000 and house.stored(made).number == 10001


def test_the_database_counts_too(house):
    made = house.draft()
    with house.as_("Petra"):
        refused("update sales_invoice set gross = gross + 1 where id = %s", made.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            Line(
                organisation=house.market.organisation, invoice=made, buyer_id=house.id("Sara"), position=7,
                kind="work", text="x", quantity=1000, unit="piece", price=1000, rate=2500, net=900, vat=100, gross=1000,
            ).save(force_insert=True)  # fmt: skip
        Invoice.objects.filter(pk=made.pk).update(gross=999, net=999, vat=0)
        refused("select sales.post(%s, current_date, current_date)", made.pk)
    with house.as_("Sara"):
        refused("select sales.post(%s, current_date, current_date)", made.pk)


def test_a_credit_note_takes_back_the_whole_once(house):
    made = house.posted(tax=True)
    with house.as_("Petra"):
        note = actions.credit(queries.invoice(made.pk))
        assert (note.number, note.credits_id, note.gross, note.reduction) == (10002, made.pk, -144_000, -69_000)
        assert [one.text for one in note.lines.order_by("position")] == [WORK.text, TRAVEL.text]
        assert queries.standing(queries.invoice(made.pk)).credited and note.said["credits"] == 10001
        for one in (made, note):
            with pytest.raises(actions.NotSold):
                actions.credit(queries.invoice(one.pk))
    with house.as_("Sara"):
        assert {one.number for one in queries.bought()} == {10001, 10002}


def test_part_payment_leaves_the_rest_and_too_much_is_shown(house):
    made = house.posted()
    with house.as_("Petra"):
        for amount, left in ((100_000, 44_000), (50_000, -6_000), (-6_000, 0)):
            actions.mark_paid(queries.invoice(made.pk), amount, date(2026, 11, 22))
            assert queries.standing(queries.invoice(made.pk)).left == left
    with house.as_("Sara"), pytest.raises(actions.NotSold):
        actions.mark_paid(queries.invoice(made.pk), 100, date(2026, 11, 22))
    with privileged():
        refused("update sales_received set amount = 1")
        refused("delete from sales_received")


def test_only_the_two_see_an_invoice_and_a_buyer_no_draft(house):
    draft, made = house.draft(), house.posted(tax=True)
    tables = (Invoice, Line, Received, Reduction, PersonalNumber, Business)
    with house.as_("Petra"):
        actions.mark_paid(queries.invoice(made.pk), 100, date(2026, 11, 22))
    others = [house.market.as_(one) for one in ("Amir", "Omar", "Maria", "Jonas")] + [house.market.visitor()]
    for actor in others:
        with acting(actor):
            assert not any(table.objects.exists() for table in tables), actor
            with connection.cursor() as cursor:
                cursor.execute("select count(*) from sales.numbers(%s::uuid[])", [[made.pk]])
                assert cursor.fetchone() == (0,)
                cursor.execute("select sales.receive(%s, %s, 5, current_date, null)", [made.pk, new_id()])
                assert cursor.fetchone() == (False,)
            refused("select count(*) from sales_series")
    with house.as_("Sara"):
        assert [one.pk for one in Invoice.objects.all()] == [made.pk] and queries.invoice(draft.pk) is None
        assert Line.objects.count() == 2 and not Business.objects.exists()
        assert PersonalNumber.objects.get().number == "198112189876"
    with house.as_("Petra"):
        assert not PersonalNumber.objects.exists(), "the seller reads no number"
    with privileged():
        text = connection.cursor().execute("select string_agg(t::text, '') from sales_invoice t").fetchone()[0]
        assert "Sara" not in text and "Petra" not in text and Series.objects.get().next == 10002


def test_the_books_outlive_an_erasure_and_end_by_themselves(house):
    made = house.posted(tax=True)
    sara = house.id("Sara")
    with acting(Actor(organisation=house.market.organisation.pk, person=sara, office="member")):
        stays = {one.table: one for one in erasing.preview(sara).stays}
        erasing.erase(sara, request_key=new_id())
    assert "1999:1078" in str(stays["sales.invoice"].why) and stays["sales.invoice"].until.year == 2034
    assert "2009:194" in str(stays["sales.personalnumber"].why)
    assert house.stored(made).said["buyer"]["name"] == "Sara Holm", "as the law demands"
    swept_at(clock.now().replace(year=2028, month=1, day=2))
    with privileged():
        assert not PersonalNumber.objects.exists() and Invoice.objects.exists()
    swept_at(clock.now().replace(year=2033, month=12, day=31))
    with privileged():
        assert Invoice.objects.exists(), "2033-12-31 is its last day"
    swept_at(clock.now().replace(year=2034, month=1, day=2))
    with privileged():
        assert not Invoice.objects.exists() and not Line.objects.exists()


def test_a_reduction_is_the_buyers_to_want(house):
    made = house.draft()
    with house.as_("Petra"):
        tax = reducing.ask(queries.invoice(made.pk))
        with pytest.raises(actions.NotSold, match="reduction"):
            actions.post(queries.invoice(made.pk))
        assert not Reduction.objects.filter(pk=tax.pk).update(state="given"), "nobody answers for her"
    with house.as_("Sara"):
        assert queries.invoice(made.pk) is not None, "asked about it, she sees it"
        reducing.decline(queries.reduction_of(queries.invoice(made.pk)))
    with house.as_("Petra"):
        posted = actions.post(queries.invoice(made.pk))
        assert posted.reduction == 0 and posted.to_pay == 144_000
