"""Setting up webhooks, and telling them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tillit.access import Actor, as_office, current
from tillit.kernel import clock, egress, keyring
from tillit.kernel.dpv import Purpose
from tillit.kernel.ids import new_id
from tillit.kernel.tasks import task
from tillit.notify.models import Webhook, WebhookDelivery
from tillit.notify.webhooks import signing
from tillit.privacy import processors

TEST = "tillit.webhook.test"
OVERLAP = timedelta(days=1)  # in which the secret before still signs
WAITS = tuple(
    timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)  # 2 days and 27 hours in all
LIMITS = egress.Limits(connect=5.0, total=15.0, most=64_000)

events: dict[str, Any] = {TEST: None}
"""Names of what other programs can be told, and what they say on pages."""


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
    hook.secret = _sealed(secret, hook.pk)
    hook.save(force_insert=True)
    return hook.pk, secret


def change(hook: Webhook, *, url: str, wanted: Iterable[str]) -> None:
    """Another address of the same receiver, or other events. Raises ValidationError."""
    _check(hook.receiver, url)
    hook.url, hook.events, hook.stopped = url, _known(wanted), None
    hook.save(update_fields=["url", "events", "stopped"])


def rotate(hook: Webhook) -> str:
    """A new secret; for a day both sign. Returns it."""
    secret = signing.new_secret()
    hook.old_secret, hook.old_until = hook.secret, clock.now() + OVERLAP
    hook.secret = _sealed(secret, hook.pk)
    hook.save(update_fields=["secret", "old_secret", "old_until"])
    return secret


def stop(hook: Webhook) -> None:
    """Tell it nothing more; `change` takes it up again."""
    hook.stopped = clock.now()
    hook.save(update_fields=["stopped"])


def tell(name: str, *, message: UUID, object: UUID | None, happened: datetime) -> int:
    """Tell every webhook of the acting organisation that wants this event. Returns how many; twice is once."""
    with as_office("webhook"):
        hooks = list(Webhook.objects.filter(events__contains=[name], stopped=None))
        for hook in hooks:
            _queue(hook, name, message, object, happened)
    return len(hooks)


def test(hook: Webhook) -> None:
    """Send it a message that means nothing."""
    with as_office("webhook"):
        _queue(hook, TEST, new_id(), None, clock.now())


def replay(delivery: WebhookDelivery) -> None:
    """Send a message again, under its own id, so that the other side knows it."""
    with as_office("webhook"):
        WebhookDelivery.objects.filter(pk=delivery.pk).update(state="waiting", tries=0, changed=clock.now())
        _try_at(delivery.pk, None)


@task("notify.webhook", retries=0)
def deliver(*, delivery: UUID) -> None:
    """One try. What is not taken is tried again until three days are over."""
    row = WebhookDelivery.objects.select_related("webhook").filter(pk=delivery, state="waiting").first()
    if row is None:
        return
    if row.webhook.stopped:
        _became(row, "stopped")
        return
    status, problem = _post(row)
    row.tries += 1
    if status is not None and 200 <= status < 300:
        _became(row, "delivered", status=status)
    elif status == 410:  # the other side wants no more (Standard Webhooks)
        _became(row, "dead", status=status, problem="gone")
        Webhook.objects.filter(pk=row.webhook_id).update(stopped=clock.now())
    elif row.tries > len(WAITS):
        _became(row, "dead", status=status, problem=problem)
    else:
        _became(row, "waiting", status=status, problem=problem)
        _try_at(row.pk, clock.now() + WAITS[row.tries - 1])


def _post(row: WebhookDelivery) -> tuple[int | None, str]:
    hook, now = row.webhook, clock.now()
    body = content(row)
    good = [hook.secret] + ([hook.old_secret] if hook.old_until and hook.old_until > now else [])
    signed = signing.headers(row.message_id, now, body, [_opened(secret, hook.pk) for secret in good])
    try:
        with transaction.atomic():
            answer = egress.client(hook.receiver, Purpose.COORDINATE, limits=LIMITS).request(
                "POST", hook.url, raw=body, media_type="application/json", headers=signed
            )
    except (egress.Refused, egress.Failed) as error:
        return None, type(error).__name__
    return answer.status, ""


def content(row: WebhookDelivery) -> bytes:
    """What is sent: the kind, when, and an id."""
    data = {"id": str(row.object_id) if row.object_id else None, "organisation": str(row.organisation_id)}
    return json.dumps(
        {"type": row.event, "timestamp": row.happened.isoformat(), "data": data}, separators=(",", ":")
    ).encode()


def _queue(hook: Webhook, name: str, message: UUID, object: UUID | None, happened: datetime) -> None:
    if WebhookDelivery.objects.filter(webhook=hook, message_id=message).exists():
        return
    row = WebhookDelivery(
        organisation_id=hook.organisation_id, webhook=hook, event=name, message_id=message, object_id=object,
        happened=happened, state="waiting", changed=clock.now(),
    )  # fmt: skip
    row.save(force_insert=True)
    _try_at(row.pk, None)


def _try_at(delivery: UUID, moment: datetime | None) -> None:
    actor = Actor(office="webhook", organisation=_organisation())
    deliver.configure(actor=actor, run_at=moment).defer(delivery=delivery)


def _became(row: WebhookDelivery, state: str, *, status: int | None = None, problem: str = "") -> None:
    row.state, row.status, row.problem, row.changed = state, status, problem, clock.now()
    row.save(update_fields=["state", "tries", "status", "problem", "changed"])


def _known(wanted: Iterable[str]) -> list[str]:
    chosen = sorted(set(wanted) & set(events) - {TEST})
    if not chosen:
        raise ValidationError(_("Choose what it shall be told of."))
    return chosen


def _check(receiver: str, url: str) -> None:
    found = processors.Register().find(receiver)
    parts = urlsplit(url)
    try:
        host = egress.Host.read(f"{parts.hostname}:{parts.port or 443}")
    except (egress.WrongHost, ValueError):
        host = None
    if parts.scheme != "https" or parts.username or parts.fragment or found is None or host not in found.hosts:
        raise ValidationError(_("The address begins with https:// and one of the receiver's registered hosts."))


def _sealed(secret: str, hook: UUID) -> bytes:
    return keyring.seal(secret.encode(), context=b"notify.webhook:" + hook.bytes)


def _opened(secret: bytes | memoryview, hook: UUID) -> str:
    return keyring.open(bytes(secret), context=b"notify.webhook:" + hook.bytes).decode()


def _organisation() -> Any:
    return (current() or Actor()).organisation
