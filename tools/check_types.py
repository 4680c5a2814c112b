"""Runs mypy: strict where the promises are kept, ordinary elsewhere.

    python tools/check_types.py

Settings are imported by the Django plugin, so this makes a throw-away data folder with secrets for it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tillit.ops import secrets

ROOT = Path(__file__).resolve().parents[1]
STRICT = ("kernel", "access", "evidence", "privacy", "wallet", "ops")


def main() -> int:
    """mypy's exit status, the worst of both runs."""
    package = ROOT / "src" / "tillit"
    strict = [str(package / name) for name in STRICT if (package / name).is_dir()]
    with tempfile.TemporaryDirectory(prefix="tillit-types-") as var:
        secrets.ensure(var)
        env = os.environ | {
            "TILLIT_VAR": var,
            "TILLIT_MODE": "test",
            "TILLIT_DSN": "dbname=none user=tillit_app",
            "DJANGO_SETTINGS_MODULE": "tillit.web.settings",
        }
        runs = (["--strict", *strict], [str(package)])
        return max(
            subprocess.run(
                [sys.executable, "-m", "mypy", "--config-file", "tools/mypy.ini", *run],
                cwd=ROOT,
                env=env,
                check=False,
            ).returncode
            for run in runs
        )


if __name__ == "__main__":
    sys.exit(main())
