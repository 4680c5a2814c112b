"""Requests: asked by strangers, guests, members and by letter; proven, decided, answered; and what goes wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.utils.translation import gettext, ngettext, override

from tests.booking.conftest import NOW, make_organisation, make_person
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.kernel import support
from tillit.access import PUBLIC, acting
from tillit.evidence.models import Event
from tillit.identity.models import Person
from tillit.kernel import clock
from tillit.kernel.dpv import Delay, Refusal
from tillit.privacy import links
from tillit.privacy.desk import actions, deciding, queries, subjects
from tillit.privacy.models import RequestStep, Restriction, RightsRequest
from tillit.privacy.rights.queries import objected


def decide(house, request, outcome="granted", browser=None, **typed):
    browser = browser or house.browser(house.officer)
    return browser.post(house.url(f"office/requests/{request.pk}/decide/"), {"outcome": outcome, **typed})


def test_a_stranger_asks_proves_it_and_gets_an_answer(house):
    assert house.ask(words="Everything, please").status_code == 200
    request = house.request()
    assert (request.state, request.proof, request.person_id) == ("unproven", "", house.guest)
    assert request.words == "Everything, please"
    link = house.link()
    assert RightsRequest.objects.count() == 0, "a visitor sees no request"
    page = Client().get(link).content.decode()
    assert "Was it you" in page and "Grace" not in page
    house.prove()
    assert house.request().proof == "address"
    office = house.browser(house.officer)
    assert "See what is known about me" in office.get(house.url("office/")).content.decode()
    shown = office.get(house.url(f"office/requests/{request.pk}/")).content.decode()
    assert "answered from the address that we know" in shown
    assert decide(house, request).status_code == 302
    support.react()
    answered = [mail for mail in support.mails() if mail.subject == "The answer to what you asked"]
    assert [mail.to for mail in answered] == ["grace@example.org"]
    assert f"/o/{house.slug}/my/" in answered[0].text, "the way to everything that is known, and to the copy"
    assert Client().get(link).status_code == 200


def test_the_form_answers_the_same_for_an_address_that_nobody_has(house):
    known, unknown = house.ask(), house.ask(address="nobody@example.org")
    assert known.status_code == unknown.status_code == 200
    assert len(known.content) == len(unknown.content)
    support.react()
    assert sorted(mail.to for mail in support.mails() if "Was it you" in mail.subject) == [
        "grace@example.org", "nobody@example.org",
    ]  # fmt: skip


def test_the_link_goes_to_the_registered_address_and_not_to_the_typed_one(house):
    house.ask(address="GRACE@Example.org")
    support.react()
    assert {mail.to for mail in support.mails() if "Was it you" in mail.subject} == {"grace@example.org"}


def test_asked_twice_it_is_one_request(house):
    house.ask()
    house.ask()
    assert house.request().kind == "access"
    house.prove()
    house.ask()
    assert house.request().state == "open"
    with house.acts(house.officer):
        again, new = actions.enter(
            "access", "letter", name="G", address="grace@example.org", words="", language="en",
            received=NOW.date(), behalf=False,
        )  # fmt: skip
    assert not new and again.pk == house.request().pk


def test_a_guest_asks_by_the_link_in_a_mail(house):
    with acting(house.desk.visitor()):
        token = links.token(house.guest)
    browser = Client()
    page = browser.post(house.url(f"my/{token}/requests/"), {"kind": "erase", "words": ""})
    assert page.status_code == 302
    request = house.request()
    assert (request.state, request.proof, request.channel) == ("open", "address", "product")
    assert "being looked at" in browser.get(page["Location"]).content.decode().lower()
    assert "Be erased" in browser.get(house.url(f"my/{token}/requests/")).content.decode()
    browser.post(page["Location"], {"do": "withdraw"})
    assert house.request().state == "withdrawn"


def test_a_member_asks_logged_in_and_nobody_else_reads_it(house):
    browser = house.browser(house.desk.h1.person_id)
    page = browser.post(house.url("me/requests/"), {"kind": "complaint", "words": "Too many mails"})
    request = house.request()
    assert (request.proof, request.words) == ("login", "Too many mails")
    assert browser.get(page["Location"]).status_code == 200
    other = house.browser(house.desk.h2.person_id)
    assert other.get(page["Location"]).status_code == 404
    assert other.get(house.url(f"office/requests/{request.pk}/")).status_code == 403
    officer = house.browser(house.officer)
    assert officer.get(house.url(f"me/requests/{request.pk}/")).status_code == 404, "the office has its own page"


def test_the_time_is_a_calendar_month_to_the_end_of_the_day_here(house):
    house.ask()
    assert house.request().received == date(2026, 11, 23)
    assert house.request().due == datetime(2026, 12, 23, 23, 0, tzinfo=UTC), "the 23rd is over at midnight in Stockholm"


def test_it_takes_longer_only_in_time_and_whoever_asked_is_told_why(house):
    house.ask()
    house.prove()
    request = house.request()
    officer = house.browser(house.officer)
    extend = house.url(f"office/requests/{request.pk}/extend/")
    assert officer.post(extend, {"delay": "COMPLEXITY"}).status_code == 302
    support.react()
    letter = next(mail for mail in support.mails() if mail.subject == "Your answer takes longer")
    assert "complex" in letter.text and "23 February 2027" in letter.text.replace("\xa0", " ")
    assert house.request().due == datetime(2027, 2, 23, 23, 0, tzinfo=UTC)
    officer.post(extend, {"delay": "VOLUME"})
    assert house.request().extended == "complexity", "once"


def test_after_the_first_month_it_is_too_late_to_take_longer(house):
    house.ask()
    house.prove()
    with clock.at(NOW + timedelta(days=31)), house.acts(house.officer), pytest.raises(actions.TooLate):
        actions.extend(queries.get_request(house.request().pk), Delay.COMPLEXITY)


def test_the_office_is_reminded_a_week_before_and_when_it_is_late(house):
    house.ask()
    house.prove()
    house.sweep(house.request().due - timedelta(days=6, hours=23))
    house.sweep(house.request().due + timedelta(minutes=1))
    support.react()
    told = {mail.subject for mail in support.mails()}
    with override("sv"):
        late = gettext("An answer about somebody's data is late")
        soon = ngettext("%(n)s day left to answer", "%(n)s days left to answer", 6) % {"n": 6}
    assert {soon, late} <= told
    with clock.at(house.request().due + timedelta(hours=1)):
        assert "1 day late" in house.browser(house.officer).get(house.url("office/")).content.decode()


def test_a_link_that_nobody_answered_is_over_after_two_weeks(house):
    house.ask()
    link = house.link()
    with clock.at(NOW + timedelta(days=14, minutes=1)):
        assert "time of this link is over" in Client().get(link).content.decode()
        Client().post(link, {"do": "me"})
        assert house.request().proof == ""
    house.sweep(NOW + timedelta(days=14, minutes=2))
    assert house.request().state == "lapsed"
    assert Client().get(link).status_code == 410
    house.ask()
    with privileged():
        assert RightsRequest.objects.count() == 2, "one can ask once more"


def test_a_forged_link_is_nothing(house):
    house.ask()
    link = house.link()
    assert Client().get(link[:-3] + "xy/").status_code == 404
    assert Client().post(link.replace(house.slug, "other"), {"do": "me"}).status_code == 404


@pytest.mark.parametrize(
    "address", ["grасe@example.org", "g.race@example.org", "grace+1@example.org", "gracе@examp1e.org"]
)
def test_a_lookalike_address_is_not_the_registered_one_and_says_so(house, address):
    with house.acts(house.officer):
        request, _new = actions.enter(
            "access",
            "letter",
            name="Grace",
            address=address,
            words="",
            language="en",
            received=NOW.date(),
            behalf=False,
        )
        request = queries.get_request(request.pk)
        assert request.person_id is None, "nobody is found by it"
        actions.link(request, "grace@example.org")
        assert request.likeness == "alike" and request.proof == ""
        with pytest.raises(subjects.Unproven):
            deciding.decide(request, "granted")
    page = house.browser(house.officer).get(house.url(f"office/requests/{request.pk}/")).content.decode()
    assert "only looks like the one that we know" in page


def test_a_request_for_somebody_else_waits_for_an_authority(house):
    house.ask(behalf="on")
    house.prove()
    request = house.request()
    assert (request.state, request.proof) == ("open", "")
    officer = house.browser(house.officer)
    refused = decide(house, request, browser=officer)
    assert refused.status_code == 422 and "shows first that they may" in refused.content.decode()
    shown = house.url(f"office/requests/{request.pk}/shown/")
    assert officer.post(shown, {"proof": "passport"}).status_code == 422, "their own passport shows no authority"
    assert officer.post(shown, {"proof": "authority"}).status_code == 302
    assert decide(house, request, browser=officer).status_code == 302
    assert house.request().outcome == "granted"
    with privileged():
        noted = {(step.what, step.detail, step.by_id) for step in RequestStep.objects.all()}
    assert ("shown", "authority", house.officer) in noted, "which proof, and who looked; nothing else of it"


def test_a_letter_is_proven_by_something_shown(house):
    with house.acts(house.officer):
        request, _new = actions.enter(
            "restrict", "letter", name="Grace Miller", address="", words="Stop", language="sv",
            received=NOW.date() - timedelta(days=3), behalf=False,
        )  # fmt: skip
        assert request.due == datetime(2026, 12, 20, 23, 0, tzinfo=UTC), "from the day on which it came"
        with pytest.raises(actions.NotFound):
            actions.shown(request, "passport")
        with pytest.raises(actions.NotFound):
            actions.link(request, "somebody@example.org")
        actions.link(request, "grace@example.org")
        actions.shown(request, "passport")
        letter = deciding.decide(request, "granted")
    assert letter.language == "sv"
    with privileged():
        assert Restriction.objects.get().person_id == house.guest
    paper = house.browser(house.officer).get(house.url(f"office/requests/{request.pk}/letter/"))
    assert paper.status_code == 200


def test_a_refusal_has_a_reason_of_the_law_words_and_a_way_to_complain(house):
    house.ask(kind="erase")
    house.prove()
    request = house.request()
    officer = house.browser(house.officer)
    assert decide(house, request, "refused", browser=officer).status_code == 422
    assert decide(house, request, "refused", browser=officer, refusal="OTHERS", words="No").status_code == 422
    typed = {"refusal": Refusal.CLAIMS.name, "words": "Your invoice is in dispute."}
    assert decide(house, request, "refused", browser=officer, **typed).status_code == 302
    support.react()
    text = next(mail.text for mail in support.mails() if mail.subject == "The answer to what you asked")
    assert "legal claim that is not settled" in text and "Your invoice is in dispute." in text
    assert "IMY" in text and "Box 8114" in text and "court" in text
    with privileged():
        assert Person.objects.get(pk=house.guest).display_name == "Grace Miller", "nothing was erased"


def test_the_database_refuses_what_the_pages_forget(house):
    house.ask()
    request = house.request()
    with house.acts(house.officer):
        for fields in ({"outcome": "granted"}, {"outcome": "refused"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                RightsRequest.objects.filter(pk=request.pk).update(**fields)
    with house.acts(house.desk.h1.person_id):
        assert not RightsRequest.objects.exists()
        assert RightsRequest.objects.filter(pk=request.pk).update(proof="login") == 0
    with acting(house.desk.visitor()), pytest.raises(ProgrammingError), transaction.atomic():
        actions._call("select privacy.match_request(%s, %s)", request.pk, "x")


def test_erasing_is_carried_out_for_every_booking_of_the_guest(house):
    with acting(house.desk.visitor()):
        order(house.desk.kinds["consultation"], at(13), name="Grace M", note="Second")
    house.ask(kind="erase")
    house.prove()
    request = house.request()
    page = house.browser(house.officer).get(house.url(f"office/requests/{request.pk}/")).content.decode()
    assert "What erasing would do" in page and "It is about 2 entries" in page
    assert decide(house, request).status_code == 302
    with privileged():
        assert [p.display_name for p in Person.objects.filter(verified=False)] == ["", ""]
        assert house.request().answer and house.request().address == "grace@example.org", "what a law keeps"
    support.react()
    assert [m.to for m in support.mails() if m.subject == "The answer to what you asked"] == ["grace@example.org"]


def test_a_correction_and_an_objection_are_carried_out(house):
    house.ask(kind="correct", words="I am Grace Müller")
    house.prove()
    assert decide(house, house.request(), display_name="Grace Müller").status_code == 302
    with privileged():
        assert Person.objects.get(pk=house.guest).display_name == "Grace Müller"
    house.ask(kind="object", words="My situation")
    house.prove()
    assert decide(house, house.request(kind="object")).status_code == 302
    with house.acts(house.guest):
        assert objected(house.guest, "marketing")


def test_what_was_asked_goes_two_years_after_the_answer(house):
    house.ask(kind="question", words="Why?")
    house.prove()
    decide(house, house.request(), words="Because.")
    house.sweep(NOW + timedelta(days=730))
    assert house.request().words == "Why?"
    house.sweep(NOW + timedelta(days=732))
    with privileged():
        assert not RightsRequest.objects.exists()


def test_the_person_reads_that_the_office_looked(house):
    house.ask()
    house.prove()
    house.browser(house.officer).get(house.url(f"office/requests/{house.request().pk}/"))
    with privileged():
        names = set(Event.objects.filter(subject_id=house.guest).values_list("name", flat=True))
    assert {"privacy.request.seen"} <= names


def test_others_than_the_office_are_kept_out(house):
    for path in ("office/", "office/requests/", "office/retention/", "office/holds/", "office/disclosures/"):
        assert house.browser(house.desk.h1.person_id).get(house.url(path)).status_code == 403
        assert Client().get(house.url(path)).status_code == 302
        assert house.browser(house.officer).get(house.url(path)).status_code == 200


def test_people_of_another_organisation_are_nobody_here(house):
    with acting(PUBLIC), privileged():
        other = make_organisation("annat")
        there = make_person(other, "Eve", "privacy")
    house.ask()
    browser = house.browser(there.pk)
    assert browser.get(house.url(f"office/requests/{house.request().pk}/")).status_code == 404
    link = house.link()
    assert Client().get(link.replace("/o/tidboken/", "/o/annat/")).status_code == 404
