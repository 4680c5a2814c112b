"""Who may import whom. The contracts stand in pyproject.toml; here they are run, and checked to forget nobody."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

ROOMS = ("models", "rules", "forms", "views", "tasks")


def contracts() -> list[dict[str, Any]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def packages(source: Path) -> set[str]:
    """The apps and ops: every package below tillit."""
    return {folder.parent.name for folder in source.glob("*/__init__.py")}


def forgotten(source: Path, listed: list[dict[str, Any]]) -> list[str]:
    """Apps and rooms that no contract names."""
    apps = {f"tillit.{name}" for name in packages(source) - {"ops"}}
    wrong = []
    for contract in listed:
        name = contract["name"]
        if "tillit.ops" in contract.get("source_modules", ()):
            wrong += [f"{name}: {app} is missing" for app in apps - set(contract["forbidden_modules"])]
        elif "tillit.ops" in contract.get("forbidden_modules", ()):
            wrong += [f"{name}: {app} is missing" for app in apps - set(contract["source_modules"])]
        elif "psycopg" in contract.get("forbidden_modules", ()):
            wrong += [f"{name}: {app} is missing" for app in apps - {"tillit.kernel"} - set(contract["source_modules"])]
    closed = {room for contract in listed for room in contract.get("protected_modules", ())}
    for app in packages(source) - {"ops", "kernel"}:
        rooms = {p.stem for p in (source / app).glob("*.py")} | {
            p.parent.name for p in (source / app).glob("*/__init__.py")
        }
        wrong += [
            f"tillit.{app}.{room} is open to everybody"
            for room in ROOMS
            if room in rooms and f"tillit.{app}.{room}" not in closed
        ]
    return sorted(wrong)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_are_kept():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(contracts())} kept, 0 broken" in done.stdout


def test_no_app_and_no_room_is_forgotten():
    assert forgotten(ROOT / "src" / "tillit", contracts()) == []


BREAKS = {
    "Floors": ("kernel/clock.py", "from tillit.identity import queries"),
    "Floors: a new app without a floor": ("newcomer/__init__.py", ""),
    "knows none of its apps": ("ops/errors.py", "from tillit.kernel import clock"),
    "knows what runs it": ("booking/events.py", "from tillit.ops import errors"),
    "Egress": ("booking/events.py", "import socket"),
    "Egress: the driver": ("identity/queries.py", "import psycopg"),
    "Egress: keys": ("web/views.py", "from cryptography import x509"),
    "Rooms of booking": ("journeys/book.py", "from tillit.booking import models"),
    "Rooms of identity": ("booking/queries.py", "from tillit.identity.models import Person"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("floors")
    shutil.copy(ROOT / "pyproject.toml", folder)
    only_code = shutil.ignore_patterns("__pycache__", "static", "templates", "locale", "sql")
    shutil.copytree(ROOT / "src" / "tillit", folder / "src" / "tillit", ignore=only_code)
    return folder


def test_the_guard_sees_what_is_wrong(copy):
    """All at once, since each run reads all of the code."""
    for file, line in BREAKS.values():
        path = copy / "src" / "tillit" / file
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")
    (copy / "src" / "tillit" / "booking" / "rules.py").write_text("")
    heard = lint(copy)
    assert heard.returncode != 0
    if "newcomer" in heard.stdout + heard.stderr:  # an app without a floor stops the run
        shutil.rmtree(copy / "src" / "tillit" / "newcomer")
        heard = lint(copy)
    text = heard.stdout
    for words in ("Floors", "What runs the product", "No app knows", "Egress", "Rooms of booking", "Rooms of identity"):
        line = next(line for line in text.splitlines() if line.startswith(words))
        assert "BROKEN" in text[text.index(line) :][:200], f"{words}: {text}"
    assert "tillit.booking.rules is open to everybody" in forgotten(copy / "src" / "tillit", contracts())
    fewer = [dict(c, forbidden_modules=[]) if "tillit.ops" in c.get("source_modules", ()) else c for c in contracts()]
    assert any("is missing" in sentence for sentence in forgotten(ROOT / "src" / "tillit", fewer))
