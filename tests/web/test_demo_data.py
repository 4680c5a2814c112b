"""The demo's organisations and people: complete, valid, founded through the doors, and founded once."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from io import StringIO
from urllib.parse import parse_qs, urlparse
from uuid import uuid4

import psycopg
import pytest
from django.contrib.auth import password_validation
from django.core.management import CommandError, call_command
from django.test import Client

from tests.conftest import connected_to
from tillit.kernel import clock, config
from tillit.web.demo_data import calendar
from tillit.web.demo_data.fill import HOUSES
from tillit.web.demo_data.meeting_types import HOSTS, MEETING_TYPES
from tillit.web.demo_data.people import LANGUAGES, PASSWORD

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # a Sunday
EVERYONE = [(house, one) for house in HOUSES for one in house.people]
SCRIPT = {"fa": re.compile("[\u0600-\u06ff]"), "sv": re.compile("[A-Za-z]"), "en": re.compile("[A-Za-z]")}


def luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def iranian_company(digits: str) -> bool:
    weights = (29, 27, 23, 19, 17) * 2
    plus = int(digits[9]) + 2
    rest = sum((int(d) + plus) * w for d, w in zip(digits, weights, strict=False)) % 11
    return len(digits) == 11 and int(digits[10]) == rest % 10


@pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.slug)
def test_numbers_are_valid(house):
    if house.region == "ir":
        assert iranian_company(house.number)
    else:
        assert re.fullmatch(r"5599\d\d-\d{4}", house.number) and luhn(house.number.replace("-", ""))


@pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.slug)
def test_texts_are_complete_in_three_languages(house):
    assert set(house.about) == set(LANGUAGES) == set(house.languages)
    bookable = house.slug in {"tidboken", "omsorgstorget"}
    for language, words in house.about.items():
        said = [words["title"], words["lead"], *(o[k] for o in words["offers"] for k in ("title", "text"))]
        said += [] if bookable else [words["later"]]
        assert len(words["offers"]) == 3 and all(len(text) > 3 and SCRIPT[language].search(text) for text in said)
        assert "later" in words or bookable
        assert not re.search("coming soon|kommer snart|به‌زودی", " ".join(said), re.I)
        if language == "fa":
            assert not re.search("[A-Za-z0-9يك]", " ".join(said)), "Persian letters and digits only"


def test_what_can_be_booked_is_said_in_three_languages():
    for names, fields in MEETING_TYPES:
        assert set(names) <= set(HOSTS) and set(fields["words"]) == set(LANGUAGES)
        assert all(words["title"] and words["summary"] for words in fields["words"].values())
        assert (fields["place"] == "place") == all("place" in words for words in fields["words"].values())
    assert all(set(host["about"]) == set(LANGUAGES) for host in HOSTS.values())


def test_nobody_can_be_reached():
    fiction = re.compile(r"\+467017406(0[5-9]|[1-9]\d)")
    addresses = [one.email for _, one in EVERYONE] + [guest.email for guest in calendar.GUESTS]
    assert all(address.endswith(".example") for address in addresses)
    assert all(house.contact_email.endswith(".example") for house in HOUSES)
    phones = {one.phone for _, one in EVERYONE} - {"", "+989121234567"}
    assert phones and all(fiction.fullmatch(phone) for phone in phones)


def test_the_password_would_be_accepted():
    password_validation.validate_password(PASSWORD)


def test_everybody_of_the_stories_is_there():
    parts = {one.part.split()[-1] for _, one in EVERYONE}
    assert parts >= {"S1", "S2", "P1", "C1", "X1", "X2", "H1", "H2", "M1", "M2", "T1", "T2", "V1", "L1", "N1", "N2"}
    assert all(any("administrator" in one.roles for one in house.people) for house in HOUSES)
    assert not any(one.roles for _, one in EVERYONE if one.part.startswith(("seeker", "customer", "member")))


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2026, 11, 22), date(2026, 12, 23)])
def test_working_days(today):
    assert calendar.workday(today, 0) >= today
    days = [calendar.workday(today, count) for count in range(-4, 12)]
    assert days == sorted(set(days)) and all(day.isoweekday() < 6 for day in days)


@pytest.fixture(scope="module")
def filled(server, make_clone):
    """A database with the demo in it, shared by the tests of this file, reached as the real role."""
    name = make_clone()
    with pytest.MonkeyPatch.context() as patch, connected_to(server.dsn("tillit_app", "test", name)), clock.at(NOW):
        patch.setenv("TILLIT_MODE", "demo")
        call_command("demo_fill", stdout=StringIO())
        yield name


def contents(server, name):
    """Every row of every table, as the superuser sees them."""
    with psycopg.connect(server.admin_dsn(name)) as admin:
        tables = admin.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables "
            "where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        return {t: sorted(str(row) for row in admin.execute(f"select * from {t}")) for (t,) in tables}


def test_twice_is_once(filled, server):
    before = contents(server, filled)
    begin = time.perf_counter()
    call_command("demo_fill", stdout=StringIO())
    assert time.perf_counter() - begin < 0.5
    assert contents(server, filled) == before


def test_every_wish_was_met(filled, server):
    with psycopg.connect(server.admin_dsn(filled)) as admin:
        made = admin.execute(
            "select b.state, b.sequence from booking_booking b"
            " join identity_organisation o on o.id = b.organisation_id where b.made < %s and o.slug = 'tidboken'",
            [NOW],
        ).fetchall()
    later_dates = 5  # of the one who comes for six weeks
    assert len(made) == len(calendar.WISHES) + later_dates
    assert sorted(m for m in made if m != ("confirmed", 0)) == [
        ("cancelled", 1), ("confirmed", 1), ("waiting", 0), ("waiting", 0),
    ]  # fmt: skip


def test_all_or_nothing(real_db, server, monkeypatch):
    monkeypatch.setenv("TILLIT_MODE", "demo")
    before = contents(server, real_db)
    monkeypatch.setattr(calendar, "take_bookings", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call_command("demo_fill", stdout=StringIO())
    assert contents(server, real_db) == before


@pytest.mark.parametrize("mode", ["production", "test"])
def test_only_in_demo_mode(real_db, server, monkeypatch, mode):
    before = contents(server, real_db)
    monkeypatch.setenv("TILLIT_MODE", mode)
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("demo_fill")
    assert contents(server, real_db) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages(filled, language):
    for house in HOUSES:
        answer = Client().get(f"/o/{house.slug}/", {"language": language})
        page = answer.content.decode()
        assert answer.status_code == 200
        words = house.about[language]
        assert words["title"] in page and all(offer["text"] in page for offer in words["offers"])
        assert ("/book/consultation/" in page) == (house.slug == "tidboken")
        assert words.get("later", "") in page


@pytest.mark.parametrize("kind", [fields["slug"] for _, fields in MEETING_TYPES])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu"])
def test_everything_offered_can_be_booked(filled, kind, zone):
    client = Client()
    address = f"/o/tidboken/book/{kind}/"
    page = client.get(address, {"zone": zone}).content.decode()
    links = re.findall(r'<a class="time"[^>]*href="([^"]+start=[^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    free = [link for link, said in links if "waiting list" not in said]
    if not free:  # this month's is full; whoever comes later looks at the next one
        following = re.search(r'id="day-after" href="([^"]+)"', page)
        page = client.get(following[1].replace("&amp;", "&")).content.decode()
        day = re.search(r'<a class="day day-f[^"]*"[^>]*href="([^"#]+)', page)
        page = client.get(day[1].replace("&amp;", "&")).content.decode()
        links = re.findall(r'<a class="time"[^>]*href="([^"]+start=[^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
        free = [link for link, said in links if "waiting list" not in said]
    assert free, "a free time is shown at once"
    start = parse_qs(urlparse(free[0].replace("&amp;", "&")).query)["start"][0]
    typed = {
        "request_key": str(uuid4()),
        "start": start,
        "zone": zone,
        "name": "Ada Ljung",
        "email": "ada@post.example",
    }
    page = client.get(address, {"zone": zone, "start": start}).content.decode()
    while taken := re.search(r'<p class="small" role="alert">.*?href="([^"]+date\d+=[^"]+)"', page, re.DOTALL):
        page = client.get(taken[1].replace("&amp;", "&")).content.decode()  # of a series: another time for that date
    dates = re.search(r'name="dates" value="([^"]+)"', page)
    answer = client.post(address, typed | {"note": "", "dates": dates[1] if dates else ""})
    assert answer.status_code == 302, answer.content.decode()
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(("house", "one"), [(h, o) for h, o in EVERYONE if o.logs_in][::6])
def test_people_log_in(filled, house, one):
    client = Client()
    answer = client.post("/account/login/", {"login": one.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(f"/o/{house.slug}/").content.decode()
    assert one.name in page


def test_the_host_sees_the_bookings_and_the_administrator_the_people(filled):
    helena, jonas = Client(), Client()
    for client, address in ((helena, "helena@tidboken.example"), (jonas, "jonas@tidboken.example")):
        assert client.post("/account/login/", {"login": address, "password": PASSWORD}).status_code == 302
    listed = helena.get("/o/tidboken/calendar/?view=list").content.decode()
    assert "Grace Miller" in listed and "لیلا محمدی" in listed
    assert "Petra" not in listed
    front = helena.get("/o/tidboken/").content.decode()
    assert 'href="/o/tidboken/calendar/"' in front and 'href="/o/tidboken/people/"' not in front
    front = jonas.get("/o/tidboken/").content.decode()
    assert 'href="/o/tidboken/people/"' in front and 'href="/o/tidboken/calendar/"' not in front
    assert jonas.get("/o/tidboken/people/").status_code == 200
    assert jonas.get("/o/tidboken/calendar/").status_code == 404


def test_who_says_who(filled):
    out = StringIO()
    call_command("demo_who", stdout=out)
    said = out.getvalue()
    assert said.count(PASSWORD) == 1 and "/demo/inbox/" in said
    for house, one in EVERYONE:
        assert house.name in said and (one.email in said) == one.logs_in
    assert config.text("TILLIT_ORIGIN") in said


def test_who_is_silent_where_nobody_is_invented(real_db):
    out = StringIO()
    call_command("demo_who", stdout=out)
    assert PASSWORD not in out.getvalue()
