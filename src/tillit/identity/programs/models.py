"""Tokens, the clients of organisations, and answers that are kept for a day. Written by sql/programs.sql."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Record, Row
from tillit.kernel.rls import Block, own, own_account

TOKEN = Keep("identity.token.over", _("until you end it, or its last day"), clock="identity.sweep")
ANSWERED = Keep("identity.answer.over", _("a day"), 1, clock="identity.sweep")

BY_HAND = Block("(select identity.by_hand())", "me")
"""A person in a browser, not a program with a token."""


class ApiToken(Record, Made):
    """A token: of a person (no `program`), or one that a client got in exchange for its secret. Only its SHA-256 is
    kept; the name is sealed (tokens.py)."""

    called = _("your access tokens")
    not_personal = ("scopes", "expires", "made")
    opened_by: ClassVar[dict[str, str]] = {"name": "tillit.identity.programs.tokens.opened_name"}

    account = models.ForeignKey("identity.Account", CASCADE, related_name="+")
    program = models.ForeignKey("identity.Program", CASCADE, null=True, related_name="+")
    name = personal(
        models.BinaryField(), of="account", what=Data.COMMUNICATION, why=[Purpose.LOGIN], keep=TOKEN, erase=Erase.DELETE
    )
    token_hash = personal(
        models.BinaryField(unique=True),
        of="account", what=Data.AUTHENTICATION, why=[Purpose.LOGIN], keep=TOKEN, erase=Erase.DELETE,
    )  # fmt: skip
    scopes = ArrayField(models.CharField(max_length=40))
    expires = models.DateTimeField()
    used = personal(
        models.DateTimeField(null=True),
        of="account", what=Data.ACTIVITY, why=[Purpose.SECURITY], keep=TOKEN, erase=Erase.DELETE,
    )  # fmt: skip

    class Visible:
        see = [own_account()]
        remove = [own_account() & BY_HAND]
        definer = ["SELECT", "INSERT", "UPDATE (used)", "DELETE"]


class Program(Row, Made):
    """A client of an organisation (RFC 6749). It acts as whoever made it, within its scopes, until its last day."""

    not_personal = ("name", "secret_hash", "scopes", "expires", "stopped", "used", "made")

    made_by = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    secret_hash = models.BinaryField()
    scopes = ArrayField(models.CharField(max_length=40))
    expires = models.DateTimeField()
    stopped = models.DateTimeField(null=True)
    used = models.DateTimeField(null=True)

    class Visible:
        see = [staff("administrator")]
        add = [staff("administrator") & own("made_by_id") & BY_HAND]
        change = [staff("administrator") & BY_HAND]
        fields_to_change = ("stopped",)
        definer = ["SELECT", "UPDATE (used)", "DELETE"]


class KeptAnswer(Record):
    """What was answered to a request with an idempotency key, sealed; given again for a day to the same request.

    `about`: the people whom it concerns (who asked, and who is named in the answer), with whose erasure it goes.
    """

    called = _("answers that are given again when a program repeats itself")
    not_personal = ("about", "expires")

    account = models.ForeignKey("identity.Account", CASCADE, null=True, related_name="+")
    key = personal(
        models.CharField(max_length=64, unique=True),
        of="about", what=Data.ACTIVITY, why=[Purpose.LOGIN], keep=ANSWERED, erase=Erase.DELETE,
    )  # fmt: skip
    fingerprint = personal(
        models.BinaryField(),
        of="about", what=Data.ACTIVITY, why=[Purpose.LOGIN], keep=ANSWERED, erase=Erase.DELETE,
    )  # fmt: skip
    answer = personal(
        models.BinaryField(),
        of="about", what=Data.ACTIVITY, why=[Purpose.LOGIN], keep=ANSWERED, erase=Erase.DELETE,
    )  # fmt: skip
    about = ArrayField(models.UUIDField(), default=list)
    expires = models.DateTimeField()

    class Meta:
        indexes = [GinIndex(fields=["about"], name="keptanswer_about", fastupdate=False)]

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE (fingerprint, answer, about, expires)", "DELETE"]
