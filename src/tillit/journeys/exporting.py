"""Every list of the product as a file, beside the query that its page asks, under the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.booking import queries as booking
from tillit.exchange import queries as exchange
from tillit.exchange import writing
from tillit.exchange.lists import MOST, Between, Line, List, register
from tillit.exchange.sources import SOURCES
from tillit.identity import queries as identity
from tillit.identity.roles import role_words
from tillit.journeys import ics
from tillit.kernel import clock
from tillit.notify import queries as notify
from tillit.notify.said import said_of
from tillit.notify.webhooks import queries as webhooks
from tillit.privacy import processors
from tillit.privacy.desk import queries as requests
from tillit.privacy.desk.kinds import WORDS
from tillit.privacy.office import ROLES as OFFICERS
from tillit.privacy.policy.words import ROLES
from tillit.privacy.rights import history

PAGE = 500


def _needs(*roles: str) -> Any:
    return lambda request: bool(identity.roles() & set(roles))


def _language() -> str:
    return get_language() or "en"


def _instants(request: Any, between: Between) -> tuple[datetime, datetime]:
    """The first and the last moment of the days, on the organisation's clock; far away where there is no bound."""
    organisation: Any = identity.current_organisation(request)
    zone = ZoneInfo(organisation.time_zone)
    first = datetime.combine(between.first, time(), zone) if between.first else clock.now() - timedelta(days=3650)
    last = (
        datetime.combine(between.last + timedelta(days=1), time(), zone)
        if between.last
        else clock.now() + timedelta(days=3650)
    )
    return first.astimezone(UTC), last.astimezone(UTC)


# -- people -----------------------------------------------------------------------------------------------------------


def _people(request: Any, between: Between) -> Iterable[Line]:
    for person in identity.colleagues():
        held = ", ".join(str(role_words(one.role)) for one in person.memberships_now)  # type: ignore[attr-defined]
        cells = (person.display_name, person.email, person.phone, person.language, held)
        yield Line(cells, person.pk, (*cells[:4], held))


def _contacts(request: Any, between: Between) -> Iterable[Line]:
    for row in exchange.contacts()[: MOST + 1]:
        person = row.person
        if person is None:
            continue
        cells = (person.display_name, person.email, person.phone, person.language, row.note)
        yield Line((*cells, str(SOURCES.get(row.source, "")), row.made), person.pk, cells)


def _cards(request: Any, rows: Sequence[Line]) -> bytes:
    return writing.cards(row.thing for row in rows)


_PERSON = (_("Name"), _("E-mail"), _("Phone"), _("Language"))

register(
    List(
        "people", _("People"), (*_PERSON, _("Roles")), _needs("administrator"), _people, "people:list", others=True,
        forms=(("vcf", _cards),),
    )
)  # fmt: skip
register(
    List(
        "contacts", _("People from files"), (*_PERSON, _("Note"), _("Where it comes from"), _("Since")),
        _needs("administrator"), _contacts, "office_contacts", others=True, forms=(("vcf", _cards),),
    )
)  # fmt: skip


# -- bookings ---------------------------------------------------------------------------------------------------------


def _bookings(request: Any, between: Between) -> Iterable[Line]:
    """The acting host's own, as on their calendar's pages: a guest's contact only while they may know it."""
    for meeting in booking.hosted_meetings(*_instants(request, between)):
        title = meeting.meeting_type.word("title", _language())
        for one in meeting.bookings.all():
            guest = one.guest
            who = (guest.display_name, guest.email, guest.phone) if guest else ("", "", "")
            note = one.note if guest else ""
            yield Line((meeting.span.lower, meeting.span.upper, title, *who, note), one.person_id, one)


def _calendar(request: Any, rows: Sequence[Line]) -> bytes:
    """When and what; with whom a calendar's other readers need not know."""
    return ics.many([(row.thing, ()) for row in rows], _language())


register(
    List(
        "bookings", _("Bookings"),
        (_("Begins"), _("Ends"), _("What"), _("Name"), _("E-mail"), _("Phone"), _("Note")),
        lambda request: booking.my_host() is not None, _bookings, "calendar", others=True, days=True,
        forms=(("ics", _calendar),),
    )
)  # fmt: skip


def _offers(request: Any, between: Between) -> Iterable[Line]:
    for kind in booking.all_meeting_types():
        word = kind.word
        yield Line(
            (
                word("title", _language()), word("summary", _language()), kind.duration, kind.place,
                word("place", _language()), kind.capacity, kind.slug,
            )
        )  # fmt: skip


register(
    List(
        "offers", _("What can be booked"),
        (_("Title"), _("In one sentence"), _("Length in minutes"), _("Where"), _("Place"), _("Seats"), _("Short name")),
        _needs("administrator"), _offers, "offers",
    )
)  # fmt: skip


# -- what was sent ----------------------------------------------------------------------------------------------------


def _sendings(request: Any, between: Between) -> Iterable[Line]:
    before = None
    while rows := notify.deliveries(since=between.first, until=between.last, before=before, most=PAGE):
        before = rows[-1].pk
        for row in rows:
            line = said_of(row)
            yield Line((line.made, str(line.says), str(line.by), line.became), row.person_id)


def _deliveries(request: Any, between: Between) -> Iterable[Line]:
    first, last = _instants(request, between)
    for hook in webhooks.every():
        before = None
        while rows := webhooks.sent(hook, before=before, most=PAGE):
            before = rows[-1].pk
            yield from (
                Line((row.made, hook.url, row.event, row.state, row.tries, row.status)) for row in rows
                if first <= row.made < last
            )  # fmt: skip


register(
    List(
        "messages", _("Messages that were sent"), (_("When"), _("What"), _("How"), _("What became of it")),
        _needs(*OFFICERS), _sendings, "office_messages", others=True, days=True,
    )
)  # fmt: skip
register(
    List(
        "webhooks", _("What other programs were told"),
        (_("When"), _("Address"), _("Event"), _("State"), _("Tries"), _("Answer")),
        _needs("administrator"), _deliveries, "office_webhooks", days=True,
    )
)  # fmt: skip


# -- the privacy office -----------------------------------------------------------------------------------------------


def _requests(request: Any, between: Between) -> Iterable[Line]:
    for row in [*requests.requests(), *requests.requests(closed=True)]:
        what = str(WORDS.get(row.kind, row.kind))
        yield Line((row.reference, what, row.name, row.made, row.due, row.closed), row.person_id)


def _receivers(request: Any, between: Between) -> Iterable[Line]:
    for one in processors.listed():
        uses = ", ".join(str(purpose.says) for purpose in one.purposes)
        kinds = ", ".join(str(kind.label) for kind in one.categories)
        yield Line((one.name, str(ROLES[one.role.value]), one.region, kinds, uses, one.agreed, one.ends))


register(
    List(
        "requests", _("What people ask about their data"),
        (_("Reference"), _("What"), _("Name"), _("Came"), _("Answer by"), _("Closed")),
        _needs(*OFFICERS), _requests, "office_requests", others=True,
    )
)  # fmt: skip
register(
    List(
        "receivers", _("Receivers"),
        (_("Name"), _("Role"), _("Region"), _("Kinds of data"), _("In order to"), _("Agreed"), _("Until")),
        _needs(*OFFICERS), _receivers, "office_processors",
    )
)  # fmt: skip


# -- one's own --------------------------------------------------------------------------------------------------------


def _evidence(request: Any, between: Between) -> Iterable[Line]:
    first, last = _instants(request, between)
    before = None
    while rows := history.events(before=before, most=PAGE):
        before = rows[-1].event.id
        for row in rows:
            if row.event.made < first:
                return
            if row.event.made < last:
                yield Line((row.event.made, str(row.what), str(row.by), str(row.why), row.event.number))


register(
    List(
        "evidence", _("Who has seen and changed what of me"),
        (_("When"), _("What"), _("By whom"), _("Why"), _("Number in the log")),
        lambda request: True, _evidence, "me:evidence", days=True,
    )
)  # fmt: skip
