"""Polls for a common time: asked, answered, chosen; who sees what of whom meanwhile."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.booking.test_actions import TUESDAY
from tillit.access import Actor, acting
from tillit.booking.polls import actions, links
from tillit.booking.polls.queries import get_poll, table



def at(hour: int, day: int = 0):
    """A Stockholm wall-clock time in winter, days after the Tuesday."""
    return TUESDAY + timedelta(days=day, hours=hour - 1)


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
            get_poll(poll), **{"form": uuid4(), "name": name, "said": said, "language": "en", "zone": "Asia/Tehran"} | more
        )
    return answer, person


def test_a_poll_is_asked_answered_and_chosen(desk):
    poll = opened(desk)
    say(desk, poll)
    say(desk, poll, "Elin", {at(10): "no", at(11): "yes", at(13): "yes"})
    with acting(desk.as_host(desk.h1)):
        shown = table(get_poll(poll))
        assert [(row.start, row.yes, row.maybe) for row in shown.rows] == [(at(10), 1, 0), (at(11), 1, 1), (at(13), 1, 0)]
        assert shown.best[0].start == at(11)
        assert actions.choose(get_poll(poll), at(11)) and not actions.choose(get_poll(poll), at(11))
