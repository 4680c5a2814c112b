"""Invoices. A draft has no number and is its seller's to change; sql/sales.sql posts it under the seller's next number,
and from then on neither it nor its lines change for anybody. What it says in words is sealed with its buyer's key, of
the class that outlives their wish to be forgotten. All sums: minor units of its currency."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Law, Purpose
from tillit.kernel.models import CASCADE, Made, Row, with_parent
from tillit.kernel.rls import Block, any_of, office, own
from tillit.kernel.sealed import Sealed

SEVEN_YEARS = 2557  # days: seven years with two leap days
BOOKS = Keep(
    "sales.invoice.year_over",
    _("seven years after the year in which the invoice was written, as the law on bookkeeping demands"),
    SEVEN_YEARS,
    law=Law("Bokföringslagen (1999:1078) 7 kap. 2 §", SEVEN_YEARS),
    clock="sales.books",
)
IN_BUSINESS = Keep("sales.business.removed", _("until you remove it, or leave"))
DRAFT = Block("state = 'draft' and number is null and kind = 'invoice'")
SELLS = [own("seller_id"), Block("seller_id is null") & staff("administrator")]
"""Whose invoice it is: the seller's, or the administrators' where the organisation itself sells."""


def _of_both(field: Any, what: Data = Data.PAYMENT) -> Any:
    return personal(
        field, of=("buyer", "seller"), what=what, why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS, erase=Erase.KEEP
    )


def _business(inner: Any, what: Data = Data.PROFESSIONAL) -> Sealed:
    return Sealed(inner, of="person", what=what, why=[Purpose.PAY], keep=IN_BUSINESS, erase=Erase.DELETE)


class Business(Row, Made):
    """What stands on somebody's invoices of themselves. Only they see it here; a buyer sees it on an invoice.

    number: personal or organisation number; vat_number: "" where none is owed.
    """

    called = _("what stands on your invoices of you")
    not_personal = ("made",)

    person = models.OneToOneField("identity.Person", CASCADE, related_name="+")
    name = _business(models.CharField(max_length=120), Data.NAME)
    number = _business(models.CharField(max_length=40))
    vat_number = _business(models.CharField(max_length=20, blank=True))
    address = _business(models.CharField(max_length=300), Data.LOCATION)
    bankgiro = _business(models.CharField(max_length=12, blank=True), Data.PAYMENT)
    plusgiro = _business(models.CharField(max_length=12, blank=True), Data.PAYMENT)
    swish = _business(models.CharField(max_length=20, blank=True), Data.PAYMENT)
    f_tax = personal(
        models.BooleanField(default=False, help_text="Approved for Swedish F tax."),
        of="person", what=Data.PROFESSIONAL, why=[Purpose.PAY], keep=IN_BUSINESS, erase=Erase.DELETE,
    )  # fmt: skip

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        remove = [own()]

    def __str__(self) -> str:
        return str(self.pk)


class Series(Row):
    """The numbers of one seller's documents. id: the seller's, or the organisation's; next: the one that comes."""

    not_personal = ("next",)

    next = models.BigIntegerField()

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE (next)"]

    def __str__(self) -> str:
        return str(self.next)


class Invoice(Row, Made):
    """A draft, an invoice, or a credit note (which takes back the whole of `credits`, with negative sums).

    seller: null where the organisation sells. net + vat = gross; reduction: of the tax, for work in a home, whole
    major units. job: what hiring calls it. includes_vat: are the lines' prices with VAT? supplied: the last day of the
    work. said: {"seller": {…}, "buyer": {"name", "address"}, "note"}, as it was when it was posted.
    """

    called = _("invoices that you wrote or got")
    not_personal = (
        "kind", "series", "number", "job", "currency", "includes_vat", "language", "state", "issued", "due", "supplied",
        "posted", "reminded", "made",
    )  # fmt: skip

    seller = models.ForeignKey("identity.Person", CASCADE, null=True, related_name="+")
    buyer = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = models.CharField(max_length=8, default="invoice")
    credits = models.ForeignKey("self", CASCADE, null=True, related_name="credited_by")
    series = models.UUIDField()
    number = models.BigIntegerField(null=True)
    job = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    includes_vat = models.BooleanField(default=True)
    language = models.CharField(max_length=8)
    net = _of_both(models.BigIntegerField(default=0))
    vat = _of_both(models.BigIntegerField(default=0))
    gross = _of_both(models.BigIntegerField(default=0))
    reduction = _of_both(models.BigIntegerField(default=0))
    said = Sealed(
        models.JSONField(default=dict), of="buyer", klass="accounting", whose=("buyer", "seller"), what=Data.PAYMENT,
        why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS, erase=Erase.KEEP,
    )  # fmt: skip
    state = models.CharField(max_length=8, default="draft")
    supplied = models.DateField(null=True)
    issued = models.DateField(null=True)
    due = models.DateField(null=True)
    posted = models.DateTimeField(null=True)
    reminded = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "series", "number"], condition=Q(number__isnull=False),
                name="invoice_number_once",
            ),
            models.UniqueConstraint(fields=["credits"], condition=Q(kind="credit"), name="invoice_credited_once"),
            models.CheckConstraint(
                condition=Q(state="draft", number=None, posted=None)
                | Q(state="posted", number__isnull=False, posted__isnull=False, issued__isnull=False),
                name="invoice_numbered_when_posted",
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("vat")), name="invoice_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits=None, gross__gte=F("reduction"), reduction__gte=0)
                | Q(kind="credit", credits__isnull=False, gross__lte=F("reduction"), reduction__lte=0),
                name="invoice_kind",
            ),
            models.CheckConstraint(condition=Q(seller=None) | ~Q(seller=F("buyer")), name="invoice_for_another"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["buyer", "-made"], name="invoice_of_buyer"),
            models.Index(fields=["series", "-made"], name="invoice_of_series"),
            models.Index(fields=["job"], name="invoice_of_job"),
        ]

    class Visible:
        see = [
            *SELLS, own("buyer_id") & Block("state = 'posted'"), any_of("id", "sales.asked_of_me()", "me"),
            office("reaction", "sweeper", "payments", "prober"),
        ]  # fmt: skip
        add = [one & DRAFT for one in SELLS]
        change = [one & DRAFT for one in SELLS]
        remove = [one & DRAFT for one in SELLS]
        fields_to_change = (
            "net", "vat", "gross", "reduction", "said", "supplied", "due", "includes_vat", "currency", "language",
        )  # fmt: skip
        trust_parents = ("buyer", "seller", "credits")
        definer = ["SELECT", "INSERT", "UPDATE (state, number, issued, posted, due, reminded)", "DELETE"]

    def __str__(self) -> str:
        return str(self.number or self.pk)

    @property
    def to_pay(self) -> int:
        """What the buyer pays, in minor units: all of it but what the tax authority pays."""
        return self.gross - self.reduction


class Line(Row):
    """A line. kind: work, travel, material; work: the tax authority's kind of household work, or "". quantity: in
    thousandths of `unit`; price: minor units for one unit; rate: of VAT, in hundredths of a per cent."""

    KINDS = ("work", "travel", "material")
    UNITS = ("hour", "piece", "km")
    called = _("what stands on invoices that you wrote or got")
    not_personal = ("position", "kind", "unit", "quantity", "price", "rate")

    invoice = models.ForeignKey(Invoice, CASCADE, related_name="lines")
    buyer = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=[(one, one) for one in KINDS])
    work = personal(
        models.CharField(max_length=24, blank=True), of="buyer", what=Data.PAYMENT, why=[Purpose.PAY, Purpose.BOOKS],
        keep=BOOKS, erase=Erase.KEEP,
    )  # fmt: skip
    text = Sealed(
        models.CharField(max_length=200), of="buyer", klass="accounting", what=Data.PAYMENT,
        why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS, erase=Erase.KEEP,
    )  # fmt: skip
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=8, choices=[(one, one) for one in UNITS])
    price = models.BigIntegerField()
    rate = models.PositiveSmallIntegerField()
    net = personal(
        models.BigIntegerField(), of="buyer", what=Data.PAYMENT, why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS,
        erase=Erase.KEEP,
    )  # fmt: skip
    vat = personal(
        models.BigIntegerField(), of="buyer", what=Data.PAYMENT, why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS,
        erase=Erase.KEEP,
    )  # fmt: skip
    gross = personal(
        models.BigIntegerField(), of="buyer", what=Data.PAYMENT, why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS,
        erase=Erase.KEEP,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="line_once"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("vat")), name="line_adds_up"),
            models.CheckConstraint(
                condition=Q(kind__in=("work", "travel", "material"), price__gte=0, rate__lte=10_000), name="line_real"
            ),
        ]

    class Visible:
        see = [any_of("invoice_id", "sales.mine()", "me"), office("reaction", "sweeper", "prober")]
        add = [any_of("invoice_id", "sales.my_drafts()")]
        remove = [any_of("invoice_id", "sales.my_drafts()")]
        trust_parents = ("buyer",)
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return str(self.position)


class Received(Row, Made):
    """Money that came for an invoice (negative: taken back), on a day; payment: the wallet's, where it came by it. It
    is never changed: a mistake is put right by another one."""

    called = _("what was paid for your invoices")
    not_personal = ("day", "payment", "made")

    organisation = with_parent()
    invoice = models.ForeignKey(Invoice, CASCADE, related_name="received")
    buyer = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    amount = personal(
        models.BigIntegerField(), of="buyer", what=Data.PAYMENT, why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS,
        erase=Erase.KEEP,
    )  # fmt: skip
    day = models.DateField()
    payment = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment"], condition=Q(payment__isnull=False), name="received_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="received_real"),
        ]

    class Visible:
        see = [any_of("invoice_id", "sales.mine()", "me"), office("reaction", "sweeper", "payments", "prober")]
        definer = ["SELECT", "INSERT"]

    def __str__(self) -> str:
        return str(self.amount)
