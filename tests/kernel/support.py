"""For tests of any app: what was queued, and the relay and the reactions without a worker.

Inside the `db` fixture: `react()` runs everything that waits, in the test's own transaction, and returns how many
jobs ran; `mails()` and `events()` look at what is queued or was sent.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import connection

from tests.conftest import privileged
from tillit.kernel import mail, outbox, tasks
from tillit.kernel.ids import new_id
from tillit.kernel.tables import Mail, SentMail
from tillit.kernel.ticket import Actor, acting


def relay() -> int:
    """One round of the relay, with the worker's rights."""
    with privileged(), acting(outbox.RELAY):
        connection.ticketless = False
        return outbox.relay_once()


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
    """Run and forget every job that waits, as the worker would; failures are raised."""
    tasks.load()
    ran = 0
    while waiting := jobs():
        for job in waiting:
            with privileged():
                connection.cursor().execute("delete from procrastinate.procrastinate_jobs where id = %s", [job["id"]])
                connection.cursor().execute("set local role tillit_worker")
                connection.ticketless = False
                try:
                    tasks.registry[job["task"]].run(job["call"], job["mac"])
                finally:
                    connection.cursor().connection.execute("set local role none")
            ran += 1
    return ran


def react() -> int:
    """Relay, reactions and what they queue, until nothing waits."""
    ran = 0
    while (passed := relay()) or jobs():
        ran += run_jobs()
        if not passed and not jobs():
            break
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


__all__ = [
    "an_organisation", "as_person", "events", "insert_organisation", "jobs", "mails", "react", "relay", "run_jobs",

]
