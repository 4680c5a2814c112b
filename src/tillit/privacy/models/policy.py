"""What an organisation chooses about its policy, what it has published, who accepted it, and its agreement."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel import clock
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import everyone, office, own

KNOWN = Keep("identity.person.over", _("while you have dealings here"), clock="booking.data")


class PolicySettings(Row, Made):
    """An organisation's choices and its own public words. Everybody may read them; without a row the defaults hold."""

    not_personal = (
        "additions", "minimum_age", "age_at_booking", "words", "contact_name", "contact_email", "contact_phone", "made",
    )  # fmt: skip

    additions = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, help_text="Further frames, such as ccpa."
    )
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Whole years; null: the frame's.")
    age_at_booking = models.BooleanField(default=False, help_text="Is the age asked before a booking too?")
    words = models.JSONField(default=dict, blank=True, help_text="Place → language → the organisation's own words.")
    contact_name = models.CharField(max_length=200, blank=True, help_text="Who answers about data; public by choice.")
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="policy_settings_once"),
            models.CheckConstraint(
                condition=Q(minimum_age=None) | Q(minimum_age__range=(13, 21)), name="policy_minimum_age"
            ),
        ]

    class Visible:
        see = [everyone()]
        add = [staff("administrator", "privacy")]
        change = [staff("administrator", "privacy")]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.organisation_id)


class Document(models.TextChoices):
    """What an organisation publishes in versions."""

    NOTICE = "notice", _("how we handle data")
    DUTIES = "duties", _("what members undertake")
    AGREEMENT = "agreement", _("the agreement with the operator")


class Notice(Row, Made):
    """One published version of a document, for ever: nobody changes or removes it. `digest` is the SHA-256 of facts and
    pages in canonical form; a significant version applies later than it was made, so that people learn of it before."""

    not_personal = ("document", "number", "facts", "pages", "digest", "significant", "changes", "applies", "made")

    document = models.CharField(max_length=10, choices=Document.choices)
    number = models.PositiveIntegerField(help_text="1, 2, 3 … of the document in its organisation.")
    facts = models.JSONField(help_text="What the text rests on, without language: what is compared.")
    pages = models.JSONField(help_text="Language → the sections as people read them.")
    digest = models.CharField(max_length=64)
    significant = models.BooleanField()
    changes = models.JSONField(default=list, help_text="What differs from the version before, as facts.")
    applies = models.DateTimeField(help_text="From when it holds.")
    published_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "document", "number"], name="notice_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="notice_counts_from_one"),
            models.CheckConstraint(condition=Q(applies__gte=models.F("made")), name="notice_applies_after"),
        ]

    class Visible:
        see = [everyone()]
        add = [staff("administrator", "privacy"), office("operator")]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return f"{self.document} {self.number}"


class Acceptance(Row):
    """Somebody accepted a version: a member the notice and the duties, an administrator the agreement."""

    notice = models.ForeignKey(Notice, CASCADE, related_name="acceptances")
    person = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    accepted = personal(
        models.DateTimeField(default=clock.now), of="person", what=Data.ACTIVITY, why=[Purpose.ACCOUNT_FOR],
        keep=KNOWN, erase=Erase.DETACH,
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "person"], name="acceptance_once")]
        indexes = [models.Index(fields=["person", "notice"], name="acceptance_of_person")]

    class Visible:
        see = [own(), staff("administrator", "privacy")]
        add = [own()]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return str(self.pk)
