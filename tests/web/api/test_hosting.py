"""What hosts and administrators do on their pages, done by a program: by hand, days away, other hours, questions,
numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.booking.conftest import NOW
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.web.api.conftest import Program, person_of, token_of
from tillit.booking.models import Booking, IntakeForm, MeetingType
from tillit.evidence.models import Event
from tillit.kernel import clock

CALENDAR = "o/tidboken/calendar/"
TOPIC = {
    "key": "topic", "kind": "choice", "words": {"en": {"label": "What is it about?"}}, "required": True,
    "options": [{"key": "roof", "words": {"en": "The roof"}}, {"key": "wall", "words": {"en": "A wall"}}],
}  # fmt: skip
HEIGHT = {
    "key": "height", "kind": "number", "words": {"en": {"label": "How high?"}}, "least": 1, "most": 90,
    "after": {"question": "topic", "answer": "roof"},
}  # fmt: skip


@pytest.fixture
def other(desk) -> Program:
    """The other host's program."""
    return Program(token_of(person_of(desk.h2)))


def test_a_host_moves_says_who_did_not_come_and_books_for_who_calls(desk, host, other):
    booking, _new = order(desk.kinds["consultation"], at(10))
    path = f"{CALENDAR}bookings/{booking}/"
    assert other.post(path + "move", {"start": "2026-11-24T18:30:00+01:00"}).status_code == 404
    assert host.post(path + "move", {"start": "2026-11-24T18:30:00+01:00"}).status_code == 204
    with privileged():
        assert Booking.objects.get().meeting.span.lower.isoformat() == "2026-11-24T17:30:00+00:00"
    assert host.post(path + "series/move", {"dates": []}).status_code == 409
    assert host.post(path + "no-show").status_code == 409, "it has not begun"
    with clock.at(NOW + timedelta(days=1, hours=10)):
        later = Program(token_of(person_of(desk.h1)))
        assert [later.post(path + "no-show", {"undo": undo}).status_code for undo in (False, True)] == [204, 204]
        assert Program(token_of(person_of(desk.h2))).post(path + "no-show").status_code == 404
    caller = {
        "offer": "consultation",
        "start": "2026-11-26T10:00:00+01:00",
        "guest": {"name": "Ali", "phone": "0701740605"},
    }
    assert host.post(CALENDAR + "bookings", caller).status_code == 204
    assert host.post(CALENDAR + "bookings", caller).status_code == 409
    unreachable = {**caller, "guest": {"name": "Ali"}}
    assert host.post(CALENDAR + "bookings", unreachable).status_code == 409


def test_a_host_is_away_and_has_other_hours(desk, host, other):
    week = {"first": "2026-12-07", "last": "2026-12-11", "stand_in": str(desk.h2.pk)}
    order(desk.kinds["consultation"], at(10) + 14 * 1440)
    assert host.post(CALENDAR + "away", week | {"stand_in": str(desk.h1.pk)}).status_code == 409
    made = host.post(CALENDAR + "away", week)
    assert made.status_code == 201 and made.said["stand_in"] == "Omid Rahimi" and len(made.said["meetings"]) == 1
    assert other.get(CALENDAR + "away").said["items"] == []
    (meeting,) = made.said["meetings"]
    assert other.post(f"{CALENDAR}meetings/{meeting}/hand-over").status_code == 404
    assert host.post(f"{CALENDAR}meetings/{meeting}/hand-over").status_code == 204
    assert other.ask("delete", f"{CALENDAR}away/{made.said['id']}").status_code == 404
    assert host.ask("delete", f"{CALENDAR}away/{made.said['id']}").status_code == 204
    evening = {"name": "Evenings", "week": {"tuesday": [["18:00", "20:00"]]}, "offers": ["short"]}
    assert host.post(CALENDAR + "other-hours", evening | {"offers": ["nothing"]}).status_code == 409
    overlap = {"tuesday": [["18:00", "20:00"], ["18:30", "25:00"]]}
    assert host.post(CALENDAR + "other-hours", evening | {"week": overlap}).status_code == 422
    kept = host.post(CALENDAR + "other-hours", evening)
    assert kept.status_code == 201 and kept.said["offers"] == ["short"]
    path = f"{CALENDAR}other-hours/{kept.said['id']}"
    assert other.ask("put", path, evening).status_code == 404
    assert host.ask("put", path, evening | {"offers": []}).said["offers"] == []
    assert host.ask("delete", path).status_code == 204 and host.get(CALENDAR + "other-hours").said["items"] == []


def test_an_administrator_makes_questions_and_what_comes_afterwards(desk, administrator, host, anybody):
    kind = desk.kinds["consultation"]
    path = f"o/tidboken/office/offers/{kind.pk}/"
    route = {"after": {"question": "topic", "answer": "wall"}, "offer": str(desk.kinds["short"].pk)}
    asked = {"questions": [TOPIC, HEIGHT], "routes": [route]}
    assert host.ask("put", path + "questions", asked).status_code == 403
    for wrong in (
        {"questions": [HEIGHT]},
        {"questions": [TOPIC, TOPIC]},
        {"questions": [TOPIC | {"options": []}]},
        {"questions": [HEIGHT | {"after": None, "least": 9, "most": 1}]},
        asked | {"routes": [route | {"after": {"question": "topic", "answer": "sea"}}]},
        asked | {"routes": [route | {"offer": str(desk.h1.pk)}]},
        asked | {"routes": [route | {"host": str(desk.h2.pk)}]},
    ):
        assert administrator.ask("put", path + "questions", wrong).status_code == 409
    with privileged():
        assert not IntakeForm.objects.exists()
    kept = administrator.ask("put", path + "questions", asked)
    assert kept.said["draft"] and kept.said["version"] == 0 and kept.said["routes"][0]["offer"] == route["offer"]
    assert anybody.get("o/tidboken/offers/consultation/questions").said["version"] == 0
    assert administrator.post(path + "questions/publish").said["version"] == 1
    assert [one["key"] for one in anybody.get("o/tidboken/offers/consultation/questions").said["items"]] == [
        "topic",
        "height",
    ]
    administrator.ask("put", path + "questions", {"questions": []})
    assert administrator.ask("delete", path + "questions").status_code == 204
    assert len(administrator.get(path + "questions").said["questions"]) == 2
    rules = {"answer_within": 120, "keep_days": 10, "follow_up": 60, "follow_up_words": {"en": "Thank you."}}
    assert administrator.ask("put", path + "afterwards", rules | {"follow_up_words": {}}).status_code == 409
    assert (
        administrator.ask("put", path + "afterwards", rules).said
        == rules
        == administrator.get(path + "afterwards").said
    )
    with privileged():
        assert MeetingType.objects.get(pk=kind.pk).answer_within == 120


def test_administrators_read_times_and_numbers_and_hosts_can_tell(desk, administrator, host):
    for hour in (9, 10, 11, 12, 13):
        order(desk.kinds["consultation"], at(hour), email=f"g{hour}@example.org")
    begin = "o/tidboken/office/team?begin=2026-11-24T00:00:00Z&days=2"
    assert host.get(begin).status_code == 403
    times = {one["host"]: one["booked"] for one in administrator.get(begin).said["items"]}
    assert times["Helena Lind"][0]["start"] == "2026-11-24T08:00:00Z" and times["Omid Rahimi"] == []
    with privileged():
        assert Event.objects.filter(subject_id=desk.h1.person_id, name__contains="seen").exists()
    numbers = administrator.get("o/tidboken/office/statistics?until=2026-11-24").said
    assert numbers["offers"][0]["bookings"] == 5 and len(numbers["weeks"]) == 12
    assert host.get("o/tidboken/office/statistics").status_code == 403
    assert administrator.get("o/tidboken/lists/statistics/file").status_code == 200
    table = administrator.get("o/tidboken/lists/team/file?purpose=work&first=2026-11-24&last=2026-11-25")
    assert b"Helena Lind" in table.content and b"g10@" not in table.content
