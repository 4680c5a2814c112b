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
    not said otherwise; None leaves the programs' own defaults.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _WITHHELD and not name.startswith("PG")}
    kept["TILLIT_VAR"] = str(paths.var_dir(var))
    kept["TILLIT_DSN"] = dsn
    kept["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    if mode:
        kept.setdefault("TILLIT_MODE", mode)
    if origin:
        kept.setdefault("TILLIT_ORIGIN", origin)
    return kept


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
