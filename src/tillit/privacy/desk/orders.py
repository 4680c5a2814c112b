"""Orders to the database's own functions, which believe only this program for whoever acts (kernel.read_order)."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tillit.access import current
from tillit.kernel import signing
from tillit.kernel.ticket import Actor, sign_text


class Refused(Exception):
    """The database says no. `why`: nobody, bounds, again, gone, own (one's own proposal), left (the proposer
    works there no more), late, unfounded."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def order(function: str, purpose: str, wish: dict[str, Any], *, fine: tuple[str, ...]) -> str:
    """Send it; the answer, if it is one of `fine`. Raises `Refused`, and Django's ProgrammingError (42501) for whoever
    does not work in the office."""
    actor = current() or Actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    body = signing.canonical(wish | {name: part and str(part) for name, part in who.items()})
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s, %s)", [body, sign_text(purpose, body)])
        answer = str(cursor.fetchone()[0])
    if answer not in fine:
        raise Refused(answer)
    return answer
