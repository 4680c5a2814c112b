"""What the wallet does by itself: asks how a payment stands, pays back, and forgets when the law lets it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock, ends
from tillit.kernel.money import Money
from tillit.kernel.tasks import task
from tillit.wallet import actions
from tillit.wallet.models import Payment
from tillit.wallet.providers import Told
from tillit.wallet.test_page import telling  # noqa: F401 (the worker finds its task here)

FIRST_LOOK = timedelta(minutes=2)  # a callback that has not come by then may never come


@task("wallet.ask", own_transactions=True)
def ask(*, payment: UUID) -> None:
    """Ask the provider how a payment stands, and write it down: soon after it began, in case nobody tells, and at its
    end. What is not paid by then has ended."""
    told = actions.look(payment)
    with transaction.atomic():
        found = Payment.objects.filter(pk=payment).first()
        if found is not None and not found.reference and clock.now() >= found.due:
            actions.never_began(payment)
        if found is None or told is None:
            return
        if told.state == "open" and clock.now() >= found.due:
            told = Told(told.reference, "ended", Money(found.amount, found.currency))
        if told.state != "open":
            actions.note(found.provider, told)


@task("wallet.refund", retries=40, own_transactions=True)
def refund(*, refund: UUID) -> None:
    """Have the provider pay it back; tried again for more than a day."""
    actions.send_refund(refund)


def look_later(payment: UUID) -> None:
    """Ask about a payment that has begun, if nobody tells of it meanwhile."""
    ask.configure(actor=actions.program(), run_at=clock.now() + FIRST_LOOK, key=f"wallet:{payment}").defer(
        payment=payment
    )


def carry_refund(refund_id: UUID) -> None:
    """Pay it back, soon."""
    refund.configure(actor=actions.program()).defer(refund=refund_id)


@ends.handler(
    "wallet.payment", says=_("a payment that was begun and not made"), why=_("its time was over before it was paid")
)
def end(payments: list[UUID]) -> None:
    """Its time is over. Whether it was paid in the last moment only the provider knows, so it is asked."""
    for payment in payments:
        ask.configure(actor=actions.program(), key=f"wallet:{payment}:end").defer(payment=payment)


@ends.handler(
    "wallet.books",
    says=_("what the books keep of your payments"),
    why=_("the law on bookkeeping asks for it no longer"),
)
def forget(payments: list[UUID]) -> None:
    """Seven years after the year of the payment it goes, and the payer's name with it."""
    with connection.cursor() as cursor:
        cursor.execute("select wallet.forget(%s)", [payments])
