from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from tests.conftest import ROOT
from tillit.kernel import checks, config

SOUND = {
    "TILLIT_MODE": "production",
    "TILLIT_HTTPS": "yes",
    "TILLIT_ORIGIN": "https://boka.nordan.se",
    "TILLIT_HOSTS": "boka.nordan.se,localhost",
    "TILLIT_PROXIES": "1",
    "TILLIT_SMTP": "smtps://post:secret@mail.nordan.se",
    "TILLIT_MAIL_FROM": "no-reply@nordan.se",
}


@pytest.fixture
def sound(monkeypatch):
    for name in [n for n in os.environ if n.startswith("TILLIT_") and n not in {"TILLIT_VAR", "TILLIT_DSN"}]:
        monkeypatch.delenv(name)
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def errors(found) -> list[str]:
    return [f.says for f in found if f.level == checks.ERROR]


def test_a_sound_production_has_nothing_to_mend(sound):
    assert list(checks.settings()) == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TILLIT_MODE", "prod", "one of demo, production, test"),
        ("TILLIT_HTTPS", "no", "plain text"),
        ("TILLIT_HTTPS", "perhaps", "say yes or no"),
        ("TILLIT_ORIGIN", "http://boka.nordan.se", "https://"),
        ("TILLIT_ORIGIN", "https://localhost", "this machine only"),
        ("TILLIT_ORIGIN", "https://other.se", "not among TILLIT_HOSTS"),
        ("TILLIT_HOSTS", "*", "every name"),
        ("TILLIT_HOSTS", "localhost", "only this machine"),
        ("TILLIT_PROXIES", "one", "TILLIT_PROXIES cannot be read"),
        ("TILLIT_PROXIES", "-1", "0 or more"),
        ("TILLIT_SMTP", "", "no mail would leave"),
        ("TILLIT_SMTP", "mail.nordan.se", "smtp://"),
        ("TILLIT_MAIL_FROM", "tillit@localhost", "default sender"),
        ("TILLIT_MAIL_FROM", "nordan", "no mail address"),
        ("TILLIT_UPLOAD_MB", "0", "between 1 and 500"),
    ],
)
def test_each_unsafe_setting_is_explained(sound, name, value, says):
    sound.setenv(name, value)
    found = errors(checks.settings())
    assert any(says in sentence for sentence in found), found
    assert all(sentence.endswith((".", "?")) for sentence in found)
    assert "secret" not in " ".join(found)


def test_a_misspelt_setting_is_noticed(sound):
    sound.setenv("TILLIT_SMPT", "x")
    (finding,) = checks.settings()
    assert "Did you mean TILLIT_SMTP?" in finding.says


def test_secrets_others_can_read(monkeypatch, tmp_path):
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))
    config.secret.cache_clear()
    try:
        assert "does not exist" in errors(checks.secrets())[0]
        folder = tmp_path / "secrets"
        folder.mkdir(mode=0o755)
        for name in ("root.key", "ticket.key", "django.key", "tillit_app.password"):
            (folder / name).write_text("ab" * 32)
            (folder / name).chmod(0o644)
        (folder / "ticket.key").chmod(0o600)
        (folder / "ticket.key").write_text("not hex")
        found = errors(checks.secrets())
        for what in ("chmod 700", "root.key can be read", "django.key can be read", "app.password", "hexadecimal"):
            assert any(what in sentence for sentence in found), what
    finally:
        config.secret.cache_clear()


def run(dsn: str, **env: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tillit.kernel.checks"],
        env={**os.environ, "TILLIT_DSN": dsn, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_this_database_keeps_its_rules(server, real_db):
    for role in ("tillit_app", "tillit_worker"):
        code, said = run(server.dsn(role, "test", real_db))
        assert code == 0, said
        assert "Row security is forced on all" in said
        assert "believes this program's tickets" in said


def test_a_database_that_was_opened_up(server, real_db):
    with psycopg.connect(server.admin_dsn(real_db), autocommit=True) as admin:
        for statement in (
            "alter table identity_person no force row level security",
            "grant select on access.secret to tillit_app",
            "alter function kernel.backlog() reset search_path",
            "create table mine ()",
            "alter table mine owner to tillit_app",
            f'grant temp on database "{real_db}" to tillit_app',
        ):
            admin.execute(statement)
        code, said = run(server.dsn("tillit_app", "test", real_db))
        assert code == 1
        for what in (
            "on the table identity_person",
            "secret that verifies",
            "kernel.backlog",
            "owns mine",
            "create tables",
        ):
            assert what in said, said
        admin.execute("update access.secret set inner_pad = outer_pad")
    code, said = run(server.dsn("tillit_app", "test", real_db))
    assert "do not belong together" in said


def test_a_role_that_may_too_much(server, real_db):
    code, said = run(server.admin_dsn(real_db))
    assert code == 1
    assert "is a superuser" in said
    assert "may pass row security" in said


def test_a_database_that_is_away():
    code, said = run("dbname=none user=tillit_app host=/nonexistent")
    assert code == 1
    assert "cannot be reached" in said
    assert "Traceback" not in said


def test_the_page_of_settings_is_the_programs_list():
    page = (ROOT / "docs" / "operations" / "settings.md").read_text()
    assert page == checks.settings_page(), "run: python -m tillit.kernel.checks --write-docs"
