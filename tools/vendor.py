"""Copies the front-end files of others, with their licences, from npm into static/vendor/.

    python tools/vendor.py          fetch what frontend/package-lock.json names and copy it
    python tools/vendor.py --check  compare what is committed with its list of hashes (no network)

The copied files are committed: building and running the product never needs npm.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
VENDOR = ROOT / "src/tillit/web/static/vendor"
LIST = VENDOR / "vendored.json"

# package: (folder, {file in the package: name in the folder})
PACKAGES: dict[str, tuple[str, dict[str, str]]] = {
    "htmx.org": ("htmx", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE.txt"}),
    "@fontsource-variable/inter": (
        "inter",
        {
            "files/inter-latin-opsz-normal.woff2": "inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
            "LICENSE": "LICENSE.txt",
        },
    ),
    "@fontsource-variable/vazirmatn": (
        "vazirmatn",
        {"files/vazirmatn-arabic-wght-normal.woff2": "vazirmatn-arabic.woff2", "LICENSE": "LICENSE.txt"},
    ),
    "vazirmatn": (  # for documents: what sets them reads no woff2
        "print",
        {
            "fonts/ttf/Vazirmatn-Regular.ttf": "Vazirmatn-Regular.ttf",
            "fonts/ttf/Vazirmatn-Bold.ttf": "Vazirmatn-Bold.ttf",
            "OFL.txt": "LICENSE.txt",
        },
    ),
}


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch() -> None:
    """Install the locked packages in a scratch folder and replace static/vendor/ with our choice."""
    versions = json.loads((FRONTEND / "package.json").read_text())["dependencies"]
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(FRONTEND / name, scratch)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=scratch, check=True)
        shutil.rmtree(VENDOR, ignore_errors=True)
        listed = {}
        for package, (folder, files) in PACKAGES.items():
            target = VENDOR / folder
            target.mkdir(parents=True)
            for source, name in files.items():
                shutil.copyfile(Path(scratch, "node_modules", package, source), target / name)
                listed[f"{folder}/{name}"] = {
                    "package": package,
                    "version": versions[package],
                    "sha256": sha256(target / name),
                }
    LIST.write_text(json.dumps(listed, indent=2, sort_keys=True) + "\n")


def check() -> list[str]:
    """What differs between the committed files and their list; empty when nothing does."""
    listed = json.loads(LIST.read_text())
    present = {str(p.relative_to(VENDOR)): p for p in VENDOR.rglob("*") if p.is_file() and p != LIST}
    wrong = [f"{name}: missing" for name in listed.keys() - present.keys()]
    wrong += [f"{name}: not listed" for name in present.keys() - listed.keys()]
    both = listed.keys() & present.keys()
    wrong += [f"{name}: changed" for name in both if sha256(present[name]) != listed[name]["sha256"]]
    return sorted(wrong)


def main() -> int:
    """Exit status 0, or 1 when --check finds a difference."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only, without network")
    if not parser.parse_args().check:
        fetch()
    for line in (wrong := check()):
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
