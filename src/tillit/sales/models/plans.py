"""Memberships that an organisation offers: paid once for a time, over by themselves."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, PROTECT, Made, Row
from tillit.kernel.rls import everyone, office, own

TAKEN = Keep("sales.subscription.over", _("a year after it was over"), 365, clock="sales.subscription_data")


class Plan(Row, Made):
    """A membership as it is offered: words, a price in minor units of the organisation's currency, and months."""

    not_personal = ("name", "about", "price", "months", "offered", "made")

    name = models.CharField(max_length=80)
    about = models.CharField(max_length=400, blank=True)
    price = models.BigIntegerField()
    months = models.PositiveSmallIntegerField()
    offered = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0, months__range=(1, 24)), name="plan_real"),
        ]

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        change = [staff("administrator")]
        fields_to_change = ("name", "about", "price", "months", "offered")
        definer = ["SELECT"]

    def __str__(self) -> str:
        return self.name


class Subscription(Row, Made):
    """Somebody's membership. state: open (to be paid), on, over. It is over at `until` by itself. renews: they asked to
    be sent a payment for the next time beforehand; nothing is ever drawn. why: ended, withdrawn, unpaid."""

    called = _("your memberships")
    not_personal = ("state", "price", "currency", "since", "until", "told", "why", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, PROTECT, related_name="+")
    follows = models.ForeignKey("self", CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=8, default="open")
    price = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    renews = personal(
        models.BooleanField(default=False), of="person", what=Data.CHOICE, why=[Purpose.PAY], keep=TAKEN,
        erase=Erase.DELETE,
    )  # fmt: skip
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    told = models.DateTimeField(null=True)
    why = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", since=None) | Q(state="over") | Q(state="on", until__gt=F("since")),
                name="subscription_state",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(state="open"), name="subscription_open_once"
            ),
        ]

    class Visible:
        see = [own(), office("reaction", "sweeper", "payments", "prober")]
        change = [own()]
        fields_to_change = ("renews",)
        trust_parents = ("plan", "follows")  # written by sql/plans.sql alone
        definer = ["SELECT", "INSERT", "UPDATE (state, since, until, told, why)", "DELETE"]

    def __str__(self) -> str:
        return self.state
