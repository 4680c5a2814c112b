"""Open pages, with real sockets and the server as the supervisor starts it: nothing is lost, nothing comes twice, and
nobody hears what is somebody else's."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from uuid import UUID

import psycopg
import pytest

from tests.conftest import connected_to
from tests.web.streams import House, Member, Page, Serving, serving, until
from tillit.identity.sessions import key_hash
from tillit.kernel.ids import new_id


def heard(page: Page, count: int) -> bool:
    """Has the page heard of so many?"""
    return len(page.events) >= count


@pytest.fixture(scope="module")
def house(server, make_clone) -> Iterator[House]:
    name = make_clone()
    with connected_to(server.dsn("tillit_app", "test", name)):
        yield House(server, name)


@pytest.fixture(scope="module")
def running(house: House) -> Iterator[Serving]:
    with serving(house) as server:
        yield server


@pytest.fixture
def web(running: Serving) -> Serving:
    running.start()
    return running


def test_what_is_published_arrives_soon_and_in_order(house, web):
    anna = house.member()
    page = Page.of(web, anna)
    told = [house.publish(anna)[0] for _ in range(5)] + house.publish(anna, new_id(), new_id(), new_id())
    until(lambda: len(page.events) == 8)
    assert page.objects == told
    numbers = [number for number, _, _ in page.events]
    assert numbers == sorted(set(numbers))
    assert {kind for _, kind, _ in page.events} == {"test.told"}


def test_a_page_that_was_away_gets_what_it_missed_and_nothing_twice(house, web):
    anna = house.member()
    page = Page.of(web, anna)
    first = house.publish(anna)
    until(lambda: page.events)
    page.close()
    missed = [house.publish(anna)[0] for _ in range(50)]  # more than a page of the hub
    again = Page.of(web, anna, last=page.last)
    until(lambda: len(again.events) >= 50)
    later = house.publish(anna)
    until(lambda: len(again.events) >= 51)
    assert first + again.objects == [*first, *missed, *later]
    made_with = Page.of(web, anna, after=str(again.events[-2][0]))  # a page that was just loaded has no last event yet
    until(lambda: made_with.events)
    assert made_with.objects == later


def test_nothing_is_lost_or_doubled_while_everything_falls(house, web):
    """Publishers on three connections, pages that come back as browsers do; meanwhile the listening connection is cut,
    the process is stopped and started, and killed and started."""
    people = [house.member() for _ in range(6)]
    pages = [Page.of(web, one, comes_back=True) for one in people]
    told: dict[UUID, list[UUID]] = {one.person: [] for one in people}
    stop = threading.Event()

    def publish(mine: list[Member]) -> None:
        while not stop.is_set():
            for one in mine:
                told[one.person] += house.publish(one)
            time.sleep(0.01)

    threads = [threading.Thread(target=publish, args=(people[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    assert house.kill_listeners() == 1
    time.sleep(1)
    assert web.end() < 5
    web.start()
    until(lambda: all(page.opened >= 2 for page in pages), 40)
    web.end(signal.SIGKILL)
    web.start()
    until(lambda: all(page.opened >= 3 for page in pages), 40)
    assert until(house.kill_listeners) == 1
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    for one, page in zip(people, pages, strict=True):
        until(partial(heard, page, len(told[one.person])), 30)
        assert page.objects == told[one.person]
        page.close()


def test_many_who_publish_to_the_same_page_at_once(house, web):
    """Transactions that tell the same people in other orders neither lock each other out nor let a page skip one."""
    anna, bo = house.member(), house.member()
    page = Page.of(web, anna)
    told: list[UUID] = []

    def publish(n: int) -> None:
        from django.db import connection, transaction

        from tillit.kernel import live
        from tillit.kernel.ticket import Actor, acting

        for _ in range(15):
            mine = new_id()
            with acting(Actor(office="reaction", organisation=anna.organisation)), transaction.atomic():
                for one in (anna, bo) if n % 2 else (bo, anna):
                    live.publish(one.person, "test.told", mine)
                    time.sleep(0.002)
            told.append(mine)
        connection.close()

    threads = [threading.Thread(target=publish, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: len(page.events) == 90)
    assert sorted(page.objects) == sorted(told)


def test_nobody_hears_what_is_for_somebody_else(house, web):
    anna, bo = house.member(), house.member()
    elsewhere = house.member("south", account=anna.account)  # the same login in another organisation
    pages = {one: Page.of(web, one) for one in (anna, bo, elsewhere)}
    lost = house.publish(bo)
    until(lambda: pages[bo].events)
    time.sleep(0.3)
    assert pages[bo].objects == lost
    assert not pages[anna].events and not pages[elsewhere].events
    stranger = Page(web.port, "/o/north/live/", "")
    forged = Page(web.port, "/o/north/live/", "x" * 43)
    not_hers = Page(web.port, "/o/south/live/", bo.cookie)
    for page in (stranger, forged, not_hers):
        assert page.over.wait(10) and page.statuses == [204]


@pytest.mark.parametrize("how", ["logout", "role", "left", "account", "expired"])
def test_a_stream_ends_with_what_let_it_in(house, web, how):
    anna, bo = house.member(), house.member()
    page, other = Page.of(web, anna), Page.of(web, bo)
    house.admin.execute(
        {
            "logout": "delete from identity_session where key_hash = %(key)s",
            "role": "insert into identity_membership (id, organisation_id, person_id, role, made) select "
            "gen_random_uuid(), organisation_id, id, 'administrator', now() from identity_person where id = %(person)s",
            "left": "update identity_person set account_id = null where id = %(person)s",
            "account": "update identity_account set is_active = false where id = %(account)s",
            "expired": "update identity_session set expires = now() where key_hash = %(key)s",
        }[how],
        {"key": key_hash(anna.cookie), "person": anna.person, "account": anna.account},
    )
    assert page.over.wait(4)
    house.publish(anna)
    again = Page.of(web, anna)
    assert again.statuses == ([200] if how == "role" else [204])
    assert not page.events and not other.over.is_set()


def test_no_more_streams_than_there_is_room_for(house, web):
    from tillit.kernel.live.hub import MOST_HERE

    anna, bo = house.member(), house.member()
    pages = [Page.of(web, anna) for _ in range(MOST_HERE)]
    assert Page.of(web, anna).statuses == [429]
    assert Page.of(web, bo).statuses == [200]
    pages[0].close()
    until(lambda: Page.of(web, anna).statuses == [200])


def test_a_reader_that_takes_nothing_costs_nothing(house, web):
    """Thousands of events for a page that does not read: the others get theirs, and memory stays as it is."""
    anna, bo = house.member(), house.member()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.connect(("127.0.0.1", web.port))
        head = f"GET /o/{anna.slug}/live/ HTTP/1.1\r\nHost: localhost\r\nCookie: session={anna.cookie}\r\n\r\n"
        deaf.sendall(head.encode())
        assert deaf.recv(100)
        page = Page.of(web, bo)
        for _ in range(20):
            house.publish(anna, *(new_id() for _ in range(100)))
        told = house.publish(bo)
        until(lambda: page.events)
        assert page.objects == told


def test_stopping_is_quick_with_open_streams(house, web):
    pages = [Page.of(web, house.member()) for _ in range(20)]
    assert web.end() < 3
    assert all(page.over.wait(2) for page in pages)


def test_numbers_that_are_none_begin_at_the_beginning(house, web):
    anna = house.member()
    told = house.publish(anna)
    for nonsense in ("-1", "x", "1e9", "9" * 30, "٣"):
        page = Page.of(web, anna, last=nonsense) if nonsense.isascii() else Page.of(web, anna, after="%D9%A3")
        until(partial(heard, page, 1))
        assert page.objects == told
    ahead = Page.of(web, anna, last="9" * 18)
    time.sleep(0.3)
    assert not ahead.events and ahead.statuses == [200]


def test_a_notification_that_anybody_sends_tells_nobody_anything(house, web, server):
    anna = house.member()
    page = Page.of(web, anna)
    with psycopg.connect(server.dsn("tillit_app", "test", house.name), autocommit=True) as attacker:
        for payload in ("", "x" * 7000, str(anna.person), '{"kind": "test.told"}'):
            attacker.execute("select pg_notify('tillit_live', %s)", [payload])
    told = house.publish(anna)
    until(lambda: page.events)
    assert page.objects == told
