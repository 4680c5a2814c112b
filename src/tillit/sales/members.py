"""Memberships: taking one, choosing whether to be asked again, ending it; what the program does with their money."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from tillit import evidence
from tillit.access import as_office
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, outbox
from tillit.kernel.ids import new_id
from tillit.kernel.money import Money
from tillit.sales import events
from tillit.sales.actions import PAYING_LASTS, NotSold, _call, _organisation
from tillit.sales.models import Plan, Subscription
from tillit.wallet import actions as wallet
from tillit.wallet import queries as payments

if TYPE_CHECKING:
    from tillit.wallet.models import Payment

WITHDRAWAL = timedelta(days=14)
"""In which whoever took it at a distance may withdraw (distansavtalslagen 2005:59, 2 kap. 10 and 10 a §§). Kept by
sql/plans.sql too."""


def offer(
    *, name: str, price: int, months: int, about: str = "", plan: Plan | None = None, offered: bool = True
) -> Plan:
    """As an administrator, offer a membership or change it (for those who take it from now on)."""
    plan = plan or Plan(organisation_id=_organisation())
    plan.name, plan.about, plan.price, plan.months, plan.offered = name, about, price, months, offered
    plan.save(force_insert=plan._state.adding)
    evidence.record(events.PLAN.name, object=plan.pk)
    return plan


@transaction.atomic
def take(plan: Plan, *, payer: str) -> UUID:
    """As a person, take a membership: the payment, held and not begun yet (wallet.actions.begin). It begins when it is
    paid. Raises NotSold, wallet.NotTaken."""
    provider = payments.accepting()
    if provider is None:
        raise wallet.NotTaken
    currency = organisation_by_id(plan.organisation_id).currency
    found = _call("select sales.subscribe(%s, %s, %s)", new_id(), plan.pk, currency)
    if found is None:
        raise NotSold("gone")
    one, new = Subscription.objects.get(pk=found), new_id()
    name = wallet.sealed_payer(new, one.person_id, payer)
    until = clock.now() + PAYING_LASTS
    payment = _call("select sales.pay_subscription(%s, %s, %s, %s, %s)", one.pk, new, name, provider.key, until)
    if payment is None:
        raise NotSold("again")
    return UUID(str(payment))


def choose(one: Subscription, *, renews: bool) -> None:
    """As its person: shall a payment for the next time be sent beforehand? Nothing is ever drawn."""
    one.renews = renews
    one.save(update_fields=["renews"])
    evidence.record(events.CHOSEN.name, subject=one.person_id, object=one.pk)


@transaction.atomic
def end(one: Subscription) -> str:
    """As its person, end it now; within fourteen days of paying the money goes back. Returns "withdrawn" or "ended".
    Raises NotSold."""
    why = _call("select sales.end_subscription(%s)", one.pk)
    if why is None:
        raise NotSold("again")
    _ended(one)
    if why == "withdrawn":
        with as_office("reaction"):
            pay_back(one.pk, "cancelled")
    return str(why)


@transaction.atomic
def settle(subscription: UUID) -> None:
    """In the office "reaction": a payment for it has changed."""
    became = _call("select sales.settle_subscription(%s)", subscription)
    if became == "back":
        pay_back(subscription, "too_much")
    elif became == "twice":
        pay_back(subscription, "too_much", all_but_first=True)
    elif became == "on":
        one = Subscription.objects.get(pk=subscription)
        evidence.record(events.TAKEN.name, subject=one.person_id, object=one.pk)
        outbox.emit(events.MembershipTold(subscription=one.pk))


def pay_back(subscription: UUID, why: str, *, all_but_first: bool = False) -> None:
    """In the office "reaction": all that is held for it goes back, or all but what was paid first."""
    paid = sorted((one for one in payments.payments_for(subscription) if one.settled and one.held), key=_settled)
    for one in paid[1:] if all_but_first else paid:
        free = one.held - sum(refund.amount for refund in one.refunds.all() if refund.state == "asked")
        if free > 0:
            wallet.pay_back(one, Money(free, one.currency), why=why)


def _settled(one: Payment) -> datetime:
    assert one.settled is not None
    return one.settled


def over(one: Subscription) -> None:
    """As the sweeper: its time is over."""
    if _call("select sales.end_subscription(%s)", one.pk):
        _ended(one)


def _ended(one: Subscription) -> None:
    evidence.record(events.OVER.name, subject=one.person_id, object=one.pk)
    outbox.emit(events.MembershipTold(subscription=one.pk))
