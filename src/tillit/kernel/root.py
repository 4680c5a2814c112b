"""The root key, and the few secrets that lie sealed under it in `$TILLIT_VAR/secrets/wrap/`.

The root key comes from a token (PKCS#11), from the environment, or from the file `secrets/root.key`. It seals one
file for each wrapping secret: `installation.key`, from which the keys of the installation are derived, and one
numbered file for each horizon of the key store (kernel/keys.py). Sealing is AES-256-GCM (NIST SP 800-38D) with the
file's name as associated data, so that each file also tells whether the root key is the right one.

`python -m tillit.kernel.root` says in a sentence whether the secrets open; `tillit up` asks it before anything else.
Nothing here needs Django or the database. docs/decisions/0013-keys.md says why.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tillit.kernel import config

SIZE = 32  # bytes of the root key and of every secret under it
INSTALLATION = "installation"
_NONCE, _TAG = 12, 16


class Unwrapped(ValueError):
    """Something that this root key did not wrap, or not under this name."""


class Root(Protocol):
    """One root key. `name` is how a person calls it."""

    name: str

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        """`plain` sealed for `context`."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """What `wrap` was given. Raises `Unwrapped` for another key, another context or a changed byte."""


class Held:
    """A root key whose bytes this process holds."""

    def __init__(self, name: str, key: bytes) -> None:
        self.name = name
        self._box = AESGCM(key)

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._box.encrypt(nonce, plain, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        try:
            return self._box.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context)
        except (InvalidTag, ValueError):
            raise Unwrapped(self.name) from None


class Token:
    """A root key that never leaves its PKCS#11 token (an HSM, a smart card, a cloud KMS with a PKCS#11 module)."""

    def __init__(self, module: str, token: str, label: str, pin_file: str) -> None:
        self.name = f"the key {label} on the token {token}"
        self._module, self._token, self._label, self._pin_file = module, token, label, pin_file

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._do("encrypt", plain, nonce, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        return self._do("decrypt", wrapped[_NONCE:], wrapped[:_NONCE], context)

    def _do(self, what: str, data: bytes, nonce: bytes, context: bytes) -> bytes:
        try:
            import pkcs11
        except ImportError:
            raise config.Missing(
                "TILLIT_PKCS11 is set, but python-pkcs11 is not installed: pip install 'tillit[hsm]'."
            ) from None
        pin = private_text(Path(self._pin_file))
        how: dict[str, Any] = {
            "mechanism": pkcs11.Mechanism.AES_GCM,
            "mechanism_param": pkcs11.GCMParams(nonce, context, _TAG * 8),
        }
        try:
            token = pkcs11.lib(self._module).get_token(token_label=self._token)
            with token.open(user_pin=pin) as session:
                key: Any = session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, label=self._label)
                if what == "encrypt":
                    return bytes(key.encrypt(data, **how))
                try:
                    return bytes(key.decrypt(data, **how))
                except pkcs11.PKCS11Error:
                    raise Unwrapped(self.name) from None
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise config.Missing(
                f"TILLIT_PKCS11: {self.name} cannot be used ({type(error).__name__}). Check module, token, label, PIN."
            ) from None


def roots() -> list[Root]:
    """The root keys that are configured, the wanted one first: token, environment, file.

    More than one stands here only while the root key is being changed. Raises `config.Missing` when there is
    none, or when one cannot be read.
    """
    found: list[Root] = []
    if told := config.text("TILLIT_PKCS11"):
        module, token, labels, pin_file = _four(told)
        found += [Token(module, token, label, pin_file) for label in labels.split(",")]
    for number, text in enumerate(config.names("TILLIT_ROOT_KEY"), 1):
        found.append(Held(f"TILLIT_ROOT_KEY ({number})" if number > 1 else "TILLIT_ROOT_KEY", _key(text)))
    for path in (_next_file(), _root_file()):
        if path.exists():
            found.append(Held(str(path), _key(private_text(path), str(path))))
    if not found:
        raise config.Missing(
            f"There is no root key: {_root_file()} does not exist, and neither TILLIT_ROOT_KEY nor TILLIT_PKCS11 is "
            "set. Restore it from your copy: without it nothing personal can be read."
        )
    return found


def folder() -> Path:
    """Where the wrapped secrets lie."""
    return Path(config.var()) / "secrets" / "wrap"


def place(name: str) -> Path:
    """The file of one wrapped secret."""
    return folder() / f"{name}.key"


def names() -> list[str]:
    """The secrets that are there, horizons in their order."""
    return sorted(path.stem for path in folder().glob("*.key"))


def read(name: str) -> bytes:
    """A secret, unsealed. Raises `config.Missing` with a sentence when it is not there or no root key opens it."""
    path = place(name)
    try:
        wrapped = bytes.fromhex(private_text(path))
    except ValueError:
        raise config.Missing(f"{path} is damaged; restore it from your copy of the secrets.") from None
    return _open(name, wrapped)[1]


def create(name: str, secret: bytes | None = None) -> None:
    """Make a new secret, unless its file is there already (the first one stays)."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    root = in_use() if name != INSTALLATION and place(INSTALLATION).exists() else roots()[0]
    fresh = _written(name, root.wrap(secret or secrets.token_bytes(SIZE), _context(name)))
    try:
        os.link(fresh, place(name))
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    _sync(folder())


def destroy(name: str) -> None:
    """Overwrite a secret's file and remove it. What it wrapped is then gone, in every copy of the database."""
    with suppress(FileNotFoundError):  # somebody was faster
        _scrub(place(name))


def in_use() -> Root:
    """The root key that opens the installation's secret. Raises `config.Missing`."""
    return _open(INSTALLATION, bytes.fromhex(private_text(place(INSTALLATION))))[0]


def check() -> None:
    """Every secret is there and opens. Raises `config.Missing` with a sentence that says what to do."""
    if folder().is_dir() and names():
        for name in dict.fromkeys((INSTALLATION, *names())):
            read(name)
    else:
        roots()  # a new installation: its secrets come with its database


def rotate() -> list[str]:
    """Seal every secret anew under the wanted root key; returns their names. May be run again after a crash.

    Where the root key is the file, a new one is made and takes its place; else the wanted one is the first of
    `roots()`. Nothing else changes: processes that run keep running.
    """
    made_here = not (config.text("TILLIT_PKCS11") or config.names("TILLIT_ROOT_KEY"))
    if made_here and not _next_file().exists():
        _write(_next_file(), secrets.token_bytes(SIZE))
    wanted = roots()[0]
    done = []
    # the installation's own comes last: what opens it is the root key in use
    for name in sorted(names(), key=lambda n: (n == INSTALLATION, n)):
        _written(name, wanted.wrap(read(name), _context(name))).replace(place(name))
        done.append(name)
    _sync(folder())
    if made_here:
        with _root_file().open("r+b") as old:
            _next_file().replace(_root_file())
            _overwrite(old)
    return done


@cache
def installation() -> bytes:
    """The secret from which the installation's own keys are derived (kernel/keyring.py)."""
    return read(INSTALLATION)


def private_text(path: Path) -> str:
    """What a file says, if nobody else on the machine can read it. Raises `config.Missing`."""
    try:
        if path.stat().st_mode & 0o077:
            raise config.Missing(f"{path} can be read by others. Run: chmod 600 {path}")
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        raise config.Missing(f"{path} does not exist. Restore it from your copy of the secrets.") from None


def _open(name: str, wrapped: bytes) -> tuple[Root, bytes]:
    tried = []
    for root in roots():
        try:
            return root, root.unwrap(wrapped, _context(name))
        except Unwrapped:
            tried.append(root.name)
    raise config.Missing(
        f"The root key is not the one that {place(name)} was sealed under (tried: {', '.join(tried)}). "
        "Restore the right root key from your copy; nothing was changed."
    )


def _context(name: str) -> bytes:
    return b"tillit wrap 1:" + name.encode()


def _root_file() -> Path:
    return Path(config.var()) / "secrets" / "root.key"


def _next_file() -> Path:
    return Path(config.var()) / "secrets" / "root.key.next"


def _key(text: str, source: str = "TILLIT_ROOT_KEY") -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != SIZE:
        raise config.Missing(f"{source} is not 64 hexadecimal digits. Restore the root key from your copy.")
    return key


def _four(told: str) -> list[str]:
    parts = [part.strip() for part in told.split(";")]
    if len(parts) != 4 or not all(parts):
        raise config.Missing("TILLIT_PKCS11 is written module;token;label;pin-file.")
    return parts


def _written(name: str, wrapped: bytes) -> Path:
    """The sealed secret in a file beside its place, safely on disk."""
    path = folder() / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
    _write(path, wrapped)
    return path


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(content.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def _scrub(path: Path) -> None:
    with path.open("r+b") as file:
        _overwrite(file)
    path.unlink()
    _sync(path.parent)


def _overwrite(file: IO[bytes]) -> None:
    file.write(os.urandom(os.fstat(file.fileno()).st_size))
    file.flush()
    os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _main() -> Iterator[str]:
    try:
        check()
    except (config.Missing, OSError) as error:
        yield str(error)


if __name__ == "__main__":
    if told := list(_main()):
        sys.exit("\n".join(told))
