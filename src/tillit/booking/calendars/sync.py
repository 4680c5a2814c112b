"""Reading connected calendars: each connection when its turn comes, incrementally, and more rarely while it fails."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from tillit.access import current
from tillit.booking.calendars import caldav, freebusy, oauth, reading, spans, writing
from tillit.booking.calendars.problems import FOR_A_WHILE, MOST_PATIENCE, Problem, of_answer
from tillit.booking.calendars.remote import Server, basic, version_of
from tillit.booking.models import Calendar, Connection
from tillit.kernel import clock
from tillit.kernel.tasks import describe
from tillit.privacy.rights.queries import restricted

log = logging.getLogger(__name__)
EVERY = {
    "caldav": timedelta(minutes=5), "ics": timedelta(minutes=15),
    "google": timedelta(minutes=10), "microsoft": timedelta(minutes=10),
}  # fmt: skip
WHOLE = timedelta(days=7)  # then repeating events are followed further, and what an update missed is found
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
WITHOUT_HOPE = timedelta(days=1)  # between tries where somebody has to change something


def sync(connection: UUID) -> None:
    """One round for one connection of the acting host. What fails is noted on it; the rest stays as it was read."""
    found = Connection.objects.select_for_update().filter(pk=connection).first()
    if found is None:
        return  # disconnected meanwhile
    if found.ended:
        _let_go(found)
        return
    if restricted(found.person_id):
        return  # data at rest is not used; the round finds it again when it may be
    found.tried, login = clock.now(), found.login
    problem = _of(_READ[found.kind], found)
    fields = ["tried", "problem", "failures", "next_try"]
    if problem:
        found.problem, found.failures = problem.word, min(found.failures + 1, 100)
        found.next_try = found.tried + max(problem.after, _wait(problem.word, found.failures))
    else:
        found.problem, found.failures, found.worked = "", 0, found.tried
        found.next_try = found.tried + EVERY[found.kind]
        fields += ["worked", "version", "unclear"]
    found.save(update_fields=fields + ["login"] * (found.login != login))


def write() -> None:
    """Bring the acting host's chosen calendar up to date, unless its host has to do something first."""
    actor = current()
    if actor is None or actor.person is None:
        return
    calendar = Calendar.objects.filter(person_id=actor.person, writes=True).select_related("connection").first()
    if calendar and (not calendar.connection.problem or calendar.connection.problem in FOR_A_WHILE):
        sync(calendar.connection_id)


def _of(round: Callable[[Connection], None], connection: Connection) -> Problem | None:
    """What is wrong with a round, which then has changed nothing; None after a good one.

    What nobody foresaw is a problem too, else the connection would be asked again and again and its host told nothing.
    Only where the database itself fails nothing can be noted: that goes to the queue, which tries again.
    """
    try:
        with transaction.atomic():
            round(connection)
    except Problem as problem:
        return problem
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.error("A connected calendar (%s) could not be read: %s", connection.kind, describe(error))
        return Problem("ours")
    return None


def server_of(connection: Connection) -> Server:
    """The line to a connection's server, with its login."""
    login = connection.login or {}
    authorization = basic(login["user"], login["password"]) if login.get("user") else ""
    return Server(connection.receiver, connection.person_id, authorization)


def _wait(word: str, failures: int) -> timedelta:
    """Doubling, with jitter, so that a server that comes back is not met by everybody at once."""
    if word not in FOR_A_WHILE:
        return WITHOUT_HOPE
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 10))
    return wait * random.uniform(0.75, 1.0)  # noqa: S311 (spreads load, guards nothing)


def _let_go(connection: Connection) -> None:
    """A permission that the host has ended is given back where it came from; for a day it is tried."""
    problem, now = _of(_give_back, connection), clock.now()
    if problem and problem.word in FOR_A_WHILE and connection.ended and connection.ended + MOST_PATIENCE > now:
        connection.failures = min(connection.failures + 1, 100)
        connection.next_try = now + max(problem.after, _wait(problem.word, connection.failures))
        connection.save(update_fields=["failures", "next_try"])
        return
    connection.delete()


def _give_back(connection: Connection) -> None:
    if token := oauth.given(connection):
        oauth.give_back(connection.kind, connection.receiver, token, connection.person_id)


def _due(calendar: Calendar) -> bool:
    return calendar.whole is None or calendar.whole + WHOLE < clock.now()


def _read_file(connection: Connection) -> None:
    """A calendar file at an address: the whole of it, when it has changed."""
    calendar = connection.calendars.get()
    fresh = not _due(calendar) and connection.version
    headers = {"Accept": "text/calendar"} | ({"If-None-Match": connection.version} if fresh else {})
    server = server_of(connection)
    answer = server.ask("GET", connection.address, headers=headers, follow=True)
    if answer.status == 304 and fresh:
        return
    if not answer.ok:
        raise of_answer(answer)
    busy = spans.read(calendar, answer.body, spans.our_uids(calendar), server.left())
    spans.replace(calendar, "file", "", busy)
    connection.version = version_of(answer)
    connection.unclear = busy.unclear
    calendar.whole = clock.now()
    calendar.save(update_fields=["whole"])


def _read_account(connection: Connection) -> None:
    """When somebody is busy, as Google or Microsoft says it: whole days, so that the same answer writes nothing."""
    calendar, server = connection.calendars.get(), oauth.server(connection)
    since, until = (datetime.combine(end.astimezone(UTC), time(), UTC) for end in spans.window())
    told = freebusy.READ[connection.kind](server, spans.zone_of(calendar), since, until)
    busy = freebusy.without(told, spans.our_times(calendar))
    version = spans.mark(repr(busy.spans))
    before = spans.known(calendar).get(connection.kind)
    if before is None or before.version != version:
        spans.replace(calendar, connection.kind, version, busy)
    connection.unclear, calendar.whole = busy.unclear, clock.now()
    calendar.save(update_fields=["whole"])


def _read_caldav(connection: Connection) -> None:
    server = server_of(connection)
    if not connection.calendars.exists():
        _find(connection, server)
        return
    for calendar in connection.calendars.order_by("made"):
        if calendar.reads or calendar.writes:
            _read_calendar(server, calendar)
        writing.put(server, calendar)


def _find(connection: Connection, server: Server) -> None:
    """The calendars to choose from. None is read before the host has chosen."""
    for one in caldav.calendars(server, connection.address):
        Calendar(
            organisation_id=connection.organisation_id, connection=connection, person_id=connection.person_id,
            address=one.address, name=one.name, writable=one.writable,
        ).save(force_insert=True)  # fmt: skip


def _read_calendar(server: Server, calendar: Calendar) -> None:
    """Bring one calendar's spans up to date, by what changed where the server can say it."""
    now = caldav.where(server, calendar.address)
    if not _due(calendar):
        if calendar.token:
            try:
                there, gone, token = caldav.changed(server, calendar.address, calendar.token)
            except caldav.TokenOver:
                pass
            else:
                _take(server, calendar, there, {spans.key(one) for one in gone})
                _stands(calendar, token, now.mark)
                return
        elif now.mark and now.mark == calendar.mark:
            return
    there = caldav.listed(server, calendar.address, *spans.window())
    kept = {spans.key(one) for one in there}
    gone_keys = (set(spans.known(calendar)) | set(writing.known(calendar))) - kept
    _take(server, calendar, there, gone_keys, whole=_due(calendar))
    calendar.whole = clock.now()
    _stands(calendar, now.token, now.mark)


def _stands(calendar: Calendar, token: str, mark: str) -> None:
    calendar.token, calendar.mark = token, mark
    calendar.save(update_fields=["token", "mark", "whole"])


def _take(server: Server, calendar: Calendar, there: dict[str, str], gone: set[str], *, whole: bool = False) -> None:
    """Read what is new, changed, or repeats and is due; drop what is gone; note what became of our own events."""
    before, ours = spans.known(calendar), writing.known(calendar)
    wanted = []
    for address, version in there.items():
        named = spans.key(address)
        item = before.get(named)
        if named in ours:
            if version != ours[named].version:
                wanted.append(address)
        elif calendar.reads and (item is None or item.version != spans.mark(version) or (whole and item.repeats)):
            wanted.append(address)
    spans.drop(calendar, gone)
    writing.missing(ours[named] for named in gone if named in ours)
    if not wanted:
        return
    but, unclear = spans.our_uids(calendar), 0
    for address, version, content in caldav.contents(server, calendar.address, wanted):
        named = spans.key(address)
        if content is None:
            spans.drop(calendar, [named])
        elif named in ours:
            writing.compare(ours[named], version, content, spans.zone_of(calendar))
        else:
            busy = _readable(calendar, content, but, server.left())
            unclear += busy.unclear
            spans.replace(calendar, named, spans.mark(version), busy)
    calendar.connection.unclear = unclear + (0 if whole else calendar.connection.unclear)


def _readable(calendar: Calendar, content: bytes, but: set[str], seconds: float) -> reading.Busy:
    """One event's spans; one that cannot be read takes no time, so that it does not keep the others from us."""
    try:
        return spans.read(calendar, content, but, seconds)
    except Problem as problem:
        if problem.word != "unreadable":
            raise
        return reading.Busy([], False, 0)


_READ = {"ics": _read_file, "caldav": _read_caldav, "google": _read_account, "microsoft": _read_account}
