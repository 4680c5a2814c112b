"""Polls for a common time: asked, answered, chosen; who sees what of whom meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.booking.test_actions import TUESDAY
from tests.booking.test_setup import log_in
from tests.kernel.support import mails, react
from tillit.access import Actor, acting
from tillit.booking.polls import actions, links
from tillit.booking.polls.queries import get_poll, table


def at(hour: int, day: int = 0):
    """A Stockholm wall-clock time in winter, days after the Tuesday."""
    return TUESDAY + timedelta(days=day, hours=hour - 1)


POLLS = "/o/tidboken/calendar/polls/"
SAID = {at(10): "yes", at(11): "maybe", at(13): "no"}


def opened(desk, **more):
    with acting(desk.as_host(desk.h1)):
        return actions.open_poll(
            organisation=desk.organisation.pk,
            **{
                "hosts": [desk.h1.pk], "title": "Plan for spring", "place": "Room 3", "minutes": 60,
                "starts": [at(10), at(11), at(13)], "closes": at(8),
            } | more,
        )  # fmt: skip


def by_link(desk, poll):
    return acting(Actor(organisation=desk.organisation.pk, office="poll", subject=str(poll)))


def say(desk, poll, name="Noor", said=SAID, **more):
    with by_link(desk, poll):
        answer, person, new = actions.answer(
            get_poll(poll),
            **{"form": uuid4(), "name": name, "said": said, "language": "en", "zone": "Asia/Tehran"} | more,
        )
    return answer, person


def test_a_poll_is_asked_answered_and_chosen(desk):
    poll = opened(desk)
    say(desk, poll)
    say(desk, poll, "Elin", {at(10): "no", at(11): "yes", at(13): "yes"})
    with acting(desk.as_host(desk.h1)):
        shown = table(get_poll(poll))
        assert [(row.start, row.yes, row.maybe) for row in shown.rows] == [
            (at(10), 1, 0),
            (at(11), 1, 1),
            (at(13), 1, 0),
        ]
        assert shown.best[0].start == at(11)
        assert actions.choose(get_poll(poll), at(11)) and not actions.choose(get_poll(poll), at(11))


def test_pages(desk):
    """The whole path by pages."""
    host = log_in(desk.h1.person_id)
    page = host.get(POLLS + "new/")
    assert page.status_code == 200, page.content[:3000]
    starts = re.findall(r'name="start" value="([^"]+)"', page.content.decode())
    assert len(starts) > 10
    sent = host.post(
        POLLS + "new/",
        {
            "title": "Plan",
            "minutes": "60",
            "start": [starts[3], starts[9]],
            "closes": "2026-11-25",
            "keeps_free": "on",
            "open": "1",
        },
    )
    assert sent.status_code == 302, sent.content.decode()
    page = host.get(sent.url)
    link = re.search(r'data-copy="([^"]+)"', page.content.decode())[1]
    from django.test import Client

    visitor = Client()
    path = link.partition("//")[2].partition("/")[2]
    asked = visitor.get("/" + path)
    assert asked.status_code == 200
    text = asked.content.decode()
    assert "Plan" in text
    names = re.findall(r'name="(t-[^"]+)" value="yes"', text)
    key = re.search(r'name="key" value="([^"]+)"', text)[1]
    done = visitor.post(
        "/" + path,
        {
            "key": key,
            "name": "Noor",
            "email": "noor@example.org",
            "zone": "Asia/Tehran",
            names[0]: "yes",
            names[1]: "no",
        },
    )
    assert done.status_code == 302, done.content.decode()
    mine = visitor.get(done.url)
    assert mine.status_code == 200
    react()
    page = host.get(sent.url)
    assert "Noor" in page.content.decode()
    chosen = host.post(sent.url + "choose/", {"start": starts[3]})
    assert chosen.status_code == 302, chosen.content.decode()
    react()
    for m in mails():
        print(m.subject if hasattr(m, "subject") else m)
    mine = visitor.get(done.url)
    print(mine.content.decode()[:200])
    assert host.get("/o/tidboken/calendar/").status_code == 200
