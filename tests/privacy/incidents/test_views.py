"""The office's pages, the form from outside, and security.txt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.conftest import privileged
from tests.identity.conftest import anna, office, post_login, somebody  # noqa: F401
from tillit.access import acting
from tillit.kernel import clock
from tillit.privacy.models import Alarm, Incident

BASE = "/o/kontoret/office/"


@pytest.fixture
def browser(anna):  # noqa: F811
    client = Client()
    assert post_login(client, anna.address).status_code == 302
    return client


def only_incident():
    with privileged():
        return Incident.objects.get()


def report(browser, **more):
    start = {"what": "A laptop was left on the train.", "known": f"{clock.now() - timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    return browser.post(f"{BASE}incidents/new/", start | more)


def test_an_incident_from_report_to_end(browser, anna):  # noqa: F811
    assert browser.get(f"{BASE}incidents/").status_code == 200
    wrong = report(browser, known=f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}")
    assert wrong.status_code == 422 and "still to come" in wrong.content.decode()
    done = report(browser)
    assert done.status_code == 302
    page = browser.get(done.url).content.decode()
    assert "A laptop was left on the train." in page
    assert "Integritetsskyddsmyndigheten" in page or "Authority" in page
    assert "hours left to tell" in browser.get(BASE).content.decode()

    def step(name, **answer):
        return browser.post(done.url, {"step": name, **answer})

    assert (
        step("describe", what="A locked laptop.", cause="lost", natures=["lost"], measures="Wiped.").status_code == 302
    )
    assert step("count", how="actor").status_code == 422
    assert step("count", how="everyone").status_code == 302
    assert step("judge", risk="none", words="It is encrypted.").status_code == 302
    refused = step("authority", report="no", words="")
    assert refused.status_code == 422 and "Say why" in refused.content.decode()
    assert step("authority", report="no", words="It is encrypted.").status_code == 302
    assert "Decide whether the people are told" in step("close", words="Locks.").content.decode()
    assert step("untold", words="It is encrypted.").status_code == 302
    draft = browser.get(f"{done.url}authority/").content.decode()
    assert "A locked laptop." in draft and "Postal address" in draft
    text = browser.get(f"{done.url}authority.txt").content.decode()
    assert "It is encrypted." in text and only_incident().reference in text
    assert browser.get(f"{done.url}authority.pdf").content.startswith(b"%PDF")
    for language in ("sv", "en", "fa"):
        assert browser.get(f"{done.url}letter/{language}/").status_code == 200
    assert browser.get(f"{done.url}letter/xx/").status_code == 404
    assert step("close", words="Locks on bags.").status_code == 302
    assert only_incident().closed
    assert "Locks on bags." in browser.get(done.url).content.decode()


def test_what_lacks_its_reasons_is_not_decided(browser):
    page = report(browser).url
    assert browser.post(page, {"step": "authority", "report": "no", "words": " "}).status_code == 422
    assert only_incident().authority == "", "the clock runs on, and the page says so"
    assert "hours left to tell" in browser.get(BASE).content.decode()
    with clock.at(clock.now() + timedelta(days=4)):
        late = browser.post(page, {"step": "done", "words": "", "whole": "on"})
        assert late.status_code == 422
    assert only_incident().reported is None


def test_the_people_are_told_in_their_words(browser):
    done = report(browser)
    empty = browser.post(done.url, {"step": "people", "happened_sv": "", "help_sv": ""})
    assert empty.status_code == 422 and "Nobody was counted" in empty.content.decode()
    browser.post(done.url, {"step": "count", "how": "everyone"})
    told = browser.post(done.url, {"step": "people", "happened_sv": "En dator glömdes.", "help_sv": "Inget."})
    assert told.status_code == 302
    assert "En dator glömdes." in browser.get(f"{done.url}letter/sv/").content.decode()


def test_a_drill_by_one_button(browser):
    done = browser.post(f"{BASE}incidents/drill/")
    assert done.status_code == 302
    page = browser.get(done.url).content.decode()
    assert "This is a drill" in page and "What was done when" in page
    assert "The last one was on" in browser.get(f"{BASE}incidents/").content.decode()


def test_alarms_are_answered(browser, anna):  # noqa: F811
    with acting(anna.actor()), privileged():
        alarm = Alarm.objects.create(
            organisation_id=anna.organisation, rule="reads", person_id=anna.person, who=str(anna.person),
            first=clock.now(), last=clock.now(), figure=120,
        )  # fmt: skip
    page = browser.get(f"{BASE}alarms/").content.decode()
    assert "120 people were looked up" in page and "Anna" in page
    assert browser.post(f"{BASE}alarms/{alarm.pk}/", {"words": "", "state": "false"}).status_code == 422
    done = browser.post(f"{BASE}alarms/{alarm.pk}/", {"words": "That was not me.", "state": "incident"})
    assert done.status_code == 302 and "/incidents/" in done.url
    assert "It became an incident" in browser.get(f"{BASE}alarms/").content.decode()


def test_rules_are_set(browser):
    assert "more than 100 other people" in browser.get(f"{BASE}alarms/rules/").content.decode()
    wrong = browser.post(
        f"{BASE}alarms/rules/", {"rule": "reads", "reads-on": "on", "reads-most": 1, "reads-minutes": 10}
    )
    assert wrong.status_code == 422
    done = browser.post(
        f"{BASE}alarms/rules/", {"rule": "reads", "reads-on": "on", "reads-most": 50, "reads-minutes": 5}
    )
    assert done.status_code == 302
    assert "more than 50 other people within 5 minutes" in browser.get(f"{BASE}alarms/rules/").content.decode()


def test_anybody_reports_without_a_login(office):  # noqa: F811
    visitor = Client()
    assert visitor.get("/o/kontoret/report/").status_code == 200
    assert visitor.post("/o/kontoret/report/", {"what": ""}).status_code == 422
    answers = [visitor.post("/o/kontoret/report/", {"what": f"I see {n}."}).status_code for n in range(6)]
    assert answers == [200] * 5 + [429]
    with privileged():
        assert Incident.objects.filter(source="outside").count() == 5


def test_security_txt(office):  # noqa: F811
    answer = Client().get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert fields["Contact"].endswith("/security/")
    assert fields["Expires"] > f"{clock.now() + timedelta(days=100):%Y-%m-%d}"
    assert "/o/kontoret/report/" in Client().get("/security/").content.decode()
