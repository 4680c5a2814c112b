"""The one source of time. Everything asks `now()`; tests and the demo move it, nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tillit.kernel import config

_frozen: ContextVar[datetime | None] = ContextVar("tillit_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    if frozen := _frozen.get():
        return frozen
    return datetime.now(UTC) + offset()


def standing() -> datetime | None:
    """Where a test made the clock stand, or None while it runs."""
    return _frozen.get()


def offset() -> timedelta:
    """How far the demo's clock stands ahead of the machine's; zero outside demo mode."""
    if config.mode() != "demo":
        return timedelta(0)
    try:
        return timedelta(seconds=int(_offset_file().read_text(encoding="ascii").strip() or 0))
    except (FileNotFoundError, ValueError):
        return timedelta(0)


def move_demo(ahead: timedelta) -> None:
    """Set the demo's clock this far ahead of the machine's, for every process of this installation.

    Raises RuntimeError outside demo mode: a clock that can be moved is not for real people's data.
    """
    if config.mode() != "demo":
        raise RuntimeError("The clock can be moved in demo mode only.")
    path = _offset_file()
    fresh = path.with_suffix(".new")
    fresh.write_text(str(int(ahead.total_seconds())), encoding="ascii")
    fresh.replace(path)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let the clock stand at `instant` (aware) inside the block: for tests."""
    if instant.tzinfo is None:
        raise ValueError("An instant carries its time zone.")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def _offset_file() -> Path:
    return Path(config.var()) / "demo-clock"
