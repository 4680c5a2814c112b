"""Database, web and worker under one supervisor, as the `tillit up` command runs them."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from tillit.ops import children, secrets, supervisor
from tillit.ops.errors import OperationError

T = TypeVar("T")


def environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLIT_", "DJANGO_", "PG"))}
    return kept | {"TILLIT_VAR": str(var), "TILLIT_MODE": "demo", "TILLIT_WEB": "2"}


def tillit(var: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tillit.ops.cli", *arguments],
        env=environment(var),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
    )


@dataclass
class Running:
    process: subprocess.Popen[str]
    var: Path
    port: int
    said: str

    def get(self, path: str = "/healthz", patience: float = 90) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status

    def children(self) -> dict[int, str]:
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                if int(parent) == self.process.pid:
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        return found

    def child(self, word: str) -> int:
        return until(lambda: next((pid for pid, command in self.children().items() if word in command), None))


def until(look: Callable[[], T | None], seconds: float = 90) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, taken: int) -> Iterator[Running]:
    var = tmp_path_factory.mktemp("up") / "var"
    process = tillit(var, "up", "--port", str(taken))
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"http://localhost:(\d+)", line):
            yield Running(process, var, int(found[1]), said)
            break
    else:
        pytest.fail(f"it did not start: {said}")
    process.kill()
    process.communicate()


def test_address_is_told_when_the_pages_answer(running: Running) -> None:
    assert running.get() == 200


def test_taken_port_moves_on_and_says_so(running: Running, taken: int) -> None:
    assert running.port != taken
    assert f"Port {taken} is taken; this time it is {running.port}." in running.said


def test_each_child_knows_its_own_role_only(running: Running) -> None:
    """The owner's, the superuser's and the other role's passwords never reach a serving process."""
    words = secrets.passwords(running.var) | {"tillit_super": secrets.password(running.var, "tillit_super")}
    for child, role in (("ops.serve", "tillit_app"), ("django worker", "tillit_worker")):
        seen = until(lambda child=child: Path(f"/proc/{running.child(child)}/environ").read_text())
        assert words[role] in seen
        assert not [other for other, word in words.items() if other != role and word in seen]
        assert "DATABASE_URL=" not in seen


def test_second_supervisor_of_the_same_folder_is_refused(running: Running) -> None:
    second = tillit(running.var, "up")
    assert second.communicate(timeout=90)[1] == f"Tillit runs here already: http://localhost:{running.port}\n"
    assert second.returncode == 1


def webs(running: Running) -> set[int]:
    return {pid for pid, command in running.children().items() if "ops.serve" in command}


def serving(running: Running) -> set[int]:
    """The web processes that have begun to take callers: their event loop watches the supervisor's socket."""
    found = set()
    for pid, command in running.children().items():
        if "ops.serve" in command:
            with contextlib.suppress(OSError):
                watched = "".join(file.read_text() for file in Path(f"/proc/{pid}/fdinfo").iterdir())
                if re.search(rf"^tfd:\s+{command.split()[-1]}\s", watched, re.MULTILINE):
                    found.add(pid)
    return found


def test_one_killed_web_process_is_not_noticed_and_comes_back(running: Running) -> None:
    former = until(lambda: (found := serving(running)) and len(found) == 2 and found)
    os.kill(min(former), signal.SIGKILL)
    assert [running.get() for _ in range(5)] == [200] * 5
    assert until(lambda: len(serving(running)) == 2 and serving(running) != former)


def test_no_call_is_refused_while_all_web_processes_are_away(running: Running) -> None:
    former = until(lambda: (found := webs(running)) and len(found) == 2 and found)
    for pid in former:
        os.kill(pid, signal.SIGKILL)
    assert running.get() == 200  # waits in the socket that the supervisor holds
    assert until(lambda: len(found := webs(running)) == 2 and not found & former)


def test_nobody_is_waited_for_for_ever(running: Running) -> None:
    address = ("127.0.0.1", running.port)
    with socket.create_connection(address, timeout=90) as silent, socket.create_connection(address, timeout=90) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        for caller in (silent, slow):
            assert caller.recv(1000).startswith(b"HTTP/1.1 408 ")
            assert caller.recv(1000) == b""


def test_killed_database_comes_back(running: Running) -> None:
    former = running.child("bin/postgres")
    os.kill(former, signal.SIGKILL)
    assert until(lambda: (found := running.child("bin/postgres")) != former and found)
    assert until(lambda: running.get() == 200)


def test_stop_is_clean(running: Running) -> None:
    children = running.children()
    assert len(children) >= 2
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(90) == 0
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    assert not (running.var / "pg" / "postmaster.pid").exists()


def test_second_start_and_children_end_with_a_killed_supervisor(running: Running) -> None:
    process = tillit(running.var, "up", "--port", str(running.port))
    again = Running(process, running.var, running.port, "")
    try:
        assert process.stderr is not None
        assert "is open at" in process.stderr.readline()
        assert again.get() == 200
        children = again.children()
    finally:
        process.kill()
        process.wait()
    until(lambda: not [pid for pid in children if Path(f"/proc/{pid}").exists()])


def test_impossible_address_is_a_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(OperationError, match=r"Cannot listen on 203\.0\.113\.1"),
        supervisor.listen("203.0.113.1", 80),
    ):
        pass


@pytest.mark.parametrize(
    ("told", "cores", "free", "count"),
    [("0", 8, 8_000_000, 2), ("0", 1, 8_000_000, 1), ("0", 8, 500_000, 1), ("5", 1, 500_000, 5)],
)
def test_as_many_web_processes_as_the_machine_bears(
    monkeypatch: pytest.MonkeyPatch, told: str, cores: int, free: int, count: int
) -> None:
    monkeypatch.setenv("TILLIT_WEB", told)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(children, "_free_memory", lambda: free)
    assert [child.env["TILLIT_WEB"] for child in children.web({}, 3)] == [str(count)] * count


def test_no_number_of_web_processes_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLIT_WEB", "many")
    with pytest.raises(OperationError, match="how many web processes"):
        children.web_count()


def test_child_that_dies_young_is_started_later_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(children, "say", said.append)
    moment = [1000.0]
    monkeypatch.setattr(children.time, "monotonic", lambda: moment[0])
    child = children.Child("worker", ["false"], dict(os.environ))
    for _ in range(4):
        child.not_before = 0.0
        child.look()
        assert child.process is not None
        child.process.wait()
        child.look()
        assert child.process is None
    assert [re.findall(r"in ([\d.]+) s", sentence) for sentence in said] == [["0.5"], ["1"], ["2"], ["4"]]
    child.not_before = 0.0
    child.look()
    assert child.process is not None
    child.process.wait()
    moment[0] += children.STEADY + 1
    child.look()
    assert "0.5 s" in said[-1]
