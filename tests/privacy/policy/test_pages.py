"""The pages, as visitors, members and the office open them."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.privacy.policy.conftest import past
from tests.privacy.test_sabotage import breaks, holds
from tillit.access import PUBLIC, acting
from tillit.identity.models import Membership, Organisation
from tillit.kernel import clock
from tillit.privacy.models import Acceptance, Document, Notice, PolicySettings, Processor


def browser(language="en"):
    return Client(headers={"host": "localhost", "accept-language": language})


@pytest.mark.parametrize("language", ["sv", "en", "fa"])
def test_everybody_reads_the_notice(house, published, language):
    page = browser(language).get("/o/tidboken/privacy/")
    assert page.status_code == 200
    text = page.content.decode()
    assert house.number in text or language == "fa"
    assert text.count('<section class="answer"') == 14


def test_before_anything_is_published_the_draft_says_so(house):
    text = browser().get("/o/tidboken/privacy/").content.decode()
    assert "has not published it as its first version yet" in text


def test_versions_changes_and_file(house, published):
    for path in ("notice/versions/", "notice/1/", "duties/now/", "agreement/now/", "cookies/", "duties/1/"):
        assert browser().get(f"/o/tidboken/privacy/{path}").status_code == 200, path
    told = json.loads(browser().get("/o/tidboken/privacy/notice/1.json").content)
    assert told["digest"] == published[Document.NOTICE].digest
    for path in ("notice/2/", "notice/1/changes/", "secrets/now/", "notice/2.json", "notice/0/"):
        assert browser().get(f"/o/tidboken/privacy/{path}").status_code == 404, path


def test_an_unpublished_house_says_nothing(house):
    with privileged():
        house.published = False
        house.save()
    assert browser().get("/o/tidboken/privacy/").status_code == 404


@pytest.fixture
def administrator(desk):
    with acting(PUBLIC):
        return log_in(desk.administrator.pk)


PAGES = ("notice/", "notice/words/", "notice/choices/", "record/", "receivers/", "receivers/new/", "stated/")


def accepted(client):
    client.post("/o/tidboken/privacy/accept/", {"accepted": "on"})
    return client


def test_the_office_opens_and_others_do_not(house, desk, published, administrator):
    accepted(administrator)
    for path in PAGES:
        assert administrator.get(f"/o/tidboken/office/{path}").status_code == 200, path
    with acting(PUBLIC):
        host = accepted(log_in(desk.h1.person_id))
    for path in PAGES:
        assert host.get(f"/o/tidboken/office/{path}").status_code == 403, path
        assert browser().get(f"/o/tidboken/office/{path}").status_code == 302, path


def test_the_record_leaves_as_files(administrator, published):
    accepted(administrator)
    assert administrator.get("/o/tidboken/office/record/record.csv")["Content-Type"].startswith("text/csv")
    assert administrator.get("/o/tidboken/office/record/record.pdf").content.startswith(b"%PDF-")


def test_own_words_and_choices_reach_the_next_version(house, administrator, published):
    accepted(administrator)
    said = {"safety-en": "The door <b>is</b> locked.", "safety-sv": "Dörren är låst."}
    assert administrator.post("/o/tidboken/office/notice/words/", said).status_code == 302
    chosen = {"minimum_age": "18", "notice_days": "20", "contact_email": "data@tidboken.example", "additions": "ccpa"}
    assert administrator.post("/o/tidboken/office/notice/choices/", chosen).status_code == 302
    assert "Your own words" not in browser().get("/o/tidboken/privacy/").content.decode()
    administrator.post("/o/tidboken/office/notice/notice/publish/")
    text = browser().get("/o/tidboken/privacy/").content.decode()
    for words in ("The door &lt;b&gt;is&lt;/b&gt; locked.", "at least 18 years", "data@tidboken.example", "CCPA"):
        assert words in text, words
    with privileged():
        assert Notice.objects.filter(document="notice").count() == 2


@pytest.mark.parametrize(
    "wrong", [{"minimum_age": "12"}, {"minimum_age": "99"}, {"notice_days": "1"}, {"additions": "x"}]
)
def test_what_the_law_forbids_is_not_chosen(administrator, wrong):
    chosen = {"minimum_age": "16", "notice_days": "30", **wrong}
    assert administrator.post("/o/tidboken/office/notice/choices/", chosen).status_code == 422
    with privileged():
        assert not PolicySettings.objects.exists()


def test_a_receiver_is_registered_agreed_with_and_stopped(house, administrator):
    wish = {
        "name": "Korta ord AB", "role": "processor", "purposes": ["COORDINATE"], "categories": ["PHONE"],
        "region": "US", "safeguard": "clauses", "hosts": "sms.example:443", "words_en": "Reminders",
    }  # fmt: skip
    assert administrator.post("/o/tidboken/office/receivers/new/", {**wish, "hosts": "no host"}).status_code == 422
    assert administrator.post("/o/tidboken/office/receivers/new/", wish).status_code == 302
    days = {"document": "binder 4", "agreed": "2026-01-01", "ends": "2027-01-31"}
    assert administrator.post("/o/tidboken/office/receivers/korta-ord-ab/agreement/", days).status_code == 302
    text = administrator.get("/o/tidboken/office/receivers/").content.decode()
    assert "agreement until" in text
    assert "2027" in text
    assert administrator.get("/o/tidboken/office/receivers/nobody/").status_code == 404
    assert administrator.post("/o/tidboken/office/receivers/korta-ord-ab/stop/").status_code == 302
    with privileged():
        assert Processor.objects.get().stopped is not None


def test_a_member_accepts_before_going_on(house, desk, published):
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    answer = host.get("/o/tidboken/calendar/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/o/tidboken/privacy/accept/?next=%2Fo%2Ftidboken%2Fcalendar%2F")
    for always in ("privacy/", "trust/", "me/evidence/"):
        assert host.get(f"/o/tidboken/{always}").status_code == 200, always
    page = host.get(answer["Location"])
    assert page.status_code == 200
    assert "Your login is yours" in page.content.decode()
    assert host.post(answer["Location"]).status_code == 422
    done = host.post(answer["Location"], {"accepted": "on", "next": "/o/tidboken/calendar/"})
    assert done["Location"] == "/o/tidboken/calendar/"
    assert host.get("/o/tidboken/calendar/").status_code == 200
    with privileged():
        assert sorted(Acceptance.objects.values_list("notice__document", "notice__number")) == [
            ("duties", 1),
            ("notice", 1),
        ]


def test_a_form_is_not_taken_before_accepting_either(desk, published):
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    block = {"day": "2026-11-24", "start": "09:00", "end": "10:00", "date": "2026-11-24"}
    for answer in (host.post("/o/tidboken/calendar/block/", block), host.head("/o/tidboken/calendar/")):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/o/tidboken/privacy/accept/")
    part = host.get("/o/tidboken/calendar/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, "/o/tidboken/privacy/accept/")


def test_who_has_left_is_asked_for_nothing(desk, published):
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    with privileged():
        Membership.objects.filter(person=desk.h1.person_id).update(ended=clock.now())
    assert host.get("/o/tidboken/").status_code == 200


def test_members_accept_also_while_the_organisation_does_not_show_itself(house, desk, published):
    with acting(PUBLIC):
        administrator = log_in(desk.administrator.pk)
    with privileged():
        Organisation.objects.filter(pk=house.pk).update(published=False)
    page = administrator.get("/o/tidboken/office/leaving/", follow=True)
    assert page.status_code == 200, "whoever closed it must be able to take it back"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/account/", "/o/other/", "javascript:x"])
def test_after_accepting_one_goes_nowhere_else(desk, published, evil):
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    answer = host.post("/o/tidboken/privacy/accept/", {"accepted": "on", "next": evil})
    assert answer["Location"] == "/o/tidboken/"


def test_the_administrator_accepts_the_agreement(house, administrator, published):
    accepted(administrator)
    assert administrator.post("/o/tidboken/office/notice/agreement/accept/").status_code == 302
    assert "Accepted for the organisation" in administrator.get("/o/tidboken/office/notice/").content.decode()


def test_the_office_is_told_what_is_no_longer_true(house, desk, administrator, published):
    accepted(administrator)
    past(house=house, minimum_age=15)
    text = administrator.get("/o/tidboken/office/notice/").content.decode()
    assert "Younger people may have an account." in text
    assert "no longer true" in administrator.get("/o/tidboken/office/").content.decode()


STATED = {"name": "Jonas Ek", "statement": "Two locks.", "evidence": "visit", "ends": "2027-06-01"}


def test_what_no_program_sees_is_stated_by_somebody_until_a_day(house, desk, administrator):
    breaks(house, "place-guarded", "Nobody has attested it")
    where = "/o/tidboken/office/stated/place-guarded/"
    for wrong in ({"ends": "2020-01-01"}, {"ends": "2099-01-01"}, {"ends": "soon"}, {"evidence": ""}):
        assert administrator.post(where, {**STATED, **wrong}).status_code == 422, wrong
    assert administrator.post(where, STATED).status_code == 302
    holds(house, "place-guarded")
    assert "Two locks." in administrator.get("/o/tidboken/office/stated/").content.decode()
    assert administrator.post("/o/tidboken/office/stated/never-sold/", STATED).status_code == 404
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    assert host.post(where, STATED).status_code == 403
