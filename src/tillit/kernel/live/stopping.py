"""Knowing that the process is told to stop, in time to end what would keep it: a server waits for open answers."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_begun = False
_watched = False


def begun() -> bool:
    """Has it been told?"""
    return _begun


def watch(end: Callable[[], None]) -> None:
    """Call `end` in the running event loop when a signal to stop comes, before whoever handled it until now.

    Elsewhere than in the main thread, where no signals arrive, nothing is watched.
    """
    global _watched
    if _watched or threading.current_thread() is not threading.main_thread():
        return
    _watched = True
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        signal.signal(number, _then(signal.getsignal(number), loop, end))


def _then(
    before: Any, loop: asyncio.AbstractEventLoop, end: Callable[[], None]
) -> Callable[[int, FrameType | None], Any]:
    def heard(number: int, frame: FrameType | None) -> None:
        global _begun
        _begun = True
        loop.call_soon_threadsafe(end)
        if callable(before):
            before(number, frame)

    return heard
