"""What each process of the product gets to know: its own role's address, never an administrator's."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tillit.ops import bootstrap, paths

SETTINGS_MODULE = "tillit.web.settings"
# Addresses and passwords of others, and libpq's own variables, which would win over what we say.
_WITHHELD = {"DATABASE_URL", "TILLIT_DSN"}


def for_process(
    dsn: str, *, var: str | os.PathLike[str] | None = None, mode: str | None = None, origin: str | None = None
) -> dict[str, str]:
    """The environment of a child process that reaches the database with `dsn`.

    `mode` (demo, production, test) and `origin` (the address people use) are set only where the operator has
    not said otherwise; without a mode it is the one in which these data were served last, so that a command beside a
    demo knows that it is one. None leaves the programs' own defaults.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _WITHHELD and not name.startswith("PG")}
    kept["TILLIT_VAR"] = str(paths.var_dir(var))
    kept["TILLIT_DSN"] = dsn
    kept["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    if mode := mode or served_as(var):
        kept.setdefault("TILLIT_MODE", mode)
    if origin:
        kept.setdefault("TILLIT_ORIGIN", origin)
    return kept


def remember(mode: str | None, var: str | os.PathLike[str] | None = None) -> None:
    """Note in which mode these data are served from now on; None for the programs' own default."""
    (paths.var_dir(var) / "mode").write_text(mode or "", encoding="utf-8")


def served_as(var: str | os.PathLike[str] | None = None) -> str:
    """The mode in which these data were served last, or ""."""
    noted = paths.var_dir(var) / "mode"
    return noted.read_text(encoding="utf-8").strip() if noted.exists() else ""


def manage(
    arguments: Sequence[str],
    role: str,
    *,
    var: str | os.PathLike[str] | None = None,
    mode: str | None = None,
    origin: str | None = None,
    capture: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a Django management command as `role` in a process of its own; the database has to run."""
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env=for_process(bootstrap.dsn(role, var), var=var, mode=mode, origin=origin),
        cwd=_working_folder(),
        text=True,
        capture_output=capture,
        check=False,
    )


def _working_folder() -> Path:
    return paths.checkout()
