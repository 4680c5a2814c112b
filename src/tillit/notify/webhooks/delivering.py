"""Carrying a message to a webhook: signed, one try at a time, again for three days (Standard Webhooks 1.0)."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import ExitStack
from datetime import datetime, timedelta
from random import uniform
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tillit.access import Actor, current
from tillit.kernel import clock, egress, keyring, outbox
from tillit.kernel import webhook_signatures as signing
from tillit.kernel.dpv import Purpose
from tillit.kernel.tasks import task
from tillit.notify.events import WebhookGivenUp
from tillit.notify.models import Webhook, WebhookDelivery

log = logging.getLogger("tillit.webhooks")

TEST = "tillit.webhook.test"
WAITS = tuple(
    timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)  # between the tries: three days and four hours in all
PATIENCE = timedelta(days=3)  # without anything taken: then the webhook is stopped
LIMITS = egress.Limits(connect=5.0, total=15.0, most=64_000)
HELD = timedelta(minutes=1)  # for which a worker that sends a message has it to itself; longer than LIMITS
LANES = tuple(threading.Lock() for _ in range(2))
"""Threads of this process that may wait at once for receivers that took nothing last time; the others serve everybody
else."""
BUSY = (20.0, 60.0)  # seconds until a message looks again for a free lane


def _lost(*, delivery: UUID, attempts: int, reason: str) -> None:
    """The program itself failed again and again: the message stands in the log as not taken, and can be sent again."""
    row = WebhookDelivery.objects.filter(pk=delivery, state="waiting").first()
    if row is not None:
        _became(row, "dead", problem="ours")


@task("notify.webhook", give_up=_lost, own_transactions=True)
def deliver(*, delivery: UUID) -> None:
    """One try, of one worker at a time; no transaction is open while the receiver answers. What is not taken is tried
    again until three days are over."""
    with ExitStack() as lane:
        with transaction.atomic():
            row = _taken(delivery, lane)
        if row is None:
            return
        try:
            outcome = _post(row)
        except BaseException:
            with transaction.atomic():
                _mine(row).update(taken_until=None)
            raise
        with transaction.atomic():
            if _mine(row).select_for_update().exists():
                _note(row, *outcome)


def _taken(delivery: UUID, lane: ExitStack) -> WebhookDelivery | None:
    """The message, if it is to be sent now, and held for this worker alone for a while."""
    waiting = WebhookDelivery.objects.filter(pk=delivery, state="waiting").select_related("webhook")
    row, now = waiting.select_for_update(of=("self",)).first(), clock.now()
    if row is None:
        return None
    if row.taken_until and row.taken_until > now:  # another worker has it; should that one die, it is found again here
        try_at(delivery, row.taken_until)
    elif row.next_try and row.next_try > now:
        try_at(delivery, row.next_try)
    elif row.webhook.stopped and row.event != TEST:
        _became(row, "stopped")
    elif row.webhook.failing and not _free_lane(row.webhook_id, lane):
        try_at(delivery, now + timedelta(seconds=uniform(*BUSY)))  # noqa: S311 (spreads load, guards nothing)
    else:
        row.taken_until = now + HELD
        row.save(update_fields=["taken_until"])
        return row
    return None


def _mine(row: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    """The message, as long as nobody took it over from this worker and nobody removed it."""
    return WebhookDelivery.objects.filter(pk=row.pk, state="waiting", taken_until=row.taken_until)


def try_at(delivery: UUID, moment: datetime | None) -> None:
    """Queue a try, as office "webhook"; one that waits already is enough."""
    actor = Actor(office="webhook", organisation=(current() or Actor()).organisation)
    key = str(delivery) if moment else None
    deliver.configure(actor=actor, run_at=moment, key=key).defer(delivery=delivery)


def content(row: WebhookDelivery) -> bytes:
    """What is sent: the kind, when, and ids."""
    data = {"id": str(row.object_id) if row.object_id else None, "organisation": str(row.organisation_id)}
    said = {"type": row.event, "timestamp": row.happened.isoformat(), "data": data}
    return json.dumps(said, separators=(",", ":")).encode()


def _post(row: WebhookDelivery) -> tuple[int | None, str]:
    """The status that was answered, or None and the kind of what went wrong."""
    hook, now = row.webhook, clock.now()
    body = content(row)
    good = [hook.secret] + ([hook.old_secret] if hook.old_until and hook.old_until > now else [])
    signed = signing.headers(row.message_id, now, body, [opened(secret, hook.pk) for secret in good])
    try:
        answer = egress.client(hook.receiver, Purpose.COORDINATE, limits=LIMITS).request(
            "POST", hook.url, raw=body, media_type="application/json", headers=signed
        )
    except (egress.Refused, egress.Failed) as error:
        return None, type(error).__name__
    return answer.status, ""


def _note(row: WebhookDelivery, status: int | None, problem: str) -> None:
    row.tries += 1
    taken = status is not None and 200 <= status < 300
    if taken:
        _became(row, "delivered", status=status)
    elif row.event == TEST:
        _became(row, "dead", status=status, problem=problem)
    elif status == 410:  # the other side wants no more (Standard Webhooks)
        _became(row, "dead", status=status, problem="gone")
    elif row.tries > len(WAITS):
        _became(row, "dead", status=status, problem=problem)
    else:
        moment = clock.now() + WAITS[row.tries - 1]
        _became(row, "waiting", status=status, problem=problem, next_try=moment)
        try_at(row.pk, moment)
    _note_hook(row, taken)


def _note_hook(row: WebhookDelivery, taken: bool) -> None:
    """Since when the webhook takes nothing; after three days of it, or at once where it says so, it is stopped."""
    hook = Webhook.objects.filter(pk=row.webhook_id)
    if taken:
        hook.exclude(failing=None).update(failing=None)
    elif row.event != TEST:
        now = clock.now()
        hook.filter(failing=None).update(failing=now)
        given_up = hook.filter(stopped=None)
        if row.problem != "gone":
            given_up = given_up.filter(failing__lte=now - PATIENCE) if row.state == "dead" else hook.none()
        if given_up.update(stopped=now):
            outbox.emit(WebhookGivenUp(webhook=row.webhook_id))
            log.warning("a webhook took nothing for three days, or said that it is gone; it was stopped")


def _became(
    row: WebhookDelivery, state: str, *, status: int | None = None, problem: str = "", next_try: datetime | None = None
) -> None:
    row.state, row.status, row.problem, row.next_try, row.changed = state, status, problem, next_try, clock.now()
    row.taken_until = None
    row.save(update_fields=["state", "tries", "status", "problem", "next_try", "taken_until", "changed"])


def _free_lane(hook: UUID, lane: ExitStack) -> bool:
    """May this thread wait for a receiver that may hang? No receiver has two lanes; given back with `lane`."""
    held = LANES[hook.int % len(LANES)]
    if not held.acquire(blocking=False):
        return False
    lane.callback(held.release)
    return True


def sealed(secret: str, hook: UUID) -> bytes:
    """A secret as the database holds it."""
    return keyring.seal(secret.encode(), context=b"notify.webhook:" + hook.bytes)


def opened(secret: bytes | memoryview, hook: UUID) -> str:
    """The same, to sign with."""
    return keyring.open(bytes(secret), context=b"notify.webhook:" + hook.bytes).decode()


__all__ = ["LIMITS", "PATIENCE", "TEST", "WAITS", "content", "deliver", "opened", "sealed", "try_at"]
