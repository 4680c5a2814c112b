"""Scratch databases: migrated, apart from everything else; and the upgrade that migrates them."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tillit.ops import scratch, secrets, upgrade


@pytest.fixture(scope="module")
def db() -> Iterator[scratch.Database]:
    with scratch.database(durable=False) as db:
        yield db
    assert not db.var.exists()


def test_database_is_migrated_and_apart(db: scratch.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere/none")
    assert "DATABASE_URL" not in db.environment("tillit_app")
    with psycopg.connect(db.dsn("tillit_app")) as connection:
        row = connection.execute("select to_regclass('django_migrations') is not null").fetchone()
        assert row == (True,)
    with db.clone() as other:
        with psycopg.connect(other.admin_dsn()) as connection:
            connection.execute("create table only_here ()")
        with psycopg.connect(db.admin_dsn()) as connection:
            assert connection.execute("select to_regclass('only_here')").fetchone() == (None,)


def test_upgrade_happens_once(db: scratch.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "code_fingerprint", lambda _: "present")
    admin, owner = db.server.admin_dsn(), db.dsn("tillit_owner")
    assert upgrade.run(admin, owner, var=db.var, mode="test", static=False)  # a clone carries no fingerprint
    begun = time.monotonic()
    assert not upgrade.run(admin, owner, var=db.var, mode="test", static=False)
    assert time.monotonic() - begun < 2
    assert upgrade._remembered(admin, owner) == "present"


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
