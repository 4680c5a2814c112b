"""Announcements and the clock of agreements: everybody is told once, in their language, before it holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from tests.conftest import privileged
from tests.privacy.policy.conftest import past
from tillit.access import Actor, acting
from tillit.booking.tasks import KEEP_DAYS
from tillit.kernel import clock, ends, mail, outbox
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import Role
from tillit.kernel.outbox import Envelope
from tillit.privacy import processors
from tillit.privacy.models import Processor
from tillit.privacy.policy import tasks, versions
from tillit.privacy.policy.events import AgreementEnding, NoticePublished
from tillit.privacy.policy.versions import Document


@pytest.fixture
def sent(monkeypatch):
    """What would be mailed."""
    found = []
    monkeypatch.setattr(mail, "send", lambda message, about=(): found.append(message))
    return found


@pytest.fixture
def emitted(monkeypatch):
    """What was told of."""
    found = []
    monkeypatch.setattr(outbox, "emit", found.append)
    return found


def reacting(house):
    return acting(Actor(office="reaction", organisation=house.pk))


def addressed(person, address, language):
    """A person with an address, past the policies."""
    with privileged(), acting(Actor(organisation=person.organisation_id, person=person.pk, office="member")):
        person.email, person.language = address, language
        person.save()


def test_everybody_is_told_in_their_language(house, desk, office, published, sent, emitted, monkeypatch):
    for number, (host, language) in enumerate(((desk.h1, "sv"), (desk.h2, "fa"))):
        addressed(host.person, f"host{number}@example.org", language)
    with acting(office):
        KEEP_DAYS.choose(60)
        longer = versions.publish(house, Document.NOTICE)
    assert emitted == [NoticePublished(notice=longer.pk)]
    monkeypatch.setattr(tasks, "BATCH", 1)
    queued = []
    monkeypatch.setattr(type(tasks.announce_to), "defer", lambda task, **given: queued.append(given), raising=False)
    with reacting(house):
        tasks.announce_to(notice=longer.pk, after="")
        while queued:
            tasks.announce_to(**queued.pop())
    told = {message.to: message.language for message in sent}
    assert len(told) == len(sent)
    assert (told["host0@example.org"], told["host1@example.org"]) == ("sv", "fa")
    assert all(f"/o/tidboken/privacy/notice/{longer.number}/changes/" in message.text for message in sent)


def test_what_holds_already_is_not_announced_late(house, desk, office, published, sent):
    addressed(desk.h1.person, "host@example.org", "sv")
    with acting(office):
        KEEP_DAYS.choose(60)
        longer = versions.publish(house, Document.NOTICE)
    with reacting(house), clock.at(longer.applies):
        tasks.announce_to(notice=longer.pk, after="")
    assert sent == []


def registered(office, last: date):
    """A processor with an agreement until that day, on the clock."""
    with acting(office):
        processors.register(
            "texts", name="Korta ord AB", role=Role.PROCESSOR, hosts=["sms.example:443"], purposes=[Purpose.COORDINATE],
            categories=[Data.PHONE], region="eu",
        )  # fmt: skip
        processors.agree("texts", document="binder 4", agreed=date(2026, 1, 1), ends=last)
        row = Processor.objects.get(key="texts")
        tasks.watch(row)
    return row


def due(processor):
    with privileged(), connection.cursor() as cursor:
        cursor.execute(
            "select due from kernel_end where object_id = %s and kind = %s and state = 'open'",
            [processor.pk, tasks.ENDING],
        )
        return [row[0] for row in cursor.fetchall()]


def test_an_agreement_warns_sixty_thirty_and_seven_days_before(house, office, emitted):
    row = registered(office, date(2027, 3, 31))
    last = datetime(2027, 3, 31, tzinfo=UTC)
    for days in (60, 30, 7, 0):
        (moment,) = due(row)
        assert moment == last - timedelta(days=days)
        with clock.at(moment), acting(Actor(office="sweeper", organisation=house.pk)):
            tasks.agreement_nears_its_end([row.pk])
        assert isinstance(emitted[-1], AgreementEnding)
        if not days:
            break
    assert [event.days for event in emitted] == [60, 30, 7, 0]


def test_a_stopped_receiver_warns_no_more(house, office):
    row = registered(office, date(2027, 3, 31))
    with acting(office):
        processors.stop("texts")
        tasks.watch(Processor.objects.get(key="texts"))
    assert due(row) == []


def test_the_office_is_written_to(house, desk, office, sent):
    addressed(desk.administrator, "admin@example.org", "en")
    row = registered(office, date(2027, 3, 31))
    about = Envelope(id=row.pk, organisation=house.pk, person=None, made=clock.now())
    with reacting(house):
        tasks.warn(AgreementEnding(processor=row.pk, days=7), about)
    (message,) = sent
    assert message.to == "admin@example.org"
    assert "in 7 days" in message.text
    assert "/o/tidboken/office/receivers/" in message.text


def test_the_days_before_a_change_are_the_organisations_choice(house, office, published):
    past(house=house, minimum_age=15)
    with acting(office):
        versions.NOTICE_DAYS.choose(90)
        second = versions.publish(house, Document.NOTICE)
    assert second.applies - second.made == timedelta(days=90)
    with acting(office), pytest.raises(ends.OutOfBounds):
        versions.NOTICE_DAYS.choose(3)
