"""Setting up webhooks, and telling them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from tillit import evidence
from tillit.access import Actor, as_office, current
from tillit.kernel import clock, egress
from tillit.kernel import webhook_signatures as signing
from tillit.kernel.ids import new_id
from tillit.notify import events as happened_here
from tillit.notify.models import Webhook, WebhookDelivery
from tillit.notify.webhooks.delivering import TEST, sealed, try_at
from tillit.privacy import processors

OVERLAP = timedelta(days=1)  # in which the secret before still signs
MOST_AGAIN = 1000  # messages that are sent again at once

events: dict[str, Any] = {TEST: None}
"""Names of what other programs can be told, and what they say on pages."""


class TooSoon(Exception):
    """The secret before still signs: until it ends there is no third one."""


def declare(name: str, says: Any) -> None:
    """Let other programs be told of an event of the outbox."""
    events[name] = says


def add(*, receiver: str, url: str, wanted: Iterable[str]) -> tuple[UUID, str]:
    """As administrator, tell a program of these events. Returns the webhook's id and its secret, which is shown once.

    Raises ValidationError for an address that is not the receiver's.
    """
    hook = Webhook(organisation_id=_organisation(), receiver=receiver, url=url, events=_known(wanted))
    _check(receiver, url)
    secret = signing.new_secret()
    hook.secret = sealed(secret, hook.pk)
    hook.save(force_insert=True)
    evidence.record(happened_here.MADE.name, object=hook.pk)
    return hook.pk, secret


def change(hook: Webhook, *, url: str, wanted: Iterable[str]) -> None:
    """Another address of the same receiver, or other events; takes a stopped one up again. Raises ValidationError."""
    _check(hook.receiver, url)
    hook.url, hook.events, hook.stopped, hook.failing = url, _known(wanted), None, None
    hook.save(update_fields=["url", "events", "stopped", "failing"])
    evidence.record(happened_here.CHANGED.name, object=hook.pk)


def rotate(hook: Webhook) -> str:
    """A new secret; for a day both sign. Returns it. Raises TooSoon while the one before still does."""
    secret, now = signing.new_secret(), clock.now()
    changed = Webhook.objects.filter(
        Q(old_until=None) | Q(old_until__lte=now), pk=hook.pk, secret=bytes(hook.secret)
    ).update(old_secret=hook.secret, old_until=now + OVERLAP, secret=sealed(secret, hook.pk))
    if not changed:
        raise TooSoon
    evidence.record(happened_here.CHANGED.name, object=hook.pk)
    return secret


def end_old_secret(hook: Webhook) -> None:
    """The secret before signs no more from now on: the other side has changed over, or others know it."""
    Webhook.objects.filter(pk=hook.pk).update(old_secret=b"", old_until=None)
    evidence.record(happened_here.CHANGED.name, object=hook.pk)


def stop(hook: Webhook) -> None:
    """Tell it nothing more; `change` takes it up again."""
    if Webhook.objects.filter(pk=hook.pk, stopped=None).update(stopped=clock.now(), failing=None):
        evidence.record(happened_here.STOPPED.name, object=hook.pk)


def tell(name: str, *, message: UUID, object: UUID | None, happened: datetime) -> int:
    """Tell every webhook of the acting organisation that wants this event. Returns how many; twice is once."""
    with as_office("webhook"):
        hooks = list(Webhook.objects.filter(events__contains=[name], stopped=None))
        for hook in hooks:
            _queue(hook, name, message, object, happened)
    return len(hooks)


def test(hook: Webhook) -> None:
    """Send it a message that means nothing; it is tried once, also while the webhook is stopped."""
    with as_office("webhook"):
        _queue(hook, TEST, new_id(), None, clock.now())


def replay(delivery: WebhookDelivery) -> bool:
    """Send a message again, now and from the beginning, under its own id, so that the other side knows it.

    False for one that is being sent at this moment, or is about to be.
    """
    with as_office("webhook"):
        row = WebhookDelivery.objects.select_for_update().filter(pk=delivery.pk).first()
        if row is None or (row.state == "waiting" and (row.next_try is None or row.is_taken)):
            return False
        row.state, row.tries, row.next_try, row.changed = "waiting", 0, None, clock.now()
        row.save(update_fields=["state", "tries", "next_try", "changed"])
        try_at(row.pk, None)
    return True


def replay_missed(hook: Webhook) -> int:
    """Send again what it did not take, the oldest first; returns how many of at most a thousand."""
    rows = WebhookDelivery.objects.filter(webhook=hook, state__in=("dead", "stopped")).exclude(event=TEST)
    return sum(replay(row) for row in rows.order_by("id")[:MOST_AGAIN])


def _queue(hook: Webhook, name: str, message: UUID, object: UUID | None, happened: datetime) -> None:
    if WebhookDelivery.objects.filter(webhook=hook, message_id=message).exists():
        return
    row = WebhookDelivery(
        organisation_id=hook.organisation_id, webhook=hook, event=name, message_id=message, object_id=object,
        happened=happened, state="waiting", changed=clock.now(),
    )  # fmt: skip
    row.save(force_insert=True)
    try_at(row.pk, None)


def _known(wanted: Iterable[str]) -> list[str]:
    chosen = sorted(set(wanted) & set(events) - {TEST})
    if not chosen:
        raise ValidationError(_("Choose what it shall be told of."))
    return chosen


def _check(receiver: str, url: str) -> None:
    found = processors.Register().find(receiver)
    try:
        parts = urlsplit(url)
        host = egress.Host.read(f"{parts.hostname}:{parts.port or 443}")
    except (egress.WrongHost, ValueError):
        parts, host = urlsplit(""), None
    if parts.scheme != "https" or parts.username or parts.fragment or found is None or host not in found.hosts:
        raise ValidationError(_("The address begins with https:// and one of the receiver's registered hosts."))


def _organisation() -> Any:
    return (current() or Actor()).organisation
