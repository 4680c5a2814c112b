"""The promises are kept, and each turns red when its defence is taken away."""

from __future__ import annotations

import io
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection

from tests.conftest import privileged
from tests.messaging.conftest import HELLO, Talking
from tillit.access import acting, as_office
from tillit.kernel import keys
from tillit.kernel.probing import Ground
from tillit.messaging import actions, promises, queries, reporting, rights, watch
from tillit.messaging.models import Message, Seat, Thread
from tillit.moderation import actions as moderation
from tillit.moderation import queries as cases
from tillit.moderation import working


def ground(talking: Talking) -> Ground:
    return Ground(talking.market.organisation, uuid4())


def sql(*statements: str) -> None:
    with privileged(), connection.cursor() as cursor:
        for one in statements:
            cursor.execute(one)


def test_first_contact_inside(talking: Talking) -> None:
    talking.begin()
    with acting(talking.market.visitor()):
        assert promises.first_contact_inside(ground(talking)).ok
        with patch("tillit.kernel.contact_words.find", lambda text: []):
            assert not promises.first_contact_inside(ground(talking)).ok
    sql(
        "drop policy see on messaging_seat", "create policy see on messaging_seat for select to tillit_app using (true)"
    )
    with acting(talking.market.visitor()):
        found = promises.first_contact_inside(ground(talking))
    assert not found.ok and "messaging_seat" in found.detail


def test_tricks_and_limits(talking: Talking) -> None:
    with acting(talking.market.visitor()):
        assert promises.tricks(ground(talking)) == ""
        with patch.object(watch, "_fits", lambda folded, parts: False):
            assert "passes without a word" in promises.tricks(ground(talking))
    sql(
        "create or replace function messaging.most(new boolean, out begun integer, out same integer) language sql"
        " immutable as $$ select 500, 500 $$"
    )
    with acting(talking.market.visitor()):
        assert "New accounts" in promises.tricks(ground(talking))


@pytest.mark.parametrize(("pattern", "sample"), [(one, said) for one in watch.PATTERNS for said in one.samples])
def test_each_sample_is_known(pattern: watch.Pattern, sample: str) -> None:
    assert pattern in watch.warnings(sample)


@pytest.mark.parametrize(
    "harmless",
    [
        HELLO, "Vi betalar efteråt, mot faktura härifrån.", "Kan du hämta på förskolan klockan tre?",
        "Har du körkort och egen bil?", "Jag kan ta med bilderboken från biblioteket.", "Tack, vi ses på lördag!",
        "We would like to meet first, for an hour.", "Barnen tycker om att skriva och rita.",
        "می‌توانی شنبه ساعت ۹ بیایی؟", "پرداخت بعد از کار انجام می‌شود.",
    ],
)  # fmt: skip
def test_ordinary_words_warn_nobody(harmless: str) -> None:
    assert watch.warnings(harmless) == []


def test_the_moderator_reads_the_chosen_message_alone(talking: Talking) -> None:
    thread = talking.begin()
    chosen = talking.send(thread, "Sara", "Skicka pengar först")
    talking.send(thread, "Petra", "Nej tack")
    with talking.as_("Petra"):
        moderation.report(
            kind="thread", object=thread, of=talking.id("Sara"), reason="fraud", words="Titta", chosen=[chosen]
        )
    with talking.as_("Maria"):
        assert Message.objects.count() == 0
    with talking.as_("Maria"):
        (case,) = cases.waiting("report")
        working.take(case)
        assert list(Message.objects.values_list("pk", flat=True)) == [chosen]
        (line,) = reporting.show_chosen(thread, [chosen], talking.id("Sara")).context["said"]
        assert line["row"].words == "Skicka pengar först" and line["about"]
        assert Seat.objects.count() == 0 and Thread.objects.count() == 0
    with talking.as_("Amir"):
        assert Message.objects.count() == 0


def test_erasing_the_author_leaves_the_words_and_takes_name_and_files(talking: Talking) -> None:
    thread = talking.begin()
    message = talking.send(thread, "Sara", "Med en fil", files=[(io.BytesIO(b"hello there"), "a.txt")])
    sara, organisation = talking.id("Sara"), talking.market.organisation.pk
    with talking.as_("Sara"):
        told = [one.content.decode() for one in rights.files(sara)]
        assert len(told) == 1 and HELLO in told[0]
        assert list(rights.tells(sara))
        assert talking.id("Petra") in dict(rights.knows(sara))
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select * from kernel.erase_values(%s, null, '{}')", [sara])
        assert ("messaging.seat", "emptied", 1) in cursor.fetchall()
    with acting(talking.market.as_("Sara")), as_office("erasure", str(sara)):
        keys.shred(organisation, sara)
    with talking.as_("Petra"):
        talk = queries.talk(thread)
        page = queries.said(thread)
        assert (talk.other, talk.called) == (None, "")
        assert [one.words for one in page.messages] == [HELLO, "Med en fil"]
        assert page.files == {}
        with pytest.raises(actions.Refused) as left:
            actions.send(thread, "Är du där?")
        assert left.value.why == "left"
    assert "Sara" not in talking.browser("Petra").get(talking.url(f"{thread}/")).content.decode()
    assert message
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select * from kernel.erase_values(%s, null, '{}')", [talking.id("Petra")])
        assert not Thread.objects.exists()
