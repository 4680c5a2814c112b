"""Reads: how people want to be told, and what they were told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from tillit import evidence
from tillit.access import Actor, current
from tillit.identity.queries import people_by_id, roles
from tillit.kernel import clock, config
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
    me = _me()
    return list(Note.objects.filter(person_id=me, gathered=False).order_by("-id")[:most]) if me else []


def unseen() -> int:
    """How many of them were not seen yet."""
    me = _me()
    return Note.objects.filter(person_id=me, gathered=False, seen=None).count() if me else 0


def my_sendings(most: int = 50) -> list[Sending]:
    """What was sent to the acting person, newest first."""
    me = _me()
    return list(Sending.objects.filter(person_id=me).order_by("-id")[:most]) if me else []


def deliveries(
    *, state: str = "", channel: str = "", kind: str = "", since: date | None = None, until: date | None = None,
    before: UUID | None = None, most: int = 50,
) -> list[Sending]:  # fmt: skip
    """The delivery log of the acting organisation, newest first, at most so many from before the id `before` on; for
    administrators and privacy officers. since and until: first and last day (UTC). Whoever stands in it finds in their
    evidence that it was looked at."""
    wanted: dict[str, Any] = {"state": state, "channel": channel, "kind": kind, "pk__lt": before}
    if since:
        wanted["made__gte"] = datetime.combine(since, time(), UTC)
    if until:
        wanted["made__lt"] = datetime.combine(until, time(), UTC) + timedelta(days=1)
    rows = Sending.objects.filter(**{name: value for name, value in wanted.items() if value})
    found = list(rows.order_by("-id")[:most])
    evidence.saw([one.person_id for one in found], "notify.sending", "answers for messages")
    return found


def failed_lately() -> int:
    """How many messages of the last week nobody took; for administrators and privacy officers."""
    return Sending.objects.filter(state="failed", made__gt=clock.now() - timedelta(days=7)).count()


def named(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names of those whom the actor sees anyway; a line of the log shows nobody."""
    return {key: person.display_name for key, person in people_by_id(people).items() if person.display_name}


def settings_of(person: UUID) -> list[tuple[Kind, list[tuple[Channel, How]]]]:
    """Every kind of message with its channels and how the person is told, for a page of choices."""
    mine = roles()
    free = [kind for kind in kinds.every() if not kind.must and not kind.follows]
    every = [kind for kind in free if not kind.roles or mine & set(kind.roles)]
    chosen = choices(person, every)
    return [(kind, [(channel, chosen[kind.name, channel]) for channel in available(kind)]) for kind in every]


def _me() -> UUID | None:
    return (current() or Actor()).person
