"""The cache that django-allauth asks: it forgets everything but "has this code been used just now?"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.dummy import DummyCache

from tillit.identity.throttle import Limit


class Once(DummyCache):
    """`add` succeeds once in its time, in all processes, by a counter in the database; the rest always misses."""

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """True for the first who adds this key; False for everybody else until `timeout` seconds are over."""
        seconds = 300 if timeout in (DEFAULT_TIMEOUT, None) else timeout
        return Limit("once", burst=1, every=timedelta(seconds=seconds)).take(self.make_and_validate_key(key, version))
