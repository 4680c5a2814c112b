"""Payments, what they add up to, and what is paid back.

A *payment* is one attempt of a person to pay for one thing; `held` is what the organisation has of it, and equals the
sum of its *entries*, which never change (sql/wallet.sql keeps both, and writes all of these rows).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use, staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Law, Purpose
from tillit.kernel.ids import new_id
from tillit.kernel.models import CASCADE, Made, Row, with_parent
from tillit.kernel.rls import Block, office, own, subject_id
from tillit.kernel.sealed import Sealed

SEVEN_YEARS = 2557  # days: seven years with two leap days
BOOKS = Keep(
    "wallet.payment.year_over",
    _("seven years after the year in which it was paid, as the law on bookkeeping demands"),
    SEVEN_YEARS,
    law=Law("Bokföringslagen (1999:1078) 7 kap. 2 §", SEVEN_YEARS),
    clock="wallet.books",
)
OF_PAYMENT = Block("exists (select 1 from wallet_payment p where p.id = payment_id)")


class MerchantAccount(Row, Made):
    """The organisation takes payments through a provider. `secret` is shared with it, sealed with the installation's
    key; stopped: no new payment begins, and what was paid can still be paid back."""

    not_personal = ("provider", "secret", "stopped", "made")

    provider = models.CharField(max_length=40, help_text="Key of the provider, and of its entry among the receivers.")
    secret = models.BinaryField()
    stopped = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "provider"], name="merchant_once")]

    class Visible:
        see = [staff("administrator"), office("payments"), office("test-payments")]
        add = [staff("administrator")]
        change = [staff("administrator")]
        fields_to_change = ("secret", "stopped")

    def __str__(self) -> str:
        return self.provider


class Payment(Row, Made):
    """One attempt to pay. amount, held: minor units of `currency` (ISO 4217). due: until when it can be paid."""

    STATES = ("open", "paid", "failed", "ended")
    called = _("your payments")
    not_personal = (
        "object_kind", "object_id", "currency", "state", "held", "provider", "reference", "url", "due", "settled",
        "made",
    )  # fmt: skip

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    object_kind = models.CharField(max_length=60, help_text="What it is for: the model, as app.model.")
    object_id = models.UUIDField()
    payer = Sealed(
        models.CharField(max_length=200), of="person", klass="accounting", what=Data.NAME, why=[Purpose.BOOKS],
        keep=BOOKS, erase=Erase.KEEP,
    )  # fmt: skip
    amount = personal(
        models.BigIntegerField(), of="person", what=Data.PAYMENT, why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS,
        erase=Erase.KEEP,
    )  # fmt: skip
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, default="open")
    held = models.BigIntegerField(default=0)
    provider = models.CharField(max_length=40)
    reference = models.CharField(max_length=100, blank=True, help_text="The provider's own, once it has begun there.")
    url = models.CharField(max_length=500, blank=True, help_text="Where the payer goes, at the provider.")
    due = models.DateTimeField()
    settled = models.DateTimeField(null=True, help_text="When it became anything but open.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_id"], condition=Q(state="open"), name="payment_open_once"),
            models.UniqueConstraint(
                fields=["organisation", "provider", "reference"],
                condition=~Q(reference=""),
                name="payment_reference_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, held__gte=0, held__lte=F("amount")), name="payment_sums"),
        ]
        indexes = [models.Index(fields=["object_id"], name="payment_of_object")]

    class Visible:
        see = [
            own(), staff("administrator") & in_use("person_id"), subject_id("object_id", of="guest"),
            office("payments", "reaction"),
        ]  # fmt: skip
        definer = ["SELECT", "INSERT", "UPDATE (state, held, reference, url, settled)", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class Entry(Row, Made):
    """Money that came (positive) or went (negative), in minor units of the payment's currency. Never changed."""

    called = _("your payments")
    not_personal = ("reference", "made")

    organisation = with_parent()
    payment = models.ForeignKey(Payment, CASCADE, related_name="entries")
    amount = personal(
        models.BigIntegerField(), of="payment__person", what=Data.PAYMENT, why=[Purpose.BOOKS], keep=BOOKS,
        erase=Erase.KEEP,
    )  # fmt: skip
    reference = models.CharField(max_length=100, help_text="The provider's, of this movement.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payment", "reference"], name="entry_once")]

    class Visible:
        see = [OF_PAYMENT]
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return str(self.amount)


class Refund(Row, Made):
    """Money on its way back. why: what led to it; words: an administrator's own reason."""

    STATES = ("asked", "done", "failed")
    called = _("what was paid back to you")
    not_personal = ("why", "state", "reference", "settled", "made")

    organisation = with_parent()
    payment = models.ForeignKey(Payment, CASCADE, related_name="refunds")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    amount = personal(
        models.BigIntegerField(), of="person", what=Data.PAYMENT, why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS,
        erase=Erase.KEEP,
    )  # fmt: skip
    why = models.CharField(max_length=12)
    words = Sealed(
        models.TextField(blank=True), of="person", klass="accounting", what=Data.COMMUNICATION, why=[Purpose.BOOKS],
        keep=BOOKS, erase=Erase.KEEP,
    )  # fmt: skip
    state = models.CharField(max_length=8, default="asked")
    reference = models.CharField(max_length=100, blank=True)
    settled = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_real")]

    class Visible:
        see = [OF_PAYMENT]
        definer = ["SELECT", "INSERT", "UPDATE (state, reference, settled)"]

    def __str__(self) -> str:
        return str(self.pk)


class TestPayment(Row):
    """What the test provider keeps, as another company would: no name, no person. Only in demos and tests."""

    not_personal = ("amount", "currency", "state", "return_url", "callback_url", "due", "refunds")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, default="open")
    return_url = models.CharField(max_length=500)
    callback_url = models.CharField(max_length=500)
    due = models.DateTimeField()
    refunds = models.JSONField(default=dict, help_text="The other side's key of a refund → minor units.")

    class Visible:
        see = [office("test-payments")]
        add = [office("test-payments")]
        change = [office("test-payments")]
        fields_to_change = ("state", "refunds")

    def __str__(self) -> str:
        return str(self.pk)
