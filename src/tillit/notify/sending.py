"""Telling somebody, by every channel that is on for them; what is held back is noted with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tillit.access import as_office
from tillit.kernel import clock, keys, mail, sms
from tillit.notify import least, links, queries, quiet
from tillit.notify.kinds import Channel, How, Kind
from tillit.notify.letters import Letter, Templated, Written
from tillit.notify.models import Device, Sending
from tillit.notify.words import Said, To


def send(kind: Kind, to: To, said: Said, organisation: Any) -> list[Sending]:
    """Tell one person of one thing, by every channel that is on for them; what is held back is noted with its reason.

    Sent in the present transaction, so it happens when the transaction commits and not otherwise. An address that is
    none reaches nobody, and keeps nobody else from being told. Raises `least.TooMuch` when the message would say more
    than it may.
    """
    return _tell(kind, to, Templated(kind, to, said, organisation))


def carry(
    kind: Kind, message: mail.Message, organisation: Any, *, person: UUID | None, path: str, about: Iterable[UUID]
) -> list[Sending]:
    """The carrier of `kernel.letters`: the same for what an app below wrote itself. An address that is nobody's here
    gets the mail, and nothing is written down of whoever it is."""
    if person is None:
        if least.discreet(organisation):
            message = (
                least.bare(message, links.page(path, hidden=True)) if path else least.stripped(message, organisation)
            )
        mail.send(message, about=about)
        return []
    to = To(person, "", message.to, "", message.language, "UTC")
    return _tell(kind, to, Written(kind, to, message, organisation, path, tuple(about)))


def _tell(kind: Kind, to: To, letter: Letter) -> list[Sending]:
    with as_office("notify"):
        choices = {} if kind.must else queries.choices(to.person, [kind])
        held = "" if kind.must else queries.held_back(to.person, kind)
        stops = {} if kind.must else queries.stops(to.person)
        devices = queries.devices(to.person) if Channel.PUSH in kind.offered else []
        hours = None if kind.urgent else queries.quiet_hours(to.person)
    quiet_until = quiet.until(clock.now(), to.zone, *hours) if hours else None
    done = []
    for channel in queries.available(kind):
        how = choices.get((kind.name, channel), kind.default(channel))
        if how is How.OFF:
            continue
        why = held or stops.get(channel, "") or _unreachable(channel, to, devices)
        if not why and channel is Channel.INSIDE and _is_erased(letter):
            continue
        sent = [] if why else letter.by(channel, how, at=quiet_until if channel.disturbs else None, devices=devices)
        done += [_noted(letter, channel, why, message) for message in (sent or [None])]
    return done


def _unreachable(channel: Channel, to: To, devices: list[Device]) -> str:
    missing = {
        Channel.MAIL: not mail.can_reach(to.email),
        Channel.SMS: not sms.can_reach(to.phone),
        Channel.PUSH: not devices,
        Channel.INSIDE: False,
    }
    return "address" if missing[channel] else ""


def _is_erased(letter: Letter) -> bool:
    """Is nothing kept any more for the receiver? Their last letter goes by mail alone."""
    try:
        keys.sealing(letter.organisation.pk, letter.to.person, "erasable")
    except keys.Gone:
        return True
    return False


def _noted(letter: Letter, channel: Channel, why: str, message: UUID | None) -> Sending:
    row = Sending(
        organisation_id=letter.organisation.pk, person_id=letter.to.person, kind=letter.kind.name,
        channel=channel.value, state="held" if why else "waiting" if message else "sent", why=why, message_id=message,
        changed=clock.now(),
    )  # fmt: skip
    with as_office("notify"):
        row.save(force_insert=True)
    return row
