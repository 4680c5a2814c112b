"""The `tillit` command: errors are sentences, what needs no database starts none, upgrades happen once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tillit.ops import cli, environment, secrets


def tillit(var: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLIT_", "DJANGO_", "PG"))}
    return subprocess.run(
        [sys.executable, "-m", "tillit.ops.cli", *arguments],
        env=kept | {"TILLIT_VAR": str(var)} | more,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main(["--help"])
    assert done.value.code == 0
    shown = capsys.readouterr().out
    for name in ("up", "demo", "check", "slots", "bench", "backup", "restore", "new-organisation"):
        assert f"\n    {name}" in shown


def test_what_goes_wrong_is_a_sentence_and_status_1(tmp_path: Path) -> None:
    secrets.ensure(tmp_path)
    (tmp_path / "secrets" / "root.key").chmod(0o644)
    done = tillit(tmp_path, "up")
    assert done.returncode == 1
    assert done.stderr.startswith("Other users of this machine may open") and "Traceback" not in done.stderr


def test_unreachable_server_is_a_sentence(tmp_path: Path) -> None:
    done = tillit(tmp_path, "up", DATABASE_URL="postgresql://admin:hush@127.0.0.1:1/postgres")
    assert done.returncode == 1
    assert done.stderr.startswith("The database's administrator cannot log in") and "Traceback" not in done.stderr
    assert "hush" not in done.stderr


def test_slots_needs_no_database(tmp_path: Path) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text('{"cases": []}')
    done = tillit(tmp_path / "var", "slots", str(cases))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}
    cases.write_text("[]")
    refused = tillit(tmp_path / "var", "slots", str(cases))
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert not (tmp_path / "var" / "pg").exists()


def test_a_command_beside_a_demo_knows_that_it_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TILLIT_MODE", raising=False)
    assert "TILLIT_MODE" not in environment.for_process("dbname=x", var=tmp_path)
    environment.remember("demo", tmp_path)
    assert environment.for_process("dbname=x", var=tmp_path)["TILLIT_MODE"] == "demo"
    environment.remember(None, tmp_path)
    assert "TILLIT_MODE" not in environment.for_process("dbname=x", var=tmp_path)
    environment.remember("demo", tmp_path)
    monkeypatch.setenv("TILLIT_MODE", "production")
    assert environment.for_process("dbname=x", var=tmp_path)["TILLIT_MODE"] == "production"
