"""A crowd of guests: processes of threads, each thread with a connection of its own, that take turns at working.

    with crowd({"ours": (ours, arguments), …}, environment=…, processes=2, threads=16) as guests:
        rate = guests.turn("ours", seconds=2)

A way is a module's function: called once in each process it gives `guest`, which each thread calls once for its
`visit`; `visit(n)` does the n-th piece of work, n counting through all guests and turns.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Visit = Callable[[int], None]
Way = tuple[Callable[..., Callable[[], Visit]], tuple[Any, ...]]
WARM = 8  # visits of each guest before the first turn: statements prepared, plans kept


class Crowd:
    """Guests that wait for their turns."""

    def __init__(self, ends: list[Any]) -> None:
        self._ends = ends

    def turn(self, way: str, *, seconds: float) -> float:
        """Let all guests work in one way at once; returns visits a second."""
        for end in self._ends:
            end.send((way, seconds))
        return sum(_answer(end) for end in self._ends)


@contextmanager
def crowd(ways: dict[str, Way], *, environment: dict[str, str], processes: int, threads: int) -> Iterator[Crowd]:
    """Guests in `processes` × `threads`, warmed up in every way; they leave at the end."""
    context = multiprocessing.get_context("spawn")
    ends, members = [], []
    for number in range(processes):
        here, there = context.Pipe()
        members.append(context.Process(target=_member, args=(there, ways, environment, number, processes, threads)))
        members[-1].start()
        ends.append(here)
    try:
        for end in ends:
            _answer(end)
        yield Crowd(ends)
    finally:
        for end, member in zip(ends, members, strict=True):
            end.close()
            member.join(timeout=20)


def _answer(end: Any) -> float:
    answer = end.recv()
    if isinstance(answer, str):
        raise RuntimeError(answer)
    return float(answer)


def _member(
    end: Any, ways: dict[str, Way], environment: dict[str, str], number: int, processes: int, threads: int
) -> None:
    """One process of the crowd."""
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(environment)
    import django

    django.setup()
    answers: queue.Queue[int | str] = queue.Queue()
    orders: dict[str, list[queue.Queue[float]]] = {}
    try:
        for way, (make, arguments) in ways.items():
            guest = make(*arguments)
            orders[way] = [queue.Queue() for _ in range(threads)]
            for thread, order in enumerate(orders[way]):
                first, step = number * threads + thread, processes * threads
                threading.Thread(target=_guest, args=(guest, first, step, order, answers), daemon=True).start()
            _rate(answers, threads, 1)
        end.send(0)
        while True:
            way, seconds = end.recv()
            begun = time.perf_counter()
            for order in orders[way]:
                order.put(begun + seconds)
            end.send(_rate(answers, threads, seconds))
    except EOFError:
        pass
    except Exception:
        end.send(traceback.format_exc())


def _rate(answers: queue.Queue[int | str], threads: int, seconds: float) -> float:
    counts = [answers.get(timeout=seconds + 60) for _ in range(threads)]
    for count in counts:
        if isinstance(count, str):
            raise RuntimeError(count)
    return sum(int(count) for count in counts) / seconds


def _guest(
    guest: Callable[[], Visit], n: int, step: int, orders: queue.Queue[float], answers: queue.Queue[int | str]
) -> None:
    """One thread: warms up, then works until each ordered moment."""
    try:
        visit = guest()
        for _ in range(WARM):
            visit(n)
            n += step
        answers.put(0)
        while True:
            end, count = orders.get(), 0
            while time.perf_counter() < end:
                visit(n)
                n += step
                count += 1
            answers.put(count)
    except Exception:
        answers.put(traceback.format_exc())
