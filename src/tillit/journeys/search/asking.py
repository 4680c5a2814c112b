"""What somebody wrote into the box, on its way from the form to the page that answers.

It stands in the address sealed, for whoever wrote it and for half a day: so it is in no log of ours or of a proxy, in
no browser's history and in no `Referer`, is stored nowhere, and yet the page can be loaded again and gone back to.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tillit.access import current
from tillit.kernel import clock, keyring
from tillit.kernel.ticket import Actor

LIFE = timedelta(hours=12)


class Ended(ValueError):
    """A question that somebody else wrote, that is too old, or that nobody wrote."""


@dataclass(frozen=True)
class Question:
    """What was written, and the days between which to look."""

    text: str = ""
    since: date | None = None
    until: date | None = None


def sealed(question: Question) -> str:
    """The question as it stands in the address."""
    days = [day and day.isoformat() for day in (question.since, question.until)]
    plain = json.dumps([int(clock.now().timestamp()), question.text, *days], ensure_ascii=False)
    return base64.urlsafe_b64encode(keyring.seal(plain.encode(), context=_whose())).rstrip(b"=").decode()


def opened(token: str) -> Question:
    """The question of an address. Raises Ended."""
    try:
        blob = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        made, text, since, until = json.loads(keyring.open(blob, context=_whose()))
    except (binascii.Error, ValueError):
        raise Ended from None
    if not timedelta() <= clock.now() - datetime.fromtimestamp(made, UTC) + timedelta(seconds=1) <= LIFE:
        raise Ended
    return Question(text, *(day and date.fromisoformat(day) for day in (since, until)))


def _whose() -> bytes:
    """For whom it is sealed: the acting person, else whoever visits this organisation."""
    actor = current() or Actor()
    return f"journeys.search:{actor.organisation}:{actor.person}:{actor.account}".encode()
