"""Where answers lead: to another type, or to one of a type's hosts. The first rule that fits wins.

Stored beside the questions: [{"when": ["topic", "roof"], "type": "<id>", "host": "<id>" or ""}, …]. What leads is asked
before a time is chosen; the way on is a sealed word in the address (`r`), so that no answer stands there to be read.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from tillit.booking.intake.questions import Question, asked, leads
from tillit.kernel import clock, keyring

PARAMETER = "r"
LIFE = timedelta(days=1)
MOST = 40  # rules of a form
_CONTEXT = b"booking.intake.route"


@dataclass(frozen=True)
class Route:
    """One rule: after this answer, that type; with a host, that host of it."""

    when: tuple[str, str]
    type: UUID
    host: UUID | None = None

    def stored(self) -> dict[str, Any]:
        """As it lies in the database."""
        return {"when": list(self.when), "type": str(self.type), "host": str(self.host or "")}


@dataclass(frozen=True)
class Way:
    """Where somebody's answers have led them. answers: what was answered on the way."""

    type: UUID
    host: UUID | None
    answers: Mapping[str, Any]


def read_routes(stored: Iterable[Mapping[str, Any]]) -> list[Route]:
    """The rules of a stored form."""
    return [
        Route((one["when"][0], one["when"][1]), UUID(one["type"]), UUID(one["host"]) if one.get("host") else None)
        for one in stored
    ]


def leading(questions: Sequence[Question], routes: Sequence[Route]) -> list[Question]:
    """The questions that lead, and those on which they hang: asked before a time is chosen."""
    by_key = {one.key: one for one in questions}
    wanted = {route.when[0] for route in routes}
    for key in list(wanted):
        while (one := by_key.get(key)) and one.when:
            key = one.when[0]
            wanted.add(key)
    return [one for one in questions if one.key in wanted]


def way(questions: Sequence[Question], routes: Sequence[Route], answers: Mapping[str, Any]) -> Route | None:
    """The first rule that fits what was answered; None where none does."""
    meant = {one.key: leads(one, answers) for one in asked(questions, answers)}
    return next((route for route in routes if meant.get(route.when[0]) == route.when[1]), None)


def word(way: Way) -> str:
    """A way as an address carries it, sealed, for a day."""
    said = {
        "type": str(way.type), "host": str(way.host or ""), "answers": dict(way.answers),
        "until": int((clock.now() + LIFE).timestamp()),
    }  # fmt: skip
    return base64.urlsafe_b64encode(keyring.seal(json.dumps(said).encode(), context=_CONTEXT)).decode().rstrip("=")


def read_word(text: str, *, of: UUID) -> Way | None:
    """The way that an address carries to this type; None for what we did not seal, what is old, or leads elsewhere."""
    try:
        sealed = base64.urlsafe_b64decode(text[:4000] + "=" * (-len(text) % 4))
        said = json.loads(keyring.open(sealed, context=_CONTEXT))
    except (keyring.Unopened, ValueError, binascii.Error):
        return None
    if said["until"] < clock.now().timestamp() or said["type"] != str(of):
        return None
    return Way(of, UUID(said["host"]) if said["host"] else None, said["answers"])
