"""What a stranger with a token of some kind tries at the later doors: cursors of other lists, days at the end of time,
words that no row can hold, and answers that outlive whoever they name."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.booking.conftest import make_person
from tests.conftest import privileged
from tests.exchange.conftest import PEOPLE, browser, folder  # noqa: F401 (a fixture)
from tests.web.api.conftest import token_of  # noqa: F401
from tests.web.api.test_desk import ask, asker  # noqa: F401 (a fixture)
from tests.web.api.test_files import given
from tillit.access import PUBLIC, acting
from tillit.identity.programs.models import KeptAnswer

HERE = "o/tidboken"


@pytest.mark.parametrize("path", ["desk", "messages", "people", "imports", "me/events"])
def test_a_cursor_of_another_list_names_no_page(administrator, path):
    foreign = administrator.get(f"{HERE}/lists?limit=1").said["next"]
    assert foreign
    answer = administrator.get(f"{HERE}/{path}?cursor={foreign}")
    assert answer.status_code == 404, answer.content


def test_what_somebody_is_named_in_is_not_kept_beyond_them(desk, administrator, asker):  # noqa: F811
    with acting(PUBLIC), privileged():
        helper = make_person(desk.organisation, "Sara Berg", "staff").pk
    thread = ask(desk, asker)
    key = {"Idempotency_Key": uuid4().hex}
    done = administrator.post(f"{HERE}/desk/{thread.pk}/assign", {"to": str(desk.administrator.pk)}, **key)
    assert "Sara Berg" in {one["name"] for one in done.said["helpers"]}
    with privileged():
        assert helper in KeptAnswer.objects.get().about
        KeptAnswer.objects.all().delete()
    offer = next(one for one in administrator.get(f"{HERE}/office/offers").said["items"] if one["hosts"])
    administrator.ask(
        "patch", f"{HERE}/office/offers/{offer['id']}", {"title": "Talk"}, **key | {"Idempotency_Key": "b"}
    )
    hosts = {desk.h1.person_id, desk.h2.person_id}
    with privileged():
        assert hosts & set(KeptAnswer.objects.get().about)


@pytest.mark.parametrize("words", ["a\0b", "\ud800", "x\r\nBcc: y@example.org"])
def test_words_that_no_row_holds_are_refused_or_kept_as_words(administrator, words):
    here = given(administrator)
    answer = administrator.post(f"{here}/confirm", {"source": "public", "words": words})
    assert answer.status_code in (200, 422), answer.content


@pytest.mark.parametrize("which", ["messages", "bookings", "evidence", "webhooks"])
def test_the_last_day_of_all_is_a_day(desk, which):
    client = browser(desk.h1.person if which == "bookings" else desk.administrator)
    for first, last in (("0001-01-01", "9999-12-31"), ("9999-12-31", "9999-12-31")):
        given = {"form": "csv", "purpose": "work", "first": first, "last": last}
        answer = client.post(f"/o/tidboken/export/{which}/", given)
        assert answer.status_code in (200, 422), (which, first)


@pytest.mark.parametrize("asked", ["since=9999-12-31&until=9999-12-31", "since=0001-01-01&until=0001-01-01"])
def test_the_log_of_messages_to_the_last_day(desk, asked):
    assert browser(desk.administrator).get(f"/o/tidboken/office/messages/?{asked}").status_code in (200, 422)
