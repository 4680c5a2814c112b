"""The clock of everything that ends: one table of what will end when, and one sweeper.

    KEEP = ends.Setting("booking.keep_days", default=30, least=1, most=730, says=_("Days a booking is kept"))

    @ends.handler("booking.data", says=_("What a guest wrote for a booking"), setting=KEEP)
    def forget(objects: list[UUID]) -> None: ...            # in the app's tasks.py

    ends.set("booking.data", object=b.pk, subject=b.guest_id, since=meeting_ends)     # follows the setting
    ends.set("access.grant", object=g.pk, subject=g.subject_id, due=g.ends)           # a moment of its own

A handler gets a batch of objects of one organisation and kind, in one transaction, acting as office "sweeper" in
that organisation. Its effect and the mark commit together: once, however often a sweeper dies and however many
there are. Effects outside the database go through tasks. It must bear ids of objects that are gone. If it sets a
later end for an object, that one stays open. Definer functions of other apps use `kernel.set_end`, `start_end`
and `cancel_ends` (sql/ends.sql). docs/decisions/0012-one-clock.md says why it is as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tillit.kernel import clock, happenings, signing, tasks
from tillit.kernel.dpv import Words
from tillit.kernel.end_tables import FIRST, LAST, End, EndBatch
from tillit.kernel.outbox import Event
from tillit.kernel.ticket import Actor, acting, current, sign_text

BATCH = 500
SETTLED = timedelta(minutes=2)  # after this, no request knows an older setting: the database ended it
YEARS = 36525  # days: no setting reaches further
Handler = Callable[[list[UUID]], None]
DueOf = Callable[[list[UUID], int], Mapping[UUID, datetime]]
Keeping = Callable[[str, Mapping[UUID, UUID | None]], Mapping[UUID, datetime]]


class OutOfBounds(ValueError):
    """A setting's number is beyond its bounds; the text is for the administrator who chose it."""


class NotYours(PermissionError):
    """A person would have moved or cancelled an end that concerns somebody else."""


@dataclass(frozen=True)
class Reached(Event, name="kernel.end.reached"):
    """A batch of ends of one kind was reached. `reached(event.batch)` says which."""

    batch: UUID
    count: int


@dataclass(frozen=True)
class Setting:
    """A number of days that an organisation's administrators choose within bounds.

    law: the sentence that names the law which forbids fewer days than `least`, if one does.
    Raises ValueError for bounds that contradict each other and for a name that is taken.
    """

    name: str
    default: int
    least: int
    most: int
    says: Words
    law: Words = ""

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.default <= self.most <= YEARS:
            raise ValueError(f"{self.name}: 0 ≤ least ≤ default ≤ most ≤ {YEARS} days.")
        if settings.setdefault(self.name, self) != self:
            raise ValueError(f"Two settings are called {self.name}.")

    def days(self) -> int:
        """How many days hold in the acting organisation."""
        return int(call("kernel.setting", self.name, self.default)[0][0])

    def choose(self, days: int) -> int:
        """As an administrator, choose how many days hold; ends that are open move with it.

        Returns how many moved at once; kinds with a `due_of` follow within moments. Raises OutOfBounds, and
        Django's ProgrammingError (42501) for whoever is no administrator.
        """
        if days < self.least:
            why = str(self.law) or _("Fewer are not possible.")
            raise OutOfBounds(_("At least %(least)s days. %(why)s") % {"least": self.least, "why": why})
        if days > self.most:
            raise OutOfBounds(_("At most %(most)s days.") % {"most": self.most})
        mine = [kind for kind in known().values() if kind.setting is self]
        counted = [kind.name for kind in mine if not kind.due_of]
        moved = int(_order("kernel.choose_setting", "setting", {"name": self.name, "days": days, "kinds": counted}))
        actor = sweeper((current() or Actor()).organisation)
        for kind in mine:
            key = f"{actor.organisation}:{kind.name}"
            if kind.due_of:
                _recompute.configure(actor=actor, key=key).defer(kind=kind.name)
            # again for what a transaction that still knew the old number has set meanwhile
            later = clock.now() + SETTLED
            _recompute.configure(actor=actor, key=f"{key}:again", run_at=later).defer(kind=kind.name)
        happenings.announce("kernel.setting.changed", setting=self.name, days=days)
        return moved


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of end: what reaching it does, what to say of it, and which setting moves it."""

    name: str
    reach: Handler
    says: Words
    why: Words
    setting: Setting | None
    due_of: DueOf | None
    batch: int


settings: dict[str, Setting] = {}
_kinds: dict[str, Kind] = {}
_keeping: list[Keeping] = []


def handler(
    kind: str,
    *,
    says: Words,
    why: Words = "",
    setting: Setting | None = None,
    due_of: DueOf | None = None,
    batch: int = BATCH,
) -> Callable[[Handler], Handler]:
    """Register what happens to objects of `kind` ("app.object") at their end.

    says, why: for people: what ends, and the reason or law. setting: counts `since` ends in days. due_of: where
    days after a moment are not the rule: `due_of(objects, days)` answers when each object ends (an object left out
    keeps its end); it runs in the worker, as "sweeper". batch: 1 for a handler, or an event, for each object.
    """
    if kind.count(".") != 1 or len(kind) > 60:
        raise ValueError("A kind of end is named 'app.object', in at most 60 characters.")

    def register(function: Handler) -> Handler:
        if kind in _kinds and _kinds[kind].reach.__qualname__ != function.__qualname__:
            raise ValueError(f"Two handlers for {kind}.")
        _kinds[kind] = Kind(kind, function, says, why, setting, due_of, batch)
        return function

    return register


def keeping(function: Keeping) -> Keeping:
    """Register who may keep objects back from their end, as a legal hold does: function(kind, object → whom it
    concerns) answers until when each of them stays; the others end. It runs as the sweeper, once for each batch."""
    if function not in _keeping:
        _keeping.append(function)
    return function


def kept_back(kind: str, objects: Mapping[UUID, UUID | None]) -> dict[UUID, datetime]:
    """Move the ends of what somebody keeps back, as the sweeper; returns until when each of these stays."""
    kept: dict[UUID, datetime] = {}
    for function in _keeping:
        for one, until in function(kind, objects).items():
            kept[one] = max(until, kept.get(one, until))
    for one, until in kept.items():
        move(kind, one, until)
    return kept


def known() -> Mapping[str, Kind]:
    """Every kind of this installation; they are registered in the apps' `tasks`."""
    tasks.load()
    return _kinds


# -- orders ------------------------------------------------------------------------------------------------------


def set(
    kind: str,
    *,
    object: UUID,
    subject: UUID | None,
    due: datetime | None = None,
    since: datetime | None = None,
    why: str = "",
    organisation: UUID | None = None,
) -> None:
    """The object will end, at `due` (aware) or as many days after `since` as the kind's setting says.

    subject: the person whom it concerns, who can read of it. why: a stable word. organisation: only where the actor
    has none. An open end of the object moves, as `move` would move it. Raises ValueError for an unknown kind, a
    naive or absurd moment; NotYours.
    """
    setting = _known(kind).setting
    if (due is None) == (since is None) or (since and not setting):
        raise ValueError("An end has a due moment, or a moment since which its kind's setting counts.")
    actor = current() or Actor()
    if organisation and actor.organisation not in (None, organisation):
        raise ValueError("An end belongs to the acting organisation.")
    with acting(replace(actor, organisation=organisation or actor.organisation)):
        if since and setting:
            due = _moment(since) + setting.days() * timedelta(hours=24)
        _place("set", kind, object, due=due, since=since, subject=subject, why=why)


def move(kind: str, object: UUID, due: datetime) -> bool:
    """The object ends at `due` (aware) instead, whatever a setting says. False when nothing is open.

    A person moves ends of which that person is the subject; for others the program acts in an office
    (`access.as_office`) and so says in which capacity. Raises NotYours, ValueError.
    """
    return _place("move", kind, object, due=due)


def cancel(kind: str, object: UUID) -> bool:
    """The object has no end any more. False when nothing was open. Raises NotYours, as `move`."""
    return _place("cancel", kind, object)


def _place(
    do: str,
    kind: str,
    object: UUID,
    *,
    due: datetime | None = None,
    since: datetime | None = None,
    subject: UUID | None = None,
    why: str = "",
) -> bool:
    _known(kind)
    wish = {"do": do, "kind": kind, "object": str(object), "why": why, "subject": str(subject) if subject else None}
    moments = {"due": due and _moment(due).isoformat(), "since": since and _moment(since).isoformat()}
    answer = _order("kernel.order_end", "end", wish | moments)
    if answer == "not yours":
        raise NotYours(f"This {kind} concerns somebody else. Act in an office to move it.")
    return bool(answer == "ok")


def _order(function: str, purpose: str, wish: dict[str, Any]) -> Any:
    """Send the database what it believes only from this program: signed, and for whoever acts now."""
    actor = current() or Actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    body = signing.canonical(wish | {name: part and str(part) for name, part in who.items()})
    return call(function, body, sign_text(purpose, body))[0][0]


def _known(kind: str) -> Kind:
    if kind not in _kinds and kind not in known():
        raise ValueError(f"No handler is registered for ends of kind {kind!r}.")
    return _kinds[kind]


def _moment(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant carries its time zone.")
    if not FIRST <= instant < LAST:
        raise ValueError(f"An end lies between {FIRST.year} and {LAST.year}.")
    return instant


# -- what will end, what has ended -------------------------------------------------------------------------------


class Coming(NamedTuple):
    """An end of something that concerns the acting person; `reached` once it has come."""

    kind: str
    object: UUID
    says: Words
    why: str
    due: datetime
    first_due: datetime
    reached: datetime | None


@dataclass(frozen=True)
class Preview:
    """What of one kind will go: how many, between when, why; how many are overdue since their handler fails."""

    kind: str
    says: Words
    why: str
    law: Words
    count: int
    first_due: datetime
    last_due: datetime
    failing: int
    problem: str


@dataclass(frozen=True)
class Past:
    """A batch that the sweeper finished: how many of a kind were reached, how many failed, when."""

    batch: UUID
    kind: str
    says: Words
    reached: int
    failed: int
    at: datetime


def coming(until: datetime) -> list[Coming]:
    """What concerns the acting person and ends by `until` (aware), soonest first."""
    return [_coming(end) for end in End.objects.filter(state="open", due__lte=until).order_by("due", "pk")]


def gone(since: datetime) -> list[Coming]:
    """What concerned the acting person and has ended since then, latest first. Kept for 90 days (sweeper.KEEP)."""
    return [_coming(end) for end in End.objects.filter(state="reached", closed__gte=since).order_by("-closed", "pk")]


def _coming(end: End) -> Coming:
    said = known().get(end.kind)
    return Coming(end.kind, end.object_id, said.says if said else end.kind, end.why, end.due, end.first_due, end.closed)


def preview(organisation: UUID, until: datetime) -> list[Preview]:
    """For administrators: what will go by `until` (aware), soonest kind first, and why; never whose.

    Raises Django's ProgrammingError (42501) for others, and for another organisation.
    """
    kinds, found = known(), []
    for kind, why, *figures in call("kernel.preview_ends", organisation, until):
        said = kinds.get(kind)
        found.append(Preview(kind, said.says if said else kind, why, said.why if said else "", *figures))
    return found


def history(since: datetime, *, kind: str | None = None, most: int = 200) -> list[Past]:
    """For administrators: what the sweeper did since then in the acting organisation, latest first."""
    rows = EndBatch.objects.filter(at__gte=since, **({"kind": kind} if kind else {})).order_by("-at", "-pk")[:most]
    kinds = known()
    return [
        Past(b.pk, b.kind, kinds[b.kind].says if b.kind in kinds else b.kind, b.reached, b.failed, b.at) for b in rows
    ]


def reached(batch: UUID) -> tuple[str, list[UUID]]:
    """For reactions to `Reached`: the kind and the objects of a batch. The kind is "" once it is forgotten."""
    rows = call("kernel.reached_ends", batch)
    return (rows[0][0] if rows else ""), [row[1] for row in rows]


def failing() -> list[dict[str, Any]]:
    """For operators: organisation, kind, ends, attempts and problem of what a handler could not end."""
    with acting(Actor(office="operator")), transaction.atomic():
        names = ("organisation", "kind", "ends", "attempts", "problem")
        return [dict(zip(names, row, strict=True)) for row in call("kernel.failing_ends")]


def overdue(before: datetime) -> int:
    """For probes (office "prober"): how many ends of the acting organisation were due before then and are open."""
    return int(call("kernel.overdue_ends", before)[0][0])


@tasks.task("kernel.ends.recompute")
def _recompute(*, kind: str) -> None:
    """Say anew when each open end of the kind in the acting organisation is due."""
    found = _known(kind)
    if not found.setting:
        return
    days, after = found.setting.days(), UUID(int=0)
    if not found.due_of:
        call("kernel.recount_ends", kind, days)
        return
    while page := call("kernel.open_ends", kind, after, BATCH):
        dues = {object_id: _moment(due) for object_id, due in found.due_of([row[1] for row in page], days).items()}
        call("kernel.redate_ends", kind, list(dues), list(dues.values()))
        after = page[-1][0]


def sweeper(organisation: UUID | None) -> Actor:
    return Actor(office="sweeper", organisation=organisation)


def call(function: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """A function of sql/ends.sql. Its name is ours, never a caller's."""
    places = ", ".join(["%s"] * len(arguments))
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {function}({places})", arguments)  # noqa: S608 (ours)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
