"""The test provider tells what became of a payment: signed, through HTTP, again until it is taken."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import transaction

from tillit.access import Actor, current
from tillit.kernel import clock, egress, webhook_signatures
from tillit.kernel.dpv import Purpose
from tillit.kernel.ids import new_id
from tillit.kernel.tasks import task
from tillit.wallet import queries
from tillit.wallet.models import TestPayment
from tillit.wallet.providers.test_payments import KEY, LIMITS


@task("wallet.test_page.tell", own_transactions=True)
def tell(*, payment: UUID) -> None:
    """One callback; raises what keeps it from being taken, so that the queue tries again."""
    with transaction.atomic():
        row, account = TestPayment.objects.filter(pk=payment).first(), queries.account_of(KEY)
        if row is None or account is None:
            return
        body, secret = json.dumps({"type": "payment.changed", "data": said(row)}).encode(), queries.secret_of(account)
    headers = webhook_signatures.headers(new_id(), clock.now(), body, [secret])
    answer = egress.client(KEY, Purpose.PAY, limits=LIMITS).request(
        "POST", row.callback_url, raw=body, media_type="application/json", headers=headers
    )
    if not answer.ok:
        raise egress.BadAnswer(f"The callback was answered with {answer.status}.")


def tell_soon(payment: UUID) -> None:
    """Queue it in the present transaction."""
    actor = Actor(organisation=(current() or Actor()).organisation, office=KEY)
    tell.configure(actor=actor).defer(payment=payment)


def said(row: TestPayment) -> dict[str, str | int]:
    """A payment as the test provider speaks of it."""
    state = "ended" if row.state == "open" and row.due <= clock.now() else row.state
    return {"id": str(row.pk), "state": state, "amount": row.amount, "currency": row.currency}
