"""Writes: beginning a payment, hearing what became of it, paying back. All rows are written by sql/wallet.sql."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from tillit import evidence
from tillit.access import Actor, as_office, current
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, keyring, mail, outbox, sealed, webhook_signatures
from tillit.kernel.ids import new_id
from tillit.kernel.money import Money
from tillit.wallet import events, links, providers, queries
from tillit.wallet.models import MerchantAccount, Payment, Refund
from tillit.wallet.providers import Order, Told, Unavailable

REASONS = ("cancelled", "late", "nobody_came", "not_free", "too_much", "by_hand")
"""Why money goes back."""


class NotTaken(Exception):
    """No payment can be begun: nobody takes them, or the provider cannot be reached now."""


class Over(Exception):
    """There is nothing to pay there any more."""


def turn_on(provider: providers.Provider) -> None:
    """As administrator, take payments through a provider: it stands among the receivers, and both share a secret."""
    provider.register()
    account = queries.account_of(provider.key) or MerchantAccount(
        organisation_id=_organisation(), provider=provider.key
    )
    if not account.secret:
        secret = webhook_signatures.new_secret().encode()
        account.secret = keyring.seal(secret, context=b"wallet.merchant:" + account.pk.bytes)
        account.save(force_insert=True)
    elif account.stopped:
        account.stopped = None
        account.save(update_fields=["stopped"])
    else:
        return
    evidence.record(events.ON.name, object=account.pk)


def turn_off(account: MerchantAccount) -> None:
    """As administrator, begin no new payments there; what was paid can still be paid back."""
    if account.stopped is None:
        account.stopped = clock.now()
        account.save(update_fields=["stopped"])
        evidence.record(events.OFF.name, object=account.pk)


def sealed_payer(payment: UUID, person: UUID, name: str) -> bytes:
    """The payer's name as the books hold it, under a key that outlives the person's wish to be forgotten."""
    return sealed.value(Payment, "payer", name, organisation=_organisation(), row=payment, person=person)


def begin(payment_id: UUID) -> str:
    """Begin an open payment at its provider, or go on with it. Returns where the payer goes (an address).

    Nothing may be locked meanwhile: the provider can take its time. It is asked under the payment's own key, so that
    whoever tries again, after whatever broke off, goes on with the same one. Raises NotTaken; Over: no longer open.
    """
    with as_office("payments"):
        with transaction.atomic():
            found = Payment.objects.filter(pk=payment_id).first()
            if found is None or found.state != "open" or found.due <= clock.now():
                raise Over
            if found.url:
                return found.url
            provider, secret = _speaking(found.provider)
            slug = organisation_by_id(found.organisation_id).slug
        order = Order(
            found.pk, found.person_id, Money(found.amount, found.currency), links.back(slug, found.pk),
            mail.link(reverse("payment_callback", args=[slug, provider.key])), found.due,
        )  # fmt: skip
        try:
            started = provider.start(order, secret)
        except Unavailable as error:
            raise NotTaken from error
        with transaction.atomic():
            if not _call("select wallet.began(%s, %s, %s)", found.pk, started.reference, started.url):
                found.refresh_from_db()
                if found.state != "open":
                    raise Over
                return found.url
            from tillit.wallet import tasks

            tasks.look_later(found.pk)
    return started.url


def came_back(payment_id: UUID) -> Payment | None:
    """The payer has come back from the provider, who is asked how it stands. None: the books have forgotten it."""
    try:
        told = look(payment_id)
    except (*Unavailable, NotTaken):
        told = None  # it calls, or is asked again by itself
    with as_office("payments"):
        found = Payment.objects.defer("payer").filter(pk=payment_id).first()
        if found and told is not None and told.state != "open":
            note(found.provider, told)
            found.refresh_from_db()
        return found


def heard(provider: str, headers: Mapping[str, str], body: bytes) -> str:
    """A provider calls: what became of it, as `note` says. Raises providers.Forged; NotTaken: unknown here."""
    with as_office("payments"):
        speaker, secret = _speaking(provider)
        return note(speaker.key, speaker.read(headers, body, secret))


def note(provider: str, told: Told) -> str:
    """Write down what a provider says of one of its payments, and tell of it. Returns the new state; "again", "gone"
    or "wrong" where nothing was written."""
    with as_office("payments"):
        found = Payment.objects.filter(provider=provider, reference=told.reference).first()
        if found is None:
            return "gone"
        became = str(
            _call("select wallet.note(%s, %s, %s, %s)", found.pk, told.state, told.money.amount, told.money.currency)
        )
        if became in Payment.STATES:
            outbox.emit(events.PaymentChanged(payment=found.pk, object=found.object_id))
            if became == "paid":
                evidence.record(events.PAID.name, subject=found.person_id, object=found.pk)
        return became


def look(payment_id: UUID) -> Told | None:
    """Ask the provider how an open payment stands; nothing is written. None: nothing to ask. Raises Unavailable."""
    with as_office("payments"):
        with transaction.atomic():
            found = Payment.objects.filter(pk=payment_id).exclude(reference="").exclude(state="paid").first()
            if found is None:
                return None
            provider, secret = _speaking(found.provider)
        return provider.ask(found.reference, found.person_id, secret)


def never_began(payment_id: UUID) -> None:
    """In the office of payments: its time is over and the provider never heard of it, so that it has ended."""
    with as_office("payments"):
        found = Payment.objects.filter(pk=payment_id, reference="").first()
        if found and _call("select wallet.never_began(%s)", payment_id):
            outbox.emit(events.PaymentChanged(payment=found.pk, object=found.object_id))


def pay_back(payment: Payment, money: Money, *, why: str, words: str = "") -> UUID | None:
    """Have money paid back, by a reaction of the program or an administrator (`words`: their reason).

    Returns the refund's id; None where so much is not held, or is on its way already.
    """
    refund = new_id()
    said = sealed.value(
        Refund, "words", words, organisation=payment.organisation_id, row=refund, person=payment.person_id
    )
    outcome = _call("select wallet.ask_refund(%s, %s, %s, %s, %s)", refund, payment.pk, money.amount, why, said)
    if outcome != "ok":
        return None
    if why == "by_hand":
        evidence.record(events.ASKED.name, subject=payment.person_id, object=payment.pk)
    from tillit.wallet import tasks

    tasks.carry_refund(refund)
    return refund


def send_refund(refund_id: UUID) -> None:
    """In the office of payments, without a transaction: have the provider pay it back. Raises Unavailable."""
    with transaction.atomic():
        refund = Refund.objects.select_related("payment").filter(pk=refund_id, state="asked").first()
        if refund is None:
            return
        found = refund.payment
        provider, secret = _speaking(found.provider)
    money = Money(refund.amount, found.currency)
    reference = provider.refund(found.reference, found.person_id, refund.pk, money, secret)
    refund_ended(refund, reference)


@transaction.atomic
def refund_ended(refund: Refund, reference: str | None) -> None:
    """In the office of payments: it was paid back under the provider's reference; None: it never will be."""
    done = reference is not None
    if _call("select wallet.refunded(%s, %s, %s)", refund.pk, reference or "", done):
        outbox.emit(events.RefundMade(refund=refund.pk, object=refund.payment.object_id))
        if done:
            evidence.record(events.REFUNDED.name, subject=refund.person_id, object=refund.payment_id)


def program() -> Actor:
    """The office that speaks to providers, in the acting organisation."""
    return Actor(organisation=_organisation(), office="payments")


def _speaking(key: str) -> tuple[providers.Provider, str]:
    provider, account = providers.get(key), queries.account_of(key)
    if provider is None or account is None:
        raise NotTaken
    return provider, queries.secret_of(account)


def _organisation() -> UUID:
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    return organisation


def _call(statement: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchone()[0]


__all__ = [
    "REASONS", "NotTaken", "Over", "Unavailable", "begin", "came_back", "heard", "look", "note", "pay_back", "program",
    "refund_ended", "sealed_payer", "send_refund", "turn_off", "turn_on",
]  # fmt: skip
