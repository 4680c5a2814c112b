"""The `tillit` command: errors are sentences, what needs no database starts none, upgrades happen once."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tillit.ops import cli, scratch, secrets, upgrade


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


def test_upgrade_happens_once_and_again_after_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    with scratch.database(durable=False) as db:
        admin, owner = db.server.admin_dsn(), db.dsn("tillit_owner")
        monkeypatch.setattr(upgrade, "code_fingerprint", lambda _: "present")
        assert upgrade.run(admin, owner, var=db.var, mode="test", static=False)  # a clone carries no fingerprint
        begun = time.monotonic()
        assert not upgrade.run(admin, owner, var=db.var, mode="test", static=False)
        assert time.monotonic() - begun < 2
        monkeypatch.setattr(upgrade, "code_fingerprint", lambda _: "newer")
        assert upgrade.run(admin, owner, var=db.var, mode="test", static=False)


def test_fingerprint_follows_code_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.ensure(tmp_path / "var")
    package = tmp_path / "package"
    package.mkdir()
    monkeypatch.setattr(upgrade, "_PACKAGE", package)
    seen = [upgrade.code_fingerprint(tmp_path / "var")]
    (package / "new.sql").write_text("select 1")
    seen.append(upgrade.code_fingerprint(tmp_path / "var"))
    (package / "page.html").write_text("not code")
    assert upgrade.code_fingerprint(tmp_path / "var") == seen[-1]
    (tmp_path / "var" / "secrets" / "ticket.key").write_text("00" * 32)
    seen.append(upgrade.code_fingerprint(tmp_path / "var"))
    assert len(set(seen)) == 3
