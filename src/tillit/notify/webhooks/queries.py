"""Reads: the webhooks of the acting organisation, and what was sent. For administrators."""

from __future__ import annotations

from uuid import UUID

from tillit.notify.models import Webhook, WebhookDelivery
from tillit.notify.webhooks.delivering import TEST


def every() -> list[Webhook]:
    """Every webhook, the oldest first."""
    return list(Webhook.objects.order_by("made", "id"))


def find(hook: UUID) -> Webhook | None:
    """One of them."""
    return Webhook.objects.filter(pk=hook).first()


def sent(hook: Webhook, *, before: UUID | None = None, most: int) -> list[WebhookDelivery]:
    """What was sent to one, newest first; before the delivery of that id where one is given."""
    rows = WebhookDelivery.objects.filter(webhook=hook).order_by("-id")
    return list((rows.filter(pk__lt=before) if before else rows)[:most])


def delivery(hook: Webhook, delivery: UUID) -> WebhookDelivery | None:
    """One message to it."""
    return WebhookDelivery.objects.filter(pk=delivery, webhook=hook).first()


def missed(hook: Webhook) -> int:
    """How many messages it did not take and that are not on their way."""
    rows = WebhookDelivery.objects.filter(webhook=hook, state__in=("dead", "stopped"))
    return rows.exclude(event=TEST).count()


def dead() -> int:
    """How many messages nobody took, of webhooks that are not stopped."""
    return WebhookDelivery.objects.filter(state="dead", webhook__stopped=None).exclude(event=TEST).count()


def given_up() -> int:
    """How many webhooks were stopped because they took nothing."""
    return Webhook.objects.exclude(stopped=None).exclude(failing=None).count()
