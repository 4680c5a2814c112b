"""Tax reduction for work in homes (SFS 2009:194): what is asked of the buyer, and what becomes of the request."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Law, Purpose
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import Block, office, own
from tillit.kernel.sealed import Sealed
from tillit.sales.models.invoices import BOOKS, Invoice

ASKED_UNTIL = Keep(
    "sales.reduction.decided",
    _("until the end of the year after the one in which you paid: the tax authority takes requests until 31 January"),
    365,
    law=Law("Lag (2009:194) om förfarandet vid skattereduktion för hushållsarbete 8 §", 365),
    clock="sales.number",
)


class Reduction(Row, Made):
    """The reduction on one invoice. state: asked (of the buyer), given (the buyer wants it), declined, requested (the
    file was made), decided. approved: minor units that the authority pays. remaining: what the buyer says is left of
    the year's highest reduction, minor units."""

    STATES = ("asked", "given", "declined", "requested", "decided")
    called = _("tax reductions for work in your home")
    not_personal = ("state", "given", "requested", "decided", "made")

    invoice = models.OneToOneField(Invoice, CASCADE, related_name="tax")
    seller = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    buyer = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    state = models.CharField(max_length=10, default="asked")
    remaining = Sealed(
        models.BigIntegerField(null=True), of="buyer", klass="accounting", what=Data.PAYMENT, why=[Purpose.PAY],
        keep=BOOKS, erase=Erase.KEEP,
    )  # fmt: skip
    approved = personal(
        models.BigIntegerField(null=True), of="buyer", what=Data.PAYMENT, why=[Purpose.PAY, Purpose.BOOKS], keep=BOOKS,
        erase=Erase.KEEP,
    )  # fmt: skip
    given = models.DateTimeField(null=True)
    requested = models.DateTimeField(null=True)
    decided = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("asked", "given", "declined", "requested", "decided")), name="reduction_state"
            ),
        ]

    class Visible:
        see = [own("seller_id"), own("buyer_id"), office("reaction", "sweeper", "prober")]
        add = [own("seller_id") & Block("state = 'asked'")]
        change = [
            own("buyer_id") & Block("state in ('asked', 'given')"),
            own("seller_id") & Block("state in ('given', 'requested', 'decided')"),
        ]
        check_change = [
            own("buyer_id") & Block("state in ('given', 'declined')"),
            own("seller_id") & Block("state in ('requested', 'decided')"),
        ]
        fields_to_change = ("state", "remaining", "approved", "given", "requested", "decided")
        trust_parents = ("buyer", "seller")
        definer = ["SELECT"]

    def __str__(self) -> str:
        return self.state


class PersonalNumber(Row, Made):
    """The buyer's personal identity number, for one request. Nobody reads it but its owner; sales.numbers (sql) hands
    it to the seller once the invoice is paid, for the tax authority's file alone."""

    called = _("your personal identity number, for a tax reduction")
    not_personal = ("made",)

    reduction = models.OneToOneField(Reduction, CASCADE, related_name="number")
    buyer = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    number = Sealed(
        models.CharField(max_length=12), of="buyer", klass="accounting", what=Data.IDENTITY, why=[Purpose.TAX],
        keep=ASKED_UNTIL, erase=Erase.KEEP,
    )  # fmt: skip

    class Visible:
        see = [own("buyer_id")]
        add = [own("buyer_id")]
        remove = [own("buyer_id")]
        trust_parents = ("buyer",)
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)
