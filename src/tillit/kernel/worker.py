"""The worker: one process that relays events, runs queued jobs and starts periodic ones.

procrastinate fetches and finishes jobs over a small connection pool of its own; tasks run in threads over
Django's connection. Both are the role tillit_worker. The process outlives restarts of the database.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from procrastinate import exceptions, jobs, retry

from tillit.kernel import config, keys, outbox, tasks
from tillit.kernel.egress import gate
from tillit.kernel.ticket import Actor

log = logging.getLogger("tillit.worker")

BUSY, IDLE = 0.1, 1.0  # seconds between two looks into the outbox
HEARTBEAT, STALLED = 10.0, 30.0  # seconds: sign of life, and when a worker without one is dead
PATIENCE = 8.0  # seconds that running jobs get at shutdown; the supervisor waits ten
THREADS = 4


class Backoff(retry.BaseRetryStrategy):
    """Tries again after `tasks.wait_before`, until the failure says that it is final."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if isinstance(exception, (exceptions.TaskNotFound, asyncio.CancelledError)):
            return None
        if isinstance(exception, tasks.Failed) and exception.final:
            return None
        # the queue's own time, not the app's: the wait is real also when the demo's clock is moved
        asked = exception.wait if isinstance(exception, tasks.Failed) else 0.0
        wait = timedelta(seconds=tasks.wait_before(job.attempts + 1, asked=asked))
        return retry.RetryDecision(retry_at=datetime.now(UTC) + wait)


class Worker:
    """Runs until `stop`. `stalled`: seconds after which jobs of a silent worker are taken over."""

    def __init__(self, *, stalled: float = STALLED) -> None:
        self.stalled = stalled
        self.stopping = asyncio.Event()
        self.threads = ThreadPoolExecutor(THREADS + 1, thread_name_prefix="task")

    def stop(self) -> None:
        """Finish what is running and end."""
        self.stopping.set()

    async def run(self) -> None:
        """Relay, run and take over until stopped; start again after the database was away."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(self.threads)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        relay = asyncio.create_task(self._relay())
        wait = 0.5
        while not self.stopping.is_set():
            try:
                await self._jobs()
                wait = 0.5
            except (exceptions.ConnectorException, DatabaseError, OSError) as error:
                log.warning("the database is away (%s); trying again in %.1f s", type(error).__name__, wait)
            await self._pause(wait)
            wait = min(10.0, wait * 2)
        await relay

    async def _jobs(self) -> None:
        """Run procrastinate's worker until stopped; raises when the connection fails."""
        app = build_app()
        async with app.open_async():
            takeover = asyncio.create_task(self._take_over(app))
            worker = asyncio.create_task(
                app.run_worker_async(
                    name="tillit",
                    concurrency=THREADS,
                    delete_jobs="successful",
                    fetch_job_polling_interval=IDLE,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=PATIENCE,
                    update_heartbeat_interval=min(HEARTBEAT, self.stalled / 3),
                    stalled_worker_timeout=self.stalled,
                )
            )
            stopping = asyncio.create_task(self.stopping.wait())
            try:
                await asyncio.wait({worker, stopping, takeover}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for side in (worker, takeover, stopping):
                    side.cancel()
                ended = await asyncio.gather(worker, takeover, stopping, return_exceptions=True)
            for result in ended:
                if isinstance(result, Exception):
                    raise result

    async def _take_over(self, app: procrastinate.App) -> None:
        """Queue again what a worker that died had begun. A job that keeps killing its worker ends as failed."""
        while True:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self.stalled):
                known = tasks.registry.get(job.task_name)
                if job.attempts + 1 > (known.retries if known else 0):
                    await app.job_manager.finish_job(job, status=jobs.Status.FAILED, delete_job=False)
                else:
                    await app.job_manager.retry_job(job)
            await asyncio.sleep(min(HEARTBEAT, self.stalled))

    async def _relay(self) -> None:
        """Look into the outbox: often while events come, once a second while none do."""
        wait = BUSY
        while not self.stopping.is_set():
            try:
                passed = await asyncio.to_thread(relay_in_thread)
            except (DatabaseError, InterfaceError) as error:
                log.warning("the relay cannot reach the database (%s)", type(error).__name__)
                passed, wait = 0, IDLE
            wait = BUSY if passed else min(IDLE, wait * 1.3)
            if passed < outbox.BATCH:
                await self._pause(wait)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


def relay_in_thread() -> int:
    """One round of the relay on this thread's connection."""
    close_old_connections()
    try:
        return outbox.relay_once()
    except (DatabaseError, InterfaceError):
        connections["default"].close()
        raise


def build_app() -> procrastinate.App:
    """procrastinate with every task of this installation."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=config.text("TILLIT_DSN"),
            min_size=1,
            max_size=3,
            timeout=10,
            kwargs={
                "options": "-c search_path=procrastinate",
                "application_name": "tillit worker",
                "tcp_user_timeout": 10000,
                "keepalives_idle": 10,
            },
        )
    )
    for known in tasks.registry.values():
        _register(app, known)
    return app


def _register(app: procrastinate.App, known: tasks.Task) -> None:
    def run(context: procrastinate.JobContext, call: Any = None, mac: Any = None, timestamp: int = 0) -> None:
        close_old_connections()
        try:
            known.run(call, mac, attempt=context.job.attempts + 1)
        finally:
            close_old_connections()

    queued = app.task(name=known.name, pass_context=True, retry=Backoff())(run)
    if known.cron:
        office = Actor(office=known.office or "sweeper")
        app.periodic(
            cron=known.cron, task_kwargs=tasks.payload(known, {}, office), queueing_lock=f"{known.name}:periodic"
        )(queued)


def prepare_process() -> None:
    """One connection for each thread, kept and checked, instead of the web's pool; no words of others in the log;
    no way out past egress."""
    gate.shut()
    settings = connections["default"].settings_dict
    settings["OPTIONS"].pop("pool", None)
    connections.settings["default"]["OPTIONS"].pop("pool", None)
    for kept in (settings, connections.settings["default"]):
        kept.update(CONN_MAX_AGE=300, CONN_HEALTH_CHECKS=True)
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # it logs arguments and error texts
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    tasks.load()


def main(*, stalled: float = STALLED) -> None:
    """Run the worker in this process until it is told to stop."""
    keys.check_start()
    prepare_process()
    print("worker ready", file=sys.stderr, flush=True)  # noqa: T201 (the supervisor's log)
    asyncio.run(_run(stalled))


async def _run(stalled: float) -> None:
    await Worker(stalled=stalled).run()
