"""The installation's secrets: one file each under `$TILLIT_VAR/secrets/`, for the owner's eyes only.

    secrets.ensure(var)                 # makes what is missing, checks the modes of all
    secrets.read(var, "root.key")       # the text, without the final newline
    secrets.password(var, "tillit_app") # a role's password

Files: root.key and ticket.key (32 random bytes in hex), django.key (48 in hex), password.<role>. A root key that
lies elsewhere is not made here; what is sealed under it (the folder wrap) is the kernel's business.
"""

import os
import secrets as random
import stat
from collections.abc import Callable
from pathlib import Path

from tillit.ops import paths
from tillit.ops.errors import OperationError

LOGIN_ROLES = ("tillit_owner", "tillit_app", "tillit_worker", "tillit_backup")
SUPERUSER = "tillit_super"

_MAKERS: dict[str, Callable[[], str]] = {
    "root.key": lambda: random.token_hex(32),
    "ticket.key": lambda: random.token_hex(32),
    "django.key": lambda: random.token_hex(48),
    **{f"password.{role}": lambda: random.token_urlsafe(32) for role in (SUPERUSER, *LOGIN_ROLES)},
}


def folder(var: str | os.PathLike[str] | None = None) -> Path:
    """The folder of the secrets under the data folder `var`."""
    return paths.var_dir(var) / "secrets"


def ensure(var: str | os.PathLike[str] | None = None) -> Path:
    """Make every missing secret and check that nobody else can read any; returns the folder.

    Raises OperationError for a secret that the group or others may read.
    """
    place = paths.private_dir(folder(var))
    _refuse_open(place)
    for name, make in _MAKERS.items():
        path = place / name
        if name == "root.key" and not path.exists():
            if os.environ.get("TILLIT_ROOT_KEY") or os.environ.get("TILLIT_PKCS11"):
                continue
            if any((place / "wrap").glob("*.key")):
                raise OperationError(
                    f"The root key {path} is missing, and everything personal is sealed under it. Restore it from "
                    "your copy, or say where it is (TILLIT_ROOT_KEY, TILLIT_PKCS11); nothing was changed."
                )
        if not path.exists():
            _create(path, make())
        _refuse_open(path)
    return place


def read(var: str | os.PathLike[str] | None, name: str) -> str:
    """The secret `name`; raises OperationError if it is missing, empty or readable by others."""
    path = folder(var) / name
    try:
        _refuse_open(path)
        value = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise OperationError(f"The secret {path} is missing; `tillit up` makes it, or restore it.") from None
    except PermissionError:
        raise OperationError(f"The secret {path} cannot be read by this user.") from None
    if not value:
        raise OperationError(f"The secret {path} is empty; restore it from your copy.")
    return value


def password(var: str | os.PathLike[str] | None, role: str) -> str:
    """The database password of `role`."""
    return read(var, f"password.{role}")


def passwords(var: str | os.PathLike[str] | None) -> dict[str, str]:
    """The passwords of all login roles, by role."""
    return {role: password(var, role) for role in LOGIN_ROLES}


def _create(path: Path, value: str) -> None:
    """Write a secret so that another process sees the whole file or none, and the first writer wins."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{random.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            if not path.exists():
                fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _refuse_open(path: Path) -> None:
    """Raise if the group or others may do anything with `path`."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        wanted = "700" if path.is_dir() else "600"
        raise OperationError(
            f"Other users of this machine may open {path} (mode {mode:04o}); "
            f"close it with `chmod {wanted} {path}`, and make new secrets if somebody may have read it."
        )
