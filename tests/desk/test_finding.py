"""Matters of the desk in the search: for whoever works on them, and for whoever asked."""

from __future__ import annotations

import pytest

from tests.conftest import privileged
from tillit import evidence
from tillit.desk import working
from tillit.evidence.models import Event
from tillit.journeys.search.asking import Question
from tillit.journeys.search.queries import search
from tillit.kernel import finding


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(finding, "SECONDS", 30)


def found(house, person, text):
    with house.acts(person), evidence.gathering():
        groups = {group.source.key: group for group in search(Question(text), slug=house.slug, request=None)}
        evidence.flush()
    return [hit.title for hit in groups["threads"].hits] if "threads" in groups else []


@pytest.mark.parametrize("text", ["lamp", "Vera", "vear ask", "lamp billed"])
def test_who_answers_finds_a_question_and_who_asked_can_read_that(house, text):
    thread = house.proven()
    assert found(house, house.sara, text) == ["Vera Ask"]
    with privileged():
        assert Event.objects.filter(name="desk.thread.seen", subject_id=thread.person_id).exists()
    for stranger in (house.member, house.guest):
        assert found(house, stranger, text) == []
    other = house.other
    with privileged():
        elsewhere = other.administrator.pk
    assert found(house, elsewhere, text) == []


def test_notes_are_found_by_those_who_write_them_only(house):
    thread = house.proven()
    with house.acts(house.sara):
        working.note(thread, "Looks like the zebra account.")
    assert found(house, house.sara, "zebra") == ["Vera Ask"]
    assert found(house, thread.person_id, "zebra") == []
    assert found(house, thread.person_id, "lamp") == ["A question"]


def test_a_complaint_about_a_member_is_closed_to_them(house):
    house.proven(kind="complaint")
    assert found(house, house.sara, "lamp") == []
    assert found(house, house.quality, "lamp") == ["Vera Ask"]


def test_what_nobody_has_proven_is_found_by_nobody(house):
    house.write()
    for person in (house.sara, house.nils, house.quality, house.admin):
        assert found(house, person, "lamp") == []
