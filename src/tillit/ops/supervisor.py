"""Database, web and worker as one program.

    supervisor.serve(var, mode="demo", host="127.0.0.1", port=8000, ready=print_address)

One supervisor per data folder. It prepares (roles, migrations, static files), starts the children with their
own role's address only, starts again what ends, and stops everything at SIGINT or SIGTERM. The children end
with the supervisor even when that is killed.
"""

import fcntl
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from tillit.ops import backup, bootstrap, children, embedded, environment, paths, secrets, upgrade
from tillit.ops.children import Child, say
from tillit.ops.errors import OperationError

READY_LIMIT = 60.0  # seconds until /healthz has to answer
TICK = 1.0  # seconds between looks at the database
STOP_PATIENCE = 10.0
EARLY_DEATHS = 3  # of the first web process before it ever answered: then the start has failed
PORTS_TRIED = 50
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound to
_HERE = {"127.0.0.1", "::1", "0.0.0.0", "::", "localhost"}  # noqa: S104 - what answers at localhost


def serve(
    var: str | os.PathLike[str] | None = None,
    *,
    mode: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    before: Callable[[bool], None] | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Run the product until SIGINT or SIGTERM.

    `before(changed)` runs when the database is prepared, before web and worker start; `ready(address)`
    when the pages answer. A taken port gives way to the next free one. Raises OperationError if the start
    fails.
    """
    with ExitStack() as stack:
        wake = stack.enter_context(_signals())
        lock = stack.enter_context(_alone(paths.private_dir(paths.var_dir(var))))
        server = stack.enter_context(database(var))
        listener = stack.enter_context(listen(host, port))
        bound = listener.getsockname()[1]
        address = f"http://{'localhost' if host in _HERE else host}:{bound}"
        lock.write(f"{os.getpid()} {address}\n")
        lock.flush()
        environment.remember(mode, var)
        try:
            changed = prepare(server, var, mode=mode)
            if before and not wake.stopping:
                before(changed)
        except OperationError:
            if not wake.stopping:  # Ctrl-C reaches the steps' processes too
                raise
        if wake.stopping:
            return

        def env(role: str) -> dict[str, str]:
            return environment.for_process(bootstrap.dsn(role, var), var=var, mode=mode, origin=address)

        web = children.web(env("tillit_app"), listener.fileno())
        worker = Child("worker", [sys.executable, "-m", "django", "worker"], env("tillit_worker"))
        family = [*web, worker]
        try:
            web[0].start()  # the others follow when it answers: the first page does not wait for them
            _wait_healthy(web[0], listener, wake)
            if not wake.stopping and ready:
                ready(address)
            while not wake.stopping:
                _keep_database(server)
                for child in family:
                    child.look()
                wake.wait(TICK)
        finally:
            deadline = time.monotonic() + STOP_PATIENCE
            for child in family:
                child.ask_to_stop()
            for child in family:
                child.wait_stopped(deadline)


def prepare(
    server: embedded.Server | None, var: str | os.PathLike[str] | None = None, *, mode: str | None = None
) -> bool:
    """Roles, database, migrations and static files, erasures to be repeated; True if the database changed."""
    secrets.ensure(var)
    _open_secrets(var)
    admin = administrator(server)
    bootstrap.prepare(admin, passwords=secrets.passwords(var), own_server=server is not None)
    changed = upgrade.run(admin, bootstrap.dsn("tillit_owner", var), var=var, mode=mode)
    _erase_again(var, mode)
    return changed


def _erase_again(var: str | os.PathLike[str] | None, mode: str | None) -> None:
    """After a restore: whoever was erased since the dump was made goes again, before anybody is served."""
    pending = paths.var_dir(var) / backup.PENDING
    if pending.exists():
        done = environment.manage(["replay_erasures"], "tillit_worker", var=var, mode=mode, capture=True)
        if done.returncode:
            raise OperationError(f"Erasing again who was erased since the backup failed:\n{done.stderr.strip()}")
        say(done.stdout.strip())
        pending.unlink()


def _open_secrets(var: str | os.PathLike[str] | None) -> None:
    """Raise OperationError with the program's own sentence if the root key does not open what is sealed under it."""
    if not (secrets.folder(var) / "wrap").is_dir():
        return  # a new installation
    asked = subprocess.run(
        [sys.executable, "-m", "tillit.kernel.root"],
        env=environment.for_process("", var=var),
        cwd=paths.checkout(),
        text=True,
        capture_output=True,
        check=False,
    )
    if asked.returncode:
        raise OperationError(asked.stderr.strip())


def administrator(server: embedded.Server | None) -> str:
    """The administrator's connection string: of the embedded server, else DATABASE_URL."""
    if server is not None:
        return server.admin_dsn()
    url = bootstrap.external_url()
    if url is None:
        raise OperationError("There is neither an embedded server nor a DATABASE_URL.")
    return url


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket on `port` or the next free one after it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            if isinstance(error, PermissionError) or error.errno not in {98, 48}:  # EADDRINUSE: Linux, macOS
                raise OperationError(f"Cannot listen on {host}, port {candidate}: {error.strerror}.") from None
            continue
        if candidate != port and port != 0:
            say(f"Port {port} is taken; this time it is {candidate}.")
        with listener:
            yield listener
        return
    raise OperationError(f"All ports from {port} to {port + PORTS_TRIED - 1} are taken.")


class _Wake:
    """Waiting that ends early when a signal arrives; `stopping` once SIGINT or SIGTERM did."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self.stopping = False

    def wait(self, seconds: float) -> None:
        if select.select([self._pipe], [], [], seconds)[0]:
            os.read(self._pipe, 4096)

    def stop(self, *_: object) -> None:
        self.stopping = True


@contextmanager
def _signals() -> Iterator[_Wake]:
    read, write = os.pipe()
    os.set_blocking(write, False)
    wake = _Wake(read)
    former = {
        signal.SIGINT: signal.signal(signal.SIGINT, wake.stop),
        signal.SIGTERM: signal.signal(signal.SIGTERM, wake.stop),
        signal.SIGCHLD: signal.signal(signal.SIGCHLD, lambda *_: None),
    }
    before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    try:
        yield wake
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in former.items():
            signal.signal(number, handler)
        os.close(read)
        os.close(write)


@contextmanager
def _alone(var: Path) -> Iterator[TextIO]:
    """The lock that only one supervisor of a data folder holds; its file names process and address."""
    with (var / "supervisor.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().partition(" ")[2].strip() or "it is just starting"
            raise OperationError(f"Tillit runs here already: {where}") from None
        lock.truncate(0)
        try:
            yield lock
        finally:
            lock.truncate(0)


def refuse_running(var: str | os.PathLike[str] | None = None) -> None:
    """Raise OperationError while a supervisor works on this data folder."""
    with _alone(paths.private_dir(paths.var_dir(var))):
        pass


@contextmanager
def database(var: str | os.PathLike[str] | None = None) -> Iterator[embedded.Server | None]:
    """The embedded server, or None for an external one."""
    if bootstrap.external_url():
        yield None
    else:
        with embedded.running(var) as server:
            yield server


def _keep_database(server: embedded.Server | None) -> None:
    if server is None or server.alive():
        return
    say("The database ended; it starts again.")
    try:
        server.start()
    except OperationError as error:
        say(str(error))


def _wait_healthy(web: Child, listener: socket.socket, wake: _Wake) -> None:
    """Wait until /healthz answers 200. Raises OperationError after READY_LIMIT or EARLY_DEATHS."""
    deadline = time.monotonic() + READY_LIMIT
    while not wake.stopping:
        answer = _health(listener)
        if answer == "200":
            return
        web.look()
        if web.deaths >= EARLY_DEATHS or time.monotonic() > deadline:
            raise OperationError(
                f"The pages do not work: /healthz gave {answer}; what the web process said stands above."
            )
        wake.wait(0.05)


def _health(listener: socket.socket) -> str:
    """The status of /healthz, or in words why there is none."""
    name = os.environ.get("TILLIT_HOSTS", "").split(",")[0].strip(" .*") or "localhost"
    host, port = listener.getsockname()[:2]
    connection = http.client.HTTPConnection(_WILDCARDS.get(host, host), port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer ({error or type(error).__name__})"
    finally:
        connection.close()
