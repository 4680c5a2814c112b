"""The root key: where it comes from, what is sealed under it, and what a wrong one leads to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tillit.kernel import config, root

KEY, OTHER = "11" * 32, "22" * 32
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


@pytest.fixture
def var(tmp_path, monkeypatch) -> Iterator[Path]:
    """An installation of its own, with a file for its root key and two secrets."""
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))
    for name in ("TILLIT_ROOT_KEY", "TILLIT_PKCS11"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "secrets").mkdir(mode=0o700)
    write(tmp_path / "secrets" / "root.key", KEY)
    root.create(root.INSTALLATION)
    root.create("000001")
    yield tmp_path


def write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text + "\n")


def secrets() -> dict[str, bytes]:
    return {name: root.read(name) for name in root.names()}


def test_secrets_lie_sealed_and_closed(var):
    files = [root.place(name) for name in root.names()]
    assert [f.name for f in files] == ["000001.key", "installation.key"]
    assert all(f.stat().st_mode & 0o777 == 0o600 for f in files)
    assert root.folder().stat().st_mode & 0o777 == 0o700
    for name, secret in secrets().items():
        assert len(secret) == 32
        assert secret.hex() not in root.place(name).read_text()
    before = secrets()
    root.create("000001")  # the first one stays
    assert secrets() == before
    assert root.in_use().name.endswith("root.key")
    root.check()


def test_a_secret_under_another_name_does_not_open(var):
    shutil.copy(root.place("000001"), root.place("000002"))
    with pytest.raises(config.Missing, match=r"000002\.key was sealed under"):
        root.read("000002")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda s: write(s / "root.key", OTHER), "not the one that"),
        (lambda s: write(s / "root.key", KEY[:-1]), "not 64 hexadecimal digits"),
        (lambda s: write(s / "root.key", "letters"), "not 64 hexadecimal digits"),
        (lambda s: (s / "root.key").unlink(), "There is no root key"),
        (lambda s: (s / "root.key").chmod(0o640), "chmod 600"),
        (lambda s: (s / "wrap" / "installation.key").unlink(), r"installation\.key does not exist"),
        (lambda s: (s / "wrap" / "000001.key").chmod(0o604), "chmod 600"),
        (lambda s: write(s / "wrap" / "000001.key", "nonsense"), "damaged"),
        (lambda s: write(s / "wrap" / "000001.key", "00" * 60), "not the one that"),
    ],
)
def test_what_is_wrong_is_said_and_ends_the_start(var, spoil, says):
    spoil(var / "secrets")
    with pytest.raises(config.Missing, match=says):
        root.check()
    asked = subprocess.run([sys.executable, "-m", "tillit.kernel.root"], capture_output=True, text=True, check=False)
    assert asked.returncode == 1
    assert "Traceback" not in asked.stderr
    assert KEY not in asked.stderr


def test_from_the_environment(var, monkeypatch):
    before = secrets()
    monkeypatch.setenv("TILLIT_ROOT_KEY", OTHER)
    assert secrets() == before  # the file still opens what was sealed under it
    assert root.in_use().name.endswith("root.key")
    assert root.rotate() == ["000001", "installation"]
    (var / "secrets" / "root.key").unlink()
    assert secrets() == before
    assert root.in_use().name == "TILLIT_ROOT_KEY"
    monkeypatch.setenv("TILLIT_ROOT_KEY", f"{'33' * 32},{OTHER}")  # from one to the next
    root.rotate()
    monkeypatch.setenv("TILLIT_ROOT_KEY", "33" * 32)
    assert secrets() == before
    for wrong, says in ((OTHER, "not the one"), (OTHER[:-2], "64 hexadecimal"), ("", "no root key")):
        monkeypatch.setenv("TILLIT_ROOT_KEY", wrong)
        with pytest.raises(config.Missing, match=says):
            root.check()


def test_a_mistyped_key_beside_the_right_file_seals_nothing(var, monkeypatch):
    monkeypatch.setenv("TILLIT_ROOT_KEY", OTHER)
    root.create("000002")
    monkeypatch.delenv("TILLIT_ROOT_KEY")
    root.check()  # the new secret went under the key in use


def test_rotation_of_the_file_leaves_no_old_key(var):
    before, old = secrets(), (var / "secrets" / "root.key").read_text()
    root.rotate()
    assert secrets() == before
    assert (var / "secrets" / "root.key").read_text() != old
    left = [path for path in (var / "secrets").rglob("*") if path.is_file() and old.strip() in path.read_text()]
    assert left == []
    assert {path.name for path in (var / "secrets").iterdir()} == {"root.key", "wrap"}
    assert {path.name for path in root.folder().iterdir()} == {"000001.key", "installation.key"}


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_rotation_that_is_cut_off_is_taken_up_again(var, cut, monkeypatch):
    before, steps = secrets(), 0
    replace = Path.replace

    def cut_off(self: Path, target: Path) -> Path:
        nonlocal steps
        steps += 1
        if steps == cut:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", cut_off)
    with pytest.raises(KeyboardInterrupt):
        root.rotate()
    monkeypatch.setattr(Path, "replace", replace)
    assert secrets() == before
    root.rotate()
    assert secrets() == before
    assert {path.name for path in (var / "secrets").iterdir()} == {"root.key", "wrap"}


def test_what_is_destroyed_is_overwritten_first(var, monkeypatch):
    path, written = root.place("000001"), []
    content = path.read_text()
    unlink = Path.unlink
    monkeypatch.setattr(Path, "unlink", lambda self, **k: (written.append(self.read_bytes()), unlink(self, **k)))
    root.destroy("000001")
    root.destroy("000001")
    assert not path.exists()
    assert len(written) == 1
    assert content.encode() not in written[0]
    assert len(written[0]) == len(content)


# -- a token ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def token(var, tmp_path, monkeypatch) -> Iterator[str]:
    """A SoftHSM token with an AES key that never leaves it; gives the setting."""
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed (pip install 'tillit[hsm]')")
    module = next((m for m in MODULES if Path(m).exists()), None)
    if module is None:
        pytest.skip("SoftHSM is not installed (Debian: apt install softhsm2)")
    conf = Path(os.environ.get("SOFTHSM2_CONF", "")) if "SOFTHSM2_CONF" in os.environ else tmp_path / "softhsm2.conf"
    if "SOFTHSM2_CONF" not in os.environ:  # the module reads it once in a process
        tokens = tmp_path.parent / "tokens"
        tokens.mkdir(exist_ok=True)
        conf.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n")
        os.environ["SOFTHSM2_CONF"] = str(conf)
    label = f"tillit-{os.urandom(4).hex()}"
    library = pkcs11.lib(module)
    slot = next(s for s in library.get_slots() if not s.get_token().flags & pkcs11.TokenFlag.TOKEN_INITIALIZED)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--slot", str(slot.slot_id), "--label", label, "--so-pin", "1234", "--pin",
         "5678"],
        check=True, capture_output=True,
    )  # fmt: skip
    library.reinitialize()
    with library.get_token(token_label=label).open(rw=True, user_pin="5678") as session:
        for name in ("root", "newer"):
            session.generate_key(
                pkcs11.KeyType.AES, 256, label=name, store=True,
                template={pkcs11.Attribute.EXTRACTABLE: False, pkcs11.Attribute.SENSITIVE: True},
            )  # fmt: skip
    write(var / "secrets" / "pin", "5678")
    yield f"{module};{label};root;{var / 'secrets' / 'pin'}"


def test_a_key_in_a_token_opens_and_takes_over(var, token, monkeypatch):
    before = secrets()
    monkeypatch.setenv("TILLIT_PKCS11", token)
    root.rotate()
    (var / "secrets" / "root.key").unlink()
    assert secrets() == before
    assert root.in_use().name.startswith("the key root on the token tillit-")
    root.create("000002")
    root.check()
    monkeypatch.setenv("TILLIT_PKCS11", token.replace(";root;", ";newer,root;"))
    before = secrets()
    root.rotate()
    monkeypatch.setenv("TILLIT_PKCS11", token.replace(";root;", ";newer;"))
    assert secrets() == before
    monkeypatch.setenv("TILLIT_PKCS11", token)
    with pytest.raises(config.Missing, match="not the one that"):
        root.check()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.replace(";root;", ";nobody;"), "cannot be used"),
        (lambda t: t.replace("libsofthsm", "nothing"), "cannot be used"),
        (lambda t: t.replace(";tillit-", ";other-"), "cannot be used"),
        (lambda t: t.rpartition(";")[0], "module;token;label;pin-file"),
        (lambda t: t + ".missing", "pin"),
    ],
)
def test_a_token_that_is_not_there_is_named(var, token, monkeypatch, change, says):
    monkeypatch.setenv("TILLIT_PKCS11", change(token))
    with pytest.raises(config.Missing, match=says):
        root.check()


def test_a_wrong_pin_is_named(var, token, monkeypatch):
    write(var / "secrets" / "pin", "9999")
    monkeypatch.setenv("TILLIT_PKCS11", token)
    with pytest.raises(config.Missing, match="PIN"):
        root.check()


# -- the start --------------------------------------------------------------------------------------------------------


def test_a_lost_root_key_is_not_replaced_by_a_new_one(var, monkeypatch):
    from tillit.ops import secrets as files
    from tillit.ops.errors import OperationError

    (var / "secrets" / "root.key").unlink()
    with pytest.raises(OperationError, match="Restore it"):
        files.ensure(var)
    assert not (var / "secrets" / "root.key").exists()
    monkeypatch.setenv("TILLIT_ROOT_KEY", KEY)  # it lies elsewhere now
    files.ensure(var)
    assert not (var / "secrets" / "root.key").exists()
    root.check()


def test_a_mistyped_root_key_ends_the_start_before_the_database_is_touched(var):
    from tillit.ops import secrets as files
    from tillit.ops import supervisor
    from tillit.ops.errors import OperationError

    files.ensure(var)
    write(var / "secrets" / "root.key", OTHER)
    with pytest.raises(OperationError, match="not the one that"):
        supervisor.prepare(None, var)
