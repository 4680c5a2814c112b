"""Reads: how people want to be told, and what they were told."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tillit.access import Actor, current
from tillit.kernel import config
from tillit.notify import kinds
from tillit.notify.kinds import Channel, How, Kind
from tillit.notify.models import Device, Note, Preference, Quiet, Sending, Stop
from tillit.privacy.rights import queries as rights


def available(kind: Kind) -> list[Channel]:
    """The channels of a kind that this installation has."""
    has = {
        Channel.SMS: bool(config.text("TILLIT_SMS")) or config.mode() == "demo",
        Channel.PUSH: has_push(),
    }
    return [channel for channel in kind.offered if has.get(channel, True)]


def has_push() -> bool:
    """Can browsers be reached from this installation?"""
    return bool(config.text("TILLIT_PUSH"))


def choices(person: UUID, of: Iterable[Kind]) -> dict[tuple[str, Channel], How]:
    """How a person wants to be told of kinds, by channel. For the person, and for office "notify"."""
    wanted = list(of)
    chosen = {(kind.name, channel): kind.default(channel) for kind in wanted for channel in kind.offered}
    rows = Preference.objects.filter(person_id=person, kind__in=[kind.name for kind in wanted])
    for name, channel, how in rows.values_list("kind", "channel", "how"):
        if (name, Channel(channel)) in chosen:
            chosen[name, Channel(channel)] = How(how)
    return chosen


def held_back(person: UUID, kind: Kind) -> str:
    """Why a kind may not be sent to a person at all: "rest" (their data lies at rest), "consent" (they did not agree,
    or object); or "". Service messages go on after an objection."""
    if rights.restricted(person):
        return "rest"
    return "consent" if kind.consent and not rights.consented(person, kind.consent) else ""


def stops(person: UUID) -> dict[Channel, str]:
    """Channels that no longer reach a person, and why."""
    return {Channel(c): why for c, why in Stop.objects.filter(person_id=person).values_list("channel", "why")}


def devices(person: UUID) -> list[Device]:
    """The browsers that a person lets us reach."""
    return list(Device.objects.filter(person_id=person))


def quiet_hours(person: UUID) -> tuple[int, int] | None:
    """Minutes of the day in which nothing disturbs a person."""
    return Quiet.objects.filter(person_id=person).values_list("starts", "ends").first()


def my_notes(most: int = 50) -> list[Note]:
    """What the acting person was told in the product, newest first."""
    return list(Note.objects.filter(person_id=_me(), gathered=False).order_by("-id")[:most])


def unseen() -> int:
    """How many of them were not seen yet."""
    return Note.objects.filter(person_id=_me(), gathered=False, seen=None).count() if _me() else 0


def my_sendings(most: int = 50) -> list[Sending]:
    """What was sent to the acting person, newest first."""
    return list(Sending.objects.filter(person_id=_me()).order_by("-id")[:most])


def sendings(*, before: UUID | None = None, most: int = 50) -> list[Sending]:
    """The delivery log of the acting organisation, newest first: for administrators and privacy officers."""
    rows = Sending.objects.order_by("-id")
    return list((rows.filter(pk__lt=before) if before else rows)[:most])


def settings_of(person: UUID) -> list[tuple[Kind, list[tuple[Channel, How]]]]:
    """Every kind of message with its channels and how the person is told, for a page of choices."""
    every = kinds.every()
    chosen = choices(person, every)
    return [(kind, [(channel, chosen[kind.name, channel]) for channel in available(kind)]) for kind in every]


def _me() -> UUID | None:
    return (current() or Actor()).person
