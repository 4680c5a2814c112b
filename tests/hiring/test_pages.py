"""The whole way on pages: from meeting first to reviews, by both sides; and a stranger finds nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.test import Client

from tests.booking.test_setup import log_in
from tests.hiring.conftest import NOW, SATURDAY, Work
from tests.kernel import support
from tillit.access import PUBLIC, acting
from tillit.hiring import queries
from tillit.kernel import clock
from tillit.messaging import actions as messaging

TERMS = {
    "what": "Barnpassning", "day": "2026-11-28", "start": "09:00", "end": "12:00", "weeks": "1", "rate": "460",
    "travel": "60", "place": "theirs", "payee": "provider", "cancel_hours": "24", "notes": "Two children.",
}  # fmt: skip


def browser(work: Work, first: str) -> Client:
    with acting(PUBLIC):
        return log_in(work.person(first))


def thread(work: Work) -> UUID:
    with work.as_("Petra"):
        return messaging.begin(to=work.person("Sara"), about=("job", work.person("Petra")), words="Hello Sara")


def test_two_agree_work_and_say_how_it_was_on_pages(work: Work) -> None:
    sara, petra, amir = (browser(work, first) for first in ("Sara", "Petra", "Amir"))
    talk, home = thread(work), "/o/omsorgstorget/jobs/"
    assert petra.get(home).status_code == 200 and Client().get(home).status_code == 302
    assert amir.get(f"{home}with/{talk}/").status_code == 404

    page = petra.get(f"{home}with/{talk}/meeting/")
    assert page.status_code == 200
    asked = {"day": "2026-11-26", "time": "10:00", "place": "video", "where": "Ring mig"}
    found = petra.post(f"{home}with/{talk}/meeting/", asked)
    assert found.status_code == 302, found.content.decode()[-3000:]
    meeting = found["Location"]
    assert petra.get(meeting).status_code == 200 and amir.get(meeting).status_code == 404
    assert sara.post(meeting, {"start": "2026-11-26T09:00:00+00:00"}).status_code == 302
    assert "both calendars" in sara.get(meeting).content.decode()

    assert petra.post(f"{home}with/{talk}/", {**TERMS, "rate": "x"}).status_code == 422
    made = petra.post(f"{home}with/{talk}/", TERMS)
    assert made.status_code == 302, made.content.decode()[-3000:]
    job = made["Location"]
    text = sara.get(job).content.decode()
    assert "Barnpassning" in text and "Petra" in text and "Nystr" not in text and "1,440" in text
    assert "Holm" not in petra.get(job).content.decode()
    assert amir.get(job).status_code == 404 and amir.post(f"{job}yes/", {"number": "1"}).status_code == 404
    assert sara.post(f"{job}yes/", {"number": "7"}).status_code == 409
    assert sara.post(f"{job}yes/", {"number": "1"}).status_code == 302
    assert "waits for you" not in sara.get(home).content.decode()
    assert sara.get(f"{job}change/").status_code == 200
    support.react()
    with clock.at(SATURDAY + timedelta(hours=4)):
        form = petra.get(f"{job}time/").content.decode()
        assert 'value="09:00"' in form and 'value="12:00"' in form
        worked = {"day": "2026-11-28", "start": "09:00", "end": "12:00", "pause": "0", "travel": "60"}
        assert petra.post(f"{job}time/", worked).status_code == 302
        with work.as_("Sara"):
            (one,) = queries.reports(queries.my_jobs()[0])
        assert sara.post(f"{home}time/{one.pk}/", {"objection": "Longer."}).status_code == 302
        assert petra.get(f"{job}time/{one.pk}/").status_code == 200
        assert sara.post(f"{home}time/{one.pk}/", {"approve": "1"}).status_code == 302
        assert sara.get(f"{job}review/").status_code == 200
        said = {"stars": "5", "words": "Varm och trygg.", "signature": "A family"}
        assert sara.post(f"{job}review/", said).status_code == 302
        assert "Varm" not in petra.get(job).content.decode() and "Varm" in sara.get(job).content.decode()
        assert amir.get(f"{job}review/").status_code == 404
        assert petra.post(f"{job}review/", {**said, "words": "Snälla barn.", "signature": "Petra"}).status_code == 302
        text = petra.get(job).content.decode()
        assert "Varm" in text and "Answer it in public" in text
        with work.as_("Petra"):
            mine = queries.reviews_of(work.person("Petra")).rows[0]
        answer = f"{home}review/{mine.pk}/answer/"
        assert petra.get(answer).status_code == 200
        assert petra.post(answer, {"words": "Tack!"}).status_code == 302
        assert petra.post(answer, {"words": "Mer!"}).status_code == 422
        assert sara.get(f"{job}reference/").status_code == 200
        assert sara.post(f"{job}reference/", {"words": "Fråga mig.", "months": "3"}).status_code == 302
        with work.as_("Amir"):
            ((reference, _until),) = queries.references_of(work.person("Petra"))
        assert amir.post(f"{home}reference/{reference}/ask/", {"words": "Varför inte?"}).status_code == 302
        with work.as_("Sara"):
            (ask,) = queries.asks_for_me()
        assert sara.get(home).status_code == 200
        assert sara.post(f"{home}asked/{ask.pk}/", {"yes": "1"}).status_code == 302
        with work.as_("Amir"):
            assert len(queries.shown_references(work.person("Petra"))) == 1
    support.react()
    assert NOW < SATURDAY


def test_a_first_meeting_is_cancelled_where_it_stands(work: Work) -> None:
    sara, petra = (browser(work, first) for first in ("Sara", "Petra"))
    talk = thread(work)
    asked = {"day": "2026-11-26", "time": "10:00", "place": "video"}
    meeting = petra.post(f"/o/omsorgstorget/jobs/with/{talk}/meeting/", asked)["Location"]
    assert sara.post(meeting, {"start": "2026-11-26T09:00:00+00:00"}).status_code == 302
    assert "both calendars" in petra.get(meeting).content.decode()
    assert browser(work, "Amir").post(meeting, {"off": "1"}).status_code == 404
    assert sara.post(meeting, {"off": "1"}).status_code == 302
    for side in (sara, petra):
        page = side.get(meeting).content.decode()
        assert "This meeting was cancelled." in page and "both calendars" not in page
