"""Streams over real sockets from the server as the supervisor starts it, on a database of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import psycopg

from tests.conftest import ROOT
from tests.kernel import support
from tillit.identity.models import Account, Membership, Person, Session
from tillit.identity.sessions import LIFE, key_hash
from tillit.kernel import clock, live
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, acting

Number = int
Event = tuple[Number, str, UUID]


def until(true: Callable[[], Any], seconds: float = 90) -> Any:
    """What `true` answers, as soon as it does."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return found


class House:
    """Organisations and members who are logged in, laid out past every policy, and a way to publish to them."""

    def __init__(self, server: Any, name: str) -> None:
        self.server, self.name = server, name
        self.admin = psycopg.connect(server.admin_dsn(name), autocommit=True)
        self.organisations: dict[str, UUID] = {}

    def member(self, slug: str = "north", *, account: UUID | None = None) -> Member:
        """Somebody with a role and a session in an organisation."""
        if slug not in self.organisations:
            self.organisations[slug] = new_id()
            with self.admin.cursor() as cursor:
                support.insert_organisation(cursor, self.organisations[slug], slug)
        own, mark, now = {"organisation_id": self.organisations[slug]}, uuid.uuid4().hex, clock.now()
        if account is None:
            account = self._write(Account(email=f"{mark}@account.invalid", email_index=mark, email_sealed=b""))
        person = self._write(Person(**own, account_id=account, language="en", time_zone="UTC", verified=True))
        self._write(Membership(**own, person_id=person, role="host"))
        self._write(
            Session(key_hash=key_hash(mark), account_id=account, device="", started=now, seen=now, expires=now + LIFE)
        )
        return Member(self.organisations[slug], slug, person, account, mark)

    def _write(self, row: Any) -> UUID:
        """The row, as it is saved, past every policy."""
        from django.db import connection

        fields = row._meta.local_concrete_fields
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        columns, marks = ", ".join(field.column for field in fields), ", ".join(["%s"] * len(fields))
        self.admin.execute(f"insert into {row._meta.db_table} ({columns}) values ({marks})".encode(), values)
        return UUID(str(row.pk))

    def publish(self, to: Member, *objects: UUID) -> list[UUID]:
        """One transaction that tells somebody of these, or of something new."""
        from django.db import connection, transaction

        told = list(objects) or [new_id()]
        with acting(Actor(office="reaction", organisation=to.organisation)), transaction.atomic():
            for one in told:
                live.publish(to.person, "test.told", one)
        connection.close()
        return told

    def kill_listeners(self) -> int:
        """Cut the connections that listen, as a failing network would."""
        return len(
            self.admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = %s and application_name = 'tillit live'",
                [self.name],
            ).fetchall()
        )


class Member:
    """A logged-in person."""

    def __init__(self, organisation: UUID, slug: str, person: UUID, account: UUID, cookie: str) -> None:
        self.organisation, self.slug, self.person = organisation, slug, person
        self.account, self.cookie = account, cookie


class Serving:
    """The web process behind a socket that outlives it, as with the supervisor."""

    def __init__(self, house: House) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listening.getsockname()[1]
        self.house = house
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """A fresh process, where none runs; what calls meanwhile waits in the socket."""
        if self.process and self.process.poll() is None:
            return
        number = self.listening.fileno()
        dsn = self.house.server.dsn("tillit_app", "test", self.house.name)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tillit.ops.serve", str(number)],
            env={**os.environ, "TILLIT_DSN": dsn, "PYTHONPATH": str(ROOT / "src")},
            cwd=ROOT,
            pass_fds=(number,),
        )

    def end(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Seconds until the process was gone."""
        assert self.process
        begun = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(30)
        return time.monotonic() - begun


@contextmanager
def serving(house: House) -> Iterator[Serving]:
    """The web process, until the end of the block."""
    server = Serving(house)
    try:
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.end()
        server.listening.close()
        house.admin.close()


class Page:
    """An open page: a thread that reads what comes. `comes_back`: as a browser does, with the last number it knows."""

    def __init__(
        self, port: int, path: str, cookie: str = "", *, after: str = "", last: str = "", comes_back: bool = False
    ) -> None:
        self.port, self.path, self.cookie, self.last, self.comes_back = port, path, cookie, last, comes_back
        self.path += f"?after={after}" if after else ""
        self.events: list[Event] = []
        self.statuses: list[int] = []
        self.opened, self.over, self.closing = 0, threading.Event(), False
        self.socket: socket.socket | None = None
        threading.Thread(target=self._run, daemon=True).start()

    @classmethod
    def of(cls, server: Serving, member: Member, **options: Any) -> Page:
        """A member's own, open."""
        page = cls(server.port, f"/o/{member.slug}/live/", member.cookie, **options)
        until(lambda: page.opened or page.over.is_set())
        return page

    @property
    def objects(self) -> list[UUID]:
        """What it was told of."""
        return [event[2] for event in self.events]

    def close(self) -> None:
        """The page is left."""
        self.closing = True
        if self.socket:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        while not self.closing:
            with suppress(OSError):
                self._read()
            if not self.comes_back:
                break
            time.sleep(0.05)
        self.over.set()

    def _read(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as self.socket:
            known = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
            self.socket.sendall(
                f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nCookie: session={self.cookie}\r\n{known}"
                "Connection: close\r\n\r\n".encode()
            )
            lines = self.socket.makefile("rb")
            self.statuses.append(int(lines.readline().split()[1]))
            number = 0
            for line in lines:
                field, _, value = line.strip().partition(b": ")
                if field == b"retry":
                    self.opened += 1
                elif field == b"id":
                    number = int(value)
                elif field == b"data":
                    said = json.loads(value)
                    self.events.append((number, said["kind"], UUID(said["id"])))
                    self.last = str(number)
