"""How people want to be told and what was told; news; other programs that are told."""

from tillit.notify.models.news import News
from tillit.notify.models.people import Device, Note, Preference, Quiet, Sending, Stop, Text
from tillit.notify.models.webhooks import Webhook, WebhookDelivery

__all__ = ["Device", "News", "Note", "Preference", "Quiet", "Sending", "Stop", "Text", "Webhook", "WebhookDelivery"]
