"""Showing, taking back, and breaking open. Each is recorded in the same transaction; the rows are written by the
database's own functions (sql/grants.sql), which take only orders that this program has signed for whoever acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from tillit.access import current
from tillit.access.events import GlassBroken
from tillit.access.models import GlassRequest
from tillit.access.scopes import REASONS, SCOPES
from tillit.kernel import happenings, outbox, sealed, signing
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, sign_text

LONGEST_WORDS = 2000  # characters
MOST_MINUTES = 24 * 60


class Refused(Exception):
    """It is not opened. `why`: nobody (no such person, or oneself), bounds (the end is absent, past or too far),
    own (one's own request), late (asked more than a day ago), again (answered already), gone."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def show(scope: str, to: UUID, until: datetime, *, reason: str = "chosen") -> UUID:
    """The acting person shows `scope` of themselves to a person of the organisation until then (aware; a year at
    most). reason: a stable word. Returns the grant's id. Raises Refused, and ValueError for an unknown scope."""
    _known(scope, SCOPES)
    grant = new_id()
    wish = {"id": str(grant), "scope": scope, "grantee": str(to), "until": _instant(until), "reason": reason}
    if (answer := _order("access.show", "show", wish)) != "ok":
        raise Refused(answer)
    me = (current() or Actor()).person
    happenings.announce("access.grant.opened", subject=me, object=grant, reason=reason, scope=scope, grantee=to)
    return grant


def take_back(grant: UUID) -> bool:
    """The acting person takes back what is shown of them; who may break open closes again what was. At once.

    False when there was nothing open that is theirs to close.
    """
    closed = _taken_back(grant)
    for subject, scope in closed:
        happenings.announce("access.grant.revoked", subject=subject, object=grant, scope=scope)
    return bool(closed)


def take_back_all() -> int:
    """The acting person takes back everything shown of them, by choice or by a relation. Returns how many grants."""
    count = len(_taken_back(None))
    if count:
        happenings.announce("access.grant.revoked", subject=(current() or Actor()).person, scope="everything")
    return count


def tell_of_leaver(membership: UUID) -> None:
    """Record what the end of a membership, a moment ago in this transaction, closed: for each whom it concerns."""
    for scope, subjects in _rows("access.closed_with", membership):
        happenings.announce("access.grant.revoked", subjects=subjects, reason="left", scope=scope)


def tell_of_relation(object: UUID, at: datetime) -> None:
    """Record what a relation opened and closed for this object at that moment. In a reaction (office "reaction")."""
    for grant, subject, grantee, scope, reason, opened in _rows("access.changed_about", object, at):
        name = "access.grant.opened" if opened else "access.grant.revoked"
        happenings.announce(name, subject=subject, object=grant, reason=reason, scope=scope, grantee=grantee)


def ask_to_break(
    scope: str, of: UUID, *, reason: str, words: str, minutes: int
) -> tuple[UUID, Literal["opened", "waiting"]]:
    """As administrator, privacy officer or operator, ask to see `scope` of a person for so many minutes (a day at
    most). reason: a word of `scopes.REASONS`; words: what it is about, sealed, required.

    Opened at once, or waiting for a second person where the organisation wants two. Returns the request's id and
    which. Raises Refused, ValueError (unknown scope or reason, no words), and Django's ProgrammingError (42501) for
    others.
    """
    _known(scope, SCOPES)
    _known(reason, REASONS)
    if not 0 < len(words.strip()) <= LONGEST_WORDS:
        raise ValueError(f"Say in 1 to {LONGEST_WORDS} characters why it must be opened.")
    organisation = (current() or Actor()).organisation
    if organisation is None:
        raise Refused("nobody")
    request = new_id()
    written = sealed.value(GlassRequest, "words", words.strip(), organisation=organisation, row=request, person=of)
    wish = {"id": str(request), "subject": str(of), "scope": scope, "reason": reason, "minutes": minutes}
    answer = _order("access.ask_glass", "glass", wish | {"words": written.hex()})
    if answer == "opened":
        _opened(request)
        return request, "opened"
    if answer != "waiting":
        raise Refused(answer)
    happenings.announce("access.glass.asked", object=request, reason=reason, scope=scope)
    return request, "waiting"


def approve(request: UUID) -> None:
    """As the second person, open what was asked for. Raises Refused (own, late, again, gone), ProgrammingError."""
    if (answer := _answer(request, True)) != "opened":
        raise Refused(answer)
    _opened(request)


def refuse(request: UUID) -> None:
    """Refuse a request, or withdraw one's own. Raises Refused (again, gone), ProgrammingError."""
    if (answer := _answer(request, False)) != "refused":
        raise Refused(answer)
    happenings.announce("access.glass.refused", object=request)


def require_two_people(two: bool = True) -> None:
    """As administrator, demand a second person for what is broken open; only the operator lets that go again.
    Raises Django's ProgrammingError (42501) for others."""
    _order("access.require_two", "glassrule", {"two": two})
    happenings.announce("access.rule.changed", two=two)


def _answer(request: UUID, approve: bool) -> str:
    return str(_order("access.answer_glass", "glassanswer", {"request": str(request), "approve": approve}))


def _opened(request: UUID) -> None:
    """The person is told: in evidence, and by mail (a reaction to the event)."""
    asked = GlassRequest.objects.get(pk=request)
    happenings.announce(
        "access.glass.broken",
        subject=asked.subject_id,
        object=request,
        reason=asked.reason,
        scope=asked.scope,
        asked_by=asked.asked_by_id,
    )
    outbox.emit(GlassBroken(request=request))


def _taken_back(grant: UUID | None) -> list[tuple[UUID, str]]:
    return _rows("access.take_back", *_signed("takeback", {"grant": grant and str(grant)}))


def _order(function: str, purpose: str, wish: dict[str, Any]) -> Any:
    """Send the database an order; returns its one answer."""
    ((answer,),) = _rows(function, *_signed(purpose, wish))
    return answer


def _signed(purpose: str, wish: dict[str, Any]) -> tuple[str, str]:
    """What the database believes only from this program, for whoever acts now: the order and its signature."""
    actor = current() or Actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    body = signing.canonical(wish | {name: part and str(part) for name, part in who.items()})
    return body, sign_text(purpose, body)


def _rows(function: str, *arguments: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {function}({', '.join(['%s'] * len(arguments))})", arguments)  # noqa: S608 (our own names)
        return list(cursor.fetchall())


def _known(word: str, words: Any) -> None:
    if word not in words:
        raise ValueError(f"Nothing is known of {word!r}: {', '.join(words)}.")


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("An instant carries its time zone.")
    return moment.isoformat()
