"""The supervised processes: started with their own role's address, started again when they end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tillit.ops import account, paths
from tillit.ops.errors import OperationError

STEADY = 30.0  # a child that lived this long has earned a prompt restart
LONGEST_PAUSE = 30.0
USUAL_WEB = 2  # web processes where nobody says otherwise
ROOM = 1_000_000  # kB of memory that have to be free for more than one


@dataclass
class Child:
    """One supervised process: how to start it, and its recent history."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            cwd=paths.checkout(),
            stdin=subprocess.DEVNULL,
            pass_fds=self.pass_fds,
            preexec_fn=account.dies_with_parent(signal.SIGTERM),
            start_new_session=True,
        )

    def look(self) -> None:
        """Start it again if it ended: at once after a long life, later and later after short ones."""
        now = time.monotonic()
        if self.process is not None and (code := self.process.poll()) is not None:
            self.process = None
            self.deaths = 1 if now - self.started > STEADY else self.deaths + 1
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self.deaths - 1))
            self.not_before = now + pause
            say(f"{self.name} ended ({_cause(code)}); it starts again in {pause:g} s.")
        if self.process is None and now >= self.not_before:
            self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_stopped(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def web(env: dict[str, str], listening: int) -> list[Child]:
    """The web processes, which share the listening socket with this number."""
    command = [sys.executable, "-m", "tillit.ops.serve", str(listening)]
    count = web_count()
    names = ["web"] if count == 1 else [f"web {n + 1}" for n in range(count)]
    return [Child(name, command, env | {"TILLIT_WEB": str(count)}, (listening,)) for name in names]


def web_count() -> int:
    """How many web processes there are: TILLIT_WEB; for 0 two, or one on a machine that is too small for more.

    Raises OperationError when the setting is no such number.
    """
    told = os.environ.get("TILLIT_WEB", "0").strip()
    if not told.isdecimal():
        raise OperationError(f"TILLIT_WEB is how many web processes there shall be, not {told!r}.")
    return int(told) or (min(USUAL_WEB, os.cpu_count() or 1) if _free_memory() > ROOM else 1)


def say(sentence: str) -> None:
    """Tell the operator."""
    print(sentence, file=sys.stderr, flush=True)


def _free_memory() -> int:
    """Memory that programs may still take, in kB; plenty where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 2 * ROOM
    return next((int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), 2 * ROOM)


def _cause(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
