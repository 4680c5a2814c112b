"""The demo marketplace's money: Petra's business, an invoice paid with a tax reduction, a draft, a membership."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tillit.kernel import clock
from tillit.sales import actions, members, queries, reducing
from tillit.sales.sums import Item

if TYPE_CHECKING:
    from tillit.web.demo_data.market import World

SARA = "811218-9876"
"""A personal identity number that the Swedish tax authority publishes for tests."""


def fill(world: World) -> None:
    """By the same doors as everybody."""
    day = clock.now().date()
    worked = day - timedelta(days=8)
    with world.as_person("Petra Nyström"):
        actions.set_business(
            name="Petra Nyström Barnpassning", number="640823-3234", vat_number="SE640823323401",
            address="Ekvägen 4, 632 20 Eskilstuna", bankgiro="123-4566", plusgiro="", swish="070-174 00 00", f_tax=True,
        )  # fmt: skip
        made = actions.draft(
            buyer=world.people["Sara Holm"], supplied=worked, buyer_name="Sara Holm",
            items=[
                Item("work", "Barnpassning, lördag 09–12", 3000, "hour", 46_000, 2500, "childcare"),
                Item("travel", "Resa", 1000, "piece", 6_000),
            ],
        )  # fmt: skip
        reducing.ask(made)
    with world.as_person("Sara Holm"):
        tax = queries.reduction_of(made)
        assert tax is not None
        reducing.give(tax, SARA, 7_500_000)
    with world.as_person("Petra Nyström"):
        posted = actions.post(made)
        actions.mark_paid(posted, 75_000, day)
        actions.draft(
            buyer=world.people["Amir Lund"], buyer_name="Amir Lund",
            items=[Item("work", "Barnpassning, två kvällar", 5000, "hour", 46_000, 2500, "childcare")],
        )  # fmt: skip
    with world.as_person("Jonas Ek"):
        members.offer(
            name="Stödmedlem", price=19_900, months=6, about="Du stödjer oss. Allt på sidan går att använda utan.",
        )  # fmt: skip
