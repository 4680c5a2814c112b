"""A small HTTP client that can reach a registered processor and nobody else.

    sms = egress.client("sms", Purpose.COORDINATE)
    answer = sms.post(
        "https://api.sms.example/v1/messages",
        about=[guest.pk],
        data={Data.PHONE: number, Data.COMMUNICATION: text},
        json={"from": "Nordan", "to": Data.PHONE, "body": Data.COMMUNICATION},
    )

The body is a shape in which a `Data` member stands for its value, so that what is declared is what leaves. Calls are
made by the worker (kernel.tasks), which tries again; nothing here does. No redirect is followed, no cookie kept, no
proxy of the environment used; connections are not reused.
"""

from __future__ import annotations

import http.client
import json as json_format
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from tillit.kernel import clock
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import line, policy
from tillit.kernel.egress.addresses import Host, host_name, port_number
from tillit.kernel.egress.departures import Departure
from tillit.kernel.egress.errors import (
    BadAnswer,
    BadRequest,
    Failed,
    NobodyNamed,
    Redirected,
    TooLarge,
    TooSlow,
    Unreachable,
    WrongData,
    WrongScheme,
)
from tillit.kernel.egress.line import Limits, Line
from tillit.kernel.egress.policy import Processor

Shape = Any  # JSON in which a Data member stands for the value of that kind

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>[^/?#@\\:\[\]]*)(?::(?P<port>[0-9]*))?(?P<path>.*)")
_PATH = re.compile(r"(?:[/?][!-\"$-\[\]-~]*)?")  # visible ASCII without # and \
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t -~]*")
_OURS = {"host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "accept-encoding"}
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "REPORT"}  # the last two: RFC 4918, RFC 3253
_CHUNK = 65536


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` has lower-case names; the body is at most as long as the limits say."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    @property
    def wait(self) -> float:
        """Seconds for which the answer asks to wait (Retry-After, RFC 9110, 10.2.3); 0 where it says nothing that can
        be read."""
        said = self.headers.get("retry-after", "").strip()
        if said.isascii() and said.isdigit():
            return float(said[:9])
        try:
            moment = parsedate_to_datetime(said)
        except (TypeError, ValueError, OverflowError):
            return 0.0
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - clock.now()).total_seconds())

    def json(self) -> Any:
        """The body as JSON. Raises BadAnswer."""
        try:
            return json_format.loads(self.body)
        except (ValueError, RecursionError):
            raise BadAnswer("The answer is not JSON.") from None


@dataclass
class Leaving:
    """An open line on which data leaves, and the status that the receiver gave in the end, if it gives one."""

    line: Line
    status: int | None = None


@dataclass(frozen=True)
class Client:
    """Speaks to one processor for one purpose. Made by `client`; short-lived."""

    processor: Processor
    purpose: Purpose
    limits: Limits = field(default_factory=Limits)

    def get(
        self,
        url: str,
        *,
        about: Collection[UUID] = (),
        data: Mapping[Data, Any] | None = None,
        query: Mapping[str, Shape] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET; see `request`."""
        return self.request("GET", url, about=about, data=data, query=query, headers=headers)

    def post(
        self,
        url: str,
        *,
        about: Collection[UUID] = (),
        data: Mapping[Data, Any] | None = None,
        query: Mapping[str, Shape] | None = None,
        json: Shape = None,
        form: Mapping[str, Shape] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """POST; see `request`."""
        return self.request("POST", url, about=about, data=data, query=query, json=json, form=form, headers=headers)

    def request(
        self,
        method: str,
        url: str,
        *,
        about: Collection[UUID] = (),
        data: Mapping[Data, Any] | None = None,
        query: Mapping[str, Shape] | None = None,
        json: Shape = None,
        form: Mapping[str, Shape] | None = None,
        raw: Data | bytes | None = None,
        media_type: str = "application/octet-stream",
        headers: Mapping[str, Shape] | None = None,
        unnamed: bool = False,
    ) -> Answer:
        """Make one call and return what came back, of whatever status but a redirect.

        about: ids of the people concerned. data: what leaves of them. query, form, headers (all flat) and json: shapes;
        raw: bytes, or the kind of data whose value they are. unnamed: as `leaving` says.
        Raises a `Refused` when nothing left, a `Failed` when nothing usable came back.
        """
        given = dict(data or {})
        filling = _Filling(given)
        target = _target(url)
        if query:
            target.path += ("&" if "?" in target.path else "?") + _encoded(filling.fill(query))
        kind, body = _body(filling, json, form, raw, media_type)
        lines = _head(method, target, kind, body, filling.fill(headers or {}))
        filling.used_up()
        with self.leaving(
            target.host, about=about, data=given, unnamed=unnamed, secure=target.secure, plain=not target.secure
        ) as leaving:
            with _failures(target.host):
                leaving.line.sendall(lines + (body or b""))
                answer = _read(leaving.line, method, self.limits.most)
            leaving.status = answer.status
        if 300 <= answer.status < 400 and answer.status != 304:
            raise Redirected(
                f"{target.host} answered with a redirect ({answer.status}).", answer.headers.get("location", "")
            )
        return answer

    @contextmanager
    def leaving(
        self,
        host: Host,
        *,
        about: Collection[UUID],
        data: Collection[Data],
        unnamed: bool = False,
        secure: bool = True,
        plain: bool = False,
    ) -> Iterator[Leaving]:
        """A checked connection for another protocol than HTTP (kernel.smtp). secure: TLS begins at once. unnamed:
        about may be empty, since those concerned have no id here (a mail to somebody who is asked to join), or
        none any more (somebody was erased).

        The departure is recorded when the line is open, before the block; what becomes of it, after: it failed when
        the block raises. Raises as `request` does.
        """
        policy.check_use(self.processor, self.purpose)
        policy.check_data(self.processor, data)
        if data and not about and not unnamed:
            raise NobodyNamed("Say whose data this is (about=).")
        policy.check_host(self.processor, host)
        with closing(line.connect(host, self.limits, inside=self.processor.inside, plain=plain)) as opened:
            if secure:
                opened.secure()
            departure = Departure(
                self.processor,
                self.purpose.identifier,
                tuple(dict.fromkeys(about)),
                tuple(sorted({kind.identifier for kind in data})),
            )
            departure.begins()
            leaving = Leaving(opened)
            try:
                yield leaving
            except BaseException as error:
                departure.failed(type(error).__name__)
                raise
            departure.ended(leaving.status)


def client(processor: str, purpose: Purpose, *, limits: Limits | None = None) -> Client:
    """A client for the processor that the acting organisation knows under this key, for this purpose.

    Needs a transaction when the processor is the organisation's. Raises a `Refused` when it may not be used.
    """
    found = policy.find(processor)
    policy.check_use(found, purpose)
    return Client(found, purpose, limits or Limits())


@contextmanager
def _failures(host: Host) -> Iterator[None]:
    """Whatever breaks on the way is a `Failed` without the texts of others."""
    try:
        yield
    except Failed:
        raise
    except TimeoutError:
        raise TooSlow(f"{host} took too long.") from None
    except (http.client.HTTPException, ValueError) as error:
        raise BadAnswer(f"{host} does not answer in HTTP ({type(error).__name__}).") from None
    except OSError as error:
        raise Unreachable(f"The connection to {host} broke ({type(error).__name__}).") from None


class _Filling:
    """Puts values where their kinds stand, and remembers which were used."""

    def __init__(self, values: Mapping[Data, Any]) -> None:
        self.values = values
        self.used: set[Data] = set()

    def fill(self, shape: Shape) -> Any:
        if isinstance(shape, Data):
            if shape not in self.values:
                raise WrongData(f"{shape.identifier} stands in the body and not in data=.")
            self.used.add(shape)
            return self.values[shape]
        if isinstance(shape, Mapping):
            return {key: self.fill(part) for key, part in shape.items()}
        if isinstance(shape, list | tuple):
            return [self.fill(part) for part in shape]
        return shape

    def used_up(self) -> None:
        if unused := sorted(kind.identifier for kind in self.values.keys() - self.used):
            raise WrongData(f"{', '.join(unused)} is said to leave and stands nowhere.")


@dataclass
class _Target:
    secure: bool
    host: Host
    path: str


def _target(url: str) -> _Target:
    """An address taken apart, strictly: what differs from parser to parser is refused."""
    found = _URL.fullmatch(url)
    if found is None:
        raise BadRequest("This is no https address, or it names a user or an address in brackets.")
    scheme = found["scheme"].lower()
    if not _PATH.fullmatch(found["path"]):
        raise BadRequest("A path consists of visible ASCII characters.")
    port = port_number(found["port"]) if found["port"] else 443 if scheme == "https" else 80
    path, host = found["path"], Host(host_name(found["host"]), port)
    if scheme != "https" and not (scheme == "http" and (line.outside.loopback or line.is_own(host))):
        raise WrongScheme("Calls leave over https.")
    return _Target(scheme == "https", host, path if path[:1] == "/" else f"/{path}")


def _encoded(values: Mapping[str, Any]) -> str:
    """Flat values as a form."""
    if any(not isinstance(value, str | int) or isinstance(value, bool) for value in values.values()):
        raise BadRequest("A form holds text and whole numbers.")
    return urlencode(values, quote_via=quote)


def _body(
    filling: _Filling, json: Shape, form: Mapping[str, Shape] | None, raw: Data | bytes | None, media_type: str
) -> tuple[str, bytes | None]:
    """Media type and content."""
    if sum(part is not None for part in (json, form, raw)) > 1:
        raise BadRequest("A request has one body.")
    if json is not None:
        text = json_format.dumps(filling.fill(json), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return "application/json", text.encode()
    if form is not None:
        return "application/x-www-form-urlencoded", _encoded(filling.fill(form)).encode()
    if raw is not None:
        content = filling.fill(raw)
        if not isinstance(content, bytes):
            raise BadRequest("A raw body is bytes.")
        return media_type, content
    return "", None


def _head(method: str, target: _Target, kind: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    """Request line and headers (RFC 9112). Raises BadRequest for what would break out of its line."""
    if method not in _METHODS:
        raise BadRequest("Unknown method.")
    standard = 443 if target.secure else 80
    lines = {
        "Host": target.host.name if target.host.port == standard else str(target.host),
        "Accept-Encoding": "identity",
        "User-Agent": "tillit",
        "Connection": "close",
    }
    if kind:
        lines["Content-Type"] = kind
    if body is not None or method in {"POST", "PUT", "PATCH"}:
        lines["Content-Length"] = str(len(body or b""))
    for name, value in headers.items():
        if name.lower() in _OURS or not _HEADER.fullmatch(name) or not _VALUE.fullmatch(value):
            raise BadRequest("A header's name or value cannot be sent.")
    if not _VALUE.fullmatch(kind):
        raise BadRequest("A header's name or value cannot be sent.")
    given = {name.lower() for name in headers}
    both = {name: value for name, value in lines.items() if name.lower() not in given} | dict(headers)
    text = "".join(f"{name}: {value}\r\n" for name, value in both.items())
    return f"{method} {target.path} HTTP/1.1\r\n{text}\r\n".encode("ascii")


def _read(opened: Line, method: str, most: int) -> Answer:
    """One answer, no longer than `most`."""
    with http.client.HTTPResponse(opened, method=method) as response:  # type: ignore[arg-type]
        response.begin()
        if response.length is not None and response.length > most:
            raise TooLarge("The answer is larger than was asked for.")
        parts: list[bytes] = []
        size = 0
        while part := response.read(min(_CHUNK, most - size + 1)):
            parts.append(part)
            size += len(part)
            if size > most:
                raise TooLarge("The answer is larger than was asked for.")
        if response.length:
            raise BadAnswer("The answer was cut short.")
        names: Sequence[tuple[str, str]] = response.getheaders()
        if response.getheader("Content-Encoding", "identity") not in {"identity", ""}:
            raise BadAnswer("The answer is compressed, which was not asked for.")
        return Answer(response.status, {name.lower(): value for name, value in names}, b"".join(parts))
