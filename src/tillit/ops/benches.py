"""Runs a measurement of the checkout's `bench/` folder and shows its figures beside their goals.

A measurement is a module with `run() -> list[dict]`; each dict has `what`, `value`, `unit`, `goal` (text or
None) and `ok` (True, False, or None without a goal). One that needs a database takes `tillit.ops.scratch`.
"""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from tillit.ops import paths
from tillit.ops.errors import OperationError


def names() -> list[str]:
    """The measurements of this checkout."""
    found = (path.stem for path in _folder().glob("*.py") if not path.stem.startswith("_"))
    return sorted(found)


def run(name: str, *, as_json: bool) -> bool:
    """Run one measurement and print its figures; True if none misses its goal."""
    path = _folder() / f"{name}.py"
    if name not in names():
        raise OperationError(f"There is no measurement “{name}”; there are: {', '.join(names()) or 'none'}.")
    sys.path.insert(0, str(paths.checkout()))
    spec = importlib.util.spec_from_file_location(f"bench.{name}", path)
    if spec is None or spec.loader is None:
        raise OperationError(f"{path} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    figures: list[dict[str, Any]] = module.run()
    print(json.dumps(figures, ensure_ascii=False, indent=1) if as_json else table(figures))
    return all(figure.get("ok") is not False for figure in figures)


def table(figures: list[dict[str, Any]]) -> str:
    """The figures as aligned lines of text."""
    marks = {True: "ok", False: "MISSED", None: ""}
    lines = [
        [
            str(figure["what"]),
            f"{figure['value']:.3g}" if isinstance(figure["value"], float) else str(figure["value"]),
            str(figure.get("unit") or ""),
            str(figure.get("goal") or ""),
            marks[figure.get("ok")],
        ]
        for figure in figures
    ]
    rows = [["what", "value", "unit", "goal", ""], *lines]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    numbers = {1}
    return "\n".join(
        "  ".join(
            cell.rjust(widths[at]) if at in numbers else cell.ljust(widths[at]) for at, cell in enumerate(row)
        ).rstrip()
        for row in rows
    )


def _folder() -> Path:
    return paths.checkout() / "bench"
