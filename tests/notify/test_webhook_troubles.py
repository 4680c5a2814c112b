"""Receivers that are down, hang, never stop or lead elsewhere: nothing is lost, sent twice at once, or waited for."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext

from tests.booking.conftest import NOW, lay_out
from tests.booking.test_actions import at, order
from tests.booking.test_setup import log_in
from tests.conftest import connected_to, privileged
from tests.kernel.calling import OK, Authority, drip, flood, outside
from tests.kernel.support import forget, jobs, mails, react, relay, run
from tests.notify.test_webhooks import MADE, office, receiver, registered, run_jobs_once, states  # noqa: F401
from tillit.access import PUBLIC, Actor, acting
from tillit.kernel import clock, egress, tasks
from tillit.notify.kinds import known
from tillit.notify.models import Note, Webhook, WebhookDelivery
from tillit.notify.webhooks import actions, delivering, said
from tillit.privacy import processors

BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
AWAY = b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"


def until_nothing_waits(moment=NOW):
    """Run what is due, each at its time, until the queue is empty. Returns when the last one ran."""
    relay()
    while waiting := jobs():
        due = {
            job["id"]: job["scheduled_at"].astimezone(UTC) + clock.offset() if job["scheduled_at"] else moment
            for job in waiting
        }
        first = min(waiting, key=lambda job: due[job["id"]])
        moment = max(moment, due[first["id"]])
        with clock.at(moment):
            forget(first)
            run(first)
            relay()
    return moment


def react_only():
    """Run everything but deliveries. Returns the deliveries that wait."""
    relay()
    while others := [job for job in jobs() if job["task"] != "notify.webhook"]:
        for job in others:
            forget(job)
            run(job)
    return jobs()


def first_try():
    """What happened is told once."""
    react_only()
    run_jobs_once()


def hook_of(number=0):
    with privileged():
        return Webhook.objects.order_by("made")[number]


def test_three_days_of_nothing_stop_it_and_those_who_answer_are_told(desk, office, tmp_path):  # noqa: F811
    with receiver(tmp_path, BUSY) as server:
        registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        first_try()
        assert hook_of().failing == NOW and hook_of().stopped is None
        end = until_nothing_waits()
        stopped = hook_of()
        assert stopped.stopped == end and stopped.failing == NOW and end - NOW > timedelta(days=3)
        with translation.override("sv"):  # the administrator's
            assert gettext("Another program is told nothing more") in [mail.subject for mail in mails()]
        with privileged():
            assert Note.objects.filter(kind="notify.webhook", person_id=desk.administrator.pk).count() == 1
        order(desk.kinds["consultation"], at(12))
        until_nothing_waits(end)
    assert [state for _event, state, _tries, _status in states()] == ["dead"]  # nothing more is even queued
    assert known("notify.webhook")


def test_taken_up_again_what_it_missed_is_sent_again(desk, office, tmp_path):  # noqa: F811
    answers = [BUSY]
    with receiver(tmp_path, lambda connected: connected.sendall(answers[0])) as server:
        hook, _secret = registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        end = until_nothing_waits()
        answers[0] = OK
        with clock.at(end), acting(PUBLIC):
            client = log_in(desk.administrator.pk)
            here = f"/o/tidboken/office/webhooks/{hook}/"
            page = client.get(here).content.decode()
            assert "took nothing for three days" in page and "It answered with the status 503" in page
            assert client.post(here, {"url": hook_of().url, "events": [MADE]}).status_code == 302
            assert client.post(f"{here}missed/").status_code == 302
            until_nothing_waits(end)
        assert states() == [(MADE, "delivered", 1, 200)] and hook_of().failing is None


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        (drip(HEAD, b"x", 0.05), "TooSlow"),
        (flood(HEAD, b"x" * 65536), "TooLarge"),
        (AWAY, "Redirected"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "BadAnswer"),
        (b"", "BadAnswer"),
    ],
    ids=["drips", "floods", "redirects", "speaks something else", "hangs up"],
)
def test_receivers_that_behave_badly(desk, office, tmp_path, monkeypatch, says, problem):  # noqa: F811
    monkeypatch.setattr(delivering, "LIMITS", egress.Limits(connect=1.0, total=1.0, most=64_000))
    with receiver(tmp_path, says) as server:
        registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        react_only()
        begun = time.monotonic()
        run_jobs_once()
        assert time.monotonic() - begun < 4
        assert server.connections == 1
    with privileged():
        row = WebhookDelivery.objects.get()
    assert (row.state, row.tries, row.problem) == ("waiting", 1, problem)
    assert row.next_try == NOW + delivering.WAITS[0] and said.problem(row)


def test_a_name_that_leads_into_a_private_network(desk, office, tmp_path):  # noqa: F811
    with receiver(tmp_path) as server:
        registered(office, server.port)
    with outside(Authority(tmp_path).trusted, ["10.0.0.7"], loopback=False):
        order(desk.kinds["consultation"], at(10))
        first_try()
    with privileged():
        assert WebhookDelivery.objects.get().problem == "WrongAddress"
    assert server.heard == []


def test_a_receiver_whose_agreement_ended_hears_nothing(desk, office, tmp_path):  # noqa: F811
    with receiver(tmp_path) as server:
        registered(office, server.port)
        with acting(office):
            processors.stop("crm")
        order(desk.kinds["consultation"], at(10))
        first_try()
        assert server.heard == []
    with privileged():
        assert WebhookDelivery.objects.get().problem == "Stopped"


def test_a_test_is_tried_once_and_stops_nothing(desk, office, tmp_path):  # noqa: F811
    with receiver(tmp_path, BUSY) as server:
        registered(office, server.port)
        with acting(office):
            actions.stop(hook_of())
            actions.test(hook_of())
        react()
        assert len(server.heard) == 1
    assert states() == [(delivering.TEST, "dead", 1, 503)] and hook_of().failing is None


def test_a_job_that_comes_early_waits_for_its_time(desk, office, tmp_path):  # noqa: F811
    with receiver(tmp_path, BUSY) as server:
        registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        first_try()
        run_jobs_once()  # the second try comes before its time
        assert len(server.heard) == 1 and len(jobs()) == 1
        with acting(office), privileged():
            row = WebhookDelivery.objects.get()
        with acting(office):
            assert actions.replay(row) and not actions.replay(row)  # "try now" twice is once
        run_jobs_once()
        assert len(server.heard) == 2


def test_what_we_fail_at_ourselves_stands_in_the_log(desk, office, tmp_path, monkeypatch):  # noqa: F811
    def broken(row):
        raise RuntimeError

    with receiver(tmp_path) as server:
        registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        (job,) = react_only()
        monkeypatch.setattr(delivering, "_post", broken)
        with pytest.raises(tasks.Failed) as failed:
            run(job, attempt=tasks.RETRIES + 1)
        assert failed.value.final
        monkeypatch.undo()
        with privileged():
            assert (WebhookDelivery.objects.get().state, WebhookDelivery.objects.get().problem) == ("dead", "ours")
        assert server.heard == []


def test_a_second_new_secret_waits_until_the_old_one_ended(desk, office, tmp_path):  # noqa: F811
    with receiver(tmp_path) as server:
        hook, _secret = registered(office, server.port)
    with acting(PUBLIC):
        client = log_in(desk.administrator.pk)
    here = f"/o/tidboken/office/webhooks/{hook}/"
    assert client.post(f"{here}rotate/").status_code == 201
    second = bytes(hook_of().secret)
    assert client.post(f"{here}rotate/").status_code == 302 and bytes(hook_of().secret) == second
    assert client.post(f"{here}end-secret/").status_code == 302 and bytes(hook_of().old_secret) == b""
    assert client.post(f"{here}rotate/").status_code == 201 and bytes(hook_of().secret) != second


@contextmanager
def waiting_delivery(server, database, folder, answers):
    """A committed organisation whose receiver answers so, with one message for it: the receiver, the administrator, the
    message's call and its mark."""
    with connected_to(server.admin_dsn(database)), clock.at(NOW), acting(PUBLIC):
        connection.ticketless = True
        with transaction.atomic():
            desk = lay_out()
        connection.ticketless = False
    admin = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with clock.at(NOW), receiver(folder, answers) as crm:
        with acting(admin), transaction.atomic():
            hook, _secret = registered(admin, crm.port)
            actions.test(Webhook.objects.get(pk=hook))
            delivery = WebhookDelivery.objects.get().pk
        call = delivering.deliver.call(
            {"delivery": delivery}, Actor(office="webhook", organisation=desk.organisation.pk)
        )
        yield crm, admin, call, delivering.deliver.mac(call)


def test_two_workers_never_send_one_message_at_once(server, real_db, tmp_path):
    def slow(connected):
        time.sleep(0.6)
        connected.sendall(OK)

    with waiting_delivery(server, real_db, tmp_path, slow) as (crm, admin, call, mac):
        troubles = []

        def work():
            try:
                with clock.at(NOW):
                    delivering.deliver.run(call, mac)
            except BaseException as trouble:
                troubles.append(trouble)
            finally:
                connection.close()

        with connected_to(server.dsn("tillit_worker", "test", real_db)):
            workers = [threading.Thread(target=work) for _ in range(6)]
            for one in workers:
                one.start()
            for one in workers:
                one.join()
        assert not troubles, troubles
        assert len(crm.heard) == 1
        with acting(admin), transaction.atomic():
            assert WebhookDelivery.objects.get().state == "delivered"


def test_receivers_that_took_nothing_hold_two_workers_at_most():
    with ExitStack() as held:
        free = [delivering._free_lane(UUID(int=number), held) for number in range(8)]
    assert free == [True, True] + [False] * 6
    with ExitStack() as held:
        assert delivering._free_lane(UUID(int=5), held), "given back"


def test_while_a_receiver_answers_no_transaction_is_open_and_a_dead_worker_is_followed(server, real_db, tmp_path):
    asked: list[object] = []

    def slow(connected):
        with psycopg.connect(server.admin_dsn(real_db)) as looking:
            asked.append(
                looking.execute(
                    "select count(*) from pg_stat_activity where datname = %s and usename = 'tillit_worker' "
                    "and xact_start is not null",
                    [real_db],
                ).fetchone()
            )
        with psycopg.connect(server.admin_dsn(real_db)) as looking:  # what a page would do meanwhile
            looking.execute("set lock_timeout = '5s'; update notify_webhookdelivery set problem = ''")
        connected.sendall(OK)

    with waiting_delivery(server, real_db, tmp_path, slow) as (crm, admin, call, mac):
        with psycopg.connect(server.admin_dsn(real_db)) as died:  # the worker that had it
            died.execute("update notify_webhookdelivery set taken_until = %s", [NOW + delivering.HELD])
        with connected_to(server.dsn("tillit_worker", "test", real_db)):
            delivering.deliver.run(call, mac)
            assert not crm.heard, "another worker has it"
            with clock.at(NOW + delivering.HELD):
                delivering.deliver.run(call, mac)
        assert len(crm.heard) == 1 and asked == [(0,)]
        with acting(admin), transaction.atomic():
            row = WebhookDelivery.objects.get()
            assert (row.state, row.taken_until) == ("delivered", None)
