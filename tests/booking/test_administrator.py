"""What an administrator sees of a colleague: every page that leads on from their own, and every table of the database,
looked at as an administrator. For the promise `administrator-sees-name-and-mail`."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import ProgrammingError, transaction

from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import Actor, acting
from tillit.booking.actions import block_time
from tillit.booking.away.actions import go_away
from tillit.booking.models import Connection
from tillit.booking.other_hours import write
from tillit.identity.models import Account, Person
from tillit.kernel.declare import holdings

SHARED = {
    "identity.person": "name and e-mail",
    "identity.membership": "the roles",
    "booking.host": "how the public page shows them",
    "booking.schedule": "working hours and limits",
    "booking.otherhours": "working hours for some of it",
}
"""Tables of which an administrator sees a colleague's rows, because the account is shared."""
MOST = 250  # pages
OWN = re.compile(r"/o/tidboken/(help|me)/")  # what is about the administrator, or about nobody
PHONE, GUEST, NOTE, BLOCKED = "+46731112233", "Grace Miller", "My knee hurts", ("11:10", "11:47")


@pytest.fixture
def colleague(desk):
    """The second host, with a private life: a telephone number, blocked time, another calendar, days away, a guest."""
    with privileged():
        person = Person.objects.get(pk=desk.h2.person_id)
        person.phone = PHONE
        person.save()
    with acting(desk.as_host(desk.h2)), transaction.atomic():
        noon = TUESDAY + timedelta(hours=10, minutes=10)  # 11:10 in Stockholm
        Connection(
            organisation=desk.organisation, host=desk.h2, person_id=desk.h2.person_id, kind="ics",
            receiver="calendars", address="https://cal.example/s3cret.ics", next_try=noon,
        ).save(force_insert=True)  # fmt: skip
        block_time(host=desk.h2, start=noon, end=noon + timedelta(minutes=37))
        go_away(host=desk.h2, start=noon + timedelta(days=14), end=noon + timedelta(days=15), stand_in=desk.h1)
        write(desk.h2, None, "Evenings", {"2": [["18:00", "20:00"]]}, [])
    order(desk.kinds["together"], at(14), name=GUEST, note=NOTE, email="grace@example.org")
    return desk.h2


def count(model, whose) -> int:
    """How many rows of a person a query gets to see; none of a table that may not be asked at all."""
    try:
        with transaction.atomic():
            return model._base_manager.filter(**whose).count()
    except ProgrammingError:
        return 0


def test_the_database_shows_an_administrator_no_more_of_a_colleague(desk, colleague):
    seen = {}
    with acting(Actor(office="member", organisation=desk.organisation.pk, person=desk.administrator.pk)):
        for one in holdings():
            label = one.model._meta.label_lower
            for whose in one.declared.of:
                of = one.model
                for step in [] if whose == "self" else whose.split("__"):
                    of = of._meta.get_field(step).related_model
                who = {Person: colleague.person_id, Account: colleague.person.account_id}.get(of)
                if who:
                    name = "pk" if whose == "self" else whose
                    seen[label] = count(one.model, {name: who})
    assert seen["booking.busytime"] == seen["booking.connection"] == seen["booking.hosttime"] == 0
    assert {label for label, rows in seen.items() if rows} <= SHARED.keys()
    assert len(seen) > 20 and seen["identity.person"] and seen["booking.schedule"]


def test_no_page_of_an_administrator_tells_more_of_a_colleague(desk, colleague):
    browser, todo, pages = log_in(desk.administrator.pk), ["/o/tidboken/calendar/offers/"], {}
    while todo and len(pages) < MOST:
        path = todo.pop(0)
        if path not in pages:
            answer = browser.get(path, headers={"accept-language": "en"})
            kind = answer.headers.get("Content-Type", "")
            pages[path] = answer.content.decode() if kind.startswith("text/html") and not answer.streaming else ""
            links = (unescape(one) for one in re.findall(r'href="(/[^"#]*)', pages[path]))
            todo += [link for link in links if link.startswith("/o/tidboken/") and not OWN.match(link)]
    assert len(pages) > 40
    assert any("Omid Rahimi" in page and "omid-rahimi-tidboken@example.org" in page for page in pages.values())
    assert any("14:00" in page for path, page in pages.items() if "/calendar/team/" in path)
    for hidden in (PHONE, PHONE.replace("+46", "0"), "s3cret", GUEST, NOTE, "grace@", *BLOCKED):
        assert not [path for path, page in pages.items() if hidden in page], hidden
