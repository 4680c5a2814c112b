"""What a person chose about their data: agreed to, objected to, laid at rest.

Each row is written by the person it is about and by nobody else; the answer to an objection comes through a definer
function (sql/rights.sql). A choice that is over is kept for a year, to show what held when.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import Block, own
from tillit.kernel.sealed import Sealed

CHOSEN = Keep(
    "privacy.choice.over", _("while it holds, and a year after it is over"), 365, clock="privacy.sweep_choices"
)


def _of_person(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    return personal(field, of="person", what=Data.CHOICE, why=[Purpose.ACCOUNT_FOR], keep=CHOSEN, erase=Erase.DELETE)


class Consent(Row, Made):
    """The person agreed to one use, in these words. Agreeing again after taking it back is a new row."""

    called = _("what you agreed to")
    not_personal = ("version", "text", "language", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    purpose = _of_person(models.CharField(max_length=40, help_text="A key of rights/consents.py."))
    version = models.PositiveSmallIntegerField(help_text="Of the words that were agreed to.")
    text = models.TextField(help_text="Those words, as they were read.")
    language = models.CharField(max_length=8, help_text="In which they were read.")
    withdrawn = _of_person(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=models.Q(withdrawn=None), name="consent_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "purpose"], condition=models.Q(withdrawn=None), name="consent_live"),
        ]

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        fields_to_change = ("withdrawn",)
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return str(self.purpose)


ABSOLUTE = ("marketing", "sale", "statistics")
"""Uses that an objection stops at once, without reasons (GDPR Art. 21(2)–(3); CCPA 1798.120)."""


class Objection(Row, Made):
    """The person objects to one use. state: upheld (it has stopped), waiting (it is paused until the answer), refused.

    signal: their browser said so (Global Privacy Control), not a form.
    """

    STATES = ("upheld", "waiting", "refused")

    called = _("what you objected to")
    not_personal = ("signal", "answered", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    purpose = _of_person(models.CharField(max_length=40, help_text="A key of rights/objections.py."))
    state = _of_person(models.CharField(max_length=10, choices=[(s, s) for s in STATES]))
    signal = models.BooleanField(default=False)
    words = Sealed(
        models.TextField(blank=True),
        of="person",
        what=Data.COMMUNICATION,
        why=[Purpose.ACCOUNT_FOR],
        keep=CHOSEN,
        erase=Erase.SHRED,
    )
    answer = Sealed(
        models.TextField(blank=True),
        of="person",
        what=Data.COMMUNICATION,
        why=[Purpose.ACCOUNT_FOR],
        keep=CHOSEN,
        erase=Erase.SHRED,
    )
    answered_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    answered = models.DateTimeField(null=True)
    withdrawn = _of_person(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=models.Q(withdrawn=None), name="objection_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "purpose"], condition=models.Q(withdrawn=None), name="objection_live"),
        ]

    class Visible:
        see = [own(), staff("administrator", "privacy")]
        add = [
            own()
            & Block(f"answered_by_id is null and (state = 'waiting' or state = 'upheld' and purpose in {ABSOLUTE})"),
        ]
        change = [own()]
        fields_to_change = ("withdrawn",)
        trust_parents = ("answered_by",)
        definer = ["SELECT", "UPDATE (state, answer, answered_by_id, answered)", "DELETE"]

    def __str__(self) -> str:
        return str(self.purpose)


class Restriction(Row, Made):
    """The person's data lies at rest: stored, and used for nothing else (GDPR Art. 18), until `lifted`."""

    REASONS = ("accuracy", "unlawful", "claims", "objection")

    called = _("that your data lies at rest")
    not_personal = ("made",)

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    reason = _of_person(models.CharField(max_length=10, choices=[(r, r) for r in REASONS]))
    lifted = _of_person(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(lifted=None), name="restriction_once"),
        ]
        indexes = [
            models.Index(fields=["organisation"], condition=models.Q(lifted=None), name="restriction_live"),
        ]

    class Visible:
        see = [own()]
        add = [own()]
        change = [own()]
        fields_to_change = ("lifted",)
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return str(self.reason)
