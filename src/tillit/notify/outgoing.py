"""Text and push messages on their way: sealed, stored in the transaction that causes them, sent by the worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tillit.access import acting, as_office
from tillit.kernel import config, egress, happenings, keyring, letters, mail, sms, webpush
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.tasks import Later, Permanent, task
from tillit.kernel.ticket import Actor, current
from tillit.notify.kinds import Channel
from tillit.notify.models import Device, Text

PUSH = "push"
LIMITS = egress.Limits(connect=5.0, total=15.0)
KEPT_BY_SERVICE = 12 * 3600  # seconds that a push service keeps a message for a browser that is off
_GONE = (404, 410)  # the browser has taken its subscription back


def processor() -> egress.Processor | None:
    """The browser makers' push services; None unless the operator has said what safeguards them (TILLIT_PUSH)."""
    if not config.text("TILLIT_PUSH"):
        return None
    return egress.Processor(
        id=egress.installation_id(PUSH),
        key=PUSH,
        name="Google, Mozilla, Apple, Microsoft",
        role=egress.Role.CONTROLLER,
        hosts=frozenset(egress.Host(name) for name in webpush.SERVICES),
        purposes=frozenset({Purpose.COORDINATE.identifier}),
        categories=frozenset({Data.DEVICE.identifier}),
        region="us",
        safeguard=egress.Safeguard(config.text("TILLIT_PUSH")),
        says=_("Carries sealed messages to a browser that you have let us reach. It cannot read them."),
    )


egress.declare(PUSH, processor)


def post(channel: Channel, recipient: str, content: str, *, about: Iterable[UUID], at: datetime | None) -> UUID:
    """Store a message and queue its sending, at a moment (aware) or soon. recipient: a number, or a device's id and
    subscription as JSON."""
    stored = Text(channel=channel.value, about=list(about))
    stored.recipient = keyring.seal(recipient.encode(), context=_context(stored.pk))
    stored.content = keyring.seal(content.encode(), context=_context(stored.pk))
    stored.save(force_insert=True)
    actor = Actor(office="text", subject=str(stored.pk), organisation=(current() or Actor()).organisation)
    deliver.configure(actor=actor, run_at=at).defer(text=stored.pk)
    return stored.pk


def again(text: UUID) -> bool:
    """Queue once more what was given up; False where nothing is left of it."""
    actor = Actor(office="text", subject=str(text), organisation=(current() or Actor()).organisation)
    with acting(actor):
        if not Text.objects.filter(pk=text).exists():
            return False
    deliver.configure(actor=actor).defer(text=text)
    return True


def _given_up(*, text: UUID, attempts: int, reason: str) -> None:
    """Refused for good, nothing of it stays; what nobody took can be sent again for two weeks."""
    if reason.startswith("Permanent"):
        Text.objects.filter(pk=text).delete()
    happenings.announce("notify.text.failed", object=text, tries=attempts)


@task("notify.send_text", retries=9, give_up=_given_up, own_transactions=True)
def deliver(*, text: UUID) -> None:
    """Send one stored message, then delete it; one that is not wanted any more is deleted only. One that is gone was
    sent already, or somebody in it was erased."""
    with transaction.atomic():
        waiting = Text.objects.filter(pk=text).first()
        if waiting is None:
            return
        if not letters.may_leave(text):
            waiting.delete()
            return
    recipient, content = _opened(waiting.recipient, text), _opened(waiting.content, text)
    gone = False
    if waiting.channel == Channel.PUSH:
        gone = not _push(webpush.Subscription.read(json.loads(recipient)), content, waiting.about)
    elif config.text("TILLIT_SMS"):
        sms.send(recipient, content, about=waiting.about)
    with transaction.atomic():
        still, _rows = Text.objects.filter(pk=text).delete()
        if gone:
            _forget_device(recipient)
            happenings.announce("notify.text.failed", object=text, tries=1)
            return
        if still and waiting.channel == Channel.SMS and not config.text("TILLIT_SMS"):  # the demo: beside the mail
            mail.send(mail.Message(f"{recipient}@sms.invalid", content[:60], content + "\n"), about=waiting.about)
        happenings.announce("notify.text.sent", object=text)


def _push(to: webpush.Subscription, content: str, about: Iterable[UUID]) -> bool:
    """Hand it to the push service; False where the browser has taken its subscription back."""
    answer = egress.client(PUSH, Purpose.COORDINATE, limits=LIMITS).request(
        "POST", to.endpoint, about=list(about), data={Data.DEVICE: webpush.seal(content.encode(), to)}, raw=Data.DEVICE,
        headers={
            "Authorization": webpush.authorization(to), "Content-Encoding": "aes128gcm",
            "TTL": str(KEPT_BY_SERVICE), "Urgency": "normal",
        },
    )  # fmt: skip
    if answer.status in _GONE:
        return False
    if not answer.ok:
        if 400 <= answer.status < 500 and answer.status not in (408, 429):
            raise Permanent(f"push refused, {answer.status}")
        raise Later(f"push not taken, {answer.status}", wait=answer.wait)
    return True


def _forget_device(subscription: str) -> None:
    """The browser took its subscription back."""
    with as_office("notify"):
        Device.objects.filter(address=device_address(json.loads(subscription)["endpoint"])).delete()


def device_address(endpoint: str) -> str:
    """By what a browser is known here: the endpoint itself lies sealed."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _opened(sealed: bytes | memoryview, text: UUID) -> str:
    return keyring.open(bytes(sealed), context=_context(text)).decode()


def _context(text: UUID) -> bytes:
    return b"notify.text:" + text.bytes
