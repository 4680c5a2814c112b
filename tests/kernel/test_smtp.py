from __future__ import annotations

import datetime
import socket
import ssl
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.kernel import support
from tillit.kernel import mail, smtp, tasks
from tillit.kernel.egress import Limits, line
from tillit.kernel.ticket import Actor, acting


class Box:
    """A mail server's inside: keeps what it is given, or answers what it is told to."""

    def __init__(self, answer: str = "250 OK", rcpt: str = "250 OK") -> None:
        self.answer, self.rcpt = answer, rcpt
        self.kept: list[tuple[str, list[str], bytes, bool, bool]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        self.kept.append(
            (envelope.mail_from, envelope.rcpt_tos, envelope.content, bool(session.ssl), session.authenticated)
        )
        return self.answer


@pytest.fixture
def start(monkeypatch):
    running: list[Controller] = []

    def start(box: Box, *, address: str = "smtp://127.0.0.1:{port}", **options: object) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(box, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        monkeypatch.setenv("TILLIT_SMTP", address.format(port=port))

    monkeypatch.setenv("TILLIT_MAIL_FROM", "no-reply@nordan.example")
    yield start
    for controller in running:
        controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(1))
        .not_valid_after(today + datetime.timedelta(2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def trust(monkeypatch, certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(line, "outside", line.Outside(trust=lambda: context))


def queue() -> None:
    with acting(Actor()):
        mail.send(mail.Message("guest@example.org", "Välkommen", "Hej Åsa!\n", "<p>Hej</p>", "sv"))


def test_a_mail_leaves_once_and_nothing_stays(db, start):
    start(box := Box())
    queue()
    (job,) = support.jobs()
    support.run(job)
    support.run(job)
    ((sender, to, content, _tls, _login),) = box.kept
    assert (sender, to) == ("no-reply@nordan.example", ["guest@example.org"])
    assert mail.read(content)["subject"] == "Välkommen"
    assert support.mails() == []


def test_the_server_is_away_and_the_mail_waits(db, monkeypatch):
    monkeypatch.setenv("TILLIT_SMTP", "smtp://127.0.0.1:9")
    queue()
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed) as failed:
        support.run(job)
    assert not failed.value.final
    assert len(support.mails()) == 1


def test_a_server_that_says_nothing_is_left(db, monkeypatch):
    monkeypatch.setattr(smtp, "LIMITS", Limits(connect=1.0, total=0.5))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("TILLIT_SMTP", f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        queue()
        (job,) = support.jobs()
        with pytest.raises(tasks.Failed) as failed:
            support.run(job)
    assert not failed.value.final and len(support.mails()) == 1


def test_busy_now_is_tried_again(db, start):
    start(Box(rcpt="451 greylisted, come again"))
    queue()
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed) as failed:
        support.run(job)
    assert not failed.value.final
    assert len(support.mails()) == 1


class Losing(Box):
    """Takes the message and is gone before it says so, as long as `lost`."""

    lost = True

    async def handle_DATA(self, server, session, envelope):
        said = await super().handle_DATA(server, session, envelope)
        if self.lost:
            server.transport.abort()
        return said


@pytest.mark.parametrize("trouble", ["lost in the middle", "busy"])
def test_after_trouble_it_arrives_once_and_is_the_same_mail(db, start, trouble):
    start(box := Losing(rcpt="250 OK" if trouble != "busy" else "451 greylisted"))
    queue()
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed) as failed:
        support.run(job)
    assert not failed.value.final and len(support.mails()) == 1
    box.lost, box.rcpt = False, "250 OK"
    support.run(job, attempt=2)
    support.run(job, attempt=3)
    taken = [content for _from, _to, content, _tls, _login in box.kept]
    assert len(taken) == (1 if trouble == "busy" else 2)
    assert len(set(taken)) == 1, "the same Message-ID: readers see one"
    assert support.mails() == []


@pytest.mark.parametrize("box", [Box(rcpt="550 no such user"), Box(answer="554 refused")])
def test_refused_for_good_is_given_up_and_forgotten(db, start, box, caplog):
    start(box)
    queue()
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed) as failed:
        support.run(job)
    assert failed.value.final
    assert support.mails() == []
    assert "guest" not in caplog.text


def test_starttls_and_login(db, start, monkeypatch, certificate):
    def check(server, session, envelope, mechanism, data: LoginPassword):
        return AuthResult(success=(data.login, data.password) == (b"post", b"p@ss:word"))

    trust(monkeypatch, certificate)
    monkeypatch.setattr(smtp, "_HERE", set())
    start(
        box := Box(),
        address="smtp://post:p%40ss%3Aword@localhost:{port}",
        tls_context=server_side(certificate),
        authenticator=check,
        auth_required=True,
    )
    queue()
    support.run_jobs()
    assert box.kept[0][3]
    assert box.kept[0][4]


def test_tls_from_the_first_byte(db, start, monkeypatch, certificate):
    trust(monkeypatch, certificate)
    start(box := Box(), address="smtps://localhost:{port}", ssl_context=server_side(certificate))
    queue()
    support.run_jobs()
    assert len(box.kept) == 1


def test_an_unknown_certificate_gets_nothing(db, start, certificate):
    start(box := Box(), address="smtps://localhost:{port}", ssl_context=server_side(certificate))
    queue()
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed):
        support.run(job)
    assert box.kept == []


def test_plain_text_leaves_this_machine_never(db, start, monkeypatch):
    start(box := Box())
    monkeypatch.setattr(smtp, "_HERE", set())
    queue()
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed, match="SMTPNotSupportedError"):
        support.run(job)
    assert box.kept == []


@pytest.mark.parametrize("bad", ["mail.example.org", "http://x", "smtp://"])
def test_an_address_that_is_none(bad):
    with pytest.raises(ValueError, match="smtp"):
        smtp.server(bad)
