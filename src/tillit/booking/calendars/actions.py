"""What a host does with other calendars. Calls to other machines are the worker's: these queue them."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tillit.access import Actor
from tillit.booking.calendars import oauth, tasks
from tillit.booking.calendars.oauth import Granted
from tillit.booking.calendars.problems import WORDS
from tillit.booking.calendars.queries import usable
from tillit.booking.models import BusyTime, Calendar, Connection, Feed, Host, Written
from tillit.kernel import clock, egress
from tillit.privacy import processors

MOST = 10  # connections of one host
_PLAIN = re.compile(r"[!-~]{1,2000}")


@transaction.atomic
def make_feed(host: Host) -> Feed:
    """A secret address for the acting host's bookings; the one there is already, if there is one."""
    found = Feed.objects.filter(host=host).first()
    if found is None:
        found = Feed(organisation_id=host.organisation_id, host=host, person_id=host.person_id)
        found.save(force_insert=True)
    return found


def set_titles(feed: Feed, titles: bool) -> None:
    """Whether the feed says what was booked."""
    feed.titles = titles
    feed.save(update_fields=["titles"])


def end_feed(feed: Feed) -> None:
    """The address shows nothing from now on. A new feed has another one."""
    feed.delete()


@transaction.atomic
def connect(host: Host, *, kind: str, receiver: str, address: str, user: str = "", password: str = "") -> Connection:
    """Connect a calendar file ("ics") or a CalDAV server under a registered receiver; the worker asks it at once.

    Raises ValidationError for an address that is not the receiver's.
    """
    _room(host)
    made = Connection(
        organisation_id=host.organisation_id, host=host, person_id=host.person_id, kind=kind, receiver=receiver,
        address=_checked(receiver, address), login={"user": user, "password": password} if user else {},
        next_try=clock.now(),
    )  # fmt: skip
    made.save(force_insert=True)
    if kind == "ics":
        _file_of(made).save(force_insert=True)
    ask_now(made)
    return made


@transaction.atomic
def connect_account(host: Host, granted: Granted) -> Connection:
    """Connect an account elsewhere with what its owner brought back from there. Raises ValidationError."""
    _room(host)
    made = Connection(
        organisation_id=host.organisation_id, host=host, person_id=host.person_id, kind=granted.kind,
        receiver=granted.receiver, login=_login(granted), next_try=clock.now(),
    )  # fmt: skip
    made.save(force_insert=True)
    _file_of(made).save(force_insert=True)
    ask_now(made)
    return made


@transaction.atomic
def allow_again(connection: Connection, granted: Granted) -> None:
    """A new permission in the place of one that ended."""
    connection.login, connection.receiver = _login(granted), granted.receiver
    connection.save(update_fields=["login", "receiver"])
    ask_now(connection)


@transaction.atomic
def log_in_again(connection: Connection, *, user: str, password: str) -> None:
    """Another name and password for a CalDAV server."""
    connection.login = {"user": user, "password": password}
    connection.save(update_fields=["login"])
    ask_now(connection)


@transaction.atomic
def choose(connection: Connection, *, reads: Collection[UUID], writes: UUID | None) -> None:
    """Which calendars close the host's times, and the one into which bookings are put. One in all takes bookings: the
    choice here ends an earlier one elsewhere."""
    if writes:
        for other in Calendar.objects.filter(person_id=connection.person_id, writes=True).exclude(pk=writes):
            other.writes = False
            other.save(update_fields=["writes"])
            if other.connection_id != connection.pk:
                ask_now(other.connection)
    for calendar in connection.calendars.all():
        before = calendar.reads
        calendar.reads, calendar.writes = calendar.pk in reads, calendar.pk == writes and calendar.writable
        if before != calendar.reads:
            calendar.token, calendar.mark, calendar.whole = "", "", None
            if before:
                BusyTime.objects.filter(item__calendar=calendar).delete()
                calendar.items.all().delete()
        calendar.save(update_fields=["reads", "writes", "token", "mark", "whole"])
    ask_now(connection)


def ask_now(connection: Connection) -> None:
    """Ask it now, not when its turn comes."""
    actor = Actor(office="calendar", organisation=connection.organisation_id, person=connection.person_id)
    tasks.sync.configure(actor=actor, key=f"calendar:{connection.pk}").defer(connection=connection.pk)


@transaction.atomic
def disconnect(connection: Connection) -> None:
    """Forget it with everything that was read. Bookings that were put there stay there. A permission is given back by
    the worker, if its provider takes it back; until then that alone is kept."""
    if not oauth.given(connection):
        connection.delete()
        return
    connection.calendars.all().delete()
    connection.ended = connection.next_try = clock.now()
    connection.save(update_fields=["ended", "next_try"])
    ask_now(connection)


@transaction.atomic
def answer(row: Written, what: str) -> None:
    """What the host says of a booking that was changed over there: "restore" puts it back, "leave" lets it be.
    The booking itself stays as it is. Raises ValueError for another answer."""
    if what == "restore":
        row.question, row.version, row.theirs = "", "", None
    elif what == "leave":
        row.question, row.let_be, row.theirs = "", True, None
    else:
        raise ValueError(what)
    row.save(update_fields=["question", "version", "theirs", "let_be"])
    ask_now(row.calendar.connection)


def _room(host: Host) -> None:
    if Connection.objects.filter(host=host, ended=None).count() >= MOST:
        raise ValidationError(_("You have connected as many calendars as we take. Disconnect one first."))


def _login(granted: Granted) -> dict[str, str]:
    return {"code": granted.code, "verifier": granted.verifier}


def _file_of(connection: Connection) -> Calendar:
    """The one calendar of a connection that has no choice of them."""
    return Calendar(
        organisation_id=connection.organisation_id, connection=connection, person_id=connection.person_id, reads=True
    )


def _checked(receiver: str, address: str) -> str:
    address = address.strip()
    if address.lower().startswith("webcal://"):
        address = "https" + address[6:]
    found = processors.Register().find(receiver)
    try:
        parts = urlsplit(address)
        host = egress.Host.read(f"{parts.hostname}:{parts.port or 443}")
    except (egress.WrongHost, ValueError):
        raise ValidationError(str(WORDS["address"])) from None
    fits = parts.scheme == "https" and not parts.username and found is not None and host in found.hosts
    if not fits or not usable(found) or not _PLAIN.fullmatch(address):
        raise ValidationError(str(WORDS["address"]))
    return address.partition("#")[0]
