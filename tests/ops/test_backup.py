"""Backup and restore: every row counted, nothing replaced unless asked."""

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tillit.ops import backup, benches, bootstrap, embedded, secrets, supervisor
from tillit.ops.errors import OperationError

TABLES = """
    create schema apart;
    create table notes (id int primary key, words text);
    create table apart."Odd name" (line text);
    alter table notes enable row level security;
    alter table notes force row level security;
"""
ROWS = """
    insert into notes select n, E'a\\nb \\\\. ' || n from generate_series(1, 1000) n;
    insert into apart."Odd name" values (E'\\\\.'), ('COPY x (y) FROM stdin;'), (null);
"""
EXPECTED = {"public.notes": 1000, 'apart."Odd name"': 3}


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "var"


@pytest.fixture
def server(var: Path) -> Iterator[embedded.Server]:
    with embedded.running(var) as server:
        bootstrap.prepare(server.admin_dsn(), passwords=secrets.passwords(var))
        with psycopg.connect(server.admin_dsn("tillit")) as admin:
            admin.execute("set role tillit_owner")
            admin.execute(TABLES.encode())
            admin.execute("reset role")
            admin.execute(ROWS.encode())
        yield server


def test_dump_holds_every_row_and_comes_back(server: embedded.Server, var: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.dump"
    assert backup.write(file, var) == EXPECTED
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(OperationError, match="exists already"):
        backup.write(file, var)

    admin = server.admin_dsn()
    with pytest.raises(OperationError, match="holds data"):
        backup.restore(file, admin, var)

    with psycopg.connect(server.admin_dsn("tillit")) as connection:
        connection.execute("delete from notes where id > 5")
    assert backup.restore(file, admin, var, replace=True) == EXPECTED
    with psycopg.connect(server.admin_dsn("tillit")) as connection:
        assert connection.execute("select count(*), max(words) from notes").fetchone() == (
            1000,
            "a\nb \\. 999",
        )
        forced = connection.execute(
            "select relforcerowsecurity, relowner::regrole::text from pg_class where relname = 'notes'"
        ).fetchone()
        assert forced == (True, "tillit_owner")
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(bootstrap.dsn("tillit_app", var)) as connection, refused:
        connection.execute("select * from pg_stat_activity")

    bootstrap.drop_database(admin, name="tillit")
    assert backup.restore(file, admin, var) == EXPECTED  # on an empty server


def test_restore_that_does_not_fit_leaves_the_old_database(
    server: embedded.Server, var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.dump"
    backup.write(file, var)
    monkeypatch.setattr(backup, "rows_in", lambda _: EXPECTED | {"public.notes": 1001})
    with pytest.raises(OperationError, match=r"public\.notes: 1001 in the dump, 1000 in the restored database"):
        backup.restore(file, server.admin_dsn(), var, replace=True)
    monkeypatch.undo()
    (tmp_path / "torn.dump").write_bytes(file.read_bytes()[:2000])
    with pytest.raises(OperationError):
        backup.restore(tmp_path / "torn.dump", server.admin_dsn(), var, replace=True)
    with psycopg.connect(server.admin_dsn(), autocommit=True) as connection:
        names = connection.execute("select datname from pg_database where datname ~ 'tillit'").fetchall()
    assert names == [("tillit",)]


def test_dump_that_lost_rows_is_not_kept(
    server: embedded.Server, var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "rows_in", lambda _: {})
    with pytest.raises(OperationError, match="The numbers of rows differ"):
        backup.write(tmp_path / "all.dump", var)
    assert not [path for path in tmp_path.iterdir() if "dump" in path.name]


def test_restore_waits_for_nobody_to_be_served(var: Path) -> None:
    with supervisor._alone(_made(var)), pytest.raises(OperationError, match="runs here already"):
        supervisor.refuse_running(var)


def test_figures_stand_beside_their_goals() -> None:
    shown = benches.table(
        [
            {"what": "one host", "value": 0.51234, "unit": "ms", "goal": "≤ 1", "ok": True},
            {"what": "fifty", "value": 60, "unit": "ms", "goal": "≤ 50", "ok": False},
        ]
    )
    assert shown.splitlines()[1:] == [
        "one host  0.512  ms    ≤ 1   ok",
        "fifty        60  ms    ≤ 50  MISSED",
    ]
    with pytest.raises(OperationError, match="no measurement"):
        benches.run("../x", as_json=False)


def _made(var: Path) -> Path:
    var.mkdir()
    return var
