"""Telling those who take part in a poll, and its hosts, what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import evidence, notify
from tillit.access.actions import tell_of_relation
from tillit.booking.polls import links, queries
from tillit.booking.polls.events import (
    PollAnswered,
    PollAsked,
    PollCalledOff,
    PollChosen,
    PollLapsed,
    PollOpened,
    PollWaits,
    PollWithdrawn,
)
from tillit.identity.queries import organisation_by_id
from tillit.journeys import ics
from tillit.kernel import config, mail
from tillit.kernel.outbox import Envelope, consumer
from tillit.notify.kinds import Channel
from tillit.notify.webhooks import actions as webhooks

if TYPE_CHECKING:
    from tillit.booking.models import Poll
    from tillit.booking.polls.queries import Contact

POLL = notify.declare(
    "booking.poll",
    says=_("Polls for a common time that you are asked in"),
    offered=(Channel.MAIL, Channel.SMS, Channel.PUSH, Channel.INSIDE),
)

webhooks.declare(PollOpened.name, _("A poll for a common time was opened"))
webhooks.declare(PollAnswered.name, _("A poll was answered"))
webhooks.declare(PollChosen.name, _("A time was chosen in a poll"))
webhooks.declare(PollCalledOff.name, _("A poll, or the meeting that came of it, was called off"))


@consumer("mail.poll_asked", PollAsked)
def tell_who_is_asked(event: PollAsked, about: Envelope) -> None:
    """The question, with a link of their own; and their evidence that a host gave their address."""
    _tell_one(event, about, "poll_asked")


@consumer("mail.poll_answered", PollAnswered)
def tell_who_answered(event: PollAnswered, about: Envelope) -> None:
    """The link by which one's answer is changed; once."""
    _tell_one(event, about, "poll_answered" if event.first else "")


@consumer("mail.poll_waits", PollWaits)
def tell_hosts(event: PollWaits, about: Envelope) -> None:
    """That nobody can answer any more, and that it is theirs to choose."""
    _tell_all(event.poll, about, "poll_waits", sides=("host",))


@consumer("mail.poll_chosen", PollChosen)
def tell_of_choice(event: PollChosen, about: Envelope) -> None:
    """The time, with a calendar file; to those who cannot come too, without one."""
    _tell_all(event.poll, about, "poll_chosen", method="REQUEST", record=event.name)


@consumer("mail.poll_called_off", PollCalledOff)
def tell_of_end(event: PollCalledOff, about: Envelope) -> None:
    """That nothing comes of it; calendars take the entry away."""
    _tell_all(event.poll, about, "poll_off", method="CANCEL" if event.meeting else "", record=event.name)


@consumer("mail.poll_lapsed", PollLapsed)
def tell_of_lapse(event: PollLapsed, about: Envelope) -> None:
    """That nobody chose in time."""
    _tell_all(event.poll, about, "poll_lapsed")


@consumer("evidence.poll_withdrawn", PollWithdrawn)
def record_withdrawal(event: PollWithdrawn, about: Envelope) -> None:
    """What was closed to the hosts with it."""
    tell_of_relation(event.answer, about.made)


@consumer("webhook.poll", PollOpened, PollAnswered, PollChosen, PollCalledOff)
def tell_programs(event: PollOpened | PollAnswered | PollChosen | PollCalledOff, about: Envelope) -> None:
    """Other programs that the organisation lets know."""
    webhooks.tell(event.name, message=about.id, object=event.poll, happened=about.made)


def _tell_one(event: PollAsked | PollAnswered, about: Envelope, what: str) -> None:
    contact = next((c for c in queries.contacts(event.poll, about.organisation) if c.answer == event.answer), None)
    if contact is None:  # taken back, or at rest
        return
    evidence.record(event.name, subject=contact.person, object=event.poll)
    tell_of_relation(event.answer, about.made)
    if what and contact.email:
        poll = queries.get_poll(event.poll)
        hosts = [one.host.name for one in poll.hosts.all()]
        _tell(contact, poll, what, hosts, None, "")


def _tell_all(
    poll_id: UUID,
    about: Envelope,
    what: str,
    *,
    method: str = "",
    sides: tuple[str, ...] = ("guest", "host"),
    record: str = "",
) -> None:
    poll = queries.get_poll(poll_id)
    told = queries.contacts(poll_id, about.organisation)
    hosts = [one.host.name for one in poll.hosts.all()]
    span = queries.chosen(poll)
    for contact in told:
        if contact.side == "guest" and record:
            evidence.record(record, subject=contact.person, object=poll_id)
            if contact.answer:
                tell_of_relation(contact.answer, about.made)
        if contact.side in sides and (contact.email or contact.side == "host"):
            _tell(contact, poll, what, hosts, span, method)


def _tell(contact: Contact, poll: Poll, what: str, hosts: list[str], span: Any, method: str) -> None:
    organisation = organisation_by_id(poll.organisation_id)
    to_guest = contact.side == "guest"
    path = (
        reverse("poll_mine", args=[organisation.slug, links.own(contact.answer, contact.person, mailed=True)])
        if to_guest and contact.answer
        else reverse("poll", args=[organisation.slug, poll.pk])
    )
    link = notify.page(path, organisation)
    comes = not to_guest or contact.said in ("yes", "maybe")
    files = []
    if method and span and contact.email and comes:
        method = "CANCEL" if poll.state == "off" else method  # the news may be older than the poll is now
        discreet = notify.discreet(organisation)
        file = ics.poll_file(
            poll, span, organisation="" if discreet else organisation.name,
            contact=config.text("TILLIT_MAIL_FROM") if discreet else organisation.contact_email,
            language=contact.language, link=link, method=method, attendee=contact.email, discreet=discreet,
        )  # fmt: skip
        files = [mail.calendar(file, method=method)]
    words = {
        "to_guest": to_guest, "title": poll.title, "place": poll.place, "others": hosts if to_guest else [],
        "start": span.lower if span else None, "end": span.upper if span else None, "answer_by": poll.closes,
        "zone": contact.zone or organisation.time_zone, "other_zone": organisation.time_zone, "url": link,
    }  # fmt: skip
    if what == "poll_chosen" and not comes:
        what = "poll_chosen_without"
    said = notify.Said(
        f"journeys/{what}", words, path=path, attachments=tuple(files), reply_to=organisation.contact_email,
        about=(contact.person, poll.person_id),
    )  # fmt: skip
    zone = contact.zone or organisation.time_zone
    to = notify.To(contact.person, contact.name, contact.email, contact.phone, contact.language, zone)
    notify.send(POLL, to, said, organisation)
