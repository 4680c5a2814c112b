"""The demo's second start and the memory of everything it runs, in a data folder of its own.

First page: from the command to a complete answer of `/`, the database already made by an earlier start.
Memory: the sum of proportional set sizes (PSS, so that shared pages count once) of supervisor, database, web and
worker, after a few idle seconds. Run: `tillit bench startup`.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

IDLE = 5.0  # seconds before memory is read
LIMIT = 180.0  # seconds for the first start, which makes and fills the database


def run() -> list[dict[str, Any]]:
    """The figures: seconds to the second start's first page, megabytes idle."""
    with tempfile.TemporaryDirectory(prefix="tillit-startup-") as var:
        first, process = _start(var)
        _stop(process)
        second, process = _start(var)
        try:
            time.sleep(IDLE)
            megabytes = sum(_pss(pid) for pid in _family(process.pid)) / 1024
        finally:
            _stop(process)
    return [
        {"what": "first start, until the first page", "value": first, "unit": "s", "goal": None, "ok": None},
        {"what": "second start, until the first page", "value": second, "unit": "s", "goal": "≤ 5", "ok": second <= 5},
        {"what": "memory of the idle demo", "value": megabytes, "unit": "MB", "goal": "≤ 400", "ok": megabytes <= 400},
    ]


def _start(var: str) -> tuple[float, subprocess.Popen[str]]:
    """Seconds from the command until `/` has answered, and the running supervisor."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLIT_", "DATABASE_URL"))}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tillit.ops.cli", "demo", "--port", "8600"],
        env=kept | {"TILLIT_VAR": var},
        stdout=subprocess.DEVNULL,  # who can log in
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"open at http://localhost:(\d+)", line):
            _page(int(found[1]))
            return time.perf_counter() - begun, process
    process.wait()
    raise RuntimeError(f"The demo did not start: {said}")


def _page(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    connection.request("GET", "/", headers={"Host": "localhost"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status >= 400:
        raise RuntimeError(f"/ answers {answer.status}")


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def _family(root: int) -> list[int]:
    """A process and all its descendants."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family, todo = [], [root]
    while todo:
        pid = todo.pop()
        family.append(pid)
        todo += [child for child, parent in parents.items() if parent == pid]
    return family


def _pss(pid: int) -> int:
    """Proportional set size in kB; 0 for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0
