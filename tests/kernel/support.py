"""For tests of any app: what was queued, and the relay and the reactions without a worker.

Inside the `db` fixture: `react()` runs everything that waits, in the test's own transaction, and returns how many
jobs ran; `mails()` and `events()` look at what is queued or was sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from tests.conftest import privileged
from tillit.kernel import mail, outbox, tasks
from tillit.kernel.ids import new_id
from tillit.kernel.tables import Mail, SentMail
from tillit.kernel.ticket import Actor, acting


@contextmanager
def worker_rights() -> Iterator[None]:
    """Inside the block the test's connection is the worker's role, ticket and all."""
    connection.ensure_connection()
    connection.connection.execute("set local role tillit_worker")
    try:
        yield
    finally:
        connection.connection.execute("set local role tillit_app")


def relay() -> int:
    """One round of the relay, with the worker's rights."""
    tasks.load()
    with worker_rights():
        return outbox.relay_once()


def run(job: dict[str, Any], attempt: int = 1) -> None:
    """Run one job as the worker would."""
    tasks.load()
    with worker_rights():
        tasks.registry[job["task"]].run(job["call"], job["mac"], attempt=attempt)


def jobs() -> list[dict[str, Any]]:
    """Jobs that wait: id, task, call, mac, scheduled_at."""
    with privileged(), connection.cursor() as cursor:
        cursor.execute(
            "select id, task_name, args::text, scheduled_at from procrastinate.procrastinate_jobs "
            "where status = 'todo' order by id"
        )
        rows = cursor.fetchall()
    return [{"id": i, "task": t, **json.loads(args), "scheduled_at": at} for i, t, args, at in rows]


def run_jobs() -> int:
    """Run and forget every job that waits; failures are raised."""
    ran = 0
    while waiting := jobs():
        for job in waiting:
            forget(job)
            run(job)
            ran += 1
    return ran


def forget(job: dict[str, Any]) -> None:
    """Take a job out of the queue."""
    with privileged():
        connection.cursor().execute("delete from procrastinate.procrastinate_jobs where id = %s", [job["id"]])


def react() -> int:
    """Relay, reactions and what they queue, until nothing waits."""
    ran = 0
    while relay() or jobs():
        ran += run_jobs()
    return ran


def mails() -> list[mail.Sent]:
    """Mails queued and mails that stayed here, oldest first."""
    with privileged():
        rows = [*Mail.objects.all(), *SentMail.objects.all()]
    return [mail._sent(row) for row in sorted(rows, key=lambda row: row.pk)]  # type: ignore[arg-type]


def events() -> list[tuple[str, dict[str, Any]]]:
    """Name and ids of every event written."""
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select name, data::text from kernel_outbox order by id")
        return [(name, json.loads(data)) for name, data in cursor.fetchall()]


def an_organisation(slug: str = "") -> UUID:
    """An organisation, laid out past every policy."""
    organisation = new_id()
    with privileged(), connection.cursor() as cursor:
        insert_organisation(cursor, organisation, slug or f"o-{organisation.hex[-8:]}")
    return organisation


def insert_organisation(cursor: Any, organisation: UUID, slug: str) -> None:
    """The statement behind it, for any cursor with the rights."""
    cursor.execute(
        "insert into identity_organisation (id, made, slug, name, number, address, publisher, contact_email, region, "
        "languages, time_zone, currency, modules, colour, about, published) values "
        "(%s, now(), %s, 'Nordan', '556000-0000', 'Storgatan 1', 'Anna', 'a@nordan.example', 'eu', '{sv}', "
        "'Europe/Stockholm', 'SEK', '{}', 'spruce', '{}', true)",
        [organisation, slug],
    )


def as_person(organisation: UUID, person: UUID | None = None) -> Any:
    """Act as a person of an organisation."""
    return acting(Actor(office="member", organisation=organisation, person=person))
