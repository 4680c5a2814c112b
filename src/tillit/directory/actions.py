"""Writes: the owner's drafts, what is put before the moderators, what they decide, and who sees what.

Each runs inside a transaction as whoever acts; stages and checks are written by the database's own functions
(sql/profiles.sql).
"""

from __future__ import annotations

import base64
import os
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tillit import evidence
from tillit.access import current
from tillit.directory import events, facts, queries
from tillit.directory.models import Category, Fact, Player, Profile, Rules
from tillit.directory.models.profiles import SEEN_BY
from tillit.kernel import clock, ends, outbox, signing
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, sign_text
from tillit.moderation import actions as moderation


class Refused(Exception):
    """It is not done. `why`: nothing (no draft, or no provider), waits (something waits already), missing (`kinds` are
    not said yet), gone (there is nothing to decide any more)."""

    def __init__(self, why: str, kinds: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why, self.kinds = why, kinds


def begin() -> Profile:
    """The acting provider's profile, made now or before; nobody else sees it yet. Django's ProgrammingError for whoever
    is no provider."""
    actor = current() or Actor()
    found = Profile.objects.filter(person=actor.person).first()
    if found:
        return found
    assert actor.person is not None and actor.organisation is not None
    with connection.cursor() as cursor:  # two tabs at once make one
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"directory.begin:{actor.person}"])
    if found := Profile.objects.filter(person=actor.person).first():
        return found
    made = Profile(
        id=new_id(), organisation_id=actor.organisation, person_id=actor.person, changed=clock.now(),
        slug=base64.b32encode(os.urandom(8)).decode()[:12].lower(),
    )  # fmt: skip
    made.save(force_insert=True)
    ends.set("directory.profile", object=made.pk, subject=actor.person, since=clock.now())
    return made


@transaction.atomic
def say(kind: str, value: Any, *, files: tuple[UUID, ...] = ()) -> None:
    """The owner says something anew, as a draft beside what others see. value: as `facts` describes it for the kind.
    What it says already makes no draft. Raises KeyError for an unknown kind."""
    facts.KINDS[kind]
    profile = begin()
    known = {fact.stage: fact for fact in Fact.objects.filter(profile=profile, kind=kind).order_by("stage")}
    latest = known.get("draft") or known.get("waiting") or known.get("live")
    if latest and latest.value == value:
        return
    if draft := known.get("draft"):
        draft.delete()  # with its pictures
    row = Fact(
        id=new_id(), organisation_id=profile.organisation_id, profile=profile, person_id=profile.person_id, kind=kind,
        seen_by=latest.seen_by if latest else "everybody", files=list(files),
    )  # fmt: skip
    row.value = value
    row.save(force_insert=True)
    _touched(profile)


@transaction.atomic
def unsay(kind: str) -> bool:
    """The owner deletes a fact in every stage, at once. False when it was not said."""
    profile = begin()
    live = Fact.objects.filter(profile=profile, kind=kind, stage="live").exists()
    count, _rows = Fact.objects.filter(profile=profile, kind=kind).delete()
    if count:
        _touched(profile)
        if live:
            _moved(profile)
    return bool(count)


def forget_draft(kind: str) -> bool:
    """The owner drops a draft; what others see stays."""
    count, _rows = Fact.objects.filter(profile=begin(), kind=kind, stage="draft").delete()
    return bool(count)


def show_to(kind: str, seen_by: str) -> bool:
    """The owner says who sees a fact, from now: a word of facts.SEEN_BY. The name stays seen by everybody. False when
    there is no such fact. Raises ValueError for another word."""
    if seen_by not in SEEN_BY or (kind == "name" and seen_by != "everybody"):
        raise ValueError(seen_by)
    profile = begin()
    if not _call("select directory.show_fact(%s, %s)", kind, seen_by):
        return False
    evidence.record(events.SHOWN.name, subject=profile.person_id, object=profile.pk, reason=seen_by)
    _moved(profile)
    return True


@transaction.atomic
def submit() -> UUID:
    """The owner puts the drafts before the moderators; what others see stays until they decide. Returns the
    submission. Raises Refused."""
    profile = begin()
    said = set(Fact.objects.filter(profile=profile).values_list("kind", flat=True))
    if missing := tuple(kind for kind in facts.KINDS if kind in queries.rules().required and kind not in said):
        raise Refused("missing", missing)
    submission = new_id()
    if (answer := _call("select directory.submit(%s)", submission)) != "ok":
        raise Refused(answer)
    evidence.record(events.SUBMITTED.name, subject=profile.person_id, object=profile.pk)
    moderation.submit(kind="profile", object=profile.pk, subject=profile.person_id)
    return submission


def withdraw() -> UUID | None:
    """The owner takes back what waits, to change it. Returns the submission; None when nothing waited."""
    taken = _call("select directory.withdraw()")
    if taken:
        moderation.withdraw(kind="profile", object=begin().pk)
    return UUID(str(taken)) if taken else None


def decide(profile: UUID, *, through: bool) -> bool:
    """Carry out what a moderator decided about what waits of a profile (office moderation, narrowed to it): let through
    or refused. False where there is nothing to decide any more, or it is their own."""
    whose = _call("select directory.decide(%s, %s)", profile, through)
    if whose is None:
        return False
    reason = "approved" if through else "refused"
    evidence.record(events.DECIDED.name, subject=whose, object=profile, reason=reason)
    if through:
        outbox.emit(events.ProfileChanged(profile=profile, person=whose))
    return True


def take_down(profile: UUID, *, down: bool = True) -> bool:
    """Carry out, as `decide`, that a profile is seen no more, or again. False when that changes nothing."""
    whose = _call("select directory.take_down(%s, %s)", profile, down)
    if whose is None:
        return False
    evidence.record(events.DECIDED.name, subject=whose, object=profile, reason="down" if down else "open")
    outbox.emit(events.ProfileChanged(profile=profile, person=whose))
    return True


def pause(paused: bool) -> bool:
    """The owner hides the whole profile for a while, or shows it again. False when a moderator took it down."""
    profile = begin()
    done = bool(_call("select directory.pause(%s)", paused))
    if done:
        evidence.record(
            events.SHOWN.name, subject=profile.person_id, object=profile.pk, reason="paused" if paused else "open"
        )
        _moved(profile)
    return done


@transaction.atomic
def delete() -> bool:
    """The owner deletes the profile with all that it says, at once. False when there is none."""
    profile = Profile.objects.filter(person=(current() or Actor()).person).first()
    if profile is None:
        return False
    ends.cancel("directory.profile", profile.pk)
    moderation.withdraw(kind="profile", object=profile.pk)
    evidence.record(events.DELETED.name, subject=profile.person_id, object=profile.pk)
    _moved(profile)
    Fact.objects.filter(profile=profile).delete()
    profile.delete()
    return True


@transaction.atomic
def check(fact: Fact, how: str, *, ends: date | None = None) -> bool:
    """A moderator or an administrator has looked: how (a word of facts.HOW; "" takes it back), and until when that
    counts. False for one's own and for what is gone. Raises ValueError for another word."""
    if how and how not in facts.HOW:
        raise ValueError(how)
    wish = {"fact": str(fact.pk), "how": how, "ends": ends.isoformat() if ends else None}
    whose = _order("directory.check_fact", "factcheck", wish)
    if whose is None:
        return False
    evidence.record(events.CHECKED.name, subject=whose, object=fact.pk, reason=how or "taken back")
    outbox.emit(events.ProfileChanged(profile=fact.profile_id, person=whose))
    return True


def add_category(name: dict[str, str], *, position: int = 0) -> Category:
    """An administrator adds a service to the list. name: language → words."""
    organisation = (current() or Actor()).organisation
    made = Category(id=new_id(), organisation_id=organisation, name=name, position=position)  # type: ignore[misc]
    made.save(force_insert=True)
    return made


def demand(*, required: list[str], to_check: list[str]) -> Rules:
    """An administrator says which facts have to be there, and which have to be checked before a profile is seen."""
    organisation = (current() or Actor()).organisation
    row = Rules.objects.first() or Rules(organisation_id=organisation)  # type: ignore[misc]
    row.required, row.to_check = required, to_check
    row.save()
    evidence.record(events.RULES.name, object=row.pk)
    return row


def _touched(profile: Profile) -> None:
    _call("select directory.touch()")
    ends.set("directory.profile", object=profile.pk, subject=profile.person_id, since=clock.now())
    evidence.record(events.WROTE.name, subject=profile.person_id, object=profile.pk)


def _moved(profile: Profile) -> None:
    outbox.emit(events.ProfileChanged(profile=profile.pk, person=profile.person_id))


def _call(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchone()[0]


def _order(function: str, purpose: str, wish: dict[str, Any]) -> Any:
    """Send the database an order, signed for whoever acts; returns its one answer."""
    actor = current() or Actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    body = signing.canonical(wish | {name: part and str(part) for name, part in who.items()})
    return _call(f"select {function}(%s, %s)", body, sign_text(purpose, body))


# -- films ------------------------------------------------------------------------------------------------------------


def plays(person: UUID) -> bool:
    """Did whoever acts turn this person's film on? Not while all players are off."""
    return not never_plays() and Player.objects.filter(person=me(), of=person, wanted=True).exists()


def never_plays() -> bool:
    """Did whoever acts turn all players off for good?"""
    return bool(me()) and Player.objects.filter(person=me(), of=None, wanted=False).exists()


def choose_player(of: UUID, wanted: str) -> None:
    """Whoever acts turns a person's film on ("play") or off ("stop"), all players off for good ("never"), or wants to
    be asked again ("ask")."""
    actor = current() or Actor()
    whom = None if wanted in ("never", "ask") else of
    Player.objects.filter(person=actor.person, of=whom).delete()
    if wanted in ("play", "never"):
        Player(  # type: ignore[misc]
            id=new_id(), organisation_id=actor.organisation, person_id=actor.person, of_id=whom, wanted=wanted == "play"
        ).save(force_insert=True)


def me() -> UUID | None:
    """Whoever acts."""
    return (current() or Actor()).person


def acquaint(provider: UUID, other: UUID, *, thread: UUID, until: datetime) -> bool:
    """In a reaction: two people write with each other, so that one sees until then what the other's profile shows to
    such people. False where there is no profile, or it is open already."""
    return bool(_call("select directory.acquaint(%s, %s, %s, %s)", provider, other, thread, until))
