"""What can have happened to messages and webhooks: for reactions, and for the log."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events
from tillit.kernel.outbox import Event


@dataclass(frozen=True)
class WebhookGivenUp(Event, name="notify.webhook.given_up"):
    """It took nothing for three days, or said that it wants no more, and was stopped."""

    webhook: UUID


SEEN = events.declare("notify.sending.seen", label=_("That messages were sent to you was looked at"), keep=events.YEAR)
AGAIN = events.declare("notify.sending.again", label=_("A message that had not left was sent again"), keep=events.YEAR)
NEWS = events.declare("notify.news.sent", label=_("News were sent to those who agreed"), keep=events.YEAR)

MADE = events.declare("notify.webhook.made", label=_("A webhook was set up"), keep=events.YEAR)
CHANGED = events.declare("notify.webhook.changed", label=_("A webhook was changed"), keep=events.YEAR)
STOPPED = events.declare("notify.webhook.stopped", label=_("A webhook was stopped"), keep=events.YEAR)
