"""What apps below notify write goes by the same way: noted, held back only where it may be, and in care without a word
of what kind of service it is."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import acting
from tillit.kernel import letters, mail
from tillit.kernel.letters import Channel
from tillit.notify import actions
from tillit.notify.kinds import How
from tillit.notify.models import Note, Sending
from tillit.privacy.rights import actions as rights

MUST = letters.declare("tests.must", says="Tests", must=True)
MAY = letters.declare("tests.may", says="Tests")


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    monkeypatch.setenv("TILLIT_MODE", "demo")


@pytest.fixture
def clinic(desk):
    with privileged():
        desk.organisation.modules = ["booking", "care"]
        desk.organisation.save()
    return desk


LEAK = "Your grief therapy at Tidboken: see https://tillit.example/o/tidboken/x/"


def written(desk, text=LEAK, to="grace@example.org"):
    return mail.Message(
        to, "News of your therapy at Tidboken", text, f"<p>{text}</p>", "en",
        reply_to=desk.organisation.contact_email, sender_name=desk.organisation.name,
    )  # fmt: skip


def send(kind, desk, message, **more):
    react()
    before = len(mails())
    with acting(desk.visitor()):
        letters.send(kind, message, organisation=desk.organisation, **more)
    react()
    return mails()[before:]


def states(kind):
    with privileged():
        return set(Sending.objects.filter(kind=kind.name).values_list("channel", "state", "why"))


def test_elsewhere_it_leaves_as_it_was_written(desk, grace):
    (sent,) = send(MAY, desk, written(desk), person=grace.pk, path="/o/tidboken/")
    assert "grief therapy" in sent.text and "Tidboken" in sent.sender
    assert states(MAY) == {("mail", "sent", ""), ("inside", "sent", "")}


def test_in_care_the_mail_leads_to_the_letter_and_says_nothing(clinic, grace):
    (sent,) = send(MAY, clinic, written(clinic), person=grace.pk)
    said = re.sub(r"https?://\S+", "", "\n".join((sent.sender, sent.subject, sent.text, sent.html))).lower()
    assert not [word for word in ("therapy", "tidboken", "grief", "grace") if word in said]
    where = re.search(r"https?://[^/]+(/l/\S+)", sent.text)[1]
    page = Client().get(where, follow=True)
    assert page.status_code == 200 and "grief therapy" in page.content.decode()
    assert Client().get(page.request["PATH_INFO"][:-2] + "x/").status_code == 404


def test_in_care_it_leads_to_the_page_that_was_named(clinic, grace):
    (sent,) = send(MAY, clinic, written(clinic), person=grace.pk, path="/o/tidboken/privacy/")
    where = re.search(r"https?://[^/]+(/l/\S+)", sent.text)[1]
    assert Client().get(where)["Location"] == "/o/tidboken/privacy/"
    with privileged():
        (note,) = Note.objects.filter(kind=MAY.name)
    with grace.acts():
        note = Note.objects.get(pk=note.pk)
        assert (note.path, note.letter) == ("/o/tidboken/privacy/", "")


def test_in_care_an_address_of_nobody_gets_the_words_without_names(clinic):
    text = (
        f"We refuse, says Tidboken. See {mail.link('/o/tidboken/x/')} or write to {clinic.organisation.contact_email}."
    )
    (sent,) = send(MUST, clinic, written(clinic, text, "stranger@example.org"))
    assert "We refuse" in sent.text
    plain = re.sub(r"https?://\S+", "", "\n".join((sent.sender, sent.subject, sent.text, sent.html)))
    assert "idboken" not in plain and "/o/tidboken" not in sent.text
    assert states(MUST) == set()


def test_what_must_be_told_is_told(desk, grace):
    with grace.acts():
        with pytest.raises(ValueError, match="not offered"):
            actions.choose(MUST, Channel.MAIL, How.OFF)
        actions.choose(MAY, Channel.MAIL, How.OFF)
        rights.rest("accuracy")
    assert len(send(MUST, desk, written(desk), person=grace.pk)) == 1
    assert send(MAY, desk, written(desk), person=grace.pk) == []
    assert states(MAY) == {("inside", "held", "rest")}


def test_without_a_carrier_nothing_leaves(desk, monkeypatch):
    monkeypatch.setattr(letters, "_carriers", [])
    with pytest.raises(RuntimeError, match="carries"):
        letters.send(MAY, written(desk), organisation=desk.organisation)


def test_a_letter_is_read_by_its_link_alone(desk, clinic, grace, ali):
    send(MAY, clinic, written(clinic), person=grace.pk)
    with ali.acts():
        assert not Note.objects.filter(kind=MAY.name).exists()
    with acting(desk.visitor()):
        assert not Note.objects.filter(kind=MAY.name).exists()


def test_kinds_that_contradict_themselves():
    with pytest.raises(ValueError, match="must be told"):
        letters.declare("tests.wrong", says="x", must=True, consent="news")
    with pytest.raises(ValueError, match="Two kinds"):
        letters.declare("tests.may", says="x", must=True)
