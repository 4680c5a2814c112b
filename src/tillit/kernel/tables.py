"""The kernel's own tables: events on their way, what came of them, mail on its way, uploads."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.kernel.declare import F, personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Record, Row
from tillit.kernel.rls import everyone, office, own, subject_id
from tillit.kernel.sealed import Sealed

PASSED_ON = Keep("kernel.outbox.relayed", _("two weeks after it was passed on"), 14, clock="kernel.sweep")
SENT = Keep("kernel.mail.sent", _("until it is sent, two weeks at most"), clock="kernel.sweep")
FILE = Keep("kernel.upload.removed", _("as long as the file"))


class Outbox(Record, Made):
    """One event. Written by `kernel.emit` and read by the relay, both definer functions (sql/outbox.sql).

    `organisation` and `person` come from the ticket. They are no foreign keys: a check of the parents would
    lock rows that every booking of the organisation needs.
    """

    called = _("what is being told to other parts of the program")
    not_personal = ("organisation_id", "name", "data", "mac", "relayed", "made")

    organisation_id = models.UUIDField()
    person_id = personal(
        models.UUIDField(null=True),
        of="person_id",
        what=Data.ACTIVITY,
        why=[Purpose.COORDINATE],
        keep=PASSED_ON,
        erase=Erase.DETACH,
    )
    name = models.CharField(max_length=100)
    data = models.JSONField(help_text="Ids only.")
    mac = models.CharField(max_length=64)
    relayed = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(relayed=None)),
            models.Index(fields=["relayed"], name="outbox_relayed", condition=models.Q(relayed__isnull=False)),
        ]

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE (relayed)", "DELETE"]

    def __str__(self) -> str:
        return self.name


class Delivery(Record, Made):
    """One consumer has had one event ("done", in the same transaction as its effect), or gave up ("dead")."""

    not_personal = ("consumer", "state", "attempts", "reason", "made")

    event = models.ForeignKey(Outbox, CASCADE, related_name="deliveries")
    consumer = models.CharField(max_length=100)
    state = models.CharField(max_length=8)
    attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, help_text="Kind of error and place in the code, never its text.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "event"], name="delivery_once")]
        indexes = [models.Index(fields=["id"], name="delivery_dead", condition=models.Q(state="dead"))]

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE (state, attempts, reason)", "DELETE"]

    def __str__(self) -> str:
        return f"{self.consumer} {self.state}"


def _mail_field(field: F, what: Data) -> F:
    return personal(field, of="about", what=what, why=[Purpose.COORDINATE], keep=SENT, erase=Erase.DELETE)


class Mail(Record, Made):
    """A mail on its way: stored, sealed, in the transaction that caused it, and gone when it is sent.

    `about`: the people whom it concerns, with whose erasure it goes.
    """

    called = _("mail on its way to you")
    not_personal = ("about", "made")

    recipient = _mail_field(models.BinaryField(), Data.EMAIL)
    content = _mail_field(models.BinaryField(), Data.COMMUNICATION)
    about = ArrayField(models.UUIDField(), default=list)

    class Meta:
        indexes = [GinIndex(fields=["about"], name="mail_about", fastupdate=False)]

    class Visible:
        add = [everyone()]
        see = [subject_id("id", of="mail")]
        remove = [subject_id("id", of="mail")]
        definer = ["SELECT (about, made)", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class SentMail(Record, Made):
    """A mail that an installation without a mail server has sent to its own inbox page (demo)."""

    called = _("mail to you in the demo's inbox")
    not_personal = ("about", "made")

    recipient = _mail_field(models.BinaryField(), Data.EMAIL)
    content = _mail_field(models.BinaryField(), Data.COMMUNICATION)
    about = ArrayField(models.UUIDField(), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["made"], name="sentmail_made"),
            GinIndex(fields=["about"], name="sentmail_about", fastupdate=False),
        ]

    class Visible:
        add = [subject_id("id", of="mail")]
        see = [office("demo")]
        definer = ["SELECT (about, made)", "DELETE"]

    def __str__(self) -> str:
        return str(self.pk)


class Upload(Row, Made):
    """A file that a person sent. Its content lies in the folder of uploads under the row's id."""

    called = _("files that you sent")
    not_personal = ("kind", "size", "made")

    owner = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    name = Sealed(
        models.CharField(max_length=160),
        of="owner",
        what=Data.COMMUNICATION,
        why=[Purpose.COORDINATE],
        keep=FILE,
        erase=Erase.DELETE,
    )
    kind = models.CharField(max_length=100, help_text="Media type, decided from the content.")
    size = models.BigIntegerField(help_text="Bytes.")
    sha256 = personal(
        models.BinaryField(),
        of="owner",
        what=Data.COMMUNICATION,
        why=[Purpose.SECURITY],
        keep=FILE,
        erase=Erase.DELETE,
    )

    class Visible:
        see = [own("owner_id")]
        add = [own("owner_id")]
        remove = [own("owner_id")]
        definer = ["SELECT (id)"]

    def __str__(self) -> str:
        return str(self.pk)
