"""What sales does by itself: ends what is over, forgets when the law lets it, tells of last days."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.kernel import ends, outbox
from tillit.sales import events, members
from tillit.sales.models import Reduction, Subscription


@ends.handler(
    "sales.books",
    says=_("invoices that you wrote or got"),
    why=_("the law on bookkeeping asks for it no longer"),
)
def forget(invoices: list[UUID]) -> None:
    """Seven years after the year of the invoice it goes, with its lines and what was received for it."""
    _forget("books", invoices)


@ends.handler("sales.draft", says=_("a draft of an invoice to you"), why=_("it was begun half a year ago"))
def forget_drafts(invoices: list[UUID]) -> None:
    """What was never posted is nothing of the books."""
    _forget("drafts", invoices)


@ends.handler(
    "sales.number",
    says=_("your personal identity number, for a tax reduction"),
    why=_("the tax authority takes no request for it any more"),
)
def forget_numbers(invoices: list[UUID]) -> None:
    """The end of the year after the payment."""
    _forget("numbers", invoices)


@ends.handler("sales.requests", says=_("the time to ask the tax authority for a reduction"))
def remind_of_requests(invoices: list[UUID]) -> None:
    """The last day comes near: the seller is told, if no file was made."""
    for tax in Reduction.objects.filter(invoice_id__in=invoices, state="given"):
        outbox.emit(events.RequestsDue(invoice=tax.invoice_id))


@ends.handler("sales.subscription", says=_("your membership"))
def end_subscriptions(subscriptions: list[UUID]) -> None:
    """It is over at its end; nothing is drawn for another time."""
    for one in Subscription.objects.filter(pk__in=subscriptions, state="on"):
        members.over(one)


@ends.handler("sales.subscription_told", says=_("a word that your membership is soon over"))
def tell_subscriptions(subscriptions: list[UUID]) -> None:
    """A week before."""
    for one in Subscription.objects.filter(pk__in=subscriptions, state="on"):
        outbox.emit(events.MembershipTold(subscription=one.pk, soon=True))


@ends.handler("sales.subscription_data", says=_("your memberships that are over"))
def forget_subscriptions(subscriptions: list[UUID]) -> None:
    """A year after it was over."""
    _forget("subscriptions", subscriptions)


def _forget(what: str, gone: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select sales.forget(%s, %s::uuid[])", [what, gone])
