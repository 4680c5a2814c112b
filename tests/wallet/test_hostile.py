"""Callbacks from others, too late, twice, out of order; and whoever has no business with a payment."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client

from tests.booking.conftest import make_organisation, make_person
from tests.booking.test_retention import swept_at
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import events, react
from tests.wallet.conftest import GUEST, NOW, PRICE, adds_up, asked_at, booked, payments, refunds
from tillit.access import PUBLIC, Actor, acting
from tillit.journeys.book import cancel
from tillit.kernel import clock, webhook_signatures
from tillit.kernel.ids import new_id
from tillit.kernel.money import Money
from tillit.privacy.rights import erasing
from tillit.wallet.models import Entry, MerchantAccount, Payment, Refund
from tillit.wallet.providers import Started, Unavailable
from tillit.wallet.providers.test_payments import TestPayments


def test_what_is_not_signed_by_the_provider_changes_nothing(shop):
    booking = shop.order()
    reference = shop.pay(booking)
    money = shop.provider.orders[reference].money
    body = json.dumps({"data": {"id": reference, "state": "paid", "amount": money.amount, "currency": "SEK"}}).encode()
    other = webhook_signatures.new_secret()
    assert shop.post(body, secret=other) == 400, "signed by somebody else"
    assert shop.post(body, moment=clock.now() - timedelta(minutes=6)) == 400, "signed long ago"
    assert shop.post(body, moment=clock.now() + timedelta(minutes=6)) == 400, "signed by a clock that is wrong"
    path = "/o/tidboken/payments/callback/test-payments/"
    good = webhook_signatures.headers(uuid4(), clock.now(), body, [shop.secret])
    assert Client().post(path, body, content_type="application/json").status_code == 400
    assert Client().post(path, body + b" ", content_type="application/json", headers=good).status_code == 400
    for name in good:
        spoilt = good | {name: good[name][:-2] + "AA"}
        assert Client().post(path, body, content_type="application/json", headers=spoilt).status_code == 400
    elsewhere = path.replace("test-payments", "nobody")
    assert Client().post(elsewhere, body, content_type="application/json", headers=good).status_code == 404
    assert Client().get(path).status_code == 405
    assert payments()[0].state == "open" and booked(booking).pay_by is not None


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'"x"', b'{"data": 3}', b'{"data": {"id": "a", "state": "paid", "amount": true}}', b"\xff" * 9,
     b'{"data": {"id": "a", "state": "paid", "amount": 1, "currency": "XXX"}}', b"[" * 60_000,
     b'{"data": {"id": "\\ud800", "state": "paid", "amount": 1, "currency": "SEK"}}',
     b'{"data": {"id": "a\\u0000", "state": "paid", "amount": 1, "currency": "SEK"}}',
     b'{"data": {"id": "a", "state": "paid", "amount": 9223372036854775808, "currency": "SEK"}}'],
)  # fmt: skip
def test_signed_nonsense_is_refused(shop, body):
    assert shop.post(body) == 400


@pytest.mark.parametrize(
    ("reference", "url"),
    [("x" * 101, "https://pay.example/x"), ("a\x00b", "https://pay.example/x"), ("r", "javascript:alert(1)"),
     ("r", "//evil.example"), ("r", "http://pay.example/"), ("r", "https://pay.example/" + "x" * 490),
     ("r", "https://a\r\nSet-Cookie: x=1/"), ("r", "https://us@evil.example/")],
)  # fmt: skip
def test_a_payer_is_sent_to_a_page_and_nowhere_else(reference, url):
    with pytest.raises(Unavailable):
        Started(reference, url)


@pytest.mark.parametrize("reference", ["x" * 101, "a\x00b", "\ud800", 7, None])
def test_a_refund_needs_a_reference_that_can_be_written_down(monkeypatch, reference):
    monkeypatch.setattr(TestPayments, "_call", lambda *_given, **_more: {"id": reference})
    with pytest.raises(Unavailable):
        TestPayments().refund("r", uuid4(), uuid4(), Money(1, "SEK"), "")


def test_money_that_could_not_be_sent_back_pays_when_its_guest_tries_again(shop):
    """It came late, the time was somebody else's by then, the provider refused to pay back, the time is free again."""
    booking = shop.order()
    reference = shop.pay(booking)
    swept_at(NOW + timedelta(minutes=31))
    with clock.at(NOW + timedelta(minutes=32)):
        other = shop.order(email="other@example.org")
        shop.provider.refuses = True
        shop.call(reference, "paid")
        react()
        assert [one.state for one in refunds()] == ["failed"] and booked(booking).state == "cancelled"
        with acting(shop.desk.guest(other)):
            cancel(booking_id=other)
        react()
        Client().post(shop.link(booking) + "pay/")
    assert (booked(booking).state, booked(booking).pay_by) == ("confirmed", None), "it hung between held and booked"
    assert len(payments()) == 1 and adds_up()


def test_a_payment_that_arrives_after_an_erasure_goes_back(shop):
    booking = shop.order()
    reference, person = shop.pay(booking), booked(booking).person_id
    with acting(Actor(organisation=shop.desk.organisation.pk, person=person, office="member")):
        erasing.erase(person, request_key=new_id())
    react()
    assert shop.call(reference, "paid") == 204
    react()
    assert payments()[0].held == 0 and adds_up()


def test_what_nobody_knows_is_not_taken_and_what_is_too_large_is_not_read(shop):
    body = json.dumps({"data": {"id": "ref-x", "state": "paid", "amount": 1, "currency": "SEK"}}).encode()
    assert shop.post(body) == 404, "so that the provider tries again"
    assert shop.post(b" " * 64_001) == 413


def test_told_twice_and_out_of_order_it_is_one_payment(shop):
    booking = shop.order()
    reference = shop.pay(booking)
    for state in ("open", "paid", "failed", "ended", "open", "paid", "weird"):
        assert shop.call(reference, state) in (204, 409)
    react()
    assert [(p.state, p.held) for p in payments()] == [("paid", PRICE)] and adds_up() and not refunds()
    assert [name for name, _ids in events()].count("wallet.payment.changed") == 1
    with privileged():
        assert Entry.objects.count() == 1


def test_paid_twice_what_is_too_much_goes_back(shop):
    """The first attempt failed, the guest tried again and paid, and then the first one was paid after all."""
    booking = shop.order()
    first = shop.pay(booking)
    shop.call(first, "failed")
    react()
    second = shop.pay(booking)
    shop.call(second, "paid")
    react()
    shop.call(first, "paid")
    react()
    assert sum(p.held for p in payments()) == PRICE and [(r.amount, r.why) for r in refunds()] == [(PRICE, "too_much")]
    assert booked(booking).state == "confirmed" and adds_up()


def test_strangers_see_nothing_of_money_and_move_none(shop):
    booking = shop.paid()
    other = shop.order(11, email="other@example.org")
    with privileged():
        stranger = make_person(shop.desk.organisation, "Eva Other")
        elsewhere = make_organisation("elsewhere")
        boss = make_person(elsewhere, "Elin Boss", "administrator")
    here, tables = shop.desk.organisation.pk, (Payment, Entry, Refund, MerchantAccount)
    others = [
        shop.desk.visitor(), shop.desk.guest(other), shop.desk.as_host(shop.desk.h1),
        Actor(organisation=here, person=stranger.pk, office="member"),
        Actor(organisation=elsewhere.pk, person=boss.pk, office="member"),
    ]  # fmt: skip
    ((payment,), refund) = payments(), uuid4()
    for actor in others:
        with acting(actor):
            assert not any(table.objects.exists() for table in tables), actor
            for statement, arguments in (
                ("select wallet.ask_refund(%s, %s, 100, 'by_hand', '')", [refund, payment.pk]),
                ("select wallet.note(%s, 'paid', 45000, 'SEK')", [payment.pk]),
                ("select wallet.refunded(%s, 'x', true)", [refund]),
                ("select wallet.forget(%s::uuid[])", [[payment.pk]]),
                ("select booking.settle_money(%s)", [booking]),
                ("select booking.unpaid(%s::uuid[])", [[booking]]),
                ("select wallet.open_payment(null, null, null, null, null, null, null, null, null, null)", []),
                ("update wallet_payment set held = 0 where id = %s", [payment.pk]),
                ("insert into wallet_entry select * from wallet_entry where payment_id = %s", [payment.pk]),
            ):
                if actor.organisation != here and "ask_refund" in statement:
                    with connection.cursor() as cursor:
                        cursor.execute(statement, arguments)
                        assert cursor.fetchone() == ("gone",), "an administrator of another organisation"
                    continue
                with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement, arguments)
            with connection.cursor() as cursor:
                cursor.execute("select * from booking.money(%s::uuid[])", [[booking]])
                assert cursor.fetchall() == [] or actor == others[2], "its host sees the sums"
                cursor.execute("select booking.begin_payment(%s, %s, '', 'SEK', 'x')", [booking, uuid4()])
                assert cursor.fetchone() == (None,)
    with acting(shop.desk.guest(booking)):
        assert Payment.objects.get().amount == PRICE, "but its own guest does"


def test_a_balance_that_is_not_its_entries_cannot_be_written(shop):
    shop.paid()
    with privileged(), pytest.raises(IntegrityError, match="add up"), transaction.atomic():
        connection.cursor().execute("update wallet_payment set held = held - 1")
        connection.cursor().execute("set constraints all immediate")


def test_administrators_see_payments_and_pay_back_with_a_reason(shop):
    booking = shop.paid()
    with acting(PUBLIC):
        boss, host = log_in(shop.desk.administrator.pk), log_in(shop.desk.h1.person_id)
    assert host.get("/o/tidboken/office/payments/").status_code in (302, 403, 404)
    page = boss.get("/o/tidboken/office/payments/").content.decode()
    assert "450" in page and "Grace Miller" in page
    path = f"/o/tidboken/office/payments/{payments()[0].pk}/"
    assert boss.post(path, {"amount": "450,01", "words": "Sorry"}).status_code == 422
    assert boss.post(path, {"amount": "100", "words": ""}).status_code == 422
    assert boss.post(path, {"amount": "100", "words": "The lift was broken."}).status_code == 302
    react()
    assert "The lift was broken." in boss.get(path).content.decode()
    assert [(r.amount, r.why, r.state) for r in refunds()] == [(10_000, "by_hand", "done")] and adds_up()
    assert booked(booking).state == "confirmed"
    person = booked(booking).person_id
    with privileged():
        from tillit.evidence.models import Event

        seen = {one.name for one in Event.objects.filter(subject_id=person)}
    assert {"wallet.payment.seen", "wallet.refund.asked", "wallet.payment.refunded", "wallet.payment.paid"} <= seen


def test_the_books_keep_the_payer_after_an_erasure_and_forget_after_seven_years(shop):
    from tillit.kernel import keys

    booking = shop.paid()
    person, organisation = booked(booking).person_id, shop.desk.organisation.pk
    with acting(Actor(office="sweeper", organisation=organisation)):
        keys.shred(organisation, person)  # as erasure and retention do
    assert payments()[0].payer == "Grace Miller"
    swept_at(clock.now().replace(year=clock.now().year + 8, month=1, day=1) - timedelta(days=1))
    assert payments()
    swept_at(clock.now().replace(year=clock.now().year + 8, month=1, day=2))
    assert not payments()
    assert keys.fetch(organisation, [(person, "accounting")])[(person, "accounting")].newest is None


def test_money_is_read_as_people_write_it():
    from django.forms import ValidationError

    from tillit.wallet.amounts import MoneyField

    field = MoneyField(currency="SEK")
    for text, minor in {"450": 45000, "450,5": 45050, "1 200": 120000, "۱٬۲۰۰٫۲۵": 120025, "0.01": 1}.items():
        assert field.clean(text) == minor
    for text in ("-1", "4.505", "nan", "inf", "1e400", "9" * 29, "abc", ""):
        with pytest.raises(ValidationError):
            field.clean(text)
    assert Money(45000, "SEK").part(1, 2).amount == 22500


def test_what_the_provider_gets_opens_nothing_but_the_payments_answer(shop):
    from tillit.booking import links as booking_links

    booking = shop.order()
    reference = shop.pay(booking)
    order = shop.provider.orders[reference]
    secrets = (booking_links.token(booking), booking_links.token(booking, mailed=False), str(booking))
    assert not any(secret in order.return_url + order.callback_url for secret in secrets)
    stranger, path = Client(), "/" + order.return_url.split("/", 3)[3]
    assert "not paid yet" in stranger.get(path).content.decode()
    shop.provider.states[reference] = "paid"
    page = stranger.get(path)
    text = page.content.decode()
    assert page.status_code == 200 and "This is paid" in text and not stranger.cookies.get("way-on")
    assert "Grace" not in text and GUEST not in text and "/booking/" not in text
    react()
    assert booked(booking).pay_by is None, "whoever came back, the provider was asked"
    token = path.split("/")[4]
    for spoilt in (token[:-1] + "x", booking_links.token(booking), token + "."):
        assert stranger.get(path.replace(token, spoilt)).status_code == 404
    for place in ("booking/%s/", "booking/%s/paid/", "booking/%s/calendar.ics", "my/%s/"):
        assert stranger.get(f"/o/tidboken/{place % token}").status_code == 404


def test_whoever_paid_in_this_browser_goes_on_to_the_booking(shop):
    booking, mine = shop.order(), Client()
    reference = asked_at(mine.post(shop.link(booking) + "pay/", follow=True))
    back = "/" + shop.provider.orders[reference].return_url.split("/", 3)[3]
    shop.provider.states[reference] = "paid"
    assert "It is booked" in mine.get(back, follow=True).content.decode()
    for forged in ("x", f"{payments()[0].pk.hex}https://evil.example/", mine.cookies["way-on"].value[:-1] + "x"):
        other = Client()
        other.cookies["way-on"] = forged
        assert other.get(back).status_code == 200, "nobody is sent anywhere by a cookie of their own making"


def test_a_provider_that_cannot_be_reached_leaves_a_payment_that_goes_on(shop):
    booking = shop.order()
    shop.provider.down = True
    answer = Client().post(shop.link(booking) + "pay/", follow=True)
    assert answer.status_code == 503 and "cannot be reached" in answer.content.decode()
    assert [(p.state, p.reference) for p in payments()] == [("open", "")]
    shop.provider.down = False
    reference = shop.pay(booking)
    assert len(shop.provider.orders) == len(payments()) == 1
    assert shop.call(reference, "paid") == 204


def test_a_payment_of_which_no_provider_ever_heard_ends_with_its_time(shop):
    booking = shop.order()
    shop.provider.down = True
    Client().post(shop.link(booking) + "pay/", follow=True)
    swept_at(NOW + timedelta(minutes=31))
    with clock.at(NOW + timedelta(minutes=32)):
        shop.provider.down = False
        react()
        assert [p.state for p in payments()] == ["ended"] and booked(booking).state == "cancelled"
        assert shop.call(shop.pay(booking), "paid") == 204
        react()
    assert booked(booking).state == "confirmed" and booked(booking).pay_by is None and adds_up()
