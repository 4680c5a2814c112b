"""For tests of calls: a throw-away authority, servers on this machine that behave as told, and a resolver."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tillit.kernel import egress, happenings
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import line, policy
from tillit.kernel.ids import new_id

NAME = "api.sms.example"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Authority:
    """Signs certificates for servers; its own lies in `root` for those who trust it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "throw-away authority")])
        made = self._signed(self.name, self.key, x509.BasicConstraints(True, 0), [])
        self.root = folder / "root.pem"
        self.root.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def server(self, *names: str, days: int = 1) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate for these names that ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        made = self._signed(subject, key, x509.BasicConstraints(False, None), list(names), days)
        path = self.folder / f"{new_id()}.pem"
        path.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def trusted(self) -> ssl.SSLContext:
        """A client's side that trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self.root))

    def _signed(self, subject: x509.Name, key: Any, basic: Any, names: list[str], days: int = 1) -> x509.Certificate:
        today = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - datetime.timedelta(30))
            .not_valid_after(today + datetime.timedelta(days))
            .add_extension(basic, True)
        )
        if names:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
        return made.sign(self.key, hashes.SHA256())


@dataclass
class Server:
    """Listens on this machine. `says` writes the answer (bytes, or a function of the connection); `heard` keeps
    what came, `connections` counts."""

    says: bytes | Callable[[Any], None]
    context: ssl.SSLContext | None = None
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Server:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connected, _ = self.listening.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=(connected,), daemon=True).start()

    def _answer(self, connected: socket.socket) -> None:
        with suppress(OSError), connected:
            talking = self.context.wrap_socket(connected, server_side=True) if self.context else connected
            with talking:
                self.heard.append(request(talking))
                if isinstance(self.says, bytes):
                    talking.sendall(self.says)
                else:
                    self.says(talking)


def request(connected: Any) -> bytes:
    """One whole request."""
    got = b""
    while b"\r\n\r\n" not in got:
        if not (part := connected.recv(65536)):
            return got
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(row[15:]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connected.recv(65536)
    return head + b"\r\n\r\n" + body


def drip(first: bytes, part: bytes, pause: float = 0.05) -> Callable[[Any], None]:
    """An answer that never ends, a little at a time."""

    def says(connected: Any) -> None:
        connected.sendall(first)
        while True:
            connected.sendall(part)
            time.sleep(pause)

    return says


def flood(first: bytes, part: bytes) -> Callable[[Any], None]:
    """An answer that never ends, as fast as it goes."""
    return drip(first, part, 0)


@contextmanager
def outside(trust: Callable[[], ssl.SSLContext], *answers: list[str], loopback: bool = True) -> Iterator[list[str]]:
    """The outside, as tests have it: names lead to `answers`, one after another and the last for good (else to this
    machine). Yields the names that were asked for."""
    asked: list[str] = []
    rest = list(answers) or [["127.0.0.1"]]

    def resolve(name: str, port: int) -> list[str]:
        asked.append(name)
        return rest.pop(0) if len(rest) > 1 else rest[0]

    with patch.object(line, "outside", line.Outside(resolve, trust, loopback)):
        yield asked


@contextmanager
def no_connection() -> Iterator[list[str]]:
    """Connections are noted and never made."""
    tried: list[str] = []

    def connected(address: Any, port: int, seconds: float) -> socket.socket:
        tried.append(str(ip_address(str(address))))
        raise ConnectionRefusedError

    with patch.object(line, "_connected", connected):
        yield tried


@contextmanager
def announced() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What egress announces."""
    heard: list[tuple[str, dict[str, Any]]] = []

    def listen(name: str, /, **ids: Any) -> None:
        heard.append((name, ids))

    names = (egress.DEPARTED, egress.ANSWERED, egress.FAILED)
    for name in names:
        happenings.subscribe(name, listen)
    try:
        yield heard
    finally:
        for name in names:
            happenings.unsubscribe(name, listen)


def a_processor(port: int = 443, **changes: Any) -> egress.Processor:
    """One that may send texts to phones, in the EU, under an agreement."""
    known: dict[str, Any] = {
        "id": new_id(),
        "key": "courier",
        "name": "Text AB",
        "role": egress.Role.PROCESSOR,
        "hosts": frozenset({egress.Host(NAME, port)}),
        "purposes": frozenset({Purpose.COORDINATE.identifier}),
        "categories": frozenset({Data.PHONE.identifier, Data.COMMUNICATION.identifier}),
        "region": "eu",
        "agreement": "contracts/7",
    }
    return egress.Processor(**{**known, **changes})


@dataclass
class Book:
    """A register of one organisation in the EU."""

    entries: list[egress.Processor]
    region: str | None = "eu"

    def find(self, key: str) -> egress.Processor | None:
        return next((entry for entry in self.entries if entry.key == key), None)

    def home(self) -> str | None:
        return self.region


@contextmanager
def registered(*entries: egress.Processor, region: str | None = "eu") -> Iterator[None]:
    """Use this register instead of the real one."""
    with patch.object(policy, "_register", Book(list(entries), region)):
        yield
