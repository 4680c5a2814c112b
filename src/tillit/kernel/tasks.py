"""Background work: declared with `@task`, queued in the transaction that causes it, run by the worker.

    @task("booking.remind")
    def remind(*, booking: UUID) -> None: ...

    remind.defer(booking=b.pk)

Arguments are ids and other primitives, signed together with the task's name and the actor; the worker refuses
whatever does not carry the signature. A task runs at least once: it must bear being repeated.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import types
import typing
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from tillit.kernel import clock, discovery, signing
from tillit.kernel.ticket import Actor, acting, current

log = logging.getLogger("tillit.tasks")

RETRIES = 10
FIRST_WAIT, LONGEST_WAIT = 2.0, 3600.0  # seconds
_PRIMITIVES = (str, int, bool, uuid.UUID)

registry: dict[str, Task] = {}
counts = {"done": 0, "failed": 0, "refused": 0}


class Refused(Exception):
    """A job that this installation did not sign, or whose task does not exist here. Never retried."""


class Permanent(Exception):
    """Raised by a task when trying again cannot help: the job ends as failed at once."""


class Later(Exception):
    """Raised by a task that whoever it called asks to come again, and not before so many seconds have passed."""

    def __init__(self, says: str, *, wait: float) -> None:
        super().__init__(says)
        self.wait = wait


class Failed(Exception):
    """What the queue learns of a failure: kind of error and place, never its text (it may name people). wait: seconds
    before which no retry makes sense."""

    def __init__(self, kind: str, *, final: bool, wait: float = 0.0) -> None:
        super().__init__(kind)
        self.final = final
        self.wait = wait


@dataclass(frozen=True)
class Deferrer:
    """One way of queueing a task: by whom, when, and with which key."""

    task: Task
    actor: Actor | None = None
    run_at: datetime | None = None
    key: str | None = None

    def defer(self, **arguments: Any) -> None:
        """Queue the task in the present transaction. Raises TypeError for arguments it cannot carry."""
        call = self.task.call(arguments, self.actor or current() or Actor())
        run_at = self.run_at - clock.offset() if self.run_at else None
        with connection.cursor() as cursor:
            cursor.execute(
                "select kernel.enqueue(%s, %s, %s, %s, %s)",
                [self.task.name, signing.canonical(call), self.task.mac(call), run_at, self.key],
            )


@dataclass(frozen=True, eq=False)
class Task:
    """A function that the worker can run. Calling it runs it here and now."""

    name: str
    function: Callable[..., None]
    retries: int = RETRIES
    give_up: Callable[..., None] | None = None
    cron: str | None = None
    office: str | None = None
    own_transactions: bool = False
    parameters: dict[str, type] = field(default_factory=dict)

    def __call__(self, **arguments: Any) -> None:
        self.function(**arguments)

    def configure(
        self, *, run_at: datetime | None = None, actor: Actor | None = None, key: str | None = None
    ) -> Deferrer:
        """Queue it for a moment (aware, by the app's clock), as another actor, or at most once under a key."""
        return Deferrer(self, actor, run_at, key)

    def defer(self, **arguments: Any) -> None:
        """Queue it in the present transaction, to run soon as whoever acts now."""
        Deferrer(self).defer(**arguments)

    def call(self, arguments: dict[str, Any], actor: Actor) -> dict[str, Any]:
        """What is signed and stored: arguments and actor as JSON."""
        if arguments.keys() != self.parameters.keys():
            raise TypeError(f"{self.name} takes {', '.join(self.parameters) or 'no arguments'}.")
        for name, value in arguments.items():
            if value is not None and not isinstance(value, _PRIMITIVES):
                raise TypeError(f"{self.name}: {name} is no primitive; pass an id.")
        return {
            "args": {k: _plain(v) for k, v in arguments.items()},
            "actor": {k: _plain(v) for k, v in asdict(actor).items() if v is not None},
        }

    def mac(self, call: dict[str, Any]) -> str:
        """The signature over name, arguments and actor."""
        return signing.sign("job", [self.name, call])

    def run(self, call: Any, mac: Any, *, attempt: int = 1) -> None:
        """Run a queued call: verified, as its actor, in one transaction.

        Raises `Failed`, which carries no text of the error; its `final` says that no retry follows.
        """
        actor: Actor | None = None
        arguments: dict[str, Any] = {}
        try:
            if not signing.believed("job", [self.name, call], mac):
                raise Refused(self.name)
            arguments = {name: _read(self.parameters[name], value) for name, value in call["args"].items()}
            actor = _actor(call["actor"])
            with acting(actor), nullcontext() if self.own_transactions else transaction.atomic():
                self.function(**arguments)
        except Refused:
            counts["refused"] += 1
            log.error("refused a job of %s that this installation did not sign", self.name)
            raise Failed("Refused", final=True) from None
        except Exception as error:
            kind, final = describe(error), isinstance(error, Permanent) or attempt > self.retries
            counts["failed"] += 1
            log.warning("%s failed, attempt %d%s: %s", self.name, attempt, ", giving up" if final else "", kind)
            if final and self.give_up and actor:
                with acting(actor), transaction.atomic():
                    self.give_up(**arguments, attempts=attempt, reason=kind)
            raise Failed(kind, final=final, wait=error.wait if isinstance(error, Later) else 0.0) from None
        counts["done"] += 1


T = TypeVar("T", bound=Callable[..., None])


def task(
    name: str, *, retries: int = RETRIES, give_up: Callable[..., None] | None = None, own_transactions: bool = False
) -> Callable[[Callable[..., None]], Task]:
    """Make a function with keyword arguments (str, int, bool, UUID or None) a task under a stable name.

    `give_up(attempts=, reason=, **arguments)` runs, as the job's actor, when the last of `retries` has failed.
    own_transactions: it opens its transactions itself, since none stays open while somebody outside is called.
    """

    def register(function: Callable[..., None]) -> Task:
        return _register(
            Task(name, function, retries, give_up, own_transactions=own_transactions, parameters=_parameters(function))
        )

    return register


def periodic(
    name: str, *, cron: str, office: str, own_transactions: bool = False
) -> Callable[[Callable[..., None]], Task]:
    """Make a function without arguments a task that runs by itself, acting in `office`. `cron` is in UTC.

    own_transactions: it opens its transactions itself, for work that is committed part by part.
    """

    def register(function: Callable[..., None]) -> Task:
        return _register(Task(name, function, retries=2, cron=cron, office=office, own_transactions=own_transactions))

    return register


def wait_before(attempt: int, *, asked: float = 0.0) -> float:
    """Seconds to wait after the attempt of this number (1, 2, …) failed: doubling, with jitter, at most an hour; not
    less than `asked`, the wait for which somebody outside has asked, within that hour."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempt - 1))
    return max(wait * random.uniform(0.5, 1.0), min(asked, LONGEST_WAIT))  # noqa: S311 (spreads load, guards nothing)


def describe(error: BaseException) -> str:
    """An error's kind and place in the code, without its text, which may hold personal data."""
    place = error.__traceback__
    found = ""
    while place:
        if "tillit" in (path := place.tb_frame.f_code.co_filename):
            found = f" at {path.rpartition('/src/')[2].rpartition('site-packages/')[2]}:{place.tb_lineno}"
        place = place.tb_next
    cause = f" from {type(error.__cause__).__name__}" if error.__cause__ else ""
    return f"{type(error).__name__}{cause}{found}"


def load() -> None:
    """Import every app's `tasks` and `reactions`, so that the worker knows them."""
    discovery.load("tasks", "reactions")
    from tillit.kernel import live, mail, outbox, rotation, sweep, sweeper  # noqa: F401 (they declare tasks)


def _register(new: Task) -> Task:
    known = registry.get(new.name)
    if known and known.function.__qualname__ != new.function.__qualname__:
        raise ValueError(f"Two tasks are called {new.name}.")
    registry[new.name] = new
    return new


def _parameters(function: Callable[..., Any]) -> dict[str, type]:
    """Names and types of the keyword arguments; `X | None` counts as X. Raises TypeError for other types."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
    hints = typing.get_type_hints(function, vars(sys.modules[function.__module__]))
    found = {}
    for name in names:
        hint = hints.get(name)
        if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
            hint = next((part for part in typing.get_args(hint) if part is not type(None)), None)
        if hint not in _PRIMITIVES:
            raise TypeError(f"{function.__qualname__}: {name} must be str, int, bool or UUID.")
        found[name] = hint
    return found


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value


def _read(kind: type, value: Any) -> Any:
    return uuid.UUID(value) if kind is uuid.UUID and value is not None else value


def _actor(parts: dict[str, str]) -> Actor:
    ids = {k: uuid.UUID(parts[k]) for k in ("account", "person", "organisation") if k in parts}
    return Actor(office=parts["office"], subject=parts.get("subject"), **ids)


def payload(queued: Task, arguments: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """A job's stored arguments, signed: for the relay and for periodic tasks, which write jobs themselves."""
    call = queued.call(arguments, actor)
    return {"call": json.loads(signing.canonical(call)), "mac": queued.mac(call)}
