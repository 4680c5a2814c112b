"""Links that bring answers along, and answers that lead to a type or a host."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.booking.test_actions import TUESDAY, at
from tests.booking.test_intake import QUESTIONS
from tests.booking.test_setup import log_in
from tests.booking.test_views import BOOK, fields
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.intake import links, routing
from tillit.booking.intake.actions import publish, save_draft
from tillit.booking.intake.questions import asked, read
from tillit.booking.models import Booking, HostTime
from tillit.kernel import clock

ASKED = [
    {"key": "topic", "kind": "choice", "required": True, "words": {"en": {"label": "What about?"}}, "options": [
        {"key": "home", "words": {"en": "A home"}}, {"key": "firm", "words": {"en": "A firm"}}]},
    {"key": "tongue", "kind": "choice", "when": ["topic", "firm"], "words": {"en": {"label": "Which language?"}},
     "options": [{"key": "sv", "words": {"en": "Swedish"}}, {"key": "fa", "words": {"en": "Persian"}}]},
    {"key": "words", "kind": "long", "words": {"en": {"label": "In a few words"}}},
    {"key": "from", "kind": "hidden", "words": {"en": {"label": "Where they come from"}}},
    {"key": "offer", "kind": "hidden", "signed": True, "words": {"en": {"label": "What was offered"}}},
]  # fmt: skip


@pytest.fixture
def office(desk):
    """Questions on two types; on the first, Persian leads to Omid and a home to something else."""
    either, consultation = desk.kinds["either"], desk.kinds["consultation"]
    rules = [
        routing.Route(("tongue", "fa"), either.pk, desk.h2.pk),
        routing.Route(("topic", "firm"), either.pk),
    ]
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        for kind, routes in ((consultation, rules), (either, [])):
            save_draft(kind=kind, questions=read(ASKED), routes=[one.stored() for one in routes])
            publish(kind=kind)
    return desk


def send(query, **more):
    """A booking form sent to the page that a link led to."""
    return Client().post(f"{query.path}?{query.query}", fields(intake="1", **more))


def only():
    with privileged():
        return Booking.objects.get()


def test_what_leads_is_asked_first_and_leads(office):
    first = Client().get(BOOK)
    page = first.content.decode()
    assert "What about?" in page and "Which language?" in page and "In a few words" not in page
    assert 'name="email"' not in page and "times" not in page.partition("<form")[0].partition("<h1")[2]
    assert Client().post(BOOK, {"asked_first": "1"}).status_code == 422
    answer = Client().post(BOOK, {"asked_first": "1", "q_topic": "firm", "q_tongue": "fa"})
    there = urlsplit(answer["Location"])
    assert there.path == "/o/tidboken/book/either/" and "firm" not in there.query
    page = Client().get(answer["Location"] + f"&start={fields()['start']}").content.decode()
    assert "A firm" in page and "Persian" in page and "In a few words" in page and 'name="q_topic"' not in page
    assert "Omid Rahimi" in page and "Helena Lind" not in page
    assert send(there, q_words="Two of us", q_topic="home").status_code == 302
    assert only().answers == {"topic": "firm", "tongue": "fa", "words": "Two of us"}
    with privileged():
        assert [time.host_id for time in HostTime.objects.all()] == [office.h2.pk]
    taken = send(there, email="b@example.org")
    assert taken.status_code == 409, "the one whom the answers lead to is taken, though the other host is free"


def test_the_first_rule_that_fits_wins_and_none_stays_here(office):
    kinds = office.kinds
    for answers, kind in (
        ({"topic": "firm", "tongue": "sv"}, kinds["either"].pk), ({"topic": "home", "tongue": "fa"}, None),
    ):  # fmt: skip
        rules = [
            routing.Route(("tongue", "fa"), kinds["either"].pk, office.h2.pk),
            routing.Route(("topic", "firm"), kinds["either"].pk),
        ]
        found = routing.way(read(ASKED), rules, answers)
        assert (found and found.type) == kind
    answer = Client().post(BOOK, {"asked_first": "1", "q_topic": "home"})
    assert urlsplit(answer["Location"]).path == BOOK
    assert [one.key for one in asked(read(ASKED), {"topic": "home"})] == ["topic", "words", "from", "offer"]


def test_a_way_is_sealed_leads_one_way_and_ends(office):
    way = routing.Way(office.kinds["either"].pk, office.h2.pk, {"topic": "firm"})
    word = routing.word(way)
    assert routing.read_word(word, of=way.type) == way
    assert routing.read_word(word, of=office.kinds["consultation"].pk) is None
    for forged in (word[:-6] + "AAAAAA", "x", "", "ä" * 9, word * 9):
        assert routing.read_word(forged, of=way.type) is None
    with clock.at(TUESDAY.replace(day=26)):
        assert routing.read_word(word, of=way.type) is None
    assert Client().post(BOOK + "?r=forged", fields(intake="1", q_topic="home")).status_code == 200
    with privileged():
        assert not Booking.objects.exists(), "who was not led here is asked first"


def test_links_bring_answers_and_override_nothing(office):
    page = "/o/tidboken/book/either/"
    signed = links.sign("ten percent", "offer", office.kinds["either"].pk)
    query = {"q_words": "From the letter", "q_from": "letter", "q_offer": signed, "q_topic": "firm"}
    got = Client().get(page, query | {"start": fields()["start"]}).content.decode()
    assert "From the letter" in got and 'value="letter"' in got and got.count("q_words=From+the+letter") > 3
    sent = fields(intake="1", q_topic="home", q_words="My own words", q_from="letter", q_offer=signed)
    assert Client().post(f"{page}?q_words=From+the+letter&q_topic=firm", sent).status_code == 302
    assert only().answers == {"topic": "home", "words": "My own words", "from": "letter", "offer": "ten percent"}


@pytest.mark.parametrize("forged", ["ninety percent", "ninety percent~abc", "other type"])
def test_a_signed_question_takes_nothing_else(office, forged):
    if forged == "other type":
        forged = links.sign("ninety percent", "offer", office.kinds["consultation"].pk)
    sent = fields(intake="1", q_topic="home", q_offer=forged)
    assert Client().post("/o/tidboken/book/either/", sent).status_code == 302
    assert "offer" not in only().answers


def test_the_editor_makes_rules_and_links_and_tries_both(office):
    with acting(PUBLIC):
        administrator, host = log_in(office.administrator.pk), log_in(office.h1.person_id)
    here = QUESTIONS.format(office.kinds["either"].pk)
    to = f"{office.kinds['either'].pk}={office.h1.pk}"
    rule = {"add": "1", "when": "topic=home", "to": to}
    assert administrator.post(here + "routes/", rule | {"when": "words=x"}).status_code == 422
    assert administrator.post(here + "routes/", rule).status_code == 302
    assert "Helena Lind" in administrator.get(here + "routes/").content.decode()
    tried = administrator.post(here + "preview/", {"q_topic": "home", "q_offer": "five percent"}).content.decode()
    assert "These answers lead to" in tried and "Helena Lind" in tried
    link = tried.partition('<code class="ltr">')[2].partition("</code>")[0].replace("&amp;", "&")
    brought = parse_qs(urlsplit(link).query)
    assert brought["q_topic"] == ["home"]
    assert links.signed_value(brought["q_offer"][0], "offer", office.kinds["either"].pk) == "five percent"
    assert administrator.post(here + "routes/", {"remove": "0"}).status_code == 302
    assert (
        "Helena Lind with"
        not in administrator.get(here + "routes/").content.decode().partition("<ol")[2].partition("</ol")[0]
    )
    assert host.get(here + "routes/").status_code == 404 and host.post(here + "routes/", rule).status_code == 404


def test_a_host_who_left_is_no_longer_insisted_on(office):
    kind = office.kinds["either"]
    with privileged():
        kind.type_hosts.filter(host=office.h2).delete()
    word = routing.word(routing.Way(kind.pk, office.h2.pk, {"topic": "firm"}))
    page = Client().get(f"/o/tidboken/book/either/?r={word}&start={fields()['start']}").content.decode()
    assert "Helena Lind" in page and at(10)
