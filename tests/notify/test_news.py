"""News reach who agreed and nobody else, once a month, with an end that works by one click."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.booking.conftest import NOW
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import PUBLIC, Actor, acting
from tillit.kernel import clock
from tillit.notify import actions, news
from tillit.notify.kinds import Channel, How
from tillit.notify.models import News
from tillit.privacy.rights import actions as rights

WORDS = {"title": "Open house", "text": "Come on Friday.\nhttps://example.org/house <b>not bold</b>"}


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    monkeypatch.setenv("TILLIT_MODE", "demo")


@pytest.fixture
def office(desk):
    with acting(PUBLIC):
        return log_in(desk.administrator.pk)


def administrator(desk):
    return Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")


def draft(desk):
    with acting(administrator(desk)):
        return news.write(None, organisation=desk.organisation, **WORDS)


def sent(act):
    react()
    before = len(mails())
    act()
    react()
    return mails()[before:]


def send_off(desk, one):
    with acting(administrator(desk)):
        news.send_off(one, desk.organisation)


def test_who_agreed_and_nobody_else(desk, grace, ali):
    with grace.acts():
        rights.agree("news")
    one = draft(desk)
    (mail,) = sent(lambda: send_off(desk, one))
    assert mail.to == "grace@example.org" and mail.subject == "Open house"
    assert "<b>not bold</b>" not in mail.html and '<a href="https://example.org/house"' in mail.html
    assert "<img" not in mail.html and "src=" not in mail.html
    with privileged():
        found = News.objects.get(pk=one.pk)
        assert (found.reached, bool(found.finished)) == (1, True)


def test_one_click_ends_it_without_a_login_and_service_messages_go_on(desk, grace):
    with grace.acts():
        rights.agree("news")
    (mail,) = sent(lambda: send_off(desk, draft(desk)))
    where = re.search(r"https?://[^/]+(/\S+notify\.news/)", mail.text)[1]
    assert Client(enforce_csrf_checks=True).post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with clock.at(NOW + timedelta(days=40)):
        assert sent(lambda: send_off(desk, draft(desk))) == []
    from tests.notify.test_send import PLAIN, tell, words  # the same person, told of what they booked
    from tillit import notify

    assert ("mail", "waiting", "") in tell(PLAIN, grace, notify.Said("journeys/made", words()), desk)


def test_numbers_and_why_the_others_are_left_out(desk, grace, ali):
    with acting(administrator(desk)):
        before = news.audience()
    with grace.acts():
        rights.agree("news")
    with ali.acts():
        rights.agree("news")
        actions.choose(news.KIND, Channel.MAIL, How.OFF)
    with acting(administrator(desk)):
        now = news.audience()
    assert (now.reached - before.reached, now.switched_off) == (1, 1)
    assert now.not_agreed == before.not_agreed - 2
    with grace.acts():
        rights.object_to("marketing")
    with acting(administrator(desk)):
        assert news.audience().reached == before.reached


def test_only_administrators_count_and_write(desk, grace):
    from django.db import DatabaseError, transaction

    for actor in (desk.as_host(desk.h1), desk.visitor()):
        with acting(actor), pytest.raises(DatabaseError), transaction.atomic():
            news.audience()
        with acting(actor), pytest.raises(DatabaseError), transaction.atomic():
            news.write(None, organisation=desk.organisation, **WORDS)
    draft(desk)
    with grace.acts():
        assert not News.objects.exists()


def test_once_a_month(desk, grace):
    with grace.acts():
        rights.agree("news")
    first, second = draft(desk), draft(desk)
    send_off(desk, first)
    with pytest.raises(ValueError, match="gone out"):
        send_off(desk, first)
    with pytest.raises(news.TooSoon):
        send_off(desk, second)
    with clock.at(NOW + timedelta(days=40)):
        send_off(desk, second)


def test_the_pages(desk, grace, office):
    with grace.acts():
        rights.agree("news")
    answer = office.post("/o/tidboken/office/news/new/", WORDS)
    page = office.get(answer["Location"]).content.decode()
    assert "1 person agreed" in page and "not bold&lt;/b&gt;" in page
    (trial,) = sent(lambda: office.post(answer["Location"] + "try/"))
    assert trial.to != "grace@example.org" and trial.subject == "Open house"
    assert office.post(answer["Location"] + "change/", {**WORDS, "title": "Closed house"}).status_code == 302
    (mail,) = sent(lambda: office.post(answer["Location"] + "send/"))
    assert mail.subject == "Closed house"
    assert office.get(answer["Location"] + "change/").status_code == 404
    assert "gone out already" in office.post(answer["Location"] + "remove/", follow=True).content.decode()
    assert office.post(answer["Location"] + "other/").status_code == 404


def test_a_title_with_a_line_break_is_no_header(desk, office):
    answer = office.post("/o/tidboken/office/news/new/", {**WORDS, "title": "Hello\nBcc: everybody@example.org"})
    if answer.status_code == 302:
        (trial,) = sent(lambda: office.post(answer["Location"] + "try/"))
        assert "Bcc" in trial.subject and "\n" not in trial.subject
