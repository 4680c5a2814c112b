"""Reads: the webhooks of the acting organisation, and what was sent. For administrators."""

from __future__ import annotations

from uuid import UUID

from tillit.notify.models import Webhook, WebhookDelivery


def every() -> list[Webhook]:
    """Every webhook, the oldest first."""
    return list(Webhook.objects.order_by("made"))


def find(hook: UUID) -> Webhook | None:
    """One of them."""
    return Webhook.objects.filter(pk=hook).first()


def sent(hook: Webhook, *, before: UUID | None = None, most: int) -> list[WebhookDelivery]:
    """What was sent to one, newest first; before the delivery of that id where one is given."""
    rows = WebhookDelivery.objects.filter(webhook=hook).order_by("-id")
    return list((rows.filter(pk__lt=before) if before else rows)[:most])


def ended(hook: Webhook, delivery: UUID) -> WebhookDelivery | None:
    """A delivery to it that is no longer on its way."""
    return WebhookDelivery.objects.filter(pk=delivery, webhook=hook).exclude(state="waiting").first()
