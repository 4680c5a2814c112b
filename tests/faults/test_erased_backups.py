"""Backups and erasure, with real dumps: what was erased does not come back with an old one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import ROOT
from tillit.ops import backup, embedded, environment, supervisor
from tillit.ops.bootstrap import dsn
from tillit.ops.errors import OperationError

SCRIPT = Path(__file__).with_name("erased.py")


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("DATABASE_URL", raising=False)
        patched.setenv("TILLIT_MODE", "test")
        yield tmp_path_factory.mktemp("installation") / "var"


@pytest.fixture(scope="module")
def server(var: Path) -> Iterator[embedded.Server]:
    with embedded.running(var) as server:
        supervisor.prepare(server, var, mode="test")
        yield server


def inside(var: Path, *arguments: str) -> Any:
    """Something that the product does, in a process of its own."""
    done = subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        env=environment.for_process(dsn("tillit_worker", var), var=var, mode="test"),
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rotate(var: Path) -> None:
    done = environment.manage(["keys", "rotate"], "tillit_worker", var=var, mode="test", capture=True)
    assert done.returncode == 0, done.stderr


EMPTY = {"name": "", "email": "", "index": "", "zone": ""}


def test_a_restored_backup_brings_nobody_back(server: embedded.Server, var: Path, tmp_path: Path) -> None:
    made = inside(var, "make", "house")
    before = inside(var, "look", made["organisation"], made["person"])
    assert before["name"] == "Grace Miller" and before["index"]
    old = tmp_path / "old.dump"
    backup.write(old, var)
    inside(var, "erase", made["organisation"], made["person"])
    assert inside(var, "look", made["organisation"], made["person"]) == EMPTY
    listed = (var / "erasures").read_text()
    assert made["person"] not in listed and "Grace" not in listed
    (line,) = listed.splitlines()

    backup.restore(old, server.admin_dsn(), var, replace=True)
    (var / backup.PENDING).unlink()
    supervisor.prepare(server, var, mode="test")
    # the wrapping secret is still there: without the list, everything is back
    assert inside(var, "look", made["organisation"], made["person"]) == before
    (var / backup.PENDING).touch()
    supervisor.prepare(server, var, mode="test")
    assert inside(var, "look", made["organisation"], made["person"]) == EMPTY
    assert inside(var, "look", made["organisation"], made["other"])["name"] == "Ali Karimi"
    assert not (var / backup.PENDING).exists()
    assert (var / "erasures").read_text().splitlines() == [line]


def test_after_the_horizon_an_old_dump_is_unreadable(server: embedded.Server, var: Path, tmp_path: Path) -> None:
    made = inside(var, "make", "another-house")
    old = tmp_path / "old.dump"
    backup.write(old, var)
    inside(var, "erase", made["organisation"], made["person"])
    rotate(var)
    newer = tmp_path / "newer.dump"
    backup.write(newer, var)
    listed = (var / "erasures").read_text()
    (var / "erasures").unlink()  # not even whoever lost the list reads anything

    backup.restore(old, server.admin_dsn(), var, replace=True)
    with pytest.raises(OperationError, match="was destroyed after its time"):
        supervisor.prepare(server, var, mode="test")
    with psycopg.connect(server.admin_dsn("tillit"), autocommit=True) as admin:
        admin.execute("truncate keys.person, keys.horizon, keys.mark")
    subprocess.run(
        [str(embedded.programs() / "pg_restore"), "--exit-on-error", "--data-only", "--schema=keys",
         f"--dbname={server.admin_dsn('tillit')}", str(newer)], check=True,
    )  # fmt: skip
    (var / backup.PENDING).unlink()
    supervisor.prepare(server, var, mode="test")
    seen = inside(var, "look", made["organisation"], made["person"])
    assert (seen["name"], seen["email"]) == ("", "")
    assert inside(var, "look", made["organisation"], made["other"])["name"] == "Ali Karimi"
    # what was not sealed goes with the list
    (var / "erasures").write_text(listed)
    (var / backup.PENDING).touch()
    supervisor.prepare(server, var, mode="test")
    assert inside(var, "look", made["organisation"], made["person"]) == EMPTY
