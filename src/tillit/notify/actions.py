"""Telling somebody, and choosing how one is told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.template import Context, loader
from django.urls import reverse
from django.utils import translation

from tillit.access import Actor, as_office, current
from tillit.kernel import clock, mail, webpush
from tillit.notify import least, links, outgoing, queries, quiet
from tillit.notify.kinds import Channel, How, Kind
from tillit.notify.models import Device, Note, Preference, Quiet, Sending
from tillit.notify.words import Said, To

LONGEST = 300  # characters of a short message


def send(kind: Kind, to: To, said: Said, organisation: Any) -> list[Sending]:
    """Tell one person of one thing, by every channel that is on for them; what is held back is noted with its reason.

    Sent in the present transaction, so it happens when the transaction commits and not otherwise. Raises
    `least.TooMuch` when the message would say more than it may, `mail.Refused` for an address that is none.
    """
    with as_office("notify"):
        choices = queries.choices(to.person, [kind])
        held = queries.held_back(to.person, kind)
        stops = queries.stops(to.person)
        devices = queries.devices(to.person) if Channel.PUSH in kind.offered else []
        hours = queries.quiet_hours(to.person)
    hidden_until = quiet.until(clock.now(), to.zone, *hours) if hours and not kind.urgent else None
    letter = _Letter(kind, to, said, organisation)
    done = []
    for channel in queries.available(kind):
        how = choices[kind.name, channel]
        if how is How.OFF:
            continue
        why = held or stops.get(channel, "") or _unreachable(channel, to, devices)
        sent = [] if why else letter.by(channel, how, at=hidden_until if channel.disturbs else None, devices=devices)
        done += [_noted(kind, to, channel, why, message) for message in (sent or [None])]
    return done


def choose(kind: Kind, channel: Channel, how: How) -> None:
    """As the person concerned, say how to be told of a kind by a channel. Raises ValueError for what is not offered."""
    if channel not in kind.offered or (how is How.DAILY and channel is not Channel.MAIL):
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
    """As the person concerned, let a browser be reached; the same browser again replaces itself. Raises
    webpush.Unusable."""
    subscription = webpush.Subscription.read(told)
    address = outgoing.device_address(subscription.endpoint)
    Device.objects.filter(person_id=_me(), address=address).delete()
    device = Device(organisation_id=_organisation(), person_id=_me(), address=address)
    device.subscription = told
    device.save(force_insert=True)
    return device.pk


def forget_devices() -> None:
    """As the person concerned, let no browser be reached any more."""
    Device.objects.filter(person_id=_me()).delete()


def mark_seen(notes: Iterable[UUID]) -> None:
    """As the person concerned, note that messages were seen."""
    Note.objects.filter(pk__in=list(notes), person_id=_me(), seen=None).update(seen=clock.now())


class _Letter:
    """One message in its forms, each made when a channel needs it."""

    def __init__(self, kind: Kind, to: To, said: Said, organisation: Any) -> None:
        self.kind, self.to, self.said, self.organisation = kind, to, said, organisation
        path = reverse("told_by_link", args=[organisation.slug, links.token(to.person)])
        self.settings = links.page(path, hidden=least.discreet(organisation))
        given = {**said.context, "name": to.name, "settings_url": self.settings}
        if said.path:
            given.setdefault("url", links.page(said.path, hidden=least.discreet(organisation)))
        with translation.override(to.language):
            self.context, self.sender, self.hidden = least.least(given, organisation)

    def by(self, channel: Channel, how: How, *, at: datetime | None, devices: list[Device]) -> list[UUID | None]:
        """Send it by one channel. Returns the ids of the messages that carry it."""
        if channel is Channel.MAIL:
            if how is How.DAILY:
                self._note(gathered=True)
                return [None]
            return [self._mail()]
        if channel is Channel.INSIDE:
            self._note(gathered=False)
            return [None]
        if channel is Channel.SMS:
            return [outgoing.post(channel, self.to.phone, self._short(), about=self._about, at=at)]
        body = json.dumps({"words": self._short(), "path": self.said.path}, ensure_ascii=False)
        return [
            outgoing.post(channel, json.dumps(device.subscription), body, about=self._about, at=at)
            for device in devices
        ]

    @property
    def _about(self) -> tuple[UUID, ...]:
        return self.said.about or (self.to.person,)

    def _mail(self) -> UUID:
        message = mail.render(
            self.said.template,
            to=self.to.email,
            language=self.to.language,
            context=self.context,
            attachments=self.said.attachments,
            reply_to="" if self.hidden else self.said.reply_to,
            organisation_name=self.sender,
            unsubscribe=self._unsubscribe() if self.kind.promotional else "",
        )
        least.check((message.subject, message.text, message.html, message.sender_name), self.hidden)
        return mail.send(replace(message, thread=self.said.thread), about=self._about)

    def _unsubscribe(self) -> str:
        where = reverse("unsubscribe", args=[self.organisation.slug, links.token(self.to.person), self.kind.name])
        return links.page(where, hidden=False)  # in a header, and mail programs follow no redirect (RFC 8058)

    def _short(self) -> str:
        app, _, name = self.said.template.partition("/")
        with translation.override(self.to.language):
            template: Any = loader.get_template(f"{app}/notify/{name}.txt")
            known = {**self.context, "language": self.to.language, "organisation_name": self.sender}
            words = str(template.template.render(Context(known, autoescape=False)))
        words = " ".join(words.split())[:LONGEST]
        least.check((words,), self.hidden)
        return words

    def _note(self, *, gathered: bool) -> None:
        note = Note(
            organisation_id=self.organisation.pk, person_id=self.to.person, kind=self.kind.name,
            path=self.said.path, gathered=gathered,
        )  # fmt: skip
        note.words = self._short()
        with as_office("notify"):
            note.save(force_insert=True)


def _unreachable(channel: Channel, to: To, devices: list[Device]) -> str:
    missing = {
        Channel.MAIL: not to.email,
        Channel.SMS: not to.phone,
        Channel.PUSH: not devices,
        Channel.INSIDE: False,
    }
    return "address" if missing[channel] else ""


def _noted(kind: Kind, to: To, channel: Channel, why: str, message: UUID | None) -> Sending:
    state = "held" if why else "waiting" if message else "sent"
    row = Sending(
        organisation_id=_organisation(), person_id=to.person, kind=kind.name, channel=channel.value, state=state,
        why=why, message_id=message, changed=clock.now(),
    )  # fmt: skip
    with as_office("notify"):
        row.save(force_insert=True)
    return row


def _me() -> Any:
    return (current() or Actor()).person


def _organisation() -> Any:
    return (current() or Actor()).organisation
