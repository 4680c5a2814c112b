"""Write what a release ships about its build promises: the tests that stand for each are run, and their last result
goes into src/tillit/privacy/release.json, under the name of the program as it stands (tillit.privacy.release).

    make release
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tillit.privacy import release

ROOT = Path(__file__).resolve().parent.parent

TESTS = {
    "session-hygiene": ["tests/identity/test_own.py"],
    "intrusion-kept-out": ["tests/identity/test_login.py", "tests/identity/test_own.py"],
    "administrator-sees-name-and-mail": ["tests/booking/test_administrator.py", "tests/identity/test_people.py"],
    "weaknesses-sought": ["tests/attacks"],
    "kept-whole": ["tests/ops/test_backup.py", "tests/evidence/test_audit.py"],
}
"""Every build promise and its tests; tests/guards/test_release.py holds it against what is given."""


def run(paths: list[str]) -> dict[str, object]:
    """Run the tests of one promise."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *paths]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = next((line for line in reversed(done.stdout.splitlines()) if " in " in line), "no test ran")
    counted = last.split(" in ")[0].strip("= ")
    return {
        "ok": done.returncode == 0,
        "detail": f"{counted} ({', '.join(paths)})",
        "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def main() -> int:
    """Run all and write the file; not zero if one does not hold."""
    before = release.identity()
    results = {promise: run(paths) for promise, paths in TESTS.items()}
    if release.identity() != before:
        print("The program changed while it was tested: run it again.")
        return 1
    release.FILE.write_text(json.dumps({"program": before, "results": results}, indent=1) + "\n", encoding="utf-8")
    for promise, result in results.items():
        print("kept  " if result["ok"] else "BROKEN", promise, result["detail"])
    return 0 if all(result["ok"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
