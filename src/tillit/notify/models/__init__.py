"""How people are told, and which programs are."""

from tillit.notify.models.people import Device, Note, Preference, Quiet, Sending, Stop, Text
from tillit.notify.models.webhooks import Webhook, WebhookDelivery

__all__ = ["Device", "Note", "Preference", "Quiet", "Sending", "Stop", "Text", "Webhook", "WebhookDelivery"]
