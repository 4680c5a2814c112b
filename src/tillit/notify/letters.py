"""One message in its forms, each made when a channel needs it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from django.template import Context, loader
from django.urls import reverse
from django.utils import translation

from tillit.access import as_office
from tillit.kernel import live, mail
from tillit.notify import least, links, outgoing
from tillit.notify.kinds import Channel, How, Kind
from tillit.notify.models import Device, Note
from tillit.notify.words import Said, To

LONGEST = 300  # characters of a short message


class Letter(Protocol):
    """What `sending` needs to know of a message."""

    kind: Kind
    to: To
    organisation: Any

    def by(self, channel: Channel, how: How, *, at: datetime | None, devices: Sequence[Device]) -> list[UUID | None]:
        """Send it by one channel, at a moment (aware) or soon. Returns the ids of the messages that carry it."""
        ...


class Templated:
    """A message written from templates, which say no more than `least` gives them."""

    def __init__(self, kind: Kind, to: To, said: Said, organisation: Any) -> None:
        self.kind, self.to, self.said, self.organisation = kind, to, said, organisation
        hide = least.discreet(organisation)
        path = reverse("told_by_link", args=[organisation.slug, links.token(to.person)])
        given = {**said.context, "name": to.name, "settings_url": links.page(path, hidden=hide)}
        if said.path:
            given.setdefault("url", links.page(said.path, hidden=hide))
        with translation.override(to.language):
            self.context, self.sender, self.hidden = least.least(given, organisation)

    def by(self, channel: Channel, how: How, *, at: datetime | None, devices: Sequence[Device]) -> list[UUID | None]:
        """Send it by one channel, at a moment (aware) or soon. Returns the ids of the messages that carry it."""
        if channel is Channel.MAIL and how is not How.DAILY:
            return [self._mail()]
        if channel in (Channel.MAIL, Channel.INSIDE):
            _note(self, self._short(), path=self.said.path, gathered=channel is Channel.MAIL)
            return [None]
        about = self.said.about or (self.to.person,)
        if channel is Channel.SMS:
            return [outgoing.post(channel, self.to.phone, self._short(), about=about, at=at)]
        body = json.dumps({"words": self._short(), "path": self.said.path}, ensure_ascii=False)
        return [outgoing.post(channel, json.dumps(device.subscription), body, about=about, at=at) for device in devices]

    def _mail(self) -> UUID:
        return mail.send(self.message(), about=self.said.about or (self.to.person,))

    def message(self) -> mail.Message:
        """The mail. Raises least.TooMuch when it would say more than it may."""
        message = mail.render(
            self.said.template,
            to=self.to.email,
            language=self.to.language,
            context=self.context,
            attachments=self.said.attachments,
            reply_to="" if self.hidden else self.said.reply_to,
            organisation_name=self.sender,
            unsubscribe=_unsubscribe(self),
        )
        least.check((message.subject, message.text, message.html, message.sender_name), self.hidden)
        return replace(message, thread=self.said.thread)

    def _short(self) -> str:
        app, _, name = self.said.template.partition("/")
        with translation.override(self.to.language):
            template: Any = loader.get_template(f"{app}/notify/{name}.txt")
            known = {**self.context, "language": self.to.language, "organisation_name": self.sender}
            words = str(template.template.render(Context(known, autoescape=False)))
        words = " ".join(words.split())[:LONGEST]
        least.check((words,), self.hidden)
        return words


class Written:
    """A mail that an app below has written itself. In care the mail says only that there is something to read, and
    leads to it: to the page that was named, else to the letter, which then stands in the product."""

    def __init__(
        self, kind: Kind, to: To, message: mail.Message, organisation: Any, path: str, about: tuple[UUID, ...]
    ) -> None:
        self.kind, self.to, self.message, self.organisation = kind, to, message, organisation
        self.path, self.about = path, about

    def by(self, channel: Channel, how: How, *, at: datetime | None, devices: Sequence[Device]) -> list[UUID | None]:
        """Send it by mail, or let it stand in the product."""
        if channel is Channel.MAIL and how is not How.DAILY:
            message = replace(self.message, unsubscribe=_unsubscribe(self))
            if least.discreet(self.organisation):
                message = least.bare(message, links.page(self.path or self._letter, hidden=True))
            return [mail.send(message, about=self.about)]
        if channel is Channel.MAIL:
            _note(self, self._words, path=self.path or self._letter, gathered=True)
        elif self.path or "_letter" not in self.__dict__:
            _note(self, self._words, path=self.path, letter="" if self.path else self.message.text)
        return [None]

    @cached_property
    def _letter(self) -> str:
        """The page of the letter itself, kept with the messages in the product."""
        return letter_path(self.organisation.slug, _note(self, self._words, letter=self.message.text))

    @property
    def _words(self) -> str:
        return self.message.subject[:LONGEST]


def _unsubscribe(by: Templated | Written) -> str:
    return links.unsubscribe(by.organisation.slug, by.to.person, by.kind.name) if by.kind.promotional else ""


def letter_path(slug: str, note: UUID) -> str:
    """The page of a letter: whoever has the address can read this one and nothing else."""
    return reverse("letter", args=[slug, links.letter_token(note)])


def _note(by: Templated | Written, words: str, *, path: str = "", letter: str = "", gathered: bool = False) -> UUID:
    note = Note(organisation_id=by.organisation.pk, person_id=by.to.person, kind=by.kind.name, gathered=gathered)
    note.words, note.letter = words, letter
    note.path = letter_path(by.organisation.slug, note.pk) if letter else path
    with as_office("notify"):
        note.save(force_insert=True)
    if not gathered:
        live.publish(by.to.person, "notify.note", note.pk)
    return UUID(str(note.pk))
