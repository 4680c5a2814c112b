"""The key store: who gets which key, what ends one, and how what wraps them is changed while others work."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.conftest import _VAR, connected_to, privileged
from tests.kernel.sealed_samples import within
from tillit.kernel import clock, config, keyring, keys, root, rotation
from tillit.kernel.ids import new_id
from tillit.kernel.keyring import Unopened
from tillit.kernel.ticket import Actor, acting

HERE, THERE = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Wrapping secrets that this process has seen are forgotten before and after."""
    keys._secrets.clear(), keys._boxes.clear()
    yield
    keys._secrets.clear(), keys._boxes.clear()


@pytest.fixture
def own_secrets(tmp_path, monkeypatch) -> Path:
    """A copy of the secrets, so that a rotation destroys nothing of other tests'."""
    shutil.copytree(_VAR / "secrets", tmp_path / "secrets")
    for path in (tmp_path / "secrets").rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))
    return tmp_path


@contextmanager
def here(office: str = "member", organisation: uuid.UUID = HERE) -> Iterator[None]:
    with within(organisation, office), transaction.atomic():
        yield


def ask(statement: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def test_a_key_is_made_once_and_is_the_same_for_everybody(db):
    subject = new_id()
    with here():
        first = keys.sealing(HERE, subject, "erasable").secret
        connection.transaction_cache.clear()
        assert keys.sealing(HERE, subject, "erasable").secret == first
        connection.transaction_cache.clear()
        assert keys.ring(HERE, subject, "erasable").newest.secret == first
        assert keys.sealing(HERE, subject, "journal").secret != first
    with here(organisation=THERE):
        assert keys.sealing(THERE, subject, "erasable").secret != first


def test_secrets_of_keys_are_not_in_the_database(db):
    subject = new_id()
    with here():
        key = keys.sealing(HERE, subject, "erasable")
    with privileged():
        ((wrapped,),) = ask("select wrapped from keys.person where person = %s", subject)
    assert key.secret not in wrapped
    assert len(wrapped) == 60


def test_a_key_that_was_moved_in_the_store_does_not_open(db):
    one, two = new_id(), new_id()
    with here():
        keys.prepare(HERE, [one, two])
        with privileged():
            ask("update keys.person p set wrapped = q.wrapped from keys.person q "
                "where p.person = %s and q.person = %s returning 1", one, two)  # fmt: skip
        connection.transaction_cache.clear()
        with pytest.raises(Unopened, match="damaged or moved"):
            keys.ring(HERE, one, "erasable")


def test_memory_is_bounded(db, monkeypatch):
    monkeypatch.setattr(keys, "MOST_OPENED", 10)
    with here():
        keys.prepare(HERE, [new_id() for _ in range(50)])
        assert len(connection.transaction_cache) <= 11


def test_only_known_classes(db):
    with here(), pytest.raises((DatabaseError, KeyError)), transaction.atomic():
        keys.sealing(HERE, new_id(), "other")


def test_shredding_keeps_a_later_key_out(db):
    subject = new_id()
    with here("sweeper"):
        assert keys.shred(HERE, subject) == 0
        with pytest.raises(keys.Gone):
            keys.sealing(HERE, subject, "erasable")
        with pytest.raises(keys.Gone):
            keys.ring(HERE, subject, "erasable").key(b"\x01\x00\x01")
        assert keys.sealing(HERE, subject, "accounting")


def test_two_at_once_get_one_key(real_db, server):
    subject, found, together = new_id(), [], threading.Barrier(6)

    def make() -> None:
        try:
            with here():
                together.wait()
                found.append(keys.sealing(HERE, subject, "erasable").secret)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


# -- the wrapping secret ----------------------------------------------------------------------------------------------


@pytest.fixture
def worker(server, real_db, own_secrets) -> Iterator[Callable]:
    """A database of its own with twenty keys, reached as the worker."""
    with connected_to(server.dsn("tillit_worker", "test", real_db)):
        yield connected_to


def made(count: int = 20, organisation: uuid.UUID = HERE) -> dict[uuid.UUID, bytes]:
    subjects = [new_id() for _ in range(count)]
    with here(organisation=organisation):
        keys.prepare(organisation, subjects)
        return {s: keys.ring(organisation, s, "erasable").newest.secret for s in subjects}


def found(subjects: dict[uuid.UUID, bytes], organisation: uuid.UUID = HERE) -> dict[uuid.UUID, bytes]:
    with here(organisation=organisation):
        rings = keys.fetch(organisation, [(s, "erasable") for s in subjects])
        return {s: rings[(s, "erasable")].newest.secret for s in subjects}


def test_rotation_keeps_every_key_and_destroys_the_old_secret(worker):
    before, elsewhere = made(), made(5, THERE)
    lost = new_id()
    with here("sweeper"):
        keys.shred(HERE, lost)
    done = rotation.rotate_horizon(batch=7)
    assert (done.present, done.rewrapped, done.destroyed) == (2, 25, (1,))
    assert root.names() == ["000002", "installation"]
    assert found(before) == before
    assert found(elsewhere, THERE) == elsewhere
    assert [(n, s, k) for n, s, _, k in rotation.horizons()] == [(1, "closed", 0), (2, "open", 25)]
    assert keys.horizon_name(1) not in root.names()
    assert rotation.rotate_horizon().present == 3
    assert found(before) == before
    keys.check()


def test_an_old_copy_of_the_database_opens_nothing_after_rotation(worker, server, real_db):
    subjects = made(1)
    import psycopg

    with psycopg.connect(server.admin_dsn(real_db), autocommit=True) as admin:
        old = admin.execute("select organisation, person, class, version, horizon, wrapped from keys.person").fetchall()
        rotation.rotate_horizon()
        admin.execute("update keys.person set horizon = %s, wrapped = %s", [old[0][4], old[0][5]])
    with here(), pytest.raises(config.Missing, match="older than its secrets"):
        keys.ring(HERE, next(iter(subjects)), "erasable")


def test_a_cut_rotation_keeps_every_key(worker, own_secrets, monkeypatch):
    before = made()
    for cut in ("keys.open_horizon", "keys.rewrap", "keys.close_horizon"):
        with monkeypatch.context() as patch:
            real = rotation._ask

            def trip(statement, parameters, cut=cut, real=real):
                answer = real(statement, parameters)
                if cut in statement:
                    raise KeyboardInterrupt
                return answer

            patch.setattr(rotation, "_ask", trip)
            if cut == "keys.rewrap":
                patch.setattr(keys, "rewrapped", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                rotation.rotate_horizon(batch=6)
        assert found(before) == before
        made(2)
        rotation.rotate_horizon(batch=6)
        assert found(before) == before
        states = rotation.horizons()
        assert [s for _, s, _, _ in states].count("open") == 1
        assert "retiring" not in [s for _, s, _, _ in states]
        assert len(root.names()) == 2
    keys.check()


def test_rotation_under_load(worker, server, real_db):
    before, wrong, stop = made(40), [], threading.Event()
    written: list[dict[uuid.UUID, bytes]] = []

    def use() -> None:
        try:
            while not stop.is_set():
                if found(before) != before:
                    wrong.append("another key")
                written.append(made(3))
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        rotation.rotate_horizon(batch=10)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert written
    for batch in written:
        assert found(batch) == batch
    assert len(root.names()) == 2


def test_two_rotations_at_once_do_no_harm(worker):
    before, trouble = made(60), []

    def rotate() -> None:
        try:
            rotation.rotate_horizon(batch=5)
        except Exception as error:
            trouble.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=rotate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rotation.rotate_horizon()
    assert trouble == []
    assert found(before) == before
    keys.check()


def test_a_key_wrapped_with_a_closed_secret_is_not_kept(worker):
    subject = new_id()
    with here():
        stale = keys.fresh(HERE, subject)
    rotation.rotate_horizon()
    with pytest.raises(DatabaseError, match="changed meanwhile"), here():
        ask("select keys.keep(%s, %s, 'erasable', %s)", HERE, subject, stale.wrapped)


def test_it_rotates_by_itself_when_its_time_has_come(worker, monkeypatch):
    made(2)
    rotation.rotate_in_time()
    assert len(rotation.horizons()) == 1
    with clock.at(clock.now() + timedelta(days=31)):
        rotation.rotate_in_time()
        rotation.rotate_in_time()
        assert [s for _, s, _, _ in rotation.horizons()] == ["closed", "open"]


def test_nonsense_in_the_store_does_not_stop_a_rotation(worker):
    before = made(3)
    with here():
        ask("select keys.keep(%s, %s, 'erasable', %s)", HERE, new_id(), b"\0\0\0\1" + b"x" * 60)
    assert rotation.rotate_horizon().rewrapped == 4
    assert found(before) == before


# -- the start --------------------------------------------------------------------------------------------------------


def test_secrets_of_another_installation_are_refused(worker, own_secrets, monkeypatch):
    keys.check()
    monkeypatch.setattr(root, "installation", lambda: b"other secret of thirty-two bytes")
    keyring.derived.cache_clear(), keyring._seal_box.cache_clear()
    try:
        with pytest.raises(config.Missing, match="not those of this database"):
            keys.check()
    finally:
        monkeypatch.undo()
        keyring.derived.cache_clear(), keyring._seal_box.cache_clear()


def test_a_missing_wrapping_secret_is_named(worker, own_secrets):
    root.place("000001").unlink()
    with pytest.raises(config.Missing, match=r"000001\.key, which is not there"):
        keys.check()
    with pytest.raises(SystemExit, match="restore the schema"):
        keys.check_start()


def test_empty_secrets_are_not_filled_for_a_database_that_has_keys(server, real_db, own_secrets):
    shutil.rmtree(own_secrets / "secrets" / "wrap")
    with connected_to(server.dsn("tillit_owner", "test", real_db), ticketless=True):
        connection.ticketless = True
        with pytest.raises(config.Missing, match="not those of this database"):
            keys.install()
    connection.ticketless = False
    assert not (own_secrets / "secrets" / "wrap").exists()


def test_the_operator_can_look_and_rotate(worker):
    import io

    from django.core.management import call_command

    def keys_command(what: str) -> str:
        out = io.StringIO()
        call_command("keys", what, stdout=out)
        return out.getvalue()

    made(2)
    assert "Wrapping secret 1: open" in keys_command("status")
    assert "2 keys wrapped anew with 2; destroyed: 1." in keys_command("rotate")
    assert "2 secrets are sealed under" in keys_command("rotate-root")
    assert "Wrapping secret 1: closed" in keys_command("status")


def test_the_application_cannot_rotate(real_db):
    with acting(Actor(office="keyring")), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ask("select keys.open_horizon(1)")


# -- backups ----------------------------------------------------------------------------------------------------------


def test_erasure_reaches_older_backups_and_the_rest_comes_back(server, real_db, own_secrets, tmp_path):
    """An old dump opens nothing by itself; with the newest copy of the key store it opens all but the erased."""
    import subprocess

    import psycopg

    from tests.conftest import PASSWORDS
    from tillit.ops import bootstrap, embedded

    def run(program: str, *arguments: str) -> None:
        subprocess.run([embedded.programs() / program, *arguments], check=True, capture_output=True)

    old, newest = str(tmp_path / "old.dump"), str(tmp_path / "keys.dump")
    with connected_to(server.dsn("tillit_worker", "test", real_db)):
        kept, erased = made(2), made(1)
        run("pg_dump", "--format=custom", f"--file={old}", server.dsn("tillit_backup", "test", real_db))
        with here("sweeper"):
            keys.shred(HERE, list(erased))
        rotation.rotate_horizon()
        run(
            "pg_dump",
            "--format=custom",
            "--schema=keys",
            f"--file={newest}",
            server.dsn("tillit_backup", "test", real_db),
        )
    name = f"restored_{uuid.uuid4().hex[:8]}"
    bootstrap.create_database(server.admin_dsn(), name=name)
    try:
        admin = server.admin_dsn(name)
        run("pg_restore", "--exit-on-error", "--clean", "--if-exists", f"--dbname={admin}", old)
        with connected_to(server.dsn("tillit_worker", PASSWORDS["tillit_worker"], name)):
            with pytest.raises(config.Missing, match="restore the schema `keys` from a newer backup"):
                keys.check()
            with here(), pytest.raises(config.Missing, match="older than its secrets"):
                keys.fetch(HERE, [(s, "erasable") for s in kept])
        connections.close_all()
        with psycopg.connect(admin, autocommit=True) as raw:
            raw.execute("truncate keys.person, keys.horizon, keys.mark")
        run("pg_restore", "--exit-on-error", "--data-only", "--schema=keys", f"--dbname={admin}", newest)
        with connected_to(server.dsn("tillit_worker", PASSWORDS["tillit_worker"], name)):
            keys.check()
            assert found(kept) == kept
            with here():
                assert keys.ring(HERE, next(iter(erased)), "erasable").newest is None
    finally:
        connections.close_all()
        bootstrap.drop_database(server.admin_dsn(), name=name)
