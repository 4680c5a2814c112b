"""What people ask of the organisation about their data, and what came of it.

Words are sealed with a key of the matter itself, so that they outlive the erasure of whom they are about: a law wants
it to be shown how a request was answered and to whom data was given. They go when their time is over.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel import normal
from tillit.kernel.dpv import Data, Erase, Keep, Law, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import Block, any_of, office, own, subject_id
from tillit.kernel.sealed import BlindIndex, Sealed

TWO_YEARS = 731  # days, a leap day among them

ASKED = Keep(
    "privacy.request.over",
    _("some years after the answer"),
    TWO_YEARS,
    setting="privacy.request_days",
    law=Law(_("the duty to be able to show how a request was answered"), TWO_YEARS),
    clock="privacy.request",
)
KINDS = (
    "access", "portability", "correct", "erase", "restrict", "object", "withdraw", "opt-out", "question", "complaint",
)  # fmt: skip
CHANNELS = ("product", "form", "mail", "letter", "telephone")
REQUEST_STATES = ("unproven", "open", "answered", "withdrawn", "lapsed")
PROOFS = ("", "login", "address", "shown")
OUTCOMES = ("", "granted", "partly", "refused")

OFFICE = staff("administrator", "privacy")
PROGRAMS = office("reaction", "sweeper", "prober")


def sealed_words(inner: models.Field[Any, Any], keep: Keep, what: Data = Data.COMMUNICATION) -> Sealed:
    """Sealed for the matter: a law keeps it to its end, whoever is erased meanwhile."""
    return Sealed(
        inner, of="self", whose="person", klass="journal", what=what, why=[Purpose.COMPLY], keep=keep,
        erase=Erase.KEEP,
    )  # fmt: skip


def one_of(words: tuple[str, ...], length: int = 12, **more: Any) -> models.CharField[str, str]:
    """A field that holds one of these words."""
    return models.CharField(max_length=length, choices=[(word, word) for word in words], **more)


def among(field: str, words: tuple[str, ...], name: str) -> models.CheckConstraint:
    """The database refuses any other word."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": words}), name=name)


class RightsRequest(Row, Made):
    """Somebody asks something about their data. `received`: the day on which it came, in the organisation's zone.

    person: whom it is about (the latest of them, where several rows are one's), once known. asked_by: who wrote it
    down: the person, or somebody of the office; nobody for a stranger's form. proof: how it was made sure who asks:
    login, address (an answer from the registered one), shown (to `proved_by`, and not kept). behalf: it is asked for
    somebody else, which needs an authority that was shown. due: the end of the last day for an answer.
    """

    called = _("what you asked about your data, and the answers")
    not_personal = (
        "reference", "kind", "channel", "language", "received", "behalf", "state", "proof", "proven", "likeness", "due",
        "extended", "outcome", "refusal", "closed", "made",
    )  # fmt: skip

    reference = models.CharField(max_length=20, help_text="As letters name it.")
    kind = one_of(KINDS)
    channel = one_of(CHANNELS)
    language = models.CharField(max_length=8)
    received = models.DateField()
    person = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    name = sealed_words(models.CharField(max_length=200, blank=True), ASKED, Data.NAME)
    address = sealed_words(models.EmailField(max_length=254, blank=True), ASKED, Data.EMAIL)
    address_index = BlindIndex(of="address", normalise=normal.email)
    words = sealed_words(models.TextField(blank=True), ASKED)
    answer = sealed_words(models.TextField(blank=True), ASKED)
    behalf = models.BooleanField(default=False)
    state = one_of(REQUEST_STATES, default="unproven")
    proof = one_of(PROOFS, blank=True, default="")
    proven = models.DateTimeField(null=True)
    proved_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    likeness = models.CharField(max_length=8, blank=True, help_text="same, alike or other: the typed address.")
    due = models.DateTimeField()
    extended = models.CharField(max_length=12, blank=True, help_text="A member of kernel.dpv.Delay.")
    outcome = one_of(OUTCOMES, blank=True, default="")
    refusal = models.CharField(max_length=12, blank=True, help_text="A member of kernel.dpv.Refusal.")
    answered_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    closed = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            among("kind", KINDS, "request_kind"),
            among("channel", CHANNELS, "request_channel"),
            among("state", REQUEST_STATES, "request_state"),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=("partly", "refused")) | ~models.Q(refusal=""),
                name="request_refusal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=("granted", "partly")) | ~models.Q(proof=""),
                name="request_granted_to_who_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due"], name="request_waiting"),
            models.Index(fields=["organisation", "address_index"], name="request_by_address"),
        ]

    class Visible:
        see = [
            own("asked_by_id") & Block("channel = 'product'"),
            any_of("id", "privacy.my_requests()"),
            OFFICE,
            subject_id("id", of="asker"),
            PROGRAMS,
        ]
        add = [
            own("person_id")
            & Block("channel = 'product' and proof in ('login', 'address') and asked_by_id = person_id"),
            OFFICE & own("asked_by_id") & Block("channel in ('mail', 'letter', 'telephone') and state = 'unproven'"),
            office("public", "member")
            & Block("channel = 'form' and state = 'unproven' and person_id is null and asked_by_id is null"),
        ]
        change = [OFFICE, subject_id("id", of="asker"), any_of("id", "privacy.my_requests()"), office("sweeper")]
        check_change = [
            OFFICE,
            subject_id("id", of="asker") & Block("state in ('open', 'withdrawn') and outcome = ''"),
            any_of("id", "privacy.my_requests()") & Block("state = 'withdrawn' and outcome = ''"),
            office("sweeper"),
        ]
        fields_to_change = (
            "answer", "state", "proof", "proven", "proved_by_id", "likeness", "due", "extended", "outcome",
            "refusal", "answered_by_id", "closed",
        )  # fmt: skip
        trust_parents = ("person", "asked_by", "proved_by", "answered_by")
        definer = ["SELECT", "UPDATE (person_id)", "DELETE"]

    def __str__(self) -> str:
        return self.reference


class RequestSubject(Row):
    """A request is about this person. Written by definer functions only (sql/desk.sql)."""

    request = models.ForeignKey(RightsRequest, CASCADE, related_name="subjects")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="request_subject_once")]
        indexes = [models.Index(fields=["person"], name="request_subject")]

    class Visible:
        see = [own(), OFFICE, subject_id("request_id", of="asker"), PROGRAMS]
        definer = ["SELECT", "INSERT", "DELETE"]


class RequestStep(Row, Made):
    """What happened to a request, and when; whoever asked can read it. Nobody changes or removes a step."""

    not_personal = ("what", "detail", "made")

    request = models.ForeignKey(RightsRequest, CASCADE, related_name="steps")
    what = models.CharField(max_length=20)
    detail = models.CharField(max_length=60, blank=True, help_text="A stable word.")
    by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")

    class Visible:
        see = [OFFICE, subject_id("request_id", of="asker"), any_of("request_id", "privacy.my_requests()"), PROGRAMS]
        add = see
        trust_parents = ("by",)
        definer = ["SELECT"]


class Telling(Row, Made):
    """Somebody who received data is told what became of it (GDPR Art. 19): tried again until it is done.

    state: waiting, told, or impossible (`why`: a stable word). receiver: the processor's key; name: as it was known.
    """

    not_personal = ("receiver", "name", "state", "why", "tries", "tried", "made")

    request = models.ForeignKey(RightsRequest, CASCADE, related_name="tellings")
    receiver = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    state = one_of(("waiting", "told", "impossible"), default="waiting")
    why = models.CharField(max_length=30, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "receiver"], name="telling_once")]

    class Visible:
        see = [OFFICE, any_of("request_id", "privacy.my_requests()"), subject_id("request_id", of="asker"), PROGRAMS]
        add = [OFFICE]
        change = [OFFICE, office("sweeper")]
        fields_to_change = ("state", "why", "tries", "tried")
        definer = ["SELECT"]
