"""The part of docs/promises.md that tells of given promises, drawn from the promises themselves:

    .venv/bin/python -m tillit.privacy.promises_page

tests/guards/test_promises_doc.py fails while the page says something else.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.utils import translation

from tillit.kernel import config

if TYPE_CHECKING:
    from tillit.kernel.promise import Promise

BEGIN = "<!-- drawn by tillit.privacy.promises_page: begin -->"
END = "<!-- end -->"
_COMING = re.compile(r"^\| ([a-z0-9-]+) \| [^|]+ \| (?:live|build|attested)[^|]* \|\n", re.MULTILINE)


def page() -> Path:
    """Where the page stands."""
    return config.checkout() / "docs" / "promises.md"


def given() -> str:
    """Every given promise by group, in the words of the source, with what gives it, its probe and its sabotage."""
    from tillit.kernel.promise import Group, every

    lines = []
    with translation.override(None):
        for group in Group:
            if found := [promise for promise in every() if promise.group is group]:
                lines += [f"### {group.title}", "", "| id | promise | kind | what gives it | probe | sabotage |"]
                lines += ["|---|---|---|---|---|---|", *map(_row, found), ""]
    return "\n".join(lines)


def _row(promise: Promise) -> str:
    where = f" ({', '.join(sorted(promise.modules))})" if promise.modules else ""
    probe = f"`{promise.probe.__module__}.{promise.probe.__qualname__}`" if promise.probe else "—"
    cells = (promise.id, promise.says, f"{promise.kind.value}{where}", promise.by, probe, f"`{promise.sabotage}`")
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def coming(text: str) -> list[str]:
    """Ids of the promises that the page says are coming."""
    return _COMING.findall(text.partition(END)[2])


def drawn(text: str) -> str:
    """The page as it should be: given ones anew, and none of them among the coming any more."""
    from tillit.kernel.promise import every

    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    now = {promise.id for promise in every()}
    after = _COMING.sub(lambda row: "" if row[1] in now else row[0], after)
    return f"{before}{BEGIN}\n\n{given()}\n{END}{after}"


def main() -> None:
    """Write the page."""
    page().write_text(drawn(page().read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tillit.web.settings")
    django.setup()
    main()
