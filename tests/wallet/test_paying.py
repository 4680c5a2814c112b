"""A paid booking: held while it is paid, booked when the money is there, free when it is not."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from tests.booking.test_actions import TUESDAY, at, order, starts
from tests.booking.test_afterwards import set_for
from tests.booking.test_retention import swept_at
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tests.wallet.conftest import GUEST, NOW, PRICE, adds_up, booked, payments, refunds
from tillit.access import acting
from tillit.booking.models import MeetingType
from tillit.booking.visits.actions import set_additions
from tillit.booking.visits.queries import with_further
from tillit.journeys.book import cancel
from tillit.kernel import clock
from tillit.kernel.money import Money

STARTS = TUESDAY + timedelta(hours=9)


def subjects(since=0):
    return [m.subject.split(":")[0] for m in mails()[since:] if m.to == GUEST]


def test_the_time_is_held_until_it_is_paid_and_then_it_is_booked(shop):
    booking = shop.order()
    assert booked(booking).pay_by == NOW + timedelta(minutes=30) and at(10) not in starts(shop.kind)
    react()
    assert [(m.to, m.subject.split(":")[0]) for m in mails()] == [(GUEST, "Held until it is paid")], "nobody else"
    assert not any("text/calendar" in str(m) for m in mails())
    page = Client().get(shop.link(booking)).content.decode()
    assert "Pay 450\u00a0SEK" in page and "Put it in my calendar" not in page and "Move it to another" not in page
    assert Client().get(shop.link(booking) + "calendar.ics").status_code == 404
    reference = shop.pay(booking)
    assert shop.pay(booking) == reference, "the same payment goes on"
    (payment,) = payments()
    assert (payment.amount, payment.currency, payment.state, payment.due) == (
        PRICE,
        "SEK",
        "open",
        booked(booking).pay_by,
    )
    before = len(mails())
    assert shop.call(reference, "paid") == 204 and shop.call(reference, "paid") == 204, "twice is once"
    react()
    one = booked(booking)
    assert (one.state, one.pay_by) == ("confirmed", None) and payments()[0].held == PRICE and adds_up()
    assert len(mails()) - before == 2 and subjects(before) == ["Booked"]
    assert "450\u00a0SEK" in Client().get(shop.link(booking)).content.decode()
    swept_at(NOW + timedelta(hours=1))
    react()
    assert booked(booking).state == "confirmed" and not refunds()


def test_whoever_comes_back_before_the_provider_calls_is_booked_too(shop):
    booking = shop.order()
    reference = shop.pay(booking)
    shop.provider.states[reference] = "paid"
    page = Client().get(shop.link(booking) + "paid/", follow=True).content.decode()
    assert "It is booked" in page and booked(booking).pay_by is None
    assert shop.call(reference, "paid") == 204, "and the call that comes later changes nothing"
    react()
    assert subjects().count("Booked") == 1 and adds_up()


def test_a_payment_that_fails_frees_the_time_and_can_be_tried_again(shop):
    booking = shop.order()
    assert shop.call(shop.pay(booking), "failed") == 204
    react()
    one = booked(booking)
    assert (one.state, one.cancelled_by) == ("cancelled", "unpaid") and at(10) in starts(shop.kind)
    assert subjects()[-1] == "Not paid, not booked"
    page = Client().get(shop.link(booking)).content.decode()
    assert "It was not paid" in page and "Try again: pay" in page
    second = shop.pay(booking)
    assert booked(booking).state == "confirmed" and at(10) not in starts(shop.kind)
    assert shop.call(second, "paid") == 204
    react()
    assert booked(booking).pay_by is None and [p.state for p in payments()] == ["failed", "paid"] and adds_up()


def test_whoever_tries_again_too_late_is_told_and_pays_nothing(shop):
    booking = shop.order()
    shop.call(shop.pay(booking), "failed")
    react()
    shop.order(email="other@example.org")
    answer = Client().post(shop.link(booking) + "pay/", follow=True).content.decode()
    assert "no longer free" in answer and len(payments()) == 1 and booked(booking).state == "cancelled"


def test_nobody_pays_and_the_provider_is_asked(shop):
    booking = shop.order()
    reference = shop.pay(booking)
    swept_at(NOW + timedelta(minutes=31))
    assert booked(booking).cancelled_by == "unpaid" and at(10) in starts(shop.kind)
    with clock.at(NOW + timedelta(minutes=32)):
        react()
        assert [p.state for p in payments()] == ["ended"] and "Not paid, not booked" in subjects()
        # the money came after all, and the time is still free
        assert shop.call(reference, "paid") == 204
        react()
    assert booked(booking).state == "confirmed" and booked(booking).pay_by is None and subjects()[-1] == "Booked"
    assert not refunds() and adds_up()


def test_money_that_comes_when_the_time_is_somebody_elses_goes_back_at_once(shop):
    booking = shop.order()
    reference = shop.pay(booking)
    swept_at(NOW + timedelta(minutes=31))
    with clock.at(NOW + timedelta(minutes=32)):
        shop.order(email="other@example.org")
        assert shop.call(reference, "paid") == 204
        react()
    (one,) = refunds()
    assert (one.amount, one.why, one.state) == (PRICE, "not_free", "done") and payments()[0].held == 0 and adds_up()
    assert booked(booking).state == "cancelled" and subjects()[-1] == "Paid back"
    assert "Paid back to you" in Client().get(shop.link(booking)).content.decode()


def test_what_goes_back_follows_one_rule(shop):
    set_for(shop.desk, change_notice=120)
    in_time, late, by_host, never_paid = (shop.paid(h) for h in (10, 11, 12)), None, None, None
    early, late, by_host = in_time
    never_paid = shop.order(13)
    with acting(shop.desk.guest(early)):
        cancel(booking_id=early)
    with acting(shop.desk.guest(never_paid)):
        cancel(booking_id=never_paid)
    with clock.at(STARTS + timedelta(minutes=30)):
        with acting(shop.desk.guest(late)):
            cancel(booking_id=late)
        with acting(shop.desk.as_host(shop.desk.h1)):
            cancel(booking_id=by_host)
        react()
    back = {one.payment_id: (one.amount, one.why) for one in refunds()}
    of = {p.object_id: p.pk for p in payments()}
    assert back == {
        of[early]: (PRICE, "cancelled"), of[late]: (PRICE // 2, "late"), of[by_host]: (PRICE, "cancelled"),
    }  # fmt: skip
    assert booked(never_paid).late is False and adds_up()


def test_a_no_show_counts_when_it_can_no_longer_be_taken_back(shop):
    from tillit.booking.attendance import note_no_show

    guest_missed, host_missed, both = (shop.paid(h) for h in (10, 11, 12))
    with clock.at(STARTS + timedelta(hours=4)):
        for booking in (guest_missed, both):
            with acting(shop.desk.as_host(shop.desk.h1)):
                note_no_show(booking)
        for booking in (host_missed, both):
            with acting(shop.desk.guest(booking)):
                note_no_show(booking)
        react()
        assert not refunds()
    later = STARTS + timedelta(hours=4, days=1, minutes=2)
    swept_at(later)
    with clock.at(later):
        react()
    of = {p.object_id: p.pk for p in payments()}
    assert {one.payment_id: one.amount for one in refunds()} == {of[guest_missed]: PRICE // 2, of[host_missed]: PRICE}
    assert all(one.why == "nobody_came" for one in refunds()) and adds_up()


def test_a_refund_is_tried_again_and_made_once(shop):
    booking = shop.paid()
    shop.provider.down = True
    with acting(shop.desk.guest(booking)):
        cancel(booking_id=booking)
    try:
        react()
    except Exception as error:
        assert "Unreachable" in str(error)
    (one,) = refunds()
    assert one.state == "asked" and payments()[0].held == PRICE
    assert "On its way back to you" in Client().get(shop.link(booking)).content.decode()
    shop.provider.down = False
    from tillit.wallet.actions import program, send_refund

    for _ in range(2):
        with acting(shop.desk.visitor()), acting(program()):
            send_refund(one.pk)
    assert refunds()[0].state == "done" and payments()[0].held == 0 and adds_up()
    assert shop.provider.refunds == {str(one.pk): PRICE}


def test_a_host_says_yes_after_it_is_paid_and_money_goes_back_when_nobody_does(shop):
    set_for(shop.desk, answer_within=120)
    booking = shop.order()
    assert booked(booking).answer_by is None
    shop.call(shop.pay(booking), "paid")
    react()
    assert booked(booking).answer_by == NOW + timedelta(hours=2) and subjects()[-1] == "Held"
    swept_at(NOW + timedelta(hours=3))
    with clock.at(NOW + timedelta(hours=3)):
        react()
    assert booked(booking).cancelled_by == "clock" and [one.amount for one in refunds()] == [PRICE] and adds_up()


def test_a_deposit_is_paid_now_and_the_rest_on_site(shop):
    set_for(shop.desk, deposit=10_000)
    booking = shop.paid()
    page = Client().get(shop.link(booking)).content.decode()
    assert payments()[0].held == 10_000 and "350\u00a0SEK" in page and "On site" in page


def test_who_moves_up_pays_within_the_time_to_say_no_or_the_next_one_does(shop):
    set_for(shop.desk, capacity=2, waiting_places=5, buffer_after=0)
    first = shop.order(email="a@example.org")
    shop.order(email="b@example.org")
    waiting = [shop.order(email=f"w{n}@example.org", waits=True) for n in range(2)]
    with acting(shop.desk.guest(first)):
        cancel(booking_id=first)
    up = booked(waiting[0])
    assert up.state == "confirmed" and up.pay_by == up.decline_by == NOW + timedelta(days=1)
    with clock.at(NOW + timedelta(minutes=1)):
        assert shop.call(shop.pay(waiting[0]), "failed") == 204
        react()
    assert booked(waiting[0]).cancelled_by == "unpaid" and booked(waiting[1]).state == "confirmed"
    shop.call(shop.pay(waiting[1]), "paid")
    react()
    assert booked(waiting[1]).pay_by is None and adds_up()


def test_the_sum_must_be_the_one_that_was_asked_for(shop):
    booking = shop.order()
    reference = shop.pay(booking)
    for money in (Money(PRICE - 1, "SEK"), Money(PRICE, "EUR")):
        assert shop.call(reference, "paid", money=money) == 409
    assert payments()[0].state == "open" and booked(booking).pay_by is not None


def test_services_of_one_visit_cost_what_they_cost_together(shop):
    with privileged():
        MeetingType.objects.filter(pk=shop.desk.kinds["short"].pk).update(price=20_000, deposit=5_000)
        set_additions(kind=shop.kind, added=[shop.desk.kinds["short"]])
    visit = with_further(MeetingType.objects.get(pk=shop.kind.pk), ["short"])
    assert (visit.price, visit.deposit) == (PRICE + 20_000, PRICE + 5_000)
    booking, _new = order(visit, at(10))
    one = booked(booking)
    assert (one.price, one.to_pay) == (PRICE + 20_000, PRICE + 5_000) and one.pay_by is not None
    page = Client().get("/o/tidboken/book/consultation/", {"with": "short", "start": "2026-11-24T12:00Z"})
    assert "650\u00a0SEK" in page.content.decode()
    assert shop.call(shop.pay(booking), "paid") == 204 and payments()[0].held == PRICE + 5_000 and adds_up()
