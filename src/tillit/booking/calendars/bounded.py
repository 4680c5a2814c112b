"""A limit of time on work that other people's files cause, wherever in a library it happens."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class TooLong(Exception):
    """The time was over before the work was done."""


class _Over(BaseException):
    """Not an Exception: libraries that forgive broken events must not swallow it."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop this thread's Python code in the block after so many seconds. Raises TooLong.

    The interpreter asks before each call (sys.setprofile), so a rule of repetition that never comes to an end ends
    here, also in a worker's thread, where no signal arrives.
    """
    until = time.monotonic() + seconds
    before = sys.getprofile()

    def look(frame: FrameType, event: str, argument: Any) -> None:
        if time.monotonic() > until:
            raise _Over

    sys.setprofile(look)
    try:
        yield
    except _Over:
        raise TooLong from None
    finally:
        sys.setprofile(before)
