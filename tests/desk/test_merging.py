"""Two matters of one person answered as one: who may, where the other's number leads, and how it is undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404
from django.test import Client

from tests.conftest import privileged
from tests.desk.test_working import last_seen
from tests.kernel import support
from tillit.desk import actions, links, merging, queries, working
from tillit.desk.models import Message, Thread
from tillit.evidence.models import Event
from tillit.kernel import clock


def ask(house, words, kind="question", person=None):
    with house.acts(person or house.guest, "guest"):
        made = actions.ask(kind, words, language="en")
    support.react()
    return made


def merge(house, thread, into, person=None):
    with house.acts(person or house.sara):
        merging.merge(queries.get_thread(thread.pk), queries.get_thread(into.pk))


def now(thread):
    with privileged():
        return Thread.objects.get(pk=thread.pk)


@pytest.fixture
def two(house):
    return ask(house, "Where do I park?"), ask(house, "And is there a lift?")


def test_by_pages_and_the_other_number_leads_to_the_kept_one(house, two):
    first, second = two
    browser, path = house.browser(house.sara), house.url(f"desk/{first.pk}/")
    assert second.reference in browser.get(path).content.decode()
    assert browser.post(path + "merge/", {"other": str(second.pk)}).status_code == 302
    page = browser.get(path).content.decode()
    assert page.index("Where do I park?") < page.index("And is there a lift?") and "apart again" in page
    assert browser.get(house.url(f"desk/{second.pk}/")).url == path
    browser.get(path)  # which says so, once
    inbox = browser.get(house.url("desk/")).content.decode()
    assert first.reference in inbox and second.reference not in inbox
    seen = last_seen(browser.get(path))
    assert browser.post(path + "answer/", {"words": "Behind it, and yes.", "seen": seen}).status_code == 302
    assert (now(first).state, now(second).state, now(second).due) == ("theirs", "merged", None)
    with privileged():
        assert Event.objects.filter(name="desk.thread.merged", subject_id=house.guest).count() == 1


def test_the_link_that_was_mailed_leads_to_the_kept_one_and_words_follow(house):
    kept, link_kept = house.proven(), house.link()
    with house.acts(kept.person_id, "guest"):
        other = actions.ask("question", "One more thing.", language="en")
    link = f"/o/{house.slug}/contact/{links.token(other.pk, other.person_id)}/"
    merge(house, other, kept)
    assert Client().get(link).url == link_kept
    assert "One more thing." in Client().get(link_kept).content.decode()
    assert Client().post(link, {"words": "Written on the old page."}).url == link_kept
    assert ("them", "Written on the old page.") in house.said(kept)
    with house.acts(kept.person_id, "guest"):  # it was put together while they wrote
        actions.reply(Thread.objects.get(pk=other.pk), "Too late for the old one.")
        assert not actions.take_back(Thread.objects.get(pk=other.pk))
        assert [one.pk for one in queries.my_threads()] == [kept.pk]
    assert ("them", "Too late for the old one.") in house.said(kept)
    stranger = f"/o/{house.slug}/contact/{links.token(other.pk, house.guest)}/"
    assert Client().get(stranger).status_code == 404


def test_the_earlier_moment_holds_and_nothing_falls_behind(house, two):
    first, second = two
    with house.acts(house.sara):
        working.answer(queries.get_thread(second.pk), "Yes.", seen=queries.said(second, notes=False)[-1].pk)
    due = now(first).due
    merge(house, first, second)
    assert (now(second).state, now(second).due) == ("ours", due)
    house.sweep(due + timedelta(minutes=1))
    assert now(second).reminded == 2 and now(first).reminded == 0
    with house.acts(house.sara):
        for late in (working.close, lambda one: working.give(one, house.sara, instead_of=None)):
            with pytest.raises(working.TooLate):
                late(queries.get_thread(first.pk))
        with pytest.raises(working.TooLate):
            working.recast(queries.get_thread(first.pk), "question", None)


def test_undone_within_a_day(house, two):
    first, second = two
    due = now(second).due
    merge(house, second, first)
    browser = house.browser(house.sara)
    assert browser.post(house.url(f"desk/{first.pk}/part/"), {"part": str(second.pk)}).status_code == 302
    assert (now(second).state, now(second).merged_into_id, now(second).due) == ("new", None, due)
    assert house.said(second) == [("them", "And is there a lift?")]
    with privileged():
        assert Event.objects.filter(name="desk.thread.parted").count() == 1
    merge(house, second, first)
    with clock.at(clock.now() + timedelta(hours=25)), house.acts(house.sara), pytest.raises(working.TooLate):
        merging.part(queries.get_thread(second.pk))
    assert browser.post(house.url(f"desk/{first.pk}/part/"), {"part": str(first.pk)}).status_code == 302  # none of it


def test_chains_lead_to_the_last_one(house, two):
    first, second = two
    third = ask(house, "Is it far?")
    merge(house, first, second)
    merge(house, second, third)
    assert now(first).merged_into_id == now(second).merged_into_id == third.pk
    with house.acts(house.sara), pytest.raises(working.TooLate):
        merging.merge(queries.get_thread(third.pk), queries.get_thread(first.pk))


def test_only_what_goes_together(house, two):
    first, _second = two
    complaint = ask(house, "He was rude.", "complaint")
    foreign = house.proven()
    for person, one, other in (
        (house.admin, complaint, first),
        (house.admin, first, complaint),
        (house.sara, foreign, first),
        (house.sara, first, first),
    ):
        with pytest.raises(working.TooLate):
            merge(house, one, other, person)
    path = house.url(f"desk/{first.pk}/merge/")
    assert house.browser(house.sara).post(path, {"other": str(foreign.pk)}).status_code == 422
    assert house.browser(house.desk.h1.person_id).post(path, {"other": str(foreign.pk)}).status_code == 403
    with house.acts(house.sara), pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.filter(pk=first.pk).update(
            state="merged", merged_into=foreign.pk, merged=clock.now(), due=None
        )  # the database keeps the words of two people apart
    with house.acts(house.guest, "guest"), pytest.raises(DatabaseError), transaction.atomic():
        assert Thread.objects.filter(pk=first.pk).update(merged_into=complaint.pk) == 0
        raise DatabaseError


def test_they_go_together_when_their_time_is_over(house, two):
    first, second = two
    merge(house, first, second)
    with clock.at(clock.now() + timedelta(days=300)):
        with house.acts(house.guest, "guest"):
            actions.reply(queries.my_thread(second.pk), "Still there?")
        last = clock.now()
    house.sweep(last + timedelta(days=364))
    assert now(first).state == "merged"
    house.sweep(last + timedelta(days=366))
    with privileged():
        assert not Thread.objects.exists() and not Message.objects.exists()


def test_what_becomes_a_complaint_about_somebody_is_closed_to_them_with_all_that_was_put_to_it(house, two):
    first, second = two
    with house.acts(house.nils):
        working.give(queries.get_thread(second.pk), house.nils, instead_of=None)
    merge(house, second, first)
    with house.acts(house.sara):
        working.recast(queries.get_thread(first.pk), "complaint", house.nils)
    with house.acts(house.nils):
        assert not list(queries.worked_on(state="merged"))
        for one in (first, second):
            with pytest.raises(Http404):
                queries.get_thread(one.pk)
        assert not Message.objects.filter(thread=second).exists()
    assert (now(second).kind, now(second).about_id, now(second).assignee_id) == ("complaint", house.nils, None)
    with house.acts(house.admin):
        assert len(queries.said(queries.get_thread(first.pk), notes=True)) == 2
        merging.part(queries.get_thread(second.pk))
    assert (now(second).state, now(second).kind) == ("new", "complaint") and now(second).due
