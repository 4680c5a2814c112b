"""A file belongs to whoever gave it, tells nothing of people whom they do not see, and is decided row by row."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.booking.conftest import make_person
from tests.booking.test_actions import at as hour
from tests.booking.test_actions import order
from tests.conftest import privileged
from tests.exchange.conftest import PEOPLE, acts, brought, browser, fresh, people
from tests.kernel.support import run_jobs
from tillit import access
from tillit.access import acting
from tillit.evidence.models import Event
from tillit.exchange import actions, queries
from tillit.exchange.models import Batch

AGAIN = (
    b"name,email,phone\n"
    b"Asa,asa@example.org,\n"  # 2: known
    b"Grace M,grace@example.org,0701740607\n"  # 3: known by the number, without an address
    b"Ada,ada@example.org,\n"  # 4: new
    b"Ada L,ada@example.org,+46701112233\n"  # 5: stands in line 4 too
    b"Asa or Grace,asa@example.org,+46701740607\n"  # 6: one's address, another's number
)


@pytest.fixture
def sara(desk, chief):
    """Another administrator, whose browser is `.browser`."""
    with privileged():
        made = make_person(desk.organisation, "Sara Ek", "administrator")
    made.browser = browser(made)
    return made


def page(batch) -> str:
    return reverse("office_import_one", kwargs={"slug": "tidboken", "batch": batch.pk})


# -- whose ------------------------------------------------------------------------------------------------------------


def test_others_see_that_there_is_one_and_how_much(desk, sara):
    batch = brought()
    text = sara.browser.get(page(batch)).content.decode()
    assert ("3" in text and "Adam" in text) or desk.administrator.display_name in text
    for words in ("asa@example.org", "Åsa", "inte en adress", 'name="do"'):
        assert words not in text
    assert sara.browser.get(page(batch) + "refused.csv").status_code == 404
    listed = sara.browser.get(reverse("office_import", kwargs={"slug": "tidboken"})).content.decode()
    assert desk.administrator.display_name in listed


def test_nobody_else_does_anything_with_it(desk, sara):
    batch = actions.give("people", PEOPLE)
    for do in ("confirm", "drop", "columns", "doubles", "undo"):
        assert sara.browser.post(page(batch), {"do": do, "same": "skip", "source": "system"}).status_code == 404
    with acting(acts(desk, sara)):
        for act in (lambda: actions.confirm(batch.pk, same="skip", source="system"), lambda: actions.drop(batch.pk)):
            with pytest.raises(actions.Refused, match="state"):
                act()
        # nor past the program: row security keeps it
        assert Batch.objects.filter(pk=batch.pk).update(state="running") == 0
        assert Batch.objects.filter(pk=batch.pk).delete()[0] == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            Batch(organisation=desk.organisation, by=desk.administrator, target="people", kind="csv", digest="x", size=1
                  ).save(force_insert=True)  # fmt: skip
    assert fresh(batch).state == "waiting"


def test_who_has_broken_it_open_sees_the_rows_and_is_seen(desk, sara):
    batch = actions.give("people", PEOPLE)
    with acting(acts(desk, sara)):
        access.actions.ask_to_break("files", desk.administrator.pk, reason="error", words="A wrong file", minutes=30)
    text = sara.browser.get(page(batch)).content.decode()
    assert "asa@example.org" in text and 'value="confirm"' not in text
    with privileged():
        (seen,) = Event.objects.filter(name="exchange.file.seen")
    assert seen.subject_id == desk.administrator.pk
    assert sara.browser.post(page(batch), {"do": "drop"}).status_code == 404


# -- what it tells ----------------------------------------------------------------------------------------------------


def test_a_file_is_no_way_to_ask_who_is_known(desk, sara):
    """Neither a guest nor what a colleague brought changes anything that the file says, before or after."""
    brought()
    order(desk.kinds["consultation"], hour(10), name="Grace Miller", email="guest@example.org")
    asked = b"name,email\nG,guest@example.org\nA,asa@example.org\n"
    never = b"name,email\nX,x@example.org\nY,y@example.org\n"
    with acting(acts(desk, sara)):
        said = []
        for content in (asked, never):
            plan = queries.plan(actions.give("people", content))
            done = brought(content, same="fill")
            said.append((plan.doubles, plan.mails, plan.texts, done.added, done.changed, done.passed, done.refused))
        assert said[0] == said[1] == ({}, 2, 0, 2, 0, 0, [])


# -- row by row -------------------------------------------------------------------------------------------------------


def test_what_is_said_of_doubles(chief):
    brought()
    plan = queries.plan(actions.give("people", AGAIN))
    assert {line: (one.name, one.earlier, one.other) for line, one in plan.doubles.items()} == {
        2: ("Åsa Öberg", None, ""),
        3: ("Grace Miller", None, ""),
        5: ("", 4, ""),
        6: ("Åsa Öberg", None, "Grace Miller"),
    }
    assert (plan.mails, plan.texts) == (1, 0)  # Ada alone is new


def test_each_row_as_it_was_decided(chief):
    brought()
    batch = actions.give("people", AGAIN)
    actions.decide(batch.pk, {2: "new", 3: "fill", 5: "fill", 6: "phone"})
    plan = queries.plan(fresh(batch))
    assert (plan.mails, plan.texts, plan.merged) == (2, 0, 2)
    actions.confirm(batch.pk, same="skip", source="system")
    run_jobs()
    done, found = fresh(batch), people()
    assert (done.added, done.changed, done.passed) == (2, 1, 2)
    assert found["Asa"].email == "asa@example.org" and found["Grace Miller"].email == "grace@example.org"
    assert found["Ada"].phone == "+46701112233" and "Ada L" not in found
    actions.undo(batch.pk)
    run_jobs()
    assert people()["Grace Miller"].email == "" and "Ada" not in people()


def test_only_what_can_be_chosen(desk, chief):
    brought()
    batch = actions.give("people", AGAIN)
    for wishes in ({4: "skip"}, {2: "phone"}, {2: "nonsense"}, {99: "skip"}):
        with pytest.raises(actions.Refused, match="choice"):
            actions.decide(batch.pk, wishes)
    member = f"name,email\nHelena,{desk.administrator.email}\n".encode()
    (own,) = queries.plan(actions.give("people", member)).doubles.values()
    assert own.wishes == ("skip", "new")  # a member's details are their own


def test_on_the_page(desk, chief):
    brought()
    client: Client = browser(desk.administrator)
    batch = actions.give("people", AGAIN)
    first = client.get(page(batch)).content.decode()
    assert "?doubles" in first
    text = client.get(page(batch) + "?doubles").content.decode()
    assert "Grace Miller" in text and 'name="line_6"' in text and 'name="line_4"' not in text
    assert client.post(page(batch) + "?doubles", {"do": "doubles", "line_2": "phone"}).status_code == 422
    answer = client.post(page(batch) + "?doubles", {"do": "doubles", "line_2": "new", "line_3": ""})
    assert answer.status_code == 302 and fresh(batch).decided == {"2": "new"}


def test_the_database_fills_nothing_in_for_whoever_does_not_see_them(desk, sara, chief):
    """Also not where the program is made to ask for it."""
    brought(b"name,phone\nGrace,0701740607\n")
    grace = people()["Grace"].pk
    with acting(acts(desk, sara)):
        batch = actions.give("people", b"name,email\nAda,ada@example.org\n")
        actions.confirm(batch.pk, same="skip", source="system")
        with connection.cursor() as cursor:
            cursor.execute(
                "select exchange.fill(%s, %s, 'x', 'x', '', '', gen_random_uuid(), 1, '', 'system')", [batch.pk, grace]
            )
            assert cursor.fetchone() == ([],)
