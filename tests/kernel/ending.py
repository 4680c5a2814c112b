"""Kinds of ends for the kernel's own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from tests.kernel import support
from tillit.kernel import ends, sweeper


class Kinds:
    """Registers kinds for one test, and remembers what their handlers got."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ends.known()  # the product's own are registered once, and come back after the test
        monkeypatch.setattr(ends, "_kinds", {})
        monkeypatch.setattr(ends, "settings", {})
        self.got: list[tuple[str, list[UUID]]] = []

    def add(self, kind: str, does: Callable[[list[UUID]], None] | None = None, **more: object) -> None:
        """A kind whose handler writes down what it got, after it did something of the test's."""

        def reach(objects: list[UUID]) -> None:
            if does:
                does(objects)
            self.got.append((kind, objects))

        reach.__qualname__ = kind
        ends.handler(kind, says=f"says {kind}", **more)(reach)  # type: ignore[arg-type]

    def objects(self, kind: str) -> list[UUID]:
        """Everything the handler of a kind got, in order."""
        return [one for name, objects in self.got if name == kind for one in objects]


@contextmanager
def sweeping() -> Iterator[None]:
    """With the worker's rights."""
    with support.worker_rights():
        yield


def swept(seconds: float = 20) -> sweeper.Swept:
    """One run of the sweeper in the test's own transaction."""
    with sweeping():
        return sweeper.run(seconds)
