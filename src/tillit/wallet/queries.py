"""Reads: payments, as whoever asks may see them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from tillit.access import as_office
from tillit.kernel import keyring
from tillit.wallet import providers
from tillit.wallet.models import MerchantAccount, Payment, Refund

PAGE = 50


def accepting() -> providers.Provider | None:
    """The provider through which the acting organisation takes new payments; None: it takes none."""
    with as_office("payments"):
        for account in MerchantAccount.objects.filter(stopped=None).order_by("made"):
            if found := providers.get(account.provider):
                return found
    return None


def account_of(provider: str) -> MerchantAccount | None:
    """The acting organisation's account with a provider, on or off; for administrators and the program."""
    return MerchantAccount.objects.filter(provider=provider).first()


def secret_of(account: MerchantAccount) -> str:
    """What is shared with the provider."""
    return keyring.open(bytes(account.secret), context=b"wallet.merchant:" + account.pk.bytes).decode()


def payments_for(object_id: UUID) -> list[Payment]:
    """The payments for one thing that the actor may see, oldest first, with their refunds."""
    refunds = Prefetch("refunds", Refund.objects.order_by("made", "pk"))
    return list(Payment.objects.filter(object_id=object_id).prefetch_related(refunds).order_by("made", "pk"))


def payment(payment_id: UUID) -> Payment | None:
    """One payment that the actor may see."""
    return Payment.objects.filter(pk=payment_id).first()


def payer_payment(payment_id: UUID) -> Payment:
    """For whoever holds the payment's address: its sum, nobody's name. Raises Payment.DoesNotExist."""
    with as_office("payments"):
        return Payment.objects.defer("payer").get(pk=payment_id)


def payments(
    *, since: datetime | None = None, until: datetime | None = None, before: UUID | None = None, most: int = PAGE,
    only: UUID | None = None,
) -> list[Payment]:  # fmt: skip
    """For administrators: the organisation's payments, newest first; or the one that is named.

    since, until: when they began (until: not then); before: older than that payment.
    """
    found = Payment.objects.order_by("-pk").prefetch_related(Prefetch("refunds", Refund.objects.order_by("pk")))
    if since:
        found = found.filter(made__gte=since)
    if until:
        found = found.filter(made__lt=until)
    if before:
        found = found.filter(pk__lt=before)
    if only:
        found = found.filter(pk=only)
    return list(found[:most])


def stuck() -> int:
    """For administrators: how many refunds the provider has refused."""
    return Refund.objects.filter(state="failed").count()


def refund_done(refund: UUID) -> Payment | None:
    """For reactions: the payment of a refund that was made; None for one that was refused."""
    found = Refund.objects.select_related("payment").filter(pk=refund, state="done").first()
    return found.payment if found else None
