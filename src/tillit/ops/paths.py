"""Where the installation lives: checkout, data folder, and a socket folder short enough for the kernel."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from tillit.ops.errors import OperationError

# sockaddr_un.sun_path holds 108 bytes with the final NUL (unix(7)).
SOCKET_PATH_LIMIT = 107


def checkout() -> Path:
    """The checkout this package runs from, or the current directory for an installed copy."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() else Path.cwd()


def var_dir(var: str | os.PathLike[str] | None = None) -> Path:
    """The data folder: the argument, else TILLIT_VAR, else `var/` of the checkout; absolute, not created."""
    chosen = var if var is not None else os.environ.get("TILLIT_VAR") or checkout() / "var"
    return Path(chosen).absolute()


def private_dir(path: Path) -> Path:
    """Create `path` (and its parents) for this user only, if it is missing; existing ones stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def socket_dir(data: Path, port: int) -> Path:
    """Folder of the server's Unix socket, always the same for one data folder.

    Beside the data if the socket's path fits into SOCKET_PATH_LIMIT bytes, else in the system's runtime or
    temporary folder under a name made from the user and the data folder. Not created here.
    """
    near = data.parent / "run"
    if len(os.fsencode(near / f".s.PGSQL.{port}")) <= SOCKET_PATH_LIMIT:
        return near
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    if not os.access(base, os.W_OK | os.X_OK):
        base = Path("/tmp")  # noqa: S108 - the folder below is private and checked
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    far = base / f"tillit-{os.geteuid()}-{name}"
    if len(os.fsencode(far / f".s.PGSQL.{port}")) > SOCKET_PATH_LIMIT:
        far = Path("/tmp") / far.name  # noqa: S108 - as above
    return far


def make_socket_dir(path: Path, owner: int) -> None:
    """Create the socket folder, 0700 and owned by `owner`; refuse one that somebody else has put there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner):
            raise OperationError(
                f"{path} belongs to another user, so the database's socket cannot be put there; remove it or "
                "set TILLIT_VAR to a folder with a shorter path."
            ) from None
    if path.lstat().st_uid != owner:
        os.chown(path, owner, -1)
    if stat.S_IMODE(path.lstat().st_mode) != 0o700:
        path.chmod(0o700)
