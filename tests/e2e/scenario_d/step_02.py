"""Step 2: H1 connects a CalDAV calendar and an ICS feed. Only busy and free are read, never titles; a meeting added
there closes the slot."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from secrets import token_hex
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests import on_disk
from tests.booking.calendars.servers import NAME, PASSWORD, USER, radicale
from tests.booking.calendars.test_files import says
from tests.booking.calendars.test_reading import calendar, event
from tests.booking.conftest import lay_out
from tests.conftest import connected_to
from tests.kernel.calling import Server
from tillit.access import PUBLIC, Actor, acting
from tillit.kernel import clock

HERE = ZoneInfo("Europe/Stockholm")
FILES = "cal.example"
TITLE = f"Läkarbesök {token_hex(8)}"  # stands in every calendar over there, and nowhere here


@pytest.fixture(scope="module")
def tidboken(live):
    """The organisation with its hosts, and two receivers that are not on any port yet."""
    from django.db import connection, transaction

    with connected_to(live.server.admin_dsn(live.database)), acting(PUBLIC):
        connection.ticketless = True
        try:
            with transaction.atomic():
                return lay_out()
        finally:
            connection.ticketless = False


@pytest.fixture(scope="module")
def over_there(live, tidboken, authority, tmp_path_factory):
    """Radicale and a server of calendar files, both registered as receivers, which the worker reaches."""
    from django.db import transaction

    from tillit.kernel.dpv import Data, Purpose
    from tillit.kernel.egress import Role
    from tillit.privacy import processors

    folder = tmp_path_factory.mktemp("radicale")
    administrator = Actor(organisation=tidboken.organisation.pk, person=tidboken.administrator.pk, office="member")
    with radicale(folder, authority) as dav, Server(b"", authority.server(FILES)) as files:
        with live.django(), acting(administrator), transaction.atomic():
            for key, name, host in (
                ("radicale", "Radicale", f"{NAME}:{dav.port}"),
                ("files", "Filer", f"{FILES}:{files.port}"),
            ):
                processors.register(
                    key, name=name, role=Role.PROCESSOR, hosts=[host], purposes=[Purpose.WORK],
                    categories=[Data.AUTHENTICATION, Data.CALENDAR], region="eu",
                )  # fmt: skip
                processors.agree(key, document="K 1", agreed=date(2026, 1, 1))
        yield dav, files


def workday() -> date:
    """A Tuesday to Thursday some days ahead, without a change of clocks."""
    day = clock.now().astimezone(HERE).date() + timedelta(days=3)
    while day.isoweekday() not in {2, 3, 4}:
        day += timedelta(days=1)
    return day


def lines(day: date, hour: int) -> tuple[str, ...]:
    """An hour of that day with words in it, as other calendars write it."""
    return (
        f"DTSTART;TZID=Europe/Stockholm:{day:%Y%m%d}T{hour:02}0000", "DURATION:PT45M", f"SUMMARY:{TITLE}",
        f"LOCATION:{TITLE}", f"DESCRIPTION:{TITLE}",
    )  # fmt: skip


def logged_in(page, live, person):
    """That person's session in the page's browser."""
    from django.db import connection, transaction

    from tillit.identity.models import Person
    from tillit.identity.sessions import SessionStore

    with connected_to(live.server.admin_dsn(live.database)):
        connection.ticketless = True
        try:
            with transaction.atomic(), acting(PUBLIC):
                account = Person.objects.select_related("account").get(pk=person).account
        finally:
            connection.ticketless = False
    with live.django(), acting(Actor(office="login", subject=str(account.pk))), transaction.atomic():
        store = SessionStore()
        store.create()
        store["_auth_user_id"] = str(account.pk)
        store["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
        store["_auth_user_hash"] = account.get_session_auth_hash()
        store.save()
    page.context.add_cookies([{"name": "session", "value": store.session_key, "url": live.url}])
    page.context.add_cookies([{"name": "language", "value": "en", "url": live.url}])


def offered(page, live, day: date) -> set[int]:
    """The hours in Stockholm at which a stranger can begin a consultation that day."""
    page.goto(f"{live.url}/o/tidboken/book/consultation/?zone=Europe/Stockholm&day={day}")
    links = (urlsplit(one.get_attribute("href")).query for one in page.locator("a.time").all())
    starts = [datetime.fromisoformat(parse_qs(link)["start"][0]) for link in links]
    return {start.astimezone(HERE).hour for start in starts if start.astimezone(HERE).date() == day}


def until(page, words: str) -> None:
    """Load the page again until it says so."""
    for _ in range(360):
        if page.get_by_text(words).count():
            return
        time.sleep(0.25)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def closes(page, live, day: date, hour: int) -> None:
    """The public page stops offering that hour."""
    for _ in range(360):
        if hour not in offered(page, live, day):
            return
        time.sleep(0.25)
    raise AssertionError(f"{hour} is still offered")


def test_step_02_other_calendars_close_times(live, tidboken, over_there, new_page, step):
    dav, files = over_there
    day = workday()
    work = dav.make_calendar("work")
    dav.put(f"{work}a.ics", *lines(day, 10))
    files.says = says(calendar(event(*lines(day, 14))), "200 OK", 'ETag: "1"')
    host, stranger = new_page(), new_page(locale="en-GB", timezone_id="Europe/Stockholm")
    logged_in(host, live, tidboken.h1.person_id)
    with step("before anything is connected, every hour is free"):
        assert {9, 10, 11, 13, 14} <= offered(stranger, live, day)
    with step("the host connects a CalDAV server, and chooses a calendar"):
        host.goto(f"{live.url}/o/tidboken/calendar/")
        host.get_by_role("link", name="Other calendars").click()
        host.get_by_role("link", name="A calendar server (CalDAV)").click()
        host.get_by_label("Who runs it").select_option(label="Radicale")
        host.get_by_label("Address of the server").fill(dav.address)
        host.get_by_label("Your name there").fill(USER)
        host.get_by_label("A password for this program").fill(PASSWORD)
        host.get_by_role("button", name="Connect").click()
        until(host, "When I am busy in these")
        host.get_by_role("checkbox", name="Work").check()
        host.get_by_role("button", name="Save").click()
        closes(stranger, live, day, 10)
    with step("and a calendar file at a secret address"):
        host.goto(f"{live.url}/o/tidboken/calendar/connections/")
        host.get_by_role("link", name="A calendar file").click()
        host.get_by_label("Who runs it").select_option(label="Filer")
        host.get_by_label("Address of the calendar file").fill(f"https://{FILES}:{files.port}/s3cret/basic.ics")
        host.get_by_role("button", name="Connect").click()
        until(host, "Last read at")
        closes(stranger, live, day, 14)
    with step("a meeting that is added there closes its time"):
        dav.put(f"{work}b.ics", *lines(day, 12))
        host.goto(f"{live.url}/o/tidboken/calendar/connections/")
        host.get_by_role("link", name="Radicale").click()
        host.get_by_role("button", name="Ask it now").click()
        closes(stranger, live, day, 12)
        files.says = says(calendar(event(*lines(day, 13)), event(*lines(day, 14), uid="2")), "200 OK", 'ETag: "2"')
        host.goto(f"{live.url}/o/tidboken/calendar/connections/")
        host.get_by_role("link", name="Filer").click()
        host.get_by_role("button", name="Ask it now").click()
        closes(stranger, live, day, 13)
        assert offered(stranger, live, day) >= {9, 11}
    with step("and what was meant by it stands nowhere"):
        for address in ("calendar/connections/", f"calendar/?week={day}", "me/data/", "calendar/?view=list"):
            host.goto(f"{live.url}/o/tidboken/{address}")
            assert TITLE not in host.content()
        assert TITLE not in stranger.content()
        nowhere_kept(live)


def nowhere_kept(live) -> None:
    """Neither rows nor anything else that the database server or the programs have written holds a title."""
    mark = TITLE.split()[1]
    with psycopg.connect(live.server.admin_dsn(live.database), autocommit=True) as admin:
        tables = admin.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname !~ '^(pg_|information_)'"
        ).fetchall()
        held = ""
        for (name,) in tables:
            held += "\n".join(row for (row,) in admin.execute(f"select t::text from {name} t").fetchall())
        (busy,) = admin.execute("select count(*) from booking_busytime where item_id is not null").fetchone()
        control = token_hex(16)
        admin.execute(f"comment on table booking_busytime is '{control}'")
        found = on_disk.holding(on_disk.files(admin), control.encode(), mark.encode())
    assert busy == 4 and mark not in held and mark.encode().hex() not in held
    assert found[control.encode()] and not found[mark.encode()]
    assert not [path for path in live.log.parent.rglob("*") if path.is_file() and mark.encode() in path.read_bytes()]
