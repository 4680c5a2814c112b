"""Other programs that are told, and what came of each telling. Nothing about a person leaves this way: a message says
what happened to which id, and whoever wants more asks for it with a token."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tillit.access.visible import staff
from tillit.kernel import clock
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import office


class Webhook(Row, Made):
    """An address of another program, under a registered receiver. `secret` is sealed with the installation's key; the
    one before stays good until `old_until`, so that the other side can change over. `failing`: since when nothing was
    taken; stopped and failing is stopped because of that."""

    not_personal = ("receiver", "url", "events", "secret", "old_secret", "old_until", "failing", "stopped", "made")

    receiver = models.CharField(max_length=40, help_text="Key of the processor whose host it is.")
    url = models.URLField(max_length=500)
    events = ArrayField(models.CharField(max_length=100))
    secret = models.BinaryField()
    old_secret = models.BinaryField(default=b"")
    old_until = models.DateTimeField(null=True)
    failing = models.DateTimeField(null=True)
    stopped = models.DateTimeField(null=True)

    class Visible:
        see = [staff("administrator"), office("webhook")]
        add = [staff("administrator")]
        change = [staff("administrator"), office("webhook")]
        remove = [staff("administrator")]
        fields_to_change = ("url", "events", "secret", "old_secret", "old_until", "failing", "stopped")

    def __str__(self) -> str:
        return str(self.pk)


class WebhookDelivery(Row, Made):
    """One message to one webhook. state: waiting, delivered, dead (not taken for three days), stopped."""

    STATES = ("waiting", "delivered", "dead", "stopped")
    not_personal = (
        "event",
        "message_id",
        "object_id",
        "state",
        "tries",
        "status",
        "problem",
        "next_try",
        "taken_until",
        "happened",
        "changed",
        "made",
    )

    webhook = models.ForeignKey(Webhook, CASCADE, related_name="deliveries")
    event = models.CharField(max_length=100)
    message_id = models.UUIDField(help_text="The event's id: the same for every try and every replay.")
    object_id = models.UUIDField(null=True)
    happened = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(s, s) for s in STATES])
    tries = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, help_text="Of the last answer, if there was one.")
    problem = models.CharField(max_length=40, blank=True, help_text="Kind of error of the last try, never its text.")
    next_try = models.DateTimeField(null=True, help_text="While it waits: not before then; null for as soon as can be.")
    taken_until = models.DateTimeField(null=True, help_text="A worker is sending it, and until then no other does.")
    changed = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "message_id"], name="webhook_told_once")]
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["made"], name="webhook_delivery_made"),
        ]

    class Visible:
        see = [staff("administrator"), office("webhook")]
        add = [office("webhook")]
        change = [office("webhook")]
        fields_to_change = ("state", "tries", "status", "problem", "next_try", "taken_until", "changed")
        definer = ["SELECT (made)", "DELETE"]

    @property
    def is_taken(self) -> bool:
        """Is a worker sending it at this moment?"""
        return self.taken_until is not None and self.taken_until > clock.now()

    def __str__(self) -> str:
        return f"{self.event} {self.state}"
