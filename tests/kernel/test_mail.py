from __future__ import annotations

import email
import email.policy
import uuid

import pytest
from django.core import mail as django_mail
from django.db import connection, transaction
from django.test import override_settings

from tests.kernel import support
from tillit.kernel import mail
from tillit.kernel.tables import Mail, SentMail
from tillit.kernel.ticket import Actor, acting

ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def parsed(message: mail.Message) -> email.message.EmailMessage:
    raw = mail.compose(message, uuid.UUID(int=7))
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def test_a_mail_waits_in_its_transaction_and_is_gone_when_sent(db):
    with acting(Actor()):
        mail.send(mail.Message("guest@example.org", "Välkommen", "Hej Åsa!\n", "<p>Hej Åsa!</p>", "sv"))
        assert not Mail.objects.exists()  # whoever queued it cannot read it back
    assert [m.subject for m in support.mails()] == ["Välkommen"]
    support.run_jobs()
    (sent,) = support.mails()
    assert (sent.to, sent.text.strip(), sent.html.strip()) == ("guest@example.org", "Hej Åsa!", "<p>Hej Åsa!</p>")
    with acting(Actor(office="mail", subject=str(sent.id))):
        assert not Mail.objects.exists()
        assert not SentMail.objects.exists()
    with acting(Actor(office="demo")):
        assert SentMail.objects.count() == 1


def test_undone_work_sends_nothing(db):
    with acting(Actor()), pytest.raises(RuntimeError), transaction.atomic():
        mail.send(mail.Message("guest@example.org", "x", "y"))
        raise RuntimeError
    assert support.mails() == []
    assert support.jobs() == []


def test_the_job_names_the_mail_and_nothing_personal(db):
    with acting(Actor()):
        mail.send(mail.Message("guest@example.org", "Secret subject", "y"))
    (job,) = support.jobs()
    assert "guest" not in str(job)
    assert "Secret" not in str(job)


def test_headers(monkeypatch):
    monkeypatch.setenv("TILLIT_ORIGIN", "https://boka.nordan.example")
    monkeypatch.setenv("TILLIT_MAIL_FROM", "no-reply@nordan.example")
    found = parsed(
        mail.Message(
            "g@example.org", "Hej", "t", language="sv", sender_name='Nordan "AB", Åsa', reply_to="host@example.org"
        )
    )
    assert found["Message-ID"] == "<00000000-0000-0000-0000-000000000007@boka.nordan.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Content-Language"] == "sv"
    assert found["From"].addresses[0].display_name == 'Nordan "AB", Åsa'
    assert found["From"].addresses[0].addr_spec == "no-reply@nordan.example"
    assert found["Reply-To"] == "host@example.org"
    assert found["Date"].datetime is not None


@pytest.mark.parametrize("space", [" ", "\u00a0"])
def test_a_long_subject_keeps_every_space(space):
    for n in range(45):
        subject = f"رزرو شد: مشاوره{'ه' * n}، دوشنبه ۲ آذر، ساعت ۱۱:۰۰".replace(" ", space)
        assert parsed(mail.Message("g@example.org", subject, "t"))["Subject"] == subject


@pytest.mark.parametrize("bad", ["x\nBcc: all@example.org", "x\r\nX: y", "x\x00", "x\u2028y", "x\x85y"])
@pytest.mark.parametrize("where", ["subject", "sender_name", "language", "to", "reply_to"])
def test_a_header_stays_one_line(bad, where):
    with pytest.raises(mail.Refused):
        mail.compose(mail.Message(**{"to": "g@example.org", "subject": "s", "text": "t", where: bad}), uuid.uuid4())


@pytest.mark.parametrize(
    "bad",
    ["", "x", "a@b", "a b@example.org", "a@example.org, b@example.org", "<a@example.org>", "a@@example.org", "å@x.se"],
)
def test_an_address_is_one_address(bad):
    with pytest.raises(mail.Refused):
        mail.checked_address(bad)


def test_a_domain_is_sent_in_ascii():
    assert mail.checked_address("a@räksmörgås.se") == "a@xn--rksmrgs-5wao1o.se"


def test_an_invitation_is_offered_by_mail_programs_and_attached():
    found = parsed(mail.Message("g@example.org", "s", "t", "<p>h</p>", attachments=(mail.calendar(ICS),)))
    kinds = [part.get_content_type() for part in found.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "text/calendar",
    ]
    offered, attached = [part for part in found.walk() if part.get_content_type() == "text/calendar"]
    assert offered.get_param("method") == "REQUEST"
    assert attached.get_filename() == "invitation.ics"
    assert attached.get_param("method") == "REQUEST"
    read = mail.read(
        mail.compose(mail.Message("g@example.org", "s", "t", attachments=(mail.calendar(ICS),)), uuid.uuid4())
    )
    assert read["text"].strip() == "t"
    assert [a.content.replace(b"\r\n", b"\n") for a in read["attachments"]] == [ICS.replace(b"\r\n", b"\n")]


def test_long_and_foreign_text_survives():
    text = "سلام، وقت شما تأیید شد. " * 200 + "\n" + "x" * 3000
    read = mail.read(mail.compose(mail.Message("g@example.org", "نوبت شما " * 20, text, language="fa"), uuid.uuid4()))
    assert read["text"].replace("\r\n", "\n").strip() == text.strip()
    assert read["subject"] == ("نوبت شما " * 20)[:300].strip()
    raw = mail.compose(mail.Message("g@example.org", "نوبت شما " * 20, text, language="fa"), uuid.uuid4())
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


TEMPLATES = {
    "test/mail/hello.subject.txt": "\n Hello {{ name }}\n",
    "test/mail/hello.txt": "Hello {{ name }}",
    "test/mail/hello.html": '{% extends "kernel/mail/layout.html" %}{% block title %}Hello {{ name }}{% endblock %}'
    '{% block action %}{% include "kernel/mail/button.html" with url="/x" label="Open" %}{% endblock %}',
}


@pytest.fixture
def templates():
    from django.conf import settings

    engine = {**settings.TEMPLATES[0], "APP_DIRS": False}
    engine["OPTIONS"] = {
        "loaders": [
            ("django.template.loaders.locmem.Loader", TEMPLATES),
            "django.template.loaders.app_directories.Loader",
        ]
    }
    with override_settings(TEMPLATES=[engine]):
        yield


def test_templates_escape_in_html_only_and_read_from_the_right(templates):
    message = mail.render(
        "test/hello", to="g@example.org", language="fa", context={"name": "<b>&"}, organisation_name="Nordan"
    )
    assert message.subject == "Hello <b>&"
    assert message.text == "Hello <b>&\n"
    assert "Hello &lt;b&gt;&amp;" in message.html
    assert '<html lang="fa" dir="rtl">' in message.html
    assert 'role="presentation" lang="fa" dir="rtl">' in message.html  # where mail programs keep no more than the body
    assert message.sender_name == "Nordan"


def test_the_layout_loads_nothing_from_anywhere(templates):
    html = mail.render("test/hello", to="g@example.org", language="sv", context={"name": "A"}).html
    for reach in ("http", "url(", "<img", "<link", "<script", "@import", "//"):
        assert reach not in html
    assert "prefers-color-scheme: dark" in html


def test_django_mail_takes_the_same_way(db):
    with acting(Actor(office="login")):
        message = django_mail.EmailMultiAlternatives("Confirm", "code 1234", None, ["a@example.org", "b@example.org"])
        message.attach_alternative("<p>code 1234</p>", "text/html")
        assert message.send() == 1
    assert sorted((m.to, m.html.strip()) for m in support.mails()) == [
        ("a@example.org", "<p>code 1234</p>"),
        ("b@example.org", "<p>code 1234</p>"),
    ]


def test_the_inbox_is_read_in_demo_mode_only(db):
    with acting(Actor(office="demo")), pytest.raises(RuntimeError):
        mail.inbox()


def test_a_visitor_reads_no_mail(db):
    with acting(Actor()):
        mail.send(mail.Message("guest@example.org", "s", "t"))
    support.run_jobs()
    with acting(Actor()):
        mail.send(mail.Message("guest@example.org", "s", "t"))
        assert not Mail.objects.exists()
        assert not SentMail.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("delete from kernel_mail")
            assert cursor.rowcount == 0
