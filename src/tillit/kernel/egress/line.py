"""A connection to a checked address, with one deadline for everything that happens on it.

The name is resolved once; every address it leads to must be allowed; the connection goes to one of them, and TLS
is verified against the name. So a name that answers differently a moment later (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tillit.kernel import config
from tillit.kernel.egress import addresses, gate
from tillit.kernel.egress.addresses import Address, Host
from tillit.kernel.egress.errors import TooLarge, TooSlow, Unreachable, Untrusted, WrongAddress

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MOST_ADDRESSES = 4  # of a name are tried
_CHUNK = 65536
_HERE = IPv4Address("127.0.0.1")


@cache
def system_trust() -> ssl.SSLContext:
    """TLS 1.2 or newer, certificates that the system's authorities vouch for, the name checked."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def system_resolver(name: str, port: int) -> list[str]:
    """What the system knows of a name, best first. Raises OSError."""
    with gate.opened():
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Outside:
    """How the outside is reached. Tests put another one in place; `loopback` lets them, and only them, reach their
    own servers on this machine, also over http."""

    resolve: Callable[[str, int], Sequence[str]] = system_resolver
    trust: Callable[[], ssl.SSLContext] = system_trust
    loopback: bool = False

    def __post_init__(self) -> None:
        if self.loopback and config.mode() != "test":
            raise ValueError("Only tests call this machine.")


outside = Outside()


@dataclass(frozen=True)
class Limits:
    """connect: seconds for each address. total: seconds for the whole call, from the name's resolution to the last
    byte. most: bytes of an answer's body."""

    connect: float = 5.0
    total: float = 20.0
    most: int = 1 << 20
    _around: int = field(default=1 << 18, repr=False)  # for headers and framing

    @property
    def received(self) -> int:
        """Bytes that may arrive in all."""
        return self.most * 2 + self._around


class Line:
    """What http.client and smtplib use of a socket. All steps share one deadline; what arrives is counted."""

    def __init__(self, connected: socket.socket, name: str, *, until: float, most: int) -> None:
        self._socket = connected
        self._name = name
        self._until = until
        self._most = most

    def secure(self) -> Line:
        """Begin TLS, verified against the name. Raises Untrusted, TooSlow, Unreachable."""
        self._hurry()
        try:
            self._socket = outside.trust().wrap_socket(self._socket, server_hostname=self._name)
        except ssl.SSLCertVerificationError as error:
            raise Untrusted(f"The certificate is not {self._name}'s: {error.verify_message}") from None
        except TimeoutError:
            raise TooSlow("TLS took too long to begin.") from None
        except OSError as error:
            raise Unreachable(f"TLS did not begin ({type(error).__name__}).") from None
        return self

    def sendall(self, data: ReadableBuffer) -> None:
        """Send everything. Raises TimeoutError, OSError."""
        rest = memoryview(data).cast("B")
        while rest:
            self._hurry()
            rest = rest[self._socket.send(rest[:_CHUNK]) :]

    def makefile(self, mode: str = "rb", *_: Any) -> io.BufferedReader:
        """What arrives, as a file."""
        return io.BufferedReader(_Arriving(self), _CHUNK)

    def receive_into(self, buffer: WriteableBuffer) -> int:
        """Read what is there. Raises TimeoutError, OSError, TooLarge."""
        self._hurry()
        got = self._socket.recv_into(buffer)
        self._most -= got
        if self._most < 0:
            raise TooLarge("The answer does not end.")
        return got

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _hurry(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TooSlow("The time for this call is over.")
        self._socket.settimeout(left)


class _Arriving(io.RawIOBase):
    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._line.receive_into(buffer)


def is_own(host: Host) -> bool:
    """Is it this installation itself, which plays a receiver? In demos and tests only. Its address names no port, for
    the next start may get another one; what is connected to is always the port on which it is open itself."""
    return config.mode() != "production" and host == Host(addresses.OWN, 80)


def connect(host: Host, limits: Limits, *, inside: bool = False, plain: bool = False) -> Line:
    """A connection to the host, without TLS as yet. Raises WrongAddress, Unreachable, TooSlow.

    inside: as `addresses.check`. plain: it stays without TLS, which only tests do, to this machine, and demos to
    themselves.
    """
    until = time.monotonic() + limits.total
    if plain and is_own(host):
        try:
            port = urlsplit(config.text("TILLIT_ORIGIN")).port or 80
            return Line(_connected(_HERE, port, limits.connect), host.name, until=until, most=limits.received)
        except OSError:
            raise Unreachable(f"{host} could not be reached.") from None
    found = [addresses.read(text) for text in _resolved(host, until)]
    for address in found:
        if not (outside.loopback and addresses.is_loopback(address)):
            addresses.check(address, inside=inside)
            if plain:
                raise WrongAddress("Only tests speak http, to this machine.")
    for address in found[:MOST_ADDRESSES]:
        left = min(limits.connect, until - time.monotonic())
        if left <= 0:
            break
        try:
            return Line(_connected(address, host.port, left), host.name, until=until, most=limits.received)
        except OSError:
            continue
    if time.monotonic() >= until:
        raise TooSlow(f"{host} could not be reached in time.")
    raise Unreachable(f"{host} could not be reached.")


def _connected(address: Address, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        with gate.opened():
            made.connect((str(address), port))
    except BaseException:
        made.close()
        raise
    return made


def _resolved(host: Host, until: float) -> Sequence[str]:
    """The name's addresses, in a thread of their own, since the system's resolver knows no deadline."""
    answer: list[Sequence[str]] = []

    def ask() -> None:
        try:
            answer.append(outside.resolve(host.name, host.port))
        except OSError:
            answer.append(())

    asking = threading.Thread(target=ask, name="egress-resolve", daemon=True)
    asking.start()
    asking.join(max(0.0, until - time.monotonic()))
    if not answer:
        raise TooSlow(f"The name {host.name} was not found in time.")
    if not answer[0]:
        raise Unreachable(f"The name {host.name} was not found.")
    return answer[0]
