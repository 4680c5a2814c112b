"""Permissions of hosts who are erased are given back at their providers, without a word of whose they were.

Erasure waits for nobody: it puts the permission aside, sealed with the installation's key and belonging to no person
any more, and a task gives it back. That is tried for a day, then the clock lets it go.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, as_office, current
from tillit.booking.calendars import oauth
from tillit.booking.calendars.problems import FOR_A_WHILE, MOST_PATIENCE, Problem
from tillit.booking.models import Connection, Revocation
from tillit.kernel import clock, ends, keyring
from tillit.kernel.tasks import describe, task

log = logging.getLogger(__name__)
KIND = "booking.revocation"
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


def put_aside(person: UUID) -> None:
    """As the person who is about to be erased: what is to be given back of theirs, queued in the same transaction."""
    for connection in Connection.objects.filter(person_id=person):
        token = oauth.given(connection)
        if not token:
            continue
        row = Revocation(organisation_id=connection.organisation_id, kind=connection.kind, receiver=connection.receiver)
        row.token = keyring.seal(token.encode(), context=_context(row.pk))
        with as_office("calendar"):
            row.save(force_insert=True)
            ends.set(KIND, object=row.pk, subject=None, due=clock.now() + MOST_PATIENCE)
        _queue(row)


@task("booking.calendar_give_back")
def give_back(*, revocation: UUID) -> None:
    """Give one permission back, or put it off while its provider cannot be reached. As nobody."""
    row = Revocation.objects.select_for_update().filter(pk=revocation).first()
    if row is None:
        return
    try:
        oauth.give_back(row.kind, row.receiver, keyring.open(bytes(row.token), context=_context(row.pk)).decode())
    except Problem as problem:
        if problem.word in FOR_A_WHILE:
            row.failures += 1
            row.save(update_fields=["failures"])
            _queue(row, max(problem.after, min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.failures - 1, 10))))
            return
        log.warning("A permission at %s was not given back: %s", row.kind, problem.word)
    except Exception as error:  # a fault of ours keeps no token
        log.error("A permission at %s was not given back: %s", row.kind, describe(error))
    row.delete()
    ends.cancel(KIND, revocation)


@ends.handler(KIND, says=_("a calendar permission of somebody who was erased, if it could not be given back"))
def let_go(revocations: list[UUID]) -> None:
    """What nobody took back goes."""
    Revocation.objects.filter(pk__in=revocations).delete()


def _queue(row: Revocation, wait: timedelta = timedelta()) -> None:
    actor = Actor(office="calendar", organisation=(current() or Actor()).organisation)
    give_back.configure(actor=actor, run_at=clock.now() + wait if wait else None).defer(revocation=row.pk)


def _context(row: UUID) -> bytes:
    return b"booking.revocation:" + row.bytes
