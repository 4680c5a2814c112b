"""Fan-out within a process: every open stream, what each is owed, and one reader for all of them.

A notification is a hint and no more. The hub reads what came after each stream's last number, for many streams in one
statement, so that opening, resuming, a lost listener and a restarted server are all the same thing. While a stream
waits it holds neither a thread nor a connection. What a slow reader has not taken stays in the table, not in memory.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction

from tillit.kernel.live import listener, stopping, topic_of
from tillit.kernel.tasks import describe
from tillit.kernel.ticket import Actor, acting

log = logging.getLogger("tillit.live")

Event = tuple[int, str, UUID]  # number, kind, object

LIVE = Actor(office="live")
PAGE = 32  # events that wait for one stream at most
AT_ONCE = 500  # streams that one statement reads for
TICK = 1.0  # seconds between two looks at who may still listen
BEAT = 15  # ticks between two signs of life, which also show that a reader is gone
RECHECK = 30  # ticks between two looks at the table that no notification asked for
STUCK = 30.0  # seconds that a reader may leave a part untaken
MOST_HERE, MOST_FROM = 12, 250  # streams in one process: of one owner, from one network


class Stream:
    """One open page. `pass_` is what lets it stay open: `Hub.check` is asked about it again and again."""

    __slots__ = (
        "age",
        "channel",
        "ended",
        "last",
        "more",
        "network",
        "pass_",
        "sending",
        "task",
        "topic",
        "waiting",
        "wake",
    )

    def __init__(self, channel: UUID, last: int, *, network: str, pass_: Any, life: int) -> None:
        self.channel, self.last, self.network, self.pass_ = channel, last, network, pass_
        self.topic = topic_of(channel)
        self.age = -life - random.randrange(BEAT)  # noqa: S311 (ticks; at 0 it ends, and the page asks again)
        self.waiting: deque[Event | None] = deque()  # None: a sign of life
        self.more = self.ended = False
        self.wake: asyncio.Future[None] | None = None
        self.sending: float | None = None
        self.task: asyncio.Task[Any] | None = None

    def rouse(self) -> None:
        """There is something to send, or the end."""
        if self.wake is not None and not self.wake.done():
            self.wake.set_result(None)

    def end(self) -> None:
        """No more after what waits."""
        self.ended = True
        self.rouse()


class Hub:
    """The streams of this process. Everything but `room` is called in the event loop."""

    def __init__(self, check: Callable[[list[Any]], set[Any]]) -> None:
        """`check(passes)` returns those that still hold; it runs in a thread, acting as office "live" in a
        transaction."""
        self.check = check
        self.streams: set[Stream] = set()
        self.by_topic: defaultdict[str, set[Stream]] = defaultdict(set)
        self.of: Counter[UUID] = Counter()
        self.from_: Counter[str] = Counter()
        self.wanted: set[Stream] = set()
        self.listening = False
        self._something = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._reader, self._checker = (ThreadPoolExecutor(1, thread_name_prefix="live") for _ in range(2))

    def room(self, channel: UUID, network: str) -> bool:
        """May one more stream be opened?"""
        return self.of[channel] < MOST_HERE and self.from_[network] < MOST_FROM

    def join(self, stream: Stream) -> bool:
        """From now on the stream gets what comes after its last number. False where there is no room."""
        if not self.room(stream.channel, stream.network) or stopping.begun():
            return False
        if not self._tasks:
            stopping.watch(self.stop)
            parts = [self._read_on(), self._watch()] + ([self._listen()] if listener.possible() else [])
            self._tasks = [asyncio.create_task(part) for part in parts]
            for task in self._tasks:
                task.add_done_callback(self._fell)
        stream.task = asyncio.current_task()
        self.streams.add(stream)
        self.by_topic[stream.topic].add(stream)
        self.of[stream.channel] += 1
        self.from_[stream.network] += 1
        self.want([stream])
        return True

    def leave(self, stream: Stream) -> None:
        """The stream is over."""
        if stream not in self.streams:
            return
        self.streams.discard(stream)
        self.wanted.discard(stream)
        self.of -= Counter([stream.channel])  # what reaches zero is forgotten
        self.from_ -= Counter([stream.network])
        self.by_topic[stream.topic].discard(stream)
        if not self.by_topic[stream.topic]:
            del self.by_topic[stream.topic]

    def want(self, streams: Iterable[Stream]) -> None:
        """Look what there is for these."""
        self.wanted.update(streams)
        self._something.set()

    async def parts(self, stream: Stream) -> list[Event | None]:
        """What is to be sent next, waited for; nothing when the stream is over."""
        stream.sending = None
        while not stream.waiting and not stream.ended:
            if stream.more:
                stream.more = False
                self.want([stream])
            stream.wake = asyncio.get_running_loop().create_future()
            await stream.wake
        taken = list(stream.waiting)
        stream.waiting.clear()
        stream.sending = asyncio.get_running_loop().time()
        return taken

    def stop(self) -> None:
        """The process ends: so does every stream, and pages ask again elsewhere."""
        for stream in self.streams:
            stream.end()
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    def _fell(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("live pages fell (%s); they start again with the next page", describe(error))
            self.stop()

    # -- the process's own work -----------------------------------------------------------------------------------

    async def _listen(self) -> None:
        def heard(topic: str) -> None:
            self.want(self.by_topic.get(topic, ()))

        def missed() -> None:
            self.listening = True
            self.want(self.streams)

        def lost() -> None:
            self.listening = False

        await listener.listen(heard, missed, lost)

    async def _read_on(self) -> None:
        """Read for whoever is wanted, as long as there is anybody."""
        loop = asyncio.get_running_loop()
        while True:
            await self._something.wait()
            self._something.clear()
            while self.wanted:
                batch = [self.wanted.pop() for _ in range(min(AT_ONCE, len(self.wanted)))]
                ready = [stream for stream in batch if not stream.waiting]
                for stream in batch:
                    stream.more = stream.more or bool(stream.waiting)
                if not ready:
                    continue
                channels, after = [s.channel for s in ready], [s.last for s in ready]
                try:
                    rows = await loop.run_in_executor(self._reader, in_thread, since, channels, after)
                except (DatabaseError, InterfaceError) as error:
                    log.warning("live pages cannot read (%s); trying again", type(error).__name__)
                    self.wanted.update(stream for stream in ready if stream in self.streams)
                    await asyncio.sleep(TICK / 2)
                    continue
                self._hand_out(ready, rows)

    @staticmethod
    def _hand_out(ready: list[Stream], rows: list[tuple[int, int, str, UUID]]) -> None:
        for nth, number, kind, object_id in rows:
            stream = ready[nth - 1]
            stream.waiting.append((number, kind, object_id))
            stream.last = number
            stream.more = len(stream.waiting) >= PAGE
            stream.rouse()

    async def _watch(self) -> None:
        """Once a second: whose pass no longer holds, who does not read, who is to hear that we are here."""
        loop, tick = asyncio.get_running_loop(), 0
        while True:
            await asyncio.sleep(TICK)
            tick += 1
            self._look_around(loop.time())
            if self.streams and (not self.listening or tick % RECHECK == 0):
                self.want(self.streams)
            if passes := {stream.pass_ for stream in self.streams if stream.pass_ is not None}:
                try:
                    held = await loop.run_in_executor(self._checker, in_thread, self.check, list(passes))
                except (DatabaseError, InterfaceError):
                    continue  # the database is away: nobody can be told anything either
                for stream in self.streams:
                    if stream.pass_ in passes and stream.pass_ not in held:
                        stream.end()

    def _look_around(self, moment: float) -> None:
        for stream in list(self.streams):
            stream.age += 1
            if stream.age >= 0:
                stream.end()
            elif stream.sending is not None:
                if moment - stream.sending > STUCK and stream.task is not None:
                    stream.end()
                    stream.task.cancel()
            elif stream.age % BEAT == 0 and not stream.waiting:
                stream.waiting.append(None)
                stream.rouse()


def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    """One short transaction as the hub."""
    close_old_connections()
    try:
        with acting(LIVE), transaction.atomic():
            return function(*arguments)
    finally:
        close_old_connections()


def since(channels: list[UUID], after: list[int]) -> list[tuple[int, int, str, UUID]]:
    """What came after each channel's number: which of them (from 1), and the event's number, kind and object."""
    with connection.cursor() as cursor:
        cursor.execute("select * from kernel.live_since(%s::uuid[], %s::bigint[], %s)", [channels, after, PAGE])
        rows: list[tuple[int, int, str, UUID]] = cursor.fetchall()
    return rows
