"""A hostile member, who also speaks to the database past the program: other people's files, old keys, a paused account,
names."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.conftest import privileged
from tests.directory.conftest import provide
from tests.kernel import support
from tests.marketplace import Market
from tests.messaging.conftest import HELLO, Talking
from tests.web.api.conftest import token_of
from tillit.directory.models import Category
from tillit.documents import actions as papers
from tillit.documents import queries as documents
from tillit.evidence import queries as evidence
from tillit.hiring.actions import Refused
from tillit.hiring.models import FirstMeeting
from tillit.journeys.hire import agreeing
from tillit.kernel import clock, uploads
from tillit.kernel.ids import new_id
from tillit.messaging import actions, guard, queries, reporting
from tillit.messaging.models import Message
from tillit.moderation import actions as moderation
from tillit.moderation import working
from tillit.moderation.models import Case, Decision, Pause
from tillit.privacy.rights import history, showing


def paused(market: Market, first: str) -> None:
    whose = {"organisation": market.organisation}
    now, person = clock.now(), market.person(first)
    with privileged():
        case = Case.objects.create(
            **whose, subject=person, kind="thread", object_id=new_id(), queue="report", state="decided", due=now
        )
        decision = Decision.objects.create(**whose, case=case, subject=person, outcome="pause", reason="fraud")
        Pause.objects.create(**whose, person=person, decision=decision, until=now + timedelta(days=30))


def test_a_paused_account_writes_to_nobody(talking: Talking) -> None:
    thread = talking.begin()
    paused(talking.market, "Sara")
    for attempt in (
        lambda: talking.send(thread, "Sara", "Jag skriver ändå"),
        lambda: talking.begin(to="Omar", words="Då skriver jag till någon annan"),
    ):
        with pytest.raises(actions.Refused) as refused:
            attempt()
        assert refused.value.why == "paused"
    page = talking.browser("Sara").post(talking.url(f"{thread}/"), {"words": "Jag skriver ändå"})
    assert page.status_code == 422
    assert talking.seen_by("Petra", thread) == [HELLO]
    talking.send(thread, "Petra", "Men jag kan svara")
    with clock.at(clock.now() + timedelta(days=31)):
        talking.send(thread, "Sara", "Nu igen")


def test_an_old_key_with_other_words_loses_nothing(talking: Talking) -> None:
    thread, key = talking.begin(), new_id()
    talking.send(thread, "Sara", "Klockan nio", key=key)
    with pytest.raises(actions.Refused) as refused:
        talking.send(thread, "Sara", "Nej, klockan tio", key=key)
    assert refused.value.why == "key"
    assert talking.seen_by("Petra", thread) == [HELLO, "Klockan nio"]
    browser, url = talking.browser("Sara"), talking.url(f"{thread}/")
    page = browser.post(url, {"words": "Nej, klockan tio", "key": str(key)})
    assert page.status_code == 422 and f'name="key" value="{key}"' not in page.content.decode()


def test_nobody_sends_another_s_file(talking: Talking) -> None:
    thread = talking.begin()
    with talking.as_("Omar"):
        secret = uploads.accept(io.BytesIO(b"a diploma"), name="diploma.txt", owner=talking.id("Omar")).pk
    with talking.as_("Sara"), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select * from messaging.send(%s, %s, '\\x00', %s::uuid[], '', null, 365, null, null, null, null)",
            [thread, new_id(), [secret]],
        )
    with talking.as_("Sara"), connection.cursor() as cursor:
        cursor.execute("select * from messaging.files(array(select id from messaging_message))")
        assert cursor.fetchall() == []


def test_the_name_of_a_file_is_looked_at_too(talking: Talking) -> None:
    thread = talking.begin()
    named = io.BytesIO(b"ring mig")
    named.name = "ring 070-174 06 31.txt"
    page = talking.browser("Sara").post(talking.url(f"{thread}/"), {"words": "Se här", "files": named})
    assert page.status_code == 422
    assert talking.seen_by("Petra", thread) == [HELLO]


def test_nobody_reads_full_names_in_their_own_evidence(talking: Talking) -> None:
    thread = talking.begin()
    talking.send(thread, "Petra", "Hej!")
    for first, other in (("Petra", "Holm"), ("Sara", "Nyström")):
        with talking.as_(first):
            told = " ".join(str(one.by) for one in history.events(most=50))
            known = " ".join(name for _who, name in showing.may_know(talking.id(first)))
        assert other not in told + known


def test_a_thread_does_not_begin_with_another_message_s_key(talking: Talking) -> None:
    talking.begin()
    key = talking.rows()[0].pk
    with pytest.raises(actions.Refused) as refused:
        talking.begin("Amir", "Omar", key=key)
    assert refused.value.why == "key"


def test_whoever_is_blocked_or_paused_asks_for_nothing_either(talking: Talking) -> None:
    with privileged():
        Category.objects.create(organisation=talking.market.organisation, name={"sv": "Barnpassning"}, position=0)
    provide(talking.market)
    thread = talking.begin()
    support.react()
    told = len(support.mails())
    with talking.as_("Petra"):
        actions.block(thread)
    sara = talking.browser("Sara")
    url = f"/o/{talking.market.organisation.slug}/messages/{thread}/documents/"
    wish = {"do": "ask", "what": "diploma", "words": "Jag skriver ändå"}
    assert sara.post(url, wish).status_code == 302
    when = clock.now() + timedelta(days=3)
    people = {"seeker": talking.id("Sara"), "provider": talking.id("Petra")}
    for _way in ("blocked", "paused"):
        with talking.as_("Sara"), pytest.raises(Refused):
            agreeing.propose_meeting(**people, starts=[when], where="Jag skriver ändå", thread=thread)
        with talking.as_("Petra"):
            assert documents.asked_of_me() == [] and not FirstMeeting.objects.exists()
            assert [one for one in queries.said(thread).messages if one.card] == []
            actions.unblock(thread)
        paused(talking.market, "Sara")
    with talking.as_("Sara"):
        assert [one.state for one in documents.asked_by_me()] == ["refused"]
    assert sara.post(url, wish).status_code == 422
    support.react()
    assert len(support.mails()) == told


def test_what_is_reported_is_not_taken_out_of_sight_and_the_reporter_is_not_named(talking: Talking) -> None:
    thread = talking.begin()
    bad = talking.send(thread, "Petra", "Jag vet var du bor")
    with talking.as_("Sara"):
        moderation.report(
            kind="thread", object=thread, of=talking.id("Petra"), reason="danger", words="Hjälp", chosen=[bad]
        )
    with talking.as_("Petra"):
        assert actions.take_back(bad)
    for first in ("Petra", "Sara"):
        assert talking.seen_by(first, thread) == [HELLO, ""]
        assert "var du bor" not in talking.browser(first).get(talking.url(f"{thread}/")).content.decode()
    with talking.as_("Maria"):
        case = Case.objects.get(state="waiting")
        working.take(case)
        assert "Jag vet var du bor" in [
            one["row"].words for one in reporting.show_chosen(thread, [bad], talking.id("Petra")).context["said"]
        ]
        working.decide(case, "warn", reason="danger", words="Så skriver ingen här.")
    support.react()
    assert bytes(raw(bad)) == b""
    with talking.as_("Petra"):
        found = evidence.my_events(most=100)
        assert "messaging.message.seen" in [one.name for one in found]
        assert not [one.name for one in found if one.object == thread and one.actor == talking.id("Maria")]


def raw(message):
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select words from messaging_message where id = %s", [message])
        return cursor.fetchone()[0]


def test_a_day_before_the_yes_is_answered_in_words(talking: Talking) -> None:
    thread = talking.begin()
    with talking.as_("Sara"):
        asked = papers.ask(talking.id("Petra"), kind="criminal_record", name="Sara")
    with talking.as_("Petra"):
        papers.answer(asked, "approved")
    url = f"/o/{talking.market.organisation.slug}/messages/{thread}/documents/"
    sara = talking.browser("Sara")
    page = sara.post(url, {"do": "shown", "on": (clock.now() - timedelta(days=400)).date().isoformat()})
    assert page.status_code == 422 and "on that day" in page.content.decode()
    assert sara.post(url, {"do": "shown", "on": clock.now().date().isoformat()}).status_code == 302


@pytest.mark.parametrize("name", ["sara@gmail.com Holm", "0701740631 Sara", "www.sara.se"])
def test_a_name_is_no_way_around_the_guard(talking: Talking, name: str) -> None:
    with privileged():
        sara = talking.market.person("Sara")
        sara.display_name = name
        sara.save()
    thread = talking.begin()
    with talking.as_("Petra"):
        assert queries.talk(thread).called == ""


@pytest.mark.parametrize(
    "parts",
    [
        ("Du når mig på 070", "174 06 31"), ("noll sju noll", "ett sju fyra", "noll sex tre ett"),
        ("Mejla sara.holm", "@post.example"), ("Vi bor på Ekgatan", "12 i Eskilstuna"),
        ("Skriv till", "۰۷۰۱۷۴", "۰۶۳۱"), (*"07017406",),
    ],
)  # fmt: skip
def test_a_detail_split_over_messages_asks_the_writer_too(talking: Talking, parts: tuple[str, ...]) -> None:
    thread = talking.begin()
    *before, last = parts
    for words in before:
        talking.send(thread, "Petra", "Ja?")
        talking.send(thread, "Sara", words)
    sara = talking.browser("Sara")
    page = sara.post(talking.url(f"{thread}/"), {"words": last, "key": new_id()})
    assert page.status_code == 422 and "share" in page.content.decode()
    assert talking.seen_by("Petra", thread)[-1] == before[-1]
    left = sara.post(talking.url(f"{thread}/"), {"words": last, "key": new_id(), "do": "leave-out:phone"})
    assert left.status_code in {200, 422}
    ask = {"headers": {"authorization": f"Bearer {token_of(talking.market.person('Sara'), 'talks:write')}"}}
    url = f"/api/v1/o/{talking.market.organisation.slug}/threads/{thread}/messages"
    answer = Client().post(url, {"words": last}, content_type="application/json", **ask)
    assert answer.status_code == 409
    assert sara.post(talking.url(f"{thread}/"), {"words": last, "key": new_id(), "do": "anyway"}).status_code == 302


@pytest.mark.parametrize(
    "parts",
    [
        ("Vi har två barn, 3 och 5", "10 timmar i veckan"), ("Klockan 15", "30 minuter räcker"),
        ("Passar 2026-11-28", "09:00–12:00"), ("Mitt nummer är 070-174 06 31", "15 passar bra"), ("Ja", "Nej"),
    ],
)  # fmt: skip
def test_ordinary_words_after_ordinary_words_ask_nobody(talking: Talking, parts: tuple[str, ...]) -> None:
    thread = talking.begin()
    for words in parts[:-1]:
        talking.send(thread, "Sara", words)
    with talking.as_("Sara"):
        assert guard.asked(parts[-1], talking.id("Petra"), talking.id("Sara"), thread) is None


def test_what_the_other_wrote_is_not_put_before_one_s_own(talking: Talking) -> None:
    thread = talking.begin()
    talking.send(thread, "Petra", "070")
    with talking.as_("Sara"):
        assert queries.just_said(thread) == HELLO[-80:]
        assert guard.asked("174 06 31", talking.id("Petra"), talking.id("Sara"), thread) is None


def test_many_messages_at_once_are_refused_in_words_and_a_few_are_reported(talking: Talking) -> None:
    thread = talking.begin()
    ids = [talking.send(thread, "Petra", f"Skicka pengar nu {n}") for n in range(21)]
    sara, page = talking.browser("Sara"), talking.url(f"{thread}/report/")
    assert sara.get(page).status_code == 200
    wish = {"reason": "fraud", "words": "Hjälp"}
    assert sara.post(page, {**wish, "chosen": ids}).status_code == 422
    assert sara.post(page, {**wish, "chosen": [new_id()]}).status_code == 422
    assert sara.post(page, {**wish, "chosen": []}).status_code == 422
    own = talking.send(thread, "Sara", "Nej")
    assert sara.post(page, {**wish, "chosen": [own]}).status_code == 422  # nobody is judged by what another wrote
    assert talking.browser("Omar").post(page, {**wish, "chosen": ids[:2]}).status_code == 404
    assert sara.post(page, {**wish, "chosen": ids[:2]}).status_code == 302
    assert sara.post(page, {**wish, "chosen": ids[2:4]}).status_code == 422
    with talking.as_("Maria"):
        case = Case.objects.get(state="waiting")
        working.take(case)
        assert Message.objects.count() == 2
    with talking.as_("Jonas"):
        assert Message.objects.count() == 0
