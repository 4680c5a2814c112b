"""Runs mypy as [tool.mypy] says: strict where the promises are kept, ordinary elsewhere.

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


def main() -> int:
    """mypy's exit status."""
    with tempfile.TemporaryDirectory(prefix="tillit-types-") as var:
        secrets.ensure(var)
        env = os.environ | {
            "TILLIT_VAR": var,
            "TILLIT_MODE": "test",
            "TILLIT_DSN": "dbname=none user=tillit_app",
            "DJANGO_SETTINGS_MODULE": "tillit.web.settings",
        }
        return subprocess.run([sys.executable, "-m", "mypy", "src/tillit"], cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
