"""Tokens, keys and pages of lists under trial: ended, narrowed, replayed, used by others, and by many at once."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
from django.db import connection, transaction
from django.test import Client

from tests.booking.conftest import NOW, lay_out
from tests.conftest import connected_to, privileged
from tests.web.api.conftest import Program, person_of, token_of
from tests.web.api.test_api import GUEST, wish
from tillit.access import PUBLIC, Actor, acting
from tillit.access.models import Grant
from tillit.booking.models import Booking
from tillit.evidence.models import Event
from tillit.identity.models import Person
from tillit.identity.programs import tokens
from tillit.identity.programs.models import KeptAnswer
from tillit.kernel import clock
from tillit.privacy.rights import erasing


def test_a_guests_name_is_shown_under_a_live_grant_and_recorded(desk, anybody, host):
    anybody.post("o/tidboken/bookings", wish())
    path = "o/tidboken/calendar?begin=2026-11-23T00:00Z"

    def named():
        return [seat["name"] for one in host.get(path).said["meetings"] for seat in one["guests"]]

    assert named() == ["Grace Miller"]
    with privileged():
        assert Event.objects.filter(name="booking.guest.seen").exists()
        Grant.objects.all().delete()
    assert named() in ([], [""])


def test_a_client_ends_with_its_day_its_maker_and_its_organisation(desk, elsewhere):
    with acting(Actor("member", organisation=desk.organisation.pk, person=desk.administrator.pk)):
        until = clock.now() + timedelta(minutes=20)
        client, secret = tokens.add_client(name="Books", scopes=["people:read"], until=until)

    def asked():
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        answer = Client().post("/api/v1/token", urlencode(form), content_type="application/x-www-form-urlencoded")
        return Program(answer.json()["access_token"]) if answer.status_code == 200 else None

    short = asked()
    assert short.get("o/tidboken/people").status_code == 200
    assert short.get("o/elsewhere/people").status_code == 404
    for path in ("o/tidboken/webhooks", "o/tidboken/me/held", "me/organisations", "o/tidboken/bookings"):
        assert short.get(path).status_code == 403
    with clock.at(clock.now() + timedelta(minutes=15)):
        assert short.get("o/tidboken/people").status_code == 401  # a quarter of an hour is over
        late = asked()
        assert late.get("o/tidboken/people").status_code == 200
    with clock.at(until):
        assert asked() is None and late.get("o/tidboken/people").status_code == 401


def test_what_was_answered_goes_with_the_account_also_where_the_token_may_not_read_it(desk):
    program = Program(token_of(desk.administrator, "bookings:write"))
    assert program.post("o/tidboken/bookings", wish() | {"guest": None}, Idempotency_Key="k").status_code == 201
    with privileged():
        assert KeptAnswer.objects.get().account_id == desk.administrator.account_id


def test_what_was_answered_goes_with_the_guest_whom_it_names(desk, anybody):
    booked = anybody.post("o/tidboken/bookings", wish(), Idempotency_Key="k").said
    again = anybody.post("o/tidboken/bookings", wish(), Idempotency_Key="k")
    assert again.said == booked and again.headers["Idempotency-Replayed"] == "true"
    anybody.post(f"o/tidboken/booked/{booked['link']}/cancel", {}, Idempotency_Key="c")
    another = wish("2026-11-24T14:00:00+01:00", guest=GUEST | {"email": "b@example.org"})
    anybody.post("o/tidboken/bookings", another, Idempotency_Key="other")
    with privileged():
        guest = Booking.objects.get(pk=booked["id"]).person_id
        assert KeptAnswer.objects.filter(about=[guest]).count() == 2
    with acting(Actor("guest", organisation=desk.organisation.pk, person=guest)):
        erasing.erase(guest, request_key=uuid4())
    with privileged():
        assert KeptAnswer.objects.count() == 1 and not KeptAnswer.objects.filter(about__contains=[guest]).exists()


def test_an_erasure_asked_for_by_a_program_keeps_no_answer(desk):
    program = Program(token_of(person_of(desk.h2)))
    program.post("o/tidboken/me/copies", Idempotency_Key="a")
    answer = program.post("o/tidboken/me/erasure", {"sure": "erase me"}, Idempotency_Key="k")
    assert answer.status_code == 200, answer.said
    with privileged():
        assert not KeptAnswer.objects.exists()


def test_own_tokens_made_and_ended_are_evidence_wherever_one_is_somebody(desk, elsewhere):
    person, other = person_of(desk.h1), person_of(elsewhere.h1)
    with privileged():
        Person.objects.filter(pk=other.pk).update(account_id=person.account_id)
    token_of(person, "bookings:read")
    with acting(Actor("member", account=person.account_id)):
        (one,) = tokens.mine()
        assert tokens.end(one.pk) and not tokens.end(one.pk)
    with privileged():
        told = Event.objects.filter(object_id=one.pk).order_by("id")
        seen = {(event.name, event.organisation_id, event.subject_id) for event in told}
    assert seen == {
        (f"identity.token.{what}", where.organisation.pk, who.pk)
        for what in ("made", "ended") for where, who in ((desk, person), (elsewhere, other))
    }  # fmt: skip


def test_who_let_a_program_in_and_stopped_it_is_evidence(desk):
    with acting(Actor("member", organisation=desk.organisation.pk, person=desk.administrator.pk)):
        until = clock.now() + timedelta(days=1)
        client, _secret = tokens.add_client(name="Books", scopes=["people:read"], until=until)
        assert tokens.stop_client(client) and not tokens.stop_client(client)
    with privileged():
        told = Event.objects.filter(name__startswith="identity.program.").order_by("id")
        assert [one.name for one in told] == ["identity.program.let_in", "identity.program.stopped"]


def test_a_token_makes_no_tokens(desk, administrator):
    token = Program(token_of(desk.administrator)).token
    for path, form in (
        ("/account/programs/", {"name": "more", "scopes": ["me:read"], "days": "7"}),
        ("/o/tidboken/people/programs/", {"name": "more", "scopes": ["people:read"], "days": "7"}),
    ):
        answer = Client(headers={"Authorization": f"Bearer {token}"}).post(path, form)
        assert answer.status_code in (302, 403) and b"tillit_" not in answer.content


def test_what_was_answered_once_is_not_told_to_another_token_or_after_the_end(desk, administrator):
    first = administrator.post("o/tidboken/me/copies", Idempotency_Key="k")
    second = Program(token_of(desk.administrator)).post("o/tidboken/me/copies", Idempotency_Key="k")
    assert "Idempotency-Replayed" not in second.headers and second.said["id"] != first.said["id"]
    with acting(Actor("member", account=desk.administrator.account_id)):
        assert all(tokens.end(one.pk) for one in tokens.mine())
    assert administrator.post("o/tidboken/me/copies", Idempotency_Key="k").status_code == 401


def test_pages_of_a_list_stay_while_rows_come(desk):
    seen, cursor = [], ""
    own = Program(token_of(person_of(desk.h1)))
    other = own.get("o/tidboken/offers?limit=1").said["next"]
    assert own.get(f"o/tidboken/me/requests?cursor={other}").status_code == 404
    for number in range(6):
        with clock.at(clock.now() + timedelta(seconds=number)):
            asked_and_taken_back(own)
    while cursor is not None:
        with clock.at(clock.now() + timedelta(minutes=len(seen) + 1)):
            page = own.get(f"o/tidboken/me/requests?limit=2{'&cursor=' + cursor if cursor else ''}").said
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]
            asked_and_taken_back(own)  # comes before all that was read
    assert len(seen) == 6 == len(set(seen))


def asked_and_taken_back(own):
    made = own.post("o/tidboken/me/requests", {"kind": "question"}).said["id"]
    assert own.ask("delete", f"o/tidboken/me/requests/{made}").status_code == 204


def test_one_key_from_many_at_once_books_once(server, real_db):
    with connected_to(server.admin_dsn(real_db)), clock.at(NOW), acting(PUBLIC):
        connection.ticketless = True
        with transaction.atomic():
            lay_out()
        connection.ticketless = False
    answers = []

    def ask(number):
        try:
            with clock.at(NOW):
                headers = {"Idempotency-Key": "the-same", "Content-Type": "application/json"}
                body = json.dumps(wish(guest=GUEST))
                answer = Client(headers=headers).generic(
                    "POST", "/api/v1/o/tidboken/bookings", body, content_type="application/json"
                )
                answers.append((answer.status_code, answer.json().get("id")))
        finally:
            connection.close()

    with connected_to(server.dsn("tillit_app", "test", real_db)):
        crowd = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
    assert len(answers) == 8 and len(set(answers)) == 1 and answers[0][0] == 201
    with psycopg.connect(server.admin_dsn(real_db)) as admin:
        assert admin.execute("select count(*) from booking_booking").fetchone() == (1,)
