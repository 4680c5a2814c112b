"""The delivery log: what left and what became of it, for whoever answers for it; looking is recorded."""

from __future__ import annotations

import pytest

from tests.booking.conftest import NOW
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel import support
from tests.kernel.support import react
from tests.notify.test_send import PLAIN, to, words
from tillit import notify
from tillit.access import PUBLIC, acting
from tillit.evidence.models import Event
from tillit.kernel import mail, tasks
from tillit.kernel.tables import Mail
from tillit.notify import actions
from tillit.notify.kinds import Channel, How
from tillit.notify.models import Sending
from tillit.privacy.rights import actions as rights

LOG = "/o/tidboken/office/messages/"


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    monkeypatch.setenv("TILLIT_MODE", "demo")


@pytest.fixture
def office(desk):
    with acting(PUBLIC):
        return log_in(desk.administrator.pk)


@pytest.fixture
def told(desk, grace):
    react()
    with privileged():
        Sending.objects.all().delete()
    with acting(desk.visitor()):
        notify.send(PLAIN, to(grace), notify.Said("journeys/made", words(), path="/o/tidboken/"), desk.organisation)
    react()
    return grace


def test_what_left_and_what_became_of_it(desk, told, office):
    page = office.get(LOG).content.decode()
    assert "Sent" in page and "E-mail" in page
    for word in ("Consultation", "Grace", "grace@example.org", "Helena Lind"):
        assert word not in page.partition("<main")[2], word


def test_looking_is_evidence(desk, told, office):
    with privileged():
        assert not Event.objects.filter(name="notify.sending.seen").exists()
    office.get(LOG)
    with privileged():
        assert Event.objects.filter(name="notify.sending.seen").exists()


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ("", 2), ("?state=sent", 2), ("?state=failed", 0), ("?channel=mail", 1), ("?kind=tests.plain", 2),
        ("?kind=booking.changed", 0), (f"?since={NOW:%Y-%m-%d}", 2), ("?since=2030-01-01", 0), ("?until=2020-01-01", 0),
    ],
)  # fmt: skip
def test_filters(desk, told, office, query, many):
    page = office.get(LOG + query).content.decode().partition("<main")[2]
    assert page.count('class="stack stack-1 grow"') == many


@pytest.mark.parametrize("query", ["?state=none", "?since=x", "?kind=no.such", "?before=x"])
def test_nonsense_is_answered(desk, told, office, query):
    assert office.get(LOG + query).status_code in (200, 422)


def test_not_for_hosts_nor_strangers(desk, told):
    from django.test import Client

    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    assert host.get(LOG).status_code == 403
    assert Client().get(LOG).status_code == 302


def rest(guest):
    rights.rest("accuracy")


def switch_off(guest):
    actions.choose(PLAIN, Channel.MAIL, How.OFF)


@pytest.mark.parametrize("says", [rest, switch_off])
def test_what_is_not_wanted_any_more_is_not_sent_again(desk, told, office, says):
    with acting(desk.visitor()):
        notify.send(PLAIN, to(told), notify.Said("journeys/made", words()), desk.organisation)
    with privileged():
        row = Sending.objects.filter(channel="mail").latest("id")
        Sending.objects.filter(pk=row.pk).update(state="failed")
    with told.acts():
        says(told)
    assert "nothing left of it" in office.post(f"{LOG}{row.pk}/again/", follow=True).content.decode()
    with privileged():
        assert Sending.objects.get(pk=row.pk).state == "failed"


def test_what_nobody_took_can_be_sent_again(desk, told, office, monkeypatch):
    with privileged():
        Sending.objects.all().delete()
    monkeypatch.setattr(mail, "keeps_mail_here", lambda: False)
    monkeypatch.setenv("TILLIT_SMTP", "smtp://127.0.0.1:9")
    with acting(desk.visitor()):
        notify.send(PLAIN, to(told), notify.Said("journeys/made", words()), desk.organisation)
    (job,) = [one for one in support.jobs() if one["task"] == "kernel.send_mail"]
    with pytest.raises(tasks.Failed) as failed:
        support.run(job, attempt=99)
    assert failed.value.final
    with privileged():
        row = Sending.objects.get(channel="mail")
        assert row.state == "failed" and Mail.objects.count() == 1
    assert "1 did not leave" in office.get("/o/tidboken/office/").content.decode()
    monkeypatch.undo()
    monkeypatch.setenv("TILLIT_MODE", "demo")
    assert "Send it again" in office.get(LOG).content.decode()
    assert office.post(f"{LOG}{row.pk}/again/").status_code == 302
    react()
    with privileged():
        assert Sending.objects.get(pk=row.pk).state == "sent" and not Mail.objects.exists()
    assert "nothing left of it" in office.post(f"{LOG}{row.pk}/again/", follow=True).content.decode()
