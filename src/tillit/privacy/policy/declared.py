"""What the fields declare, as a committed file (declared.json): the build compares both, so that no field changes its
purpose, its basis or its time without somebody reading it in the change.

    .venv/bin/python -m tillit.privacy.policy.declared      # write it anew
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import django
from django.core import checks

FILE = Path(__file__).with_name("declared.json")
RENEW = "Look whether that is meant, then: .venv/bin/python -m tillit.privacy.policy.declared"


def derived() -> dict[str, Any]:
    """Every purpose with its basis, and every declared field with its words, in a stable order."""
    from tillit.kernel.declare import holdings
    from tillit.kernel.dpv import Basis, Purpose

    purposes = {
        one.name.lower(): one.basis.name.lower() if isinstance(one.basis, Basis) else None
        for one in sorted(Purpose, key=lambda one: str(one.name))
    }
    fields = {
        one.label: {
            "of": list(one.declared.of),
            "what": one.declared.what.name.lower(),
            "why": [purpose.name.lower() for purpose in one.declared.why],
            "until": one.declared.keep.until,
            "days": one.declared.keep.days,
            "setting": one.declared.keep.setting,
            "erase": one.declared.erase.name.lower(),
        }
        for one in holdings()
    }
    return {"purposes": purposes, "fields": fields}


def written(declared: dict[str, Any]) -> str:
    """As the file holds it: one line for each field, so that a change is one line."""
    parts = []
    for part, entries in declared.items():
        lines = [f"  {json.dumps(name)}: {json.dumps(said)}" for name, said in sorted(entries.items())]
        parts.append(f" {json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def disagreements() -> list[str]:
    """What code and file say differently: fields and purposes by name; empty when they agree."""
    told: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    found = []
    for part, entries in derived().items():
        before = told.get(part, {})
        found += [f"{name} is not in {FILE.name}" for name in sorted(entries.keys() - before.keys())]
        found += [f"{name} is gone from the code" for name in sorted(before.keys() - entries.keys())]
        found += [
            f"{name} says something else"
            for name in sorted(entries)
            if before.get(name, entries[name]) != entries[name]
        ]
    return found


@checks.register("declarations")
def declared_as_published(app_configs: Any, **options: Any) -> list[checks.Error]:
    """tillit.E110: the code and declared.json disagree."""
    if app_configs is not None:
        return []
    return [checks.Error(f"{one}.", hint=RENEW, id="tillit.E110") for one in disagreements()]


def main() -> None:
    """Write the file."""
    FILE.write_text(written(derived()), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tillit.web.settings")
    django.setup()
    main()
