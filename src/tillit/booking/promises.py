"""What booking promises, asked of the real rows and of the function that the booking page reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from django.utils.translation import gettext_lazy as _

from tillit.booking.calendars import promises as calendars  # noqa: F401 (they are given from here)
from tillit.booking.tasks import KEEP_DAYS
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.ticket import Actor

FREE_TIME = {
    "host": "uuid", "slug": "text", "name": "text", "about": "jsonb", "priority": "integer", "load": "integer",
    "zone": "text", "weekly": "jsonb", "overrides": "jsonb", "days_off": "jsonb", "travel": "jsonb",
    "busy_starts": "integer[]", "busy_ends": "integer[]", "counted": "integer[]", "sessions": "integer[]",
    "holidays": "text", "stands_in": "boolean", "limits": "integer[]", "held": "integer[]",
}  # fmt: skip
"""All that the search for free times is given: the host as published, working hours, and minutes without a name."""

CLOSED = (
    "booking_booking", "booking_hosttime", "booking_busytime", "booking_meeting", "booking_absence",
    "booking_otherhours", "booking_poll", "booking_pollanswer", "booking_pollhost", "booking_polltime",
    "identity_person",
)  # fmt: skip


def scheduling_minimum(ground: Ground) -> Finding:
    """Free times come from whitelisted columns; whoever may not sees no booking, no host's time and no guest."""
    given = ground.rows(
        "select c.name, format_type(c.type, null) from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " cross join lateral unnest(p.proargnames, p.proallargtypes, p.proargmodes) c (name, type, mode)"
        " where n.nspname = 'booking' and p.proname = 'facts' and c.mode <> 'i'"
    )
    more = sorted(f"{name} {type}" for name, type in given if FREE_TIME.get(name) != type)
    if more or not given:
        return Finding(False, f"The search for free times is given more than it needs: {', '.join(more)}.")
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            for table in CLOSED:
                (seen,) = ground.rows(f'select count(*) from "{table}"')[0]  # noqa: S608 (our own constant)
                if seen:
                    return Finding(False, f"{seen} rows of {table} are open to office {actor.office}.")
    return Finding(True, f"{len(given)} columns for the search; {len(CLOSED)} tables show a visitor nothing.")


def booking_data_auto_deleted(ground: Ground) -> Finding:
    """The days are the organisation's choice within bounds, stand beside the form, and nothing stays longer."""
    here = ground.organisation
    with ground.acting_as(Actor(office="prober", organisation=here.pk)):
        days = KEEP_DAYS.days()
        own = dict(ground.rows("select slug, keep_days from booking_meetingtype where keep_days is not null"))
        (stayed,) = ground.rows("select booking.overstayed(%s)", [KEEP_DAYS.default])[0]
    every = sorted({days, *own.values()})
    if any(not KEEP_DAYS.least <= one <= KEEP_DAYS.most for one in every):
        return Finding(False, f"{every} days are outside the bounds.")
    said = " or ".join(map(str, every))
    if stayed:
        return Finding(False, f"{stayed} bookings hold what their guests wrote for longer than {said} days.")
    forms = list(_forms(ground))
    silent = sum(not _says(page, own.get(kind, days)) for kind, page in forms)
    if silent:
        return Finding(False, f"{silent} booking forms do not say that it is kept for {said} days.")
    return Finding(True, f"{said} days after the meeting; {len(forms)} forms say so, and nothing stays longer.")


def _forms(ground: Ground) -> Iterator[tuple[str, str]]:
    """Types and their booking pages with the form: it is there once a day and one of its free times are chosen."""
    for path, page in ground.public_pages.items():
        if path.startswith(f"/o/{ground.organisation.slug}/book/"):
            text = page.content.decode(errors="replace")
            for step in ("day", "start"):
                link = re.search(rf'href="(/o/[^"#]*[?;&]{step}=[^"#]+)', text)
                text = ground.get(unescape(link[1])).content.decode(errors="replace") if link else text
            if 'name="request_key"' in text:
                yield path.removeprefix(f"/o/{ground.organisation.slug}/book/").partition("/")[0], text


def _says(page: str, days: int) -> bool:
    """Does a page with a form say this number, beside the sentence that tells how long it is kept?"""
    beside = page.partition('class="collected"')[2].partition("</details>")[0]
    return bool(re.search(rf"\b{days}\b", beside))


give(
    Promise(
        "booking-data-auto-deleted",
        group=Group.TIME,
        says=_("What you write when you book goes by itself some days after the meeting; the form says how many."),
        by=_("Bookings that have stayed longer are counted, and the booking pages are read for the number of days."),
        probe=booking_data_auto_deleted,
        modules=frozenset({"booking"}),
        sabotage="tests/privacy/desk/test_desk_sabotage.py::test_booking_data_auto_deleted",
    ),
    Promise(
        "scheduling-minimum",
        group=Group.CONTACT,
        says=_("Whoever books sees what can be booked, when and with whom, and nothing of anybody else's bookings."),
        by=_("The database answers with free minutes only. Its rows are asked as a visitor and as a stranger."),
        probe=scheduling_minimum,
        modules=frozenset({"booking"}),
        sabotage="tests/privacy/test_sabotage_declared.py::test_scheduling_minimum",
    ),
)
