"""Documents of people who offer something, requests to see them, openings, and who checked what.

A document is its owner's alone until they open it to one person for a while (a grant of scope "documents.file" about
it). Requests, openings and checks are written by definer functions only (sql/documents.sql).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.documents import kinds
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import any_of, office, own
from tillit.kernel.sealed import Sealed

DAYS = 1095
REQUEST_DAYS = 90
OPENING_DAYS = 365

KEPT = Keep(
    "documents.document.over",
    _("some time after you put it here or after its last day, as the organisation has set, unless you remove it"),
    DAYS,
    setting="documents.keep_days",
    clock="documents.document",
)
ASKED = Keep(
    "documents.request.over", _("90 days after it was answered, two weeks after an answer failed to come"),
    REQUEST_DAYS, clock="documents.request",
)  # fmt: skip
OPENED = Keep("documents.opening.over", _("a year after it was opened"), OPENING_DAYS, clock="documents.sweep")
SHOWN = Keep("documents.shown.over", _("a year after it was shown"), OPENING_DAYS, clock="documents.sweep")

PROGRAMS = office("reaction", "sweeper", "prober")


def _about(field: Any, keep: Keep = KEPT) -> Any:
    return personal(
        field, of="person", what=Data.PROFESSIONAL, why=[Purpose.VOUCH], keep=keep, erase=Erase.DELETE
    )  # fmt: skip


def _sealed(field: Any) -> Sealed:
    return Sealed(field, of="person", what=Data.PROFESSIONAL, why=[Purpose.VOUCH], keep=KEPT, erase=Erase.DELETE)


def _one_of(words: Any, **more: Any) -> models.CharField[str, str]:
    return models.CharField(max_length=20, choices=[(word, word) for word in words], **more)


def _among(field: str, words: Any, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": list(words)}), name=name)


class Document(Row, Made):
    """One document. file: its upload (kernel.uploads), sealed with its owner's key. listed: what strangers may know of
    it on the profile: "" nothing, "title", "issuer" (that too). expires: its last day."""

    called = _("your certificates and diplomas")
    not_personal = ("file", "pages", "listed", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    kind = _about(_one_of(kinds.KINDS))
    title = _sealed(models.CharField(max_length=120))
    issuer = _sealed(models.CharField(max_length=120, blank=True))
    issued = _about(models.DateField(null=True))
    expires = _about(models.DateField(null=True))
    file = models.UUIDField()
    pages = models.PositiveSmallIntegerField()
    listed = _one_of(kinds.SHOWN_ON_PROFILE, blank=True, default="")

    class Meta:
        constraints = [
            _among("kind", kinds.KINDS, "documents_kind"),
            _among("listed", kinds.SHOWN_ON_PROFILE, "documents_listed"),
            models.CheckConstraint(condition=models.Q(pages__range=(1, 30)), name="documents_pages"),
            models.CheckConstraint(
                condition=models.Q(issued=None) | models.Q(expires=None) | models.Q(expires__gte=models.F("issued")),
                name="documents_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["person", "kind"], name="documents_of_person")]

    class Visible:
        see = [own(), any_of("id", "documents.open_to_me()", f"scope:{kinds.SCOPE}"), PROGRAMS]
        add = [own()]
        change = [own()]
        remove = [own()]
        fields_to_change = ("kind", "title", "issuer", "issued", "expires", "listed")
        trust_parents = ("person",)
        definer = ["SELECT", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class Request(Row, Made):
    """`asker` would like to see a document of `person`: that one, or one of a kind. called: as the asker is known where
    they asked. download: the file itself too. granted: by which grant it was opened."""

    called = _("documents that you asked for")
    not_personal = ("kind", "state", "download", "granted", "answered", "made")

    asker = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    document = models.ForeignKey(Document, CASCADE, null=True, related_name="requests")
    kind = _one_of(kinds.ASKED_FOR)
    words = Sealed(
        models.CharField(max_length=500, blank=True), of="asker", what=Data.COMMUNICATION, why=[Purpose.VOUCH],
        keep=ASKED, erase=Erase.DELETE,
    )  # fmt: skip
    name = Sealed(
        models.CharField(max_length=80, blank=True), of="asker", what=Data.NAME, why=[Purpose.VOUCH],
        keep=ASKED, erase=Erase.DELETE,
    )  # fmt: skip
    state = _one_of(kinds.STATES)
    download = models.BooleanField(default=False)
    granted = models.UUIDField(null=True)
    answered = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _among("state", kinds.STATES, "documents_request_state"),
            models.CheckConstraint(condition=~models.Q(asker=models.F("person")), name="documents_not_oneself"),
            models.UniqueConstraint(
                fields=["asker", "person", "kind", "document"], condition=models.Q(state="waiting"),
                nulls_distinct=False, name="documents_asked_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["person", "state"], name="documents_asked_of")]

    class Visible:
        see = [own("asker_id"), own("person_id"), PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE (state, download, granted, answered, document_id)", "DELETE"]

    def __str__(self) -> str:
        return self.state


class Opening(Row, Made):
    """`viewer` read what has and has not been checked, and opened the document until `ends`. Its owner reads of it."""

    called = _("that you opened a document")
    not_personal = ("ends", "made")

    document = models.ForeignKey(Document, CASCADE, related_name="openings")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+", help_text="Whose document it is.")
    viewer = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    name = Sealed(
        models.CharField(max_length=80, blank=True), of="viewer", what=Data.NAME, why=[Purpose.ACCOUNT_FOR],
        keep=OPENED, erase=Erase.DELETE,
    )  # fmt: skip
    reason = personal(
        models.CharField(max_length=20), of="viewer", what=Data.ACTIVITY, why=[Purpose.ACCOUNT_FOR], keep=OPENED,
        erase=Erase.DELETE,
    )  # fmt: skip
    ends = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["document", "-made"], name="documents_opened")]

    class Visible:
        see = [own("person_id"), own("viewer_id"), PROGRAMS]
        definer = ["SELECT", "INSERT", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class Check(Row, Made):
    """Somebody of the organisation checked a document, and how (kinds.HOW). A change of what it says takes it away."""

    called = _("how your documents were checked")
    not_personal = ("made",)

    document = models.ForeignKey(Document, CASCADE, related_name="checks")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+", help_text="Whose document it is.")
    by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    how = _about(_one_of(kinds.HOW))

    class Meta:
        constraints = [
            _among("how", kinds.HOW, "documents_how"),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("person")), name="documents_nobody_vouches_for_self"
            ),
        ]

    class Visible:
        see = [own("person_id"), own("by_id"), any_of("document_id", "documents.open_to_me()"), PROGRAMS]
        definer = ["SELECT", "INSERT", "DELETE"]

    def __str__(self) -> str:
        return self.how


class Shown(Row, Made):
    """An extract from the criminal record was shown in person on that day, to somebody of the organisation
    (`by_us`) or to somebody who had asked for it. Nothing of what stood in it."""

    called = _("that you showed an extract from the criminal record")
    not_personal = ("by_us", "made")

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    by_us = models.BooleanField()
    on = _about(models.DateField(), SHOWN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "by", "on"], name="documents_shown_once")]

    class Visible:
        see = [own("person_id"), own("by_id"), PROGRAMS]
        remove = [own("person_id")]
        definer = ["SELECT", "INSERT", "DELETE"]

    def __str__(self) -> str:
        return str(self.on)
