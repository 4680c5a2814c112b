"""What became of a message: heard from mail and text when they leave or are given up, and from other mail servers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tillit import evidence
from tillit.access import as_office
from tillit.kernel import clock, mail
from tillit.kernel.happenings import Id
from tillit.notify import events, kinds, outgoing, queries
from tillit.notify.kinds import Channel, How
from tillit.notify.models import Sending, Stop

AGAIN = ("failed",)
"""What became of a message that can be tried once more; what was refused for good cannot."""
BOUNCED, COMPLAINED = "bounced", "complained"


def mail_sent(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """A mail left."""
    _became(_id(ids["object"]), "sent")


def mail_failed(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """A mail was given up; one that the receiving server refused for good says that the address is none."""
    if ids["refused"]:
        returned(_id(ids["object"]), BOUNCED)
    else:
        _became(_id(ids["object"]), "failed", tries=ids["tries"])


def text_sent(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """A text or push message left."""
    _became(_id(ids["object"]), "sent")


def text_failed(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """A text or push message was given up."""
    _became(_id(ids["object"]), "failed", tries=ids["tries"])


def returned(message: UUID, why: str) -> bool:
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


def may_leave(message: UUID) -> bool:
    """Asked when a mail or text leaves, which may be hours after it was queued: whoever has objected meanwhile, chosen
    otherwise, laid their data at rest or cannot be reached gets nothing, and the log says why. What the log does not
    know leaves."""
    with as_office("notify"):
        row = Sending.objects.filter(message_id=message, state="waiting").first()
        why = _unwanted(row) if row else ""
        if row and why:
            Sending.objects.filter(pk=row.pk).update(state="held", why=why, changed=clock.now())
    return not why


def again(sending: UUID) -> bool:
    """Try once more to send what nobody took, as an administrator; False where nothing is left that could be sent, and
    where the person has said meanwhile that they do not want it."""
    row = Sending.objects.filter(pk=sending, state__in=AGAIN).first()  # whoever sees no log finds none
    if row is None or row.message_id is None or _unwanted(row):
        return False
    queue = mail.again if row.channel == Channel.MAIL else outgoing.again
    with as_office("notify"):  # first: of two who press at once the second finds that it waits
        waits = Sending.objects.filter(pk=row.pk, state__in=AGAIN).update(state="waiting", changed=clock.now())
    if not waits or not queue(row.message_id):
        if waits:
            with as_office("notify"):
                Sending.objects.filter(pk=row.pk).update(state=row.state, changed=row.changed)
        return False
    evidence.record(events.AGAIN.name, subject=row.person_id, object=row.pk)
    return True


def _unwanted(row: Sending) -> str:
    """Why the same message would not be sent to the person now; "" when it would."""
    kind, channel = kinds.known(row.kind), Channel(row.channel)
    if kind is None or kind.must:
        return "" if kind else "off"
    with as_office("notify"):
        how = queries.choices(row.person_id, [kind]).get((kind.name, channel))
        held = queries.held_back(row.person_id, kind) or queries.stops(row.person_id).get(channel, "")
    return held or ("off" if how is How.OFF else "")


def reaches_again(person: UUID, channel: Channel) -> None:
    """The person has another address: what was known of the old one says nothing."""
    with as_office("notify"):
        Stop.objects.filter(person_id=person, channel=channel.value).delete()


_DETAILS = {"identity.person.email": Channel.MAIL, "identity.person.phone": Channel.SMS}


def corrected(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """Somebody corrected a detail of theirs."""
    if channel := _DETAILS.get(str(ids["what"])):
        reaches_again(UUID(str(ids["subject"])), channel)


def _became(message: UUID, state: str, *, tries: object = 0) -> None:
    with as_office("notify"):
        Sending.objects.filter(message_id=message, state="waiting").update(
            state=state, tries=tries, changed=clock.now()
        )


def _id(told: object) -> UUID:
    return UUID(str(told))
