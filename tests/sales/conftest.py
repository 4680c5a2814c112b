"""A small marketplace where Petra has looked after Sara's children: her business, and a draft of what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, Actor, acting
from tillit.sales import actions, queries, reducing
from tillit.sales.models import Invoice
from tillit.sales.sums import Item

SARA = "811218-9876"  # a number that Skatteverket publishes for tests
BUSINESS = {
    "name": "Petra Nyström Barnpassning", "number": "640823-3234", "vat_number": "SE640823323401",
    "address": "Ekvägen 4, 632 20 Eskilstuna", "bankgiro": "123-4566", "swish": "0701740000", "f_tax": True,
}  # fmt: skip
WORK = Item("work", "Barnpassning 09–12", 3000, "hour", 46_000, 2500, "childcare")
TRAVEL = Item("travel", "Resa", 1000, "piece", 6_000)


@dataclass
class House:
    """The market, and short ways in it."""

    market: Market

    def as_(self, first: str) -> acting:
        return acting(self.market.as_(first))

    def office(self, name: str) -> acting:
        return acting(Actor(organisation=self.market.organisation.pk, office=name))

    def id(self, first: str) -> UUID:
        return UUID(str(self.market.person(first).pk))

    def url(self, path: str) -> str:
        return f"/o/{self.market.organisation.slug}/{path}"

    def browser(self, first: str = "") -> Client:
        with acting(PUBLIC):
            return log_in(self.id(first)) if first else Client()

    def draft(self, *items: Item) -> Any:
        with self.as_("Petra"):
            actions.set_business(**BUSINESS)
            return actions.draft(
                buyer=self.id("Sara"),
                items=items or (WORK, TRAVEL),
                supplied=date(2026, 11, 21),
                buyer_name="Sara Holm",
            )

    def posted(self, *items: Item, tax: bool = False) -> Any:
        made = self.draft(*items)
        if tax:
            self.give(made)
        with self.as_("Petra"):
            return actions.post(queries.invoice(made.pk))

    def give(self, made: Any, left: int = 7_500_000) -> None:
        """Petra asks, Sara gives her number."""
        with self.as_("Petra"):
            reducing.ask(queries.invoice(made.pk))
        with self.as_("Sara"):
            reducing.give(queries.reduction_of(queries.invoice(made.pk)), SARA, left)

    def stored(self, made: Any) -> Any:
        with privileged():
            return Invoice.objects.get(pk=made.pk)


@pytest.fixture
def house(db) -> House:
    with privileged():
        return House(lay_out())
