"""The desk, the search and the delivery log through the API: as the pages, and by their rules."""

from __future__ import annotations

from typing import get_args
from uuid import uuid4

import pytest

from tests.booking.conftest import make_person
from tests.conftest import privileged
from tests.kernel import support
from tests.web.api.conftest import Program, person_of, token_of
from tests.web.api.test_api import wish
from tillit.access import PUBLIC, Actor, acting
from tillit.desk import actions
from tillit.desk.models import KINDS, STATES, Message
from tillit.evidence.models import Event
from tillit.identity.models import Membership
from tillit.identity.programs.models import KeptAnswer
from tillit.kernel import tasks
from tillit.notify.kinds import Channel
from tillit.notify.models import Sending
from tillit.web.api import desk as desk_api
from tillit.web.api import sent

HERE = "o/tidboken/desk"


@pytest.fixture
def asker(desk):
    tasks.load()
    with acting(PUBLIC), privileged():
        return make_person(desk.organisation, "Mona Medlem").pk


def ask(desk, asker, words="Where is the lift?", kind="question"):
    with acting(Actor(organisation=desk.organisation.pk, person=asker, office="member")):
        made = actions.ask(kind, words, language="en")
    support.react()
    return made


def test_a_program_answers_gives_and_closes(desk, administrator, asker):
    thread, other = ask(desk, asker), ask(desk, asker, "And the stairs?")
    page = administrator.get(f"{HERE}?limit=1").said
    assert [one["reference"] for one in page["items"]] == [thread.reference]
    rest = administrator.get(f"{HERE}?cursor={page['next']}").said
    assert [one["id"] for one in rest["items"]] == [str(other.pk)] and rest["next"] is None
    whole = administrator.get(f"{HERE}/{thread.pk}").said
    assert whole["asker"] == "Mona Medlem" and [one["words"] for one in whole["said"]] == ["Where is the lift?"]
    assert {one["name"] for one in whole["helpers"]} == {"Jonas Ek"}
    me = str(desk.administrator.pk)
    assert administrator.post(f"{HERE}/{thread.pk}/assign", {"to": me}).said["assignee"] == me
    refused = administrator.post(f"{HERE}/{thread.pk}/assign", {"to": str(uuid4()), "instead_of": me})
    assert (refused.status_code, refused.said["type"]) == (409, "urn:tillit:problem:not-them")
    late = administrator.post(f"{HERE}/{thread.pk}/answer", {"words": "There.", "seen": str(uuid4())})
    assert (late.status_code, late.said["type"]) == (409, "urn:tillit:problem:overtaken")
    body, key = {"words": "To the left.", "seen": whole["said"][-1]["id"]}, {"Idempotency_Key": uuid4().hex}
    for _again in range(2):
        done = administrator.post(f"{HERE}/{thread.pk}/answer", body, **key)
        assert done.status_code == 200 and done.said["state"] == "theirs"
    for _again in range(2):
        assert administrator.post(f"{HERE}/{thread.pk}/close").said["state"] == "closed"
    assert administrator.post(f"{HERE}/{thread.pk}/answer", body).said["type"] == "urn:tillit:problem:too-late"
    assert [one["id"] for one in administrator.get(f"{HERE}?state=closed").said["items"]] == [str(thread.pk)]
    assert administrator.get(f"{HERE}?mine=true").said["items"] == []
    with privileged():
        assert Message.objects.filter(thread=thread, side="us").count() == 1
        seen = Event.objects.filter(name="desk.thread.seen", subject_id=asker, actor_id=desk.administrator.pk)
        assert seen.exists()
        assert KeptAnswer.objects.exists()


def test_who_does_not_answer_here_reads_nothing(desk, host, elsewhere, anybody, asker):
    thread, complaint = ask(desk, asker), ask(desk, asker, "Rude.", "complaint")
    with acting(PUBLIC), privileged():
        staff = make_person(desk.organisation, "Sara Berg", "staff")
    for path in (HERE, f"{HERE}/{thread.pk}"):
        assert host.get(path).status_code == 403
        assert elsewhere.program.get(path).status_code == 404
        assert anybody.get(path).status_code == 401
    assert elsewhere.program.get(f"o/elsewhere/desk/{thread.pk}").status_code == 404
    few = Program(token_of(staff, "desk:read"))
    assert [one["id"] for one in few.get(HERE).said["items"]] == [str(thread.pk)]
    assert few.get(f"{HERE}/{complaint.pk}").status_code == 404
    assert few.post(f"{HERE}/{thread.pk}/close").said["type"] == "urn:tillit:problem:scope-missing"
    assert few.get("o/tidboken/messages").said["type"] == "urn:tillit:problem:scope-missing"


def test_a_complaint_is_not_closed_by_a_program(desk, administrator, asker):
    thread = ask(desk, asker, "Rude.", "complaint")
    seen = administrator.get(f"{HERE}/{thread.pk}").said["said"][-1]["id"]
    body = {"words": "We look into it.", "seen": seen, "close": True}
    assert administrator.post(f"{HERE}/{thread.pk}/answer", body).said["state"] == "theirs"
    assert administrator.post(f"{HERE}/{thread.pk}/close").status_code == 409


def test_the_search_finds_what_its_owner_may_see_and_keeps_nothing(desk, administrator, host, asker):
    ask(desk, asker)
    found = administrator.post("o/tidboken/search", {"text": "Mona"}, Idempotency_Key=uuid4().hex).said["groups"]
    assert "Mona Medlem" in {hit["title"] for group in found if group["key"] == "threads" for hit in group["hits"]}
    theirs = host.post("o/tidboken/search", {"text": "Mona"}).said["groups"]
    assert not [hit for group in theirs for hit in group["hits"] if "Mona" in hit["title"]]
    for wrong in ({"text": ""}, {"text": "x", "since": "2026-02-30"}, {"text": "x" * 101}, {"q": "x"}):
        assert administrator.post("o/tidboken/search", wrong).status_code == 422
    narrow = Program(token_of(desk.administrator, "me:read"))
    assert narrow.post("o/tidboken/search", {"text": "Mona"}).status_code == 403
    with privileged():
        assert not KeptAnswer.objects.exists()


def test_what_was_sent_and_what_became_of_it(desk, administrator, host, elsewhere, anybody):
    tasks.load()
    anybody.post("o/tidboken/bookings", wish())
    support.react()
    rows = administrator.get("o/tidboken/messages?limit=1").said
    assert rows["items"] and rows["items"][0]["state"] in Sending.STATES and rows["items"][0]["says"]
    assert administrator.get("o/tidboken/messages?state=bounced").said["items"] == []
    assert administrator.get("o/tidboken/messages?until=2026-01-01").said["items"] == []
    assert administrator.get("o/tidboken/messages?channel=pigeon").status_code == 422
    if rows["next"]:
        following = administrator.get(f"o/tidboken/messages?cursor={rows['next']}").said["items"]
        assert rows["items"][0]["id"] not in {one["id"] for one in following}
    assert host.get("o/tidboken/messages").status_code == 403
    assert elsewhere.program.get("o/elsewhere/messages").said["items"] == []
    again = f"o/tidboken/messages/{rows['items'][0]['id']}/again"
    assert administrator.post(again).said["type"] == "urn:tillit:problem:nothing-left"
    assert host.post(again).status_code == 403


def test_the_owner_has_a_matter_of_their_own_and_answers_it_not(desk, host):
    thread = ask(desk, person_of(desk.h1).pk)
    with privileged():
        Membership.objects.create(organisation=desk.organisation, person_id=desk.h1.person_id, role="staff")
    assert host.get(HERE).said["items"] == [] and host.get(f"{HERE}/{thread.pk}").status_code == 404


def test_the_description_names_what_there_is():
    assert set(get_args(desk_api.Kind)) == set(KINDS)
    assert set(get_args(desk_api.State)) == set(STATES) - {"unproven"}
    assert set(get_args(sent.Way)) == {one.value for one in Channel}
    assert set(get_args(sent.State)) == set(Sending.STATES)
