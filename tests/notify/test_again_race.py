"""Two who press "send it again" at one moment: the message leaves once. Real clients on connections of their own."""

from __future__ import annotations

from collections import Counter

import psycopg
from django.db import connection, transaction

from tests.booking.conftest import NOW, lay_out, make_person
from tests.conftest import connected_to
from tests.faults.test_booking_race import together
from tillit.access import PUBLIC, Actor, acting
from tillit.kernel import clock, mail, tasks
from tillit.notify import deliveries
from tillit.notify.models import Sending


def test_sent_again_by_several_at_once_it_leaves_once(server, real_db):
    tasks.load()
    with clock.at(NOW), acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            here = lay_out()
            person = make_person(here.organisation, "Mona Medlem").pk
        connection.ticketless = False
    who = Actor(organisation=here.organisation.pk, person=here.administrator.pk, office="member")
    with clock.at(NOW), acting(who), transaction.atomic():
        message = mail.send(mail.Message("mona@example.org", "Hello", "Hello"), about=[person])
    connection.close()
    with clock.at(NOW), acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            row = Sending(
                organisation=here.organisation, person_id=person, kind="access.opened", channel="mail",
                state="failed", message_id=message, changed=NOW,
            )  # fmt: skip
            row.save(force_insert=True)
            with connection.cursor() as cursor:
                cursor.execute("delete from procrastinate.procrastinate_jobs")
        connection.ticketless = False

    def press(n):
        with acting(who), transaction.atomic():
            return deliveries.again(row.pk)

    assert Counter(together(4, PUBLIC, press)) == {True: 1, False: 3}
    with psycopg.connect(server.admin_dsn(real_db)) as admin:
        jobs = admin.execute(
            "select count(*) from procrastinate.procrastinate_jobs where task_name = 'kernel.send_mail'"
        )
        assert jobs.fetchone() == (1,)
