"""Fifty postings at once, each on a connection of its own: consecutive numbers, none twice, none missing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from tests.booking.conftest import NOW
from tests.conftest import connected_to
from tests.faults.test_booking_race import admin, count, together  # noqa: F401 (fixtures)
from tests.marketplace import lay_out
from tests.sales.conftest import BUSINESS, TRAVEL, WORK
from tillit.access import PUBLIC, acting
from tillit.kernel import clock
from tillit.sales import actions, queries


def test_fifty_postings_at_once(server, real_db, admin):  # noqa: F811
    with clock.at(NOW), acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            market = lay_out(f"m{uuid4().hex[:8]}")
        connection.ticketless = False
    petra, buyer = market.as_("Petra"), market.person("Sara").pk
    with clock.at(NOW), acting(petra), transaction.atomic():
        actions.set_business(**BUSINESS)
        drafts = [actions.draft(buyer=buyer, items=[WORK, TRAVEL], buyer_name="Sara Holm").pk for _ in range(55)]

    def post(n: int) -> list[Any]:
        numbers = []
        for one in range(n, 55, 10):
            with transaction.atomic():
                invoice = queries.invoice(drafts[one])
                if one >= 50:
                    actions.remove(invoice)  # what is thrown away meanwhile takes no number
                else:
                    numbers.append(actions.post(invoice).number)
        return numbers

    numbers = sorted(number for found in together(10, petra, post) for number in found)
    assert numbers == list(range(10001, 10051))
    assert count(admin, "sales_invoice where state = 'draft'") == 0
