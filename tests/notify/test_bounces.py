"""What mail servers send back is read for one thing: which of our mails failed for good."""

from __future__ import annotations

from uuid import UUID

import pytest

from tillit.notify import bounces

MAIL = UUID("01930000-0000-7000-8000-000000000001")
REPORT = """From: MAILER-DAEMON@mx.example\r
To: bounces+{mark}@tillit.example\r
Subject: Undelivered\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type={kind}; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
It did not work.\r
--b\r
{status}\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <{mail}@tillit.example>\r
Subject: Booked\r
\r
--b--\r
"""
STATUS = (
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    "Final-Recipient: rfc822; a@b.example\r\nAction: {action}\r\nStatus: {status}\r\n"
)
COMPLAINT = "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"


def report(action: str = "failed", status: str = "5.1.1", mark: str = MAIL.hex, kind: str = "delivery-status") -> bytes:
    body = COMPLAINT if kind == "feedback-report" else STATUS.format(action=action, status=status)
    return REPORT.format(mark=mark, kind=kind, status=body, mail=MAIL).encode()


def test_a_lasting_failure_and_a_complaint():
    assert bounces.read(report()) == bounces.Report(MAIL, "bounced")
    assert bounces.read(report(kind="feedback-report")) == bounces.Report(MAIL, "complained")


def test_without_our_mark_the_original_says_which_mail_it_was():
    assert bounces.read(report(mark="x")) == bounces.Report(MAIL, "bounced")


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.2.2"), ("failed", "4.4.7"), ("delivered", "2.0.0")])
def test_what_may_still_arrive_is_no_failure(action, status):
    assert bounces.read(report(action, status)) is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Subject: hello\r\n\r\nOut of office", b"x" * 6_000_000])
def test_anything_else(content):
    assert bounces.read(content) is None


@pytest.mark.parametrize(
    "content",
    [
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)),
        report().replace(b"To: bounces", b'To: a: ;,"=?utf-8?q?=?= bounces'),
        report().replace(b"Content-Type: message/delivery-status", b"Content-Type: message/delivery-status; a*0*=x'"),
        report().replace(b"MIME-Version: 1.0", b"Content-Transfer-Encoding: =?x?b?\xff\x00"),
    ],
    ids=["parts within parts", "a group", "a broken parameter", "a broken header"],
)
def test_a_report_that_is_none_is_read_to_its_end(content):
    bounces.read(content)
