"""Answering: who may, when it is promised, who is reminded, what whoever asked reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.conftest import privileged
from tests.kernel import support
from tillit.access import Actor, acting
from tillit.desk import actions, canned, clocks, queries, working
from tillit.desk.models import Canned, Message, Rating, Rules, Thread
from tillit.evidence.models import Event
from tillit.kernel import clock
from tillit.privacy.models import Restriction, RightsRequest

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 09:00 in Stockholm


def mails_to(address):
    return [mail for mail in support.mails() if mail.to == address]


def last_seen(page):
    """What the form of an answer says was read."""
    return re.search(r'name="seen" value="([0-9a-f-]+)"', page.content.decode())[1]


def answered(house, thread, words="It was our mistake.", person=None, **more):
    with house.acts(person or house.sara):
        found = queries.get_thread(thread.pk)
        spoken = queries.said(found, notes=False)
        working.answer(found, words, seen=spoken[-1].pk, **more)
    support.react()


def test_a_question_is_answered_by_a_page_and_read_by_a_link(house):
    thread = house.proven()
    browser = house.browser(house.sara)
    page = browser.get(house.url(f"desk/{thread.pk}/"))
    seen = last_seen(page)
    done = browser.post(house.url(f"desk/{thread.pk}/answer/"), {"words": "It was our mistake.", "seen": seen})
    assert done.status_code == 302
    link = house.link()
    assert "answer" in mails_to("vera@example.org")[-1].subject
    shown = Client().get(link).content.decode()
    assert "It was our mistake." in shown
    now = house.thread()
    assert (now.state, now.in_time, now.due, now.assignee_id) == ("theirs", True, None, house.sara)
    assert Client().post(link, {"words": "Thank you!"}).status_code == 302
    assert house.thread().state == "ours" and house.thread().due is not None


def test_roles_and_walls(house):
    thread = house.proven()
    path = house.url(f"desk/{thread.pk}/")
    assert house.browser(house.desk.h1.person_id).get(path).status_code == 403
    assert house.browser(house.member).get(path).status_code == 403
    assert Client().get(path).status_code == 302
    other = house.browser(house.other.administrator.pk)
    assert other.get(path).status_code == 404
    assert other.get(f"/o/annat/desk/{thread.pk}/").status_code == 404
    foreign = Actor(organisation=house.other.organisation.pk, person=house.other.administrator.pk, office="member")
    for actor in (foreign, Actor(organisation=house.desk.organisation.pk), house.desk.as_host(house.desk.h1)):
        with acting(actor):
            assert not Thread.objects.exists() and not Message.objects.exists() and not queries.helpers(thread.pk)
            with pytest.raises(DatabaseError), transaction.atomic():
                Message(organisation=house.desk.organisation, thread=thread, person_id=thread.person_id,
                        author_id=actor.person, side="us", words="in").save(force_insert=True)  # fmt: skip


def test_a_complaint_about_a_member_is_closed_to_them(house):
    """Sara is the one who is complained about, and answers everything else; Jonas administers."""
    with privileged():
        from tillit.identity.models import Membership

        Membership.objects.create(organisation=house.desk.organisation, person_id=house.sara, role="quality")
    thread = house.proven(kind="complaint", words="Sara was rude.")
    with house.acts(house.quality):
        working.recast(queries.get_thread(thread.pk), "complaint", house.sara)
    support.react()
    mail_before = len(mails_to("sara-berg-tidboken@example.org"))
    browser = house.browser(house.sara)
    assert browser.get(house.url(f"desk/{thread.pk}/")).status_code == 404
    assert thread.reference not in browser.get(house.url("desk/")).content.decode()
    assert house.browser(house.nils).get(house.url(f"desk/{thread.pk}/")).status_code == 404  # no complaints for staff
    with house.acts(house.sara):
        assert not Thread.objects.filter(pk=thread.pk).exists() and not Message.objects.filter(thread=thread).exists()
        assert Thread.objects.filter(pk=thread.pk).update(state="closed") == 0
        assert not queries.helpers(thread.pk)
    with house.acts(house.quality):
        found = queries.get_thread(thread.pk)
        assert house.sara not in {one.person for one in queries.helpers(thread.pk)}
        with pytest.raises(working.NotThem):
            working.give(found, house.sara, instead_of=None)
    house.sweep(clock.now() + timedelta(days=30))
    support.react()
    assert len(mails_to("sara-berg-tidboken@example.org")) == mail_before


def test_a_complaint_names_whom_it_is_about_from_the_start(house):
    host = house.desk.h1.person_id
    with privileged():
        from tillit.identity.models import Membership

        Membership.objects.create(organisation=house.desk.organisation, person_id=host, role="administrator")
    thread = house.proven(kind="complaint", about=str(host), words="She never came.")
    assert thread.about_id == host
    assert house.browser(host).get(house.url(f"desk/{thread.pk}/")).status_code == 404
    assert house.browser(house.admin).get(house.url(f"desk/{thread.pk}/")).status_code == 200
    assert house.write(kind="complaint", about=str(house.sara)).status_code == 422  # not a public name


def test_a_complaint_is_decided_with_reasons_and_where_to_go(house):
    thread = house.proven(kind="complaint")
    browser = house.browser(house.quality)
    path = house.url(f"desk/{thread.pk}/")
    assert browser.post(path + "close/").status_code == 302
    assert house.thread().state == "new"  # nobody closes what is not decided
    assert browser.post(path + "decide/", {"decision": "partly", "words": ""}).status_code == 422
    assert browser.post(path + "decide/", {"decision": "partly", "words": "We pay half."}).status_code == 302
    now = house.thread()
    assert (now.state, now.decision, now.in_time) == ("closed", "partly", True)
    page = Client().get(house.link()).content.decode()
    assert "We pay half." in page and "Privacy Protection" in page
    with house.acts(house.quality), pytest.raises(working.TooLate):
        working.decide(queries.get_thread(thread.pk), "upheld", "Again.")


def test_working_hours():
    class Here:
        pk, region, time_zone = None, "eu", "Europe/Stockholm"
        _desk_rules = Rules(weekdays=[1, 2, 3, 4, 5])

    friday = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)  # 16:00, an hour before closing
    assert clocks.after(Here, friday, 8 * 60) == datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert clocks.after(Here, MONDAY, 8 * 60) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # the clocks go forward that night
    assert clocks.after(Here, saturday, 60) == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
    Here._desk_rules = Rules(weekdays=[6, 7, 1, 2, 3])
    Here.time_zone = "Asia/Tehran"
    thursday = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    assert clocks.after(Here, thursday, 60) == datetime(2026, 11, 28, 6, 30, tzinfo=UTC)


def test_reminded_then_late_then_escalated(house):
    thread = house.proven()
    with house.acts(house.sara):
        working.give(queries.get_thread(thread.pk), house.sara, instead_of=None)
    support.react()
    due = house.thread().due
    assert due == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    before = {who: len(mails_to(f"{who}-tidboken@example.org")) for who in ("sara-berg", "jonas-ek", "nils-ek")}
    house.sweep(due - timedelta(hours=1))
    with clock.at(due - timedelta(hours=1)):
        support.react()
    house.sweep(due + timedelta(minutes=1))
    with clock.at(due + timedelta(minutes=1)):
        support.react()
        page = house.browser(house.sara).get(house.url("desk/")).content.decode()
    after = {who: len(mails_to(f"{who}-tidboken@example.org")) - n for who, n in before.items()}
    assert after == {"sara-berg": 2, "jonas-ek": 1, "nils-ek": 0}
    assert "late" in page and house.thread().reminded == 2
    with clock.at(due + timedelta(minutes=5)):
        answered(house, thread)
    assert house.thread().in_time is False


def test_notes_stay_inside_and_stand_in_the_copy(house):
    thread = house.proven()
    with house.acts(house.sara):
        working.note(queries.get_thread(thread.pk), "Has called twice before.")
    assert "called twice" not in Client().get(house.link()).content.decode()
    assert "called twice" in house.browser(house.nils).get(house.url(f"desk/{thread.pk}/")).content.decode()
    with house.acts(thread.person_id, "guest"):
        assert "note" in set(Message.objects.values_list("side", flat=True))


def test_answers_that_are_ready(house):
    with house.acts(house.admin):
        row = Canned(organisation=house.desk.organisation, language="en", title="Sorry")
        row.words = "Dear {name}, {{reference}} {other} {me} of {organisation}."
        row.save(force_insert=True)
        assert not Canned.objects.filter(language="sv").exists()
    with house.acts(house.desk.h1.person_id):
        assert not Canned.objects.exists()
    thread = house.proven(name="{me} {reference}")
    page = house.browser(house.sara).get(house.url(f"desk/{thread.pk}/?canned={row.pk}"))
    words = "Dear {me} {reference}, {" + thread.reference + "} {other} Sara Berg of Tidboken."
    assert words in page.content.decode()
    assert canned.filled("{x}", name="", reference="", organisation="", me="") == "{x}"


def test_two_answers_at_once(house):
    thread = house.proven()
    first, second = house.browser(house.sara), house.browser(house.nils)
    path = house.url(f"desk/{thread.pk}/")
    seen = last_seen(first.get(path))
    assert first.post(path + "answer/", {"words": "Yes.", "seen": seen}).status_code == 302
    again = second.post(path + "answer/", {"words": "No, never.", "seen": seen})
    assert again.status_code == 422 and "No, never." in again.content.decode()
    assert [words for side, words in house.said(thread) if side == "us"] == ["Yes."]


def test_asked_once_how_content(house):
    thread = house.proven()
    answered(house, thread, close_it=True)
    assert any("How did we do" in mail.subject for mail in mails_to("vera@example.org"))
    link = house.link()
    assert Client().post(link, {"stars": "4", "words": "Quick."}).status_code == 302
    assert Client().post(link, {"stars": "1", "words": ""}).status_code == 302
    with privileged():
        assert [row.stars for row in Rating.objects.all()] == [4]
    page = house.browser(house.quality).get(house.url(f"desk/{thread.pk}/")).content.decode()
    assert "Quick." in page and "of 5" not in page, "counted only together with others"
    assert Client().post(link, {"stars": "9"}).status_code == 422
    Client().post(link, {"words": "One more thing"})
    answered(house, thread, close_it=True)
    assert sum("How did we do" in mail.subject for mail in mails_to("vera@example.org")) == 1


def test_who_objects_is_not_asked(house):
    thread = house.proven()
    with privileged():
        from tillit.privacy.models import Objection

        Objection(organisation=house.desk.organisation, person_id=thread.person_id, purpose="statistics",
                  state="upheld").save(force_insert=True)  # fmt: skip
    answered(house, thread, close_it=True)
    assert not any("How did we do" in mail.subject for mail in mails_to("vera@example.org"))


def test_figures_single_nobody_out(house):
    threads = [house.proven(email=f"v{n}@example.org", kind="praise") for n in range(4)]
    with house.acts(house.quality):
        assert [(one.kind, one.asked) for one in queries.figures()] == [("praise", None)]
    threads.append(house.proven(email="v9@example.org", kind="praise"))
    for thread in threads:
        answered(house, thread)
    with house.acts(house.quality):
        (one,) = queries.figures()
        assert (one.asked, one.answered, one.in_time, one.rated) == (5, 5, 5, None)
    page = house.browser(house.quality).get(house.url("desk/figures/"))
    assert "fewer than five" in page.content.decode()
    assert house.browser(house.sara).get(house.url("desk/figures/")).status_code == 403
    with house.acts(house.sara), pytest.raises(DatabaseError), transaction.atomic():
        queries.figures()


def test_data_at_rest_is_in_no_figure(house):
    threads = [house.proven(email=f"v{n}@example.org", kind="praise") for n in range(5)]
    with privileged():
        Restriction(organisation=house.desk.organisation, person_id=threads[0].person_id).save(force_insert=True)
    with house.acts(house.quality):
        assert [(one.kind, one.asked) for one in queries.figures()] == [("praise", None)]


def test_another_kind_has_its_own_time_and_is_recorded(house):
    thread = house.proven()
    with house.acts(house.quality):
        working.recast(queries.get_thread(thread.pk), "complaint", None)
        assert house.thread().due > thread.due
        working.decide(queries.get_thread(thread.pk), "upheld", "You are right.")
    with privileged():
        assert Event.objects.filter(name="desk.thread.given", object_id=thread.pk, actor_id=house.quality).exists()
    with house.acts(thread.person_id, "guest"):
        actions.reply(queries.my_thread(thread.pk), "And now?")
    page = house.browser(house.quality).post(house.url(f"desk/{thread.pk}/recast/"), {"kind": "question"}, follow=True)
    assert page.status_code == 200 and house.thread().kind == "complaint", "what was decided stays a complaint"


def test_what_was_a_complaint_is_late_as_a_question_is(house):
    thread = house.proven(kind="complaint")
    with house.acts(house.quality):
        working.recast(queries.get_thread(thread.pk), "question", None)
    due = house.thread().due
    assert due < thread.due
    house.sweep(due + timedelta(minutes=1))
    assert house.thread().reminded == 2


def test_a_right_goes_to_the_privacy_office(house):
    thread = house.proven(words="Please erase me.")
    browser = house.browser(house.sara)
    assert browser.post(house.url(f"desk/{thread.pk}/pass-on/"), {"kind": "erase"}).status_code == 302
    with privileged():
        request = RightsRequest.objects.get()
        assert (request.kind, request.words, request.state, request.proof) == (
            "erase",
            "Please erase me.",
            "open",
            "address",
        )
    assert house.thread().state == "closed"


def test_a_complaint_that_is_passed_on_waits_for_its_decision_and_what_it_says_of_a_member_stays(house):
    thread = house.proven(kind="complaint", words="Jonas has read my notes.")
    with house.acts(house.quality):
        working.recast(queries.get_thread(thread.pk), "complaint", house.admin)
        working.pass_on(queries.get_thread(thread.pk), "access")
    with privileged():
        assert RightsRequest.objects.get().words == ""
    now = house.thread()
    assert (now.state, now.closed, now.decision) == ("theirs", None, "") and now.due is not None


def test_data_at_rest_is_not_worked_on(house):
    thread = house.proven()
    with privileged():
        Restriction(organisation=house.desk.organisation, person_id=thread.person_id).save(force_insert=True)
    with house.acts(house.sara):
        assert not Thread.objects.filter(pk=thread.pk).exists() and not Message.objects.filter(thread=thread).exists()


def test_it_goes_when_its_time_is_over(house):
    thread = house.proven()
    answered(house, thread, close_it=True)
    house.sweep(clock.now() + timedelta(days=364))
    assert house.thread().pk == thread.pk
    house.sweep(clock.now() + timedelta(days=366))
    with privileged():
        assert not Thread.objects.exists() and not Message.objects.exists()


def test_booking_data_goes_and_an_open_matter_keeps_its_person(house):
    with house.acts(house.guest, "guest"):
        actions.ask("booking", "Where do I park?", language="en")
    house.sweep(clock.now() + timedelta(days=60))
    with privileged():
        from tillit.identity.models import Person

        assert Person.objects.get(pk=house.guest).display_name == "Grace Miller"
    house.sweep(clock.now() + timedelta(days=400))
    with privileged():
        assert Person.objects.get(pk=house.guest).display_name == ""


def test_rules_are_the_administrators(house):
    browser = house.browser(house.admin)
    given = {"answer_hours": 2, "complaint_days": 3, "opens": "08:00", "closes": "12:00", "weekdays": ["1", "2"]}
    assert browser.post(house.url("desk/promised/"), given).status_code == 302
    assert browser.post(house.url("desk/promised/"), given | {"opens": "13:00"}).status_code == 422
    assert "within 2 working hours" in Client().get(house.url("contact/")).content.decode()
    assert house.browser(house.sara).get(house.url("desk/promised/")).status_code == 403


def test_who_changed_the_rules_and_the_ready_answers_can_be_read(house):
    browser = house.browser(house.admin)
    given = {"answer_hours": 2, "complaint_days": 3, "opens": "08:00", "closes": "12:00", "weekdays": ["1", "2"]}
    days = {"country": "SE", "free_days": "2026-12-28\n۱۴۰۵/۱۰/۰۸"}
    assert browser.post(house.url("desk/promised/"), given | {"free_days": "soon"}).status_code == 422
    assert browser.post(house.url("desk/promised/"), given | {"country": "XX"}).status_code == 422
    assert browser.post(house.url("desk/promised/"), given | days).status_code == 302
    with privileged():
        assert [str(day) for day in Rules.objects.get().free_days] == ["2026-12-28", "2026-12-29"]
    page = browser.get(house.url("desk/promised/")).content.decode()
    assert "Second Day of Christmas" in page and "2026-12-29" in page
    ready = {"language": "en", "title": "Sorry", "words": "We are sorry."}
    assert browser.post(house.url("desk/ready/"), ready).status_code == 302
    with privileged():
        row = Canned.objects.get()
    assert browser.post(house.url(f"desk/ready/{row.pk}/remove/")).status_code == 302
    with privileged():
        found = Event.objects.filter(name__in=("desk.rules.changed", "desk.ready.changed"), actor_id=house.admin)
        assert [one.reason for one in found.order_by("made", "pk")] == ["", "changed", "removed"]
