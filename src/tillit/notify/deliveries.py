"""What became of a message: heard from mail and text when they leave or are given up, and from other mail servers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tillit.access import as_office
from tillit.kernel import clock
from tillit.kernel.happenings import Id
from tillit.notify.kinds import Channel
from tillit.notify.models import Sending, Stop

BOUNCED, COMPLAINED = "bounced", "complained"


def mail_sent(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """A mail left."""
    _became(ids["object"], "sent")


def mail_failed(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """A mail was given up; one that the receiving server refused for good says that the address is none."""
    if ids["refused"]:
        returned(ids["object"], BOUNCED)
    else:
        _became(ids["object"], "failed", tries=ids["tries"])


def text_sent(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """A text or push message left."""
    _became(ids["object"], "sent")


def text_failed(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """A text or push message was given up."""
    _became(ids["object"], "failed", tries=ids["tries"])


def returned(message: object, why: str) -> bool:
    """A mail came back, or its reader complained of it: no further one goes to that address. False for a mail that
    we know nothing of."""
    with as_office("notify"):
        found = Sending.objects.filter(message_id=message).first()
        if found is None:
            return False
        Sending.objects.filter(pk=found.pk).update(state=why, changed=clock.now())
        known = Stop.objects.filter(person_id=found.person_id, channel=found.channel)
        if not known.update(why=why):
            Stop(organisation_id=found.organisation_id, person_id=found.person_id, channel=found.channel, why=why).save(
                force_insert=True
            )
    return True


def reaches_again(person: UUID, channel: Channel) -> None:
    """The person has another address: what was known of the old one says nothing."""
    with as_office("notify"):
        Stop.objects.filter(person_id=person, channel=channel.value).delete()


def _became(message: object, state: str, *, tries: object = 0) -> None:
    with as_office("notify"):
        Sending.objects.filter(message_id=message, state="waiting").update(
            state=state, tries=tries, changed=clock.now()
        )
