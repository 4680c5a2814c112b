"""The test bed: one throw-away server, migrated once into a template, cloned for each worker and each test that
must commit. Quick tests run in one transaction as the superuser who has taken the application's role, so that a
fixture can step out of it (`privileged`); attack tests log in as the real role (`app_dsn`)."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import secrets as random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django
import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
ROLES = ("tillit_owner", "tillit_app", "tillit_worker", "tillit_backup")
PASSWORDS = dict.fromkeys(ROLES, "test")

_VAR = Path(tempfile.gettempdir()) / f"tillit-tests-{os.getuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]}"
_VAR.mkdir(mode=0o700, exist_ok=True)
(_VAR / "secrets").mkdir(mode=0o700, exist_ok=True)
for _name in ("root.key", "ticket.key", "django.key"):
    _file = _VAR / "secrets" / _name
    if not _file.exists():
        _new = _file.with_suffix(f".{os.getpid()}")
        _new.touch(mode=0o600)
        _new.write_text(random.token_hex(32))
        with suppress(FileExistsError):
            os.link(_new, _file)  # the first worker's key is everybody's
        _new.unlink()

# The same examples each time, however busy the machine; `make fuzz` seeks new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("seeking", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")

os.environ["TILLIT_MODE"] = "test"
os.environ["TILLIT_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["TILLIT_VAR"] = str(_VAR)
os.environ["DJANGO_SETTINGS_MODULE"] = "tillit.web.settings"
os.environ.setdefault("TILLIT_DSN", "dbname=none user=tillit_app host=/nonexistent")

with open(_VAR / "keys.lock", "w") as _lock:
    from tillit.kernel import root

    fcntl.flock(_lock, fcntl.LOCK_EX)
    for _name in (root.INSTALLATION, "000001"):
        root.create(_name)

django.setup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests take long come first, so that no worker begins with one when the others are done."""
    long = ("tests/e2e/", "tests/ops/", "tests/faults/", "tests/web/api/test_fuzz", "tests/web/test_live")
    items.sort(key=lambda item: not item.nodeid.startswith(long))


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One worker at a time."""
    with open(_VAR / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run_module(*arguments: str, dsn: str) -> None:
    """`python -m …` in a process of its own, as the role of `dsn`."""
    command = [sys.executable, "-m", *arguments]
    subprocess.run(command, env={**os.environ, "TILLIT_DSN": dsn}, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def server() -> Iterator[object]:
    """The throw-away PostgreSQL server, shared by all workers."""
    from tillit.ops import bootstrap, embedded

    with embedded.shared_temporary("tests") as running:
        with alone("roles"):
            bootstrap.create_roles(running.admin_dsn(), passwords=PASSWORDS)
        yield running


@pytest.fixture(scope="session")
def template(server) -> str:
    """The name of a migrated database, made once for all workers."""
    import psycopg

    from tillit.kernel import erasure_sql
    from tillit.ops import bootstrap

    sources = sorted([*ROOT.glob("src/tillit/*/migrations/*.py"), *ROOT.glob("src/tillit/*/sql/*.sql")])
    state = hashlib.sha256(b"".join(s.read_bytes() for s in sources if "/ops/" not in str(s)))
    state.update(erasure_sql.functions().encode())
    name = f"template_{state.hexdigest()[:16]}"
    with alone("template"):
        with psycopg.connect(server.admin_dsn()) as admin:
            done = admin.execute("select 1 from pg_database where datname = %s and datistemplate", [name]).fetchone()
        if not done:
            bootstrap.create_database(server.admin_dsn(), name=name)
            run_module("tillit.ops.upgrade", "database", dsn=server.dsn("tillit_owner", "test", name))
            with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
                admin.execute(f'alter database "{name}" is_template true')
    return name


@pytest.fixture(scope="session")
def make_clone(server, template) -> Iterator[Callable[[], str]]:
    """Makes a fresh database from the template and returns its name; it goes away with the server."""
    from tillit.ops import bootstrap

    def make() -> str:
        name = f"t_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{random.token_hex(4)}"
        with alone("clone"):
            bootstrap.create_database(server.admin_dsn(), name=name, template=template)
        return name

    yield make
    from django.db import connections

    connections.close_all()


@contextmanager
def connected_to(dsn: str, **options: object) -> Iterator[None]:
    """Point Django's one connection at a database."""
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(dsn)
    connection = connections["default"]
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(
        NAME=parts["dbname"],
        USER=parts["user"],
        PASSWORD=parts.get("password", ""),
        HOST=parts["host"],
        PORT=str(parts.get("port", "")),
        OPTIONS={**before["OPTIONS"], **options},
    )
    connections.settings["default"].update(connection.settings_dict)
    try:
        yield
    finally:
        connection.close()
        connection.ticketless = False
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
        connections.settings["default"].update(before)


@pytest.fixture(scope="session")
def worker_database(make_clone) -> str:
    return make_clone()


@pytest.fixture(scope="session")
def kept() -> Iterator[list[Any]]:
    """The worker's one open connection, or none: a new one would have to read the whole catalogue again."""
    connections: list[Any] = []
    yield connections
    for connection in connections:
        connection.close()


@contextmanager
def kept_connection(kept: list[Any]) -> Iterator[None]:
    """Django connects by taking the kept connection, and gives it back unless something is left on it."""
    from django.db import connection
    from psycopg.pq import TransactionStatus

    fresh = connection.get_new_connection
    with patch.object(connection, "get_new_connection", lambda to: kept.pop() if kept else fresh(to)):
        yield
        used = connection.connection
        if used and not used.closed and used.info.transaction_status == TransactionStatus.IDLE:
            connection.connection = None
            kept.append(used)


@pytest.fixture
def db(server, worker_database, kept) -> Iterator[None]:
    """Quick tests: one transaction, rolled back; the application's role, with a way out through `privileged`."""
    from django.db import connection, transaction

    with ExitStack() as stack:
        stack.enter_context(connected_to(server.admin_dsn(worker_database)))
        stack.enter_context(kept_connection(kept))
        # a connection beside the test's would not see its world
        stack.enter_context(patch("tillit.kernel.egress.departures.record", lambda do: do()))
        stack.callback(lambda: setattr(connection, "ticketless", False))
        atomic = transaction.atomic()
        atomic.__enter__()
        with privileged(again=False):
            connection.cursor().execute("set local role tillit_app")
        try:
            yield
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


@contextmanager
def privileged(again: bool = True) -> Iterator[None]:
    """Inside the block the test acts as the superuser, past every policy: for laying out data."""
    from django.db import connection

    before = connection.ticketless
    connection.ticketless = True
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
    try:
        yield
    finally:
        if again:
            with connection.cursor() as cursor:
                cursor.execute("set local role tillit_app")
        connection.ticketless = before


@pytest.fixture
def real_db(server, make_clone) -> Iterator[str]:
    """Tests that commit, race or attack: a database of their own, reached as the real application role.

    Yields the database's name; `server.dsn(role, "test", name)` reaches it as another role.
    """
    name = make_clone()
    with connected_to(server.dsn("tillit_app", "test", name)):
        yield name


@pytest.fixture
def app_dsn(server, real_db) -> str:
    """How an attacker who holds the application's own credentials reaches the database."""
    return server.dsn("tillit_app", "test", real_db)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: it is not looked through again and again for what could go, a tenth of all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
