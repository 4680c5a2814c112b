"""The telephone: a number leads to a letter, a reason to a quarter of an hour; what is entered is the caller's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.test import Client

from tests.conftest import privileged
from tests.kernel import support
from tillit import evidence
from tillit.access import actions as access
from tillit.booking.models import Booking
from tillit.desk import calls
from tillit.desk.models import Call, Thread
from tillit.evidence.models import Event
from tillit.identity.models import Person
from tillit.kernel import clock, normal
from tillit.privacy.models import Restriction
from tillit.privacy.rights import history

NUMBERS = ("+46701740699", "070-174 06 99", "0046 70 174 06 99", "۰۷۰ ۱۷۴ ۰۶ ۹۹", "٠٧٠١٧٤٠٦٩٩", "+46 (0)70 174 06 99")


def look(house, number, person=None):
    return house.browser(person or house.sara).post(house.url("desk/call/"), {"number": number})


def opened(house, number="0701740699"):
    with house.acts(house.sara):
        return calls.open_for(house.guest, normal.phone(number), reason="called", words="wants to move")


@pytest.mark.parametrize("number", NUMBERS)
def test_any_digits_find_the_caller_by_a_letter(house, number):
    page = look(house, number).content.decode()
    assert "There is a record" in page and re.search(r"<b><bdi>G\.</bdi></b>", page)
    assert "Grace" not in page and "Miller" not in page and "grace@" not in page


def test_nobody_is_found_by_an_unknown_number(house):
    page = look(house, "+46701740600")
    assert page.status_code == 200 and "No record" in page.content.decode()
    assert look(house, "what?").status_code == 422
    assert look(house, "0701740699", house.desk.h1.person_id).status_code == 403
    assert (
        house.browser(house.other.administrator.pk)
        .post("/o/annat/desk/call/", {"number": "0701740699"})
        .content.decode()
        .count("No record")
    )


def test_it_opens_for_a_reason_and_a_quarter_of_an_hour(house):
    browser = house.browser(house.sara)
    form = {"number": "+46701740699", "person": str(house.guest), "reason": "called", "words": "wants to move"}
    assert browser.post(house.url("desk/call/open/"), form | {"words": ""})["Location"].endswith("/desk/call/")
    there = browser.post(house.url("desk/call/open/"), form)["Location"]
    page = browser.get(there).content.decode()
    assert "Grace Miller" in page and "grace@example.org" in page
    assert house.browser(house.nils).get(there).status_code == 404
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert browser.get(there).status_code == 404
    with privileged():
        names = set(Event.objects.filter(subject_id=house.guest).values_list("name", flat=True))
    assert {"access.grant.opened", "desk.call.seen"} <= names


def test_the_caller_reads_why_in_words(house):
    call = opened(house)
    house.browser(house.sara).get(house.url(f"desk/call/{call}/"))
    with house.acts(house.sara):
        calls.enter(call, "question", "May I bring my son?", language="en")
        assert evidence.flush() is not None
    with house.acts(house.guest, "guest"):
        read = {(one.event.name, str(one.why)) for one in history.events(most=50)}
    assert {
        ("access.grant.opened", "they are on the line and asked for help"),
        ("desk.call.seen", "you called"),
        ("desk.call.entered", "by telephone, entered by somebody here"),
    } <= read
    answers = house.proven()
    house.browser(house.nils).get(house.url(f"desk/{answers.pk}/"))
    with house.acts(answers.person_id, "guest"):
        read = {(one.event.name, str(one.why)) for one in history.events(most=50)}
    assert ("desk.thread.seen", "they answer what you asked") in read


def test_the_caller_sees_it_and_ends_it(house):
    call = opened(house)
    with house.acts(house.guest, "guest"):
        row = Call.objects.get()
        assert (row.reason, row.words) == ("called", "wants to move")
        assert access.take_back_all() >= 1
    assert house.browser(house.sara).get(house.url(f"desk/call/{call}/")).status_code == 404


def test_the_call_is_over(house):
    call = opened(house)
    browser = house.browser(house.sara)
    assert house.browser(house.nils).post(house.url(f"desk/call/{call}/close/")).status_code == 302
    assert browser.get(house.url(f"desk/call/{call}/")).status_code == 200
    browser.post(house.url(f"desk/call/{call}/close/"))
    assert browser.get(house.url(f"desk/call/{call}/")).status_code == 404


def test_a_number_that_is_not_theirs_opens_nothing(house):
    with house.acts(house.sara):
        for person, number in (
            (house.guest, "+46701740600"),
            (house.sara, "+46701740605"),
            (house.member, "+46701740699"),
        ):
            with pytest.raises(calls.Refused), transaction.atomic():
                calls.open_for(person, number, reason="called", words="x")
        with pytest.raises(ValueError):
            calls.open_for(house.guest, "+46701740699", reason="curious", words="x")
    with house.acts(house.desk.h1.person_id), pytest.raises(DatabaseError), transaction.atomic():
        calls.open_for(house.guest, "+46701740699", reason="called", words="x")
    with privileged():
        Restriction(organisation=house.desk.organisation, person_id=house.guest).save(force_insert=True)
    with house.acts(house.sara), pytest.raises(calls.Refused, match="rests"):
        calls.open_for(house.guest, "+46701740699", reason="called", words="x")


def test_nobody_tries_which_number_somebody_has(house):
    browser = house.browser(house.sara)
    given = {"person": str(house.guest), "reason": "called", "words": "x"}
    for n in range(20):
        browser.post(house.url("desk/call/open/"), given | {"number": f"+467017406{n:02}"})
    answer = browser.post(house.url("desk/call/open/"), given | {"number": "+46701740699"}, follow=True)
    assert "That is a lot of numbers" in answer.content.decode()
    with privileged():
        assert not Call.objects.exists()


def test_a_call_ends_where_data_is_put_to_rest(house):
    call = opened(house)
    with privileged():
        Restriction(organisation=house.desk.organisation, person_id=house.guest).save(force_insert=True)
    with house.acts(house.sara), pytest.raises(Http404):
        calls.enter(call, "question", "May I?", language="en")


def test_no_order_without_a_signature(house):
    with house.acts(house.sara):
        for function in ("desk.callers", "desk.open_call"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"select * from {function}(%s, %s)", ['{"number": "x"}', "00"])


def test_looking_for_many_is_slowed_down_and_noted(house):
    browser = house.browser(house.sara)
    answers = [browser.post(house.url("desk/call/"), {"number": f"+4670174{n:04}"}).status_code for n in range(22)]
    assert answers[:20] == [200] * 20 and set(answers[20:]) == {429}
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select coalesce(sum(times), 0) from privacy_tally where kind = 'refused'")
        assert cursor.fetchone()[0] >= 20


def test_what_is_entered_is_the_callers(house):
    call = opened(house)
    browser = house.browser(house.sara)
    answer = browser.post(house.url(f"desk/call/{call}/"), {"kind": "question", "words": "May I bring my son?"})
    assert answer.status_code == 302
    thread = house.thread()
    assert (thread.person_id, thread.entered_by_id, thread.channel) == (house.guest, house.sara, "telephone")
    assert house.said(thread) == [("them", "May I bring my son?")]
    support.react()
    told = [mail for mail in support.mails() if mail.to == "grace@example.org"][-1]
    assert "telephone" in told.subject and "/my/" in told.text and "my son" not in told.text
    with privileged():
        assert Event.objects.filter(name="desk.call.entered", subject_id=house.guest, actor_id=house.sara).exists()


def test_somebody_new(house):
    given = {
        "name": "Ali Nouri",
        "phone": "0701740611",
        "email": "",
        "language": "fa",
        "kind": "question",
        "words": "Open?",
    }
    assert house.browser(house.sara).post(house.url("desk/call/new/"), given).status_code == 302
    thread = house.thread()
    with privileged():
        person = Person.objects.get(pk=thread.person_id)
        assert (person.display_name, person.phone, person.language) == ("Ali Nouri", "+46701740611", "fa")
    assert "There is a record" in look(house, "0701740611").content.decode()
    assert house.browser(house.desk.h1.person_id).post(house.url("desk/call/new/"), given).status_code == 403


def test_a_time_is_booked_for_the_caller(house):
    call = opened(house)
    browser = house.browser(house.sara)
    path = house.url(f"desk/call/{call}/book/?kind=either")
    page = browser.get(path)
    first, key = (re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())[1] for name in ("start", "key"))
    assert browser.post(path, {"start": first, "key": key}).status_code == 302
    with privileged():
        booking = Booking.objects.latest("made")
        assert booking.person_id == house.guest
    assert browser.post(path, {"start": first, "key": key}).status_code in (302, 409)
    with privileged():
        assert Booking.objects.count() == 2
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert browser.get(path).status_code == 404


def test_a_changed_number_is_found_anew(house):
    from tillit.identity import details

    with house.acts(house.guest, "guest"):
        details.change(house.guest, "phone", "+46701740633")
    assert "There is a record" in look(house, "0701740633").content.decode()


def test_strangers_reach_no_page_of_it(house):
    for path in ("desk/call/", "desk/"):
        assert Client().get(house.url(path)).status_code == 302
    with privileged():
        assert not Thread.objects.filter(channel="telephone").exists()


def test_new_callers_are_not_a_way_to_send_many_messages(house):
    """A message goes to whoever is written down: few to one address, and not many by one person."""
    browser = house.browser(house.sara)
    given = {"name": "Ola", "email": "ola@example.org", "language": "en", "kind": "question", "words": "Hello"}
    one = [
        browser.post(house.url("desk/call/new/"), given | {"phone": f"+4670111{n:04}"}).status_code for n in range(4)
    ]
    many = [
        browser.post(house.url("desk/call/new/"), given | {"phone": f"+4670222{n:04}", "email": ""}).status_code
        for n in range(20)
    ]
    assert one == [302] * 3 + [429] and set(many[:16]) == {302} and set(many[-2:]) == {429}
