"""Choosing how one is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tillit.access import Actor, current
from tillit.kernel import clock, webpush
from tillit.notify import outgoing
from tillit.notify.kinds import Channel, How, Kind
from tillit.notify.models import Device, Note, Preference, Quiet
from tillit.notify.sending import send

__all__ = ["add_device", "choose", "choose_quiet", "forget_devices", "mark_seen", "send", "unsubscribe"]


MOST_DEVICES = 10  # of one person: each message goes to all of them


def choose(kind: Kind, channel: Channel, how: How) -> None:
    """As the person concerned, say how to be told of a kind by a channel. Raises ValueError for what is not offered."""
    if kind.must or kind.follows or channel not in kind.offered or (how is How.DAILY and channel is not Channel.MAIL):
        raise ValueError("This is not offered.")
    me = _me()
    changed = Preference.objects.filter(person_id=me, kind=kind.name, channel=channel.value).update(how=how.value)
    if not changed:
        Preference(
            organisation_id=_organisation(), person_id=me, kind=kind.name, channel=channel.value, how=how.value
        ).save(force_insert=True)


def choose_quiet(hours: tuple[int, int] | None) -> None:
    """As the person concerned, set the hours in which nothing disturbs (minutes of the day), or None for no such."""
    Quiet.objects.filter(person_id=_me()).delete()
    if hours:
        Quiet(organisation_id=_organisation(), person_id=_me(), starts=hours[0], ends=hours[1]).save(force_insert=True)


def unsubscribe(kind: Kind) -> None:
    """As the person concerned, end a kind by every channel but the product's own pages."""
    for channel in kind.offered:
        if channel is not Channel.INSIDE:
            choose(kind, channel, How.OFF)


def add_device(told: object) -> UUID:
    """As the person concerned, let a browser be reached; the same browser again replaces itself, one too many the
    oldest. Raises webpush.Unusable."""
    subscription = webpush.Subscription.read(told)
    address = outgoing.device_address(subscription.endpoint)
    mine = Device.objects.filter(person_id=_me())
    mine.filter(address=address).delete()
    Device.objects.filter(pk__in=list(mine.order_by("-id").values_list("pk", flat=True)[MOST_DEVICES - 1 :])).delete()
    device = Device(organisation_id=_organisation(), person_id=_me(), address=address)
    device.subscription = subscription.written()
    device.save(force_insert=True)
    return device.pk


def forget_devices() -> None:
    """As the person concerned, let no browser be reached any more."""
    Device.objects.filter(person_id=_me()).delete()


def mark_seen(notes: Iterable[UUID]) -> None:
    """As the person concerned, note that messages were seen."""
    Note.objects.filter(pk__in=list(notes), person_id=_me(), seen=None).update(seen=clock.now())


def _me() -> Any:
    return (current() or Actor()).person


def _organisation() -> Any:
    return (current() or Actor()).organisation
