"""A CalDAV server: finding a person's calendars (RFC 6764, RFC 4791, RFC 5397), and what changed in one (RFC 6578,
else by versions)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from tillit.booking.calendars import webdav
from tillit.booking.calendars.problems import Problem, of_answer
from tillit.booking.calendars.remote import Server, absolute
from tillit.booking.calendars.webdav import CAL, DAV, SERVER, Response
from tillit.kernel.lines import one_line

MOST_CALENDARS = 100
MOST_ITEMS = 20_000
MOST_PAGES = 50
BATCH = 50
_PRINCIPAL, _HOME = f"{{{DAV}}}current-user-principal", f"{{{CAL}}}calendar-home-set"
_ETAG, _DATA = f"{{{DAV}}}getetag", f"{{{CAL}}}calendar-data"
_WRITE = {f"{{{DAV}}}{name}" for name in ("all", "write", "write-content", "bind")}


class TokenOver(Exception):
    """The server no longer knows where we were: read it from the beginning."""


@dataclass(frozen=True)
class Found:
    """A calendar on the server. writable: this login may put events there, as far as the server says."""

    address: str
    name: str
    writable: bool


@dataclass(frozen=True)
class Where:
    """Where an incremental sync goes on: the collection's sync-token and CTag, "" where the server has none."""

    token: str
    mark: str


def calendars(server: Server, address: str) -> list[Found]:
    """Every calendar of the login on this server. address: the server's, or anything below it. Raises Problem."""
    home = _home(server, address)
    asked = webdav.propfind(
        "d:resourcetype", "d:displayname", "c:supported-calendar-component-set", "d:current-user-privilege-set"
    )
    answer = server.must("PROPFIND", home, body=asked, headers={"Depth": "1"}, follow=True)
    found = [_found(server.at, one) for one in webdav.multistatus(answer.body)[0] if _holds_events(one)]
    if not found:
        raise Problem("none")
    return found[:MOST_CALENDARS]


def where(server: Server, address: str) -> Where:
    """The collection's present state."""
    answer = server.must("PROPFIND", address, body=webdav.propfind("d:sync-token", "s:getctag"), headers={"Depth": "0"})
    for one in webdav.multistatus(answer.body)[0]:
        token, mark = one.text(f"{{{DAV}}}sync-token"), one.text(f"{{{SERVER}}}getctag")
        return Where(token if len(token) <= 1000 else "", mark[:200])
    raise Problem("gone")


def listed(server: Server, address: str, since: datetime, until: datetime) -> dict[str, str]:
    """Address → version of every event that touches the span."""
    answer = server.must("REPORT", address, body=webdav.within(since, until), headers={"Depth": "1"})
    found = webdav.multistatus(answer.body)[0]
    if len(found) > MOST_ITEMS:
        raise Problem("much")
    return {absolute(address, one.href): one.text(_ETAG) for one in found if one.status == 200}


def changed(server: Server, address: str, token: str) -> tuple[dict[str, str], set[str], str]:
    """What changed since the token: address → version, addresses that are gone, and the next token.

    Raises TokenOver where the server no longer knows it, or there is too much.
    """
    there: dict[str, str] = {}
    gone: set[str] = set()
    for _page in range(MOST_PAGES):
        answer = server.ask("REPORT", address, body=webdav.sync_collection(token), headers={"Depth": "0"})
        if answer.status in {400, 403, 405, 409, 410, 412, 415, 501}:
            raise TokenOver
        if not answer.ok:
            raise of_answer(answer)
        found, token = webdav.multistatus(answer.body)
        more = False
        for one in found:
            at = absolute(address, one.href)
            if one.status == 507:  # there is more; ask again from the new token
                more = True
            elif one.status in {404, 410}:
                gone.add(at)
                there.pop(at, None)
            elif path(at) != path(address):
                there[at] = one.text(_ETAG)
                gone.discard(at)
        if len(there) + len(gone) > MOST_ITEMS or len(token) > 1000:
            raise TokenOver
        if not more:
            return there, gone, token
    raise TokenOver


def contents(server: Server, address: str, wanted: Sequence[str]) -> Iterator[tuple[str, str, bytes | None]]:
    """Address, version and content of these events; None for the content of one that is gone meanwhile."""
    for first in range(0, len(wanted), BATCH):
        batch = wanted[first : first + BATCH]
        hrefs = [urlsplit(one).path for one in batch]
        answer = server.must("REPORT", address, body=webdav.multiget(hrefs), headers={"Depth": "1"})
        for one in webdav.multistatus(answer.body)[0]:
            text = one.text(_DATA)
            yield absolute(address, one.href), one.text(_ETAG), text.encode() if text else None


def path(address: str) -> str:
    """An address as two spellings of it are the same: its path, decoded, without the last slash."""
    return unquote(urlsplit(address).path).rstrip("/")


def _home(server: Server, address: str) -> str:
    """The collection of the login's calendars, from its principal; where the server has none of either, the address
    itself is taken to be it."""
    asked = webdav.propfind("d:current-user-principal", "c:calendar-home-set")
    starts = [address]
    if urlsplit(address).path in {"", "/"}:  # RFC 6764, section 5
        starts.insert(0, absolute(address, "/.well-known/caldav"))
    worst = Problem("gone")
    for start in starts:
        answer = server.ask("PROPFIND", start, body=asked, headers={"Depth": "0"}, follow=True)
        if answer.status == 401:
            raise Problem("login")
        if answer.status != 207:
            worst = of_answer(answer)
            continue
        for one in webdav.multistatus(answer.body)[0]:
            if home := one.hrefs(_HOME):
                return absolute(server.at, home[0])
            if principal := one.hrefs(_PRINCIPAL):
                return _home_of(server, absolute(server.at, principal[0]))
            return server.at
    raise worst


def _home_of(server: Server, principal: str) -> str:
    asked = webdav.propfind("c:calendar-home-set")
    answer = server.must("PROPFIND", principal, body=asked, headers={"Depth": "0"}, follow=True)
    for one in webdav.multistatus(answer.body)[0]:
        if home := one.hrefs(_HOME):
            return absolute(server.at, home[0])
    raise Problem("none")


def _holds_events(one: Response) -> bool:
    kind = one.props.get(f"{{{DAV}}}resourcetype")
    if kind is None or kind.find(f"{{{CAL}}}calendar") is None:
        return False
    parts = one.props.get(f"{{{CAL}}}supported-calendar-component-set")
    return parts is None or any(part.get("name") == "VEVENT" for part in parts)


def _found(home: str, one: Response) -> Found:
    rights = one.props.get(f"{{{DAV}}}current-user-privilege-set")
    writable = rights is None or any(part.tag in _WRITE for part in rights.iter())
    address = absolute(home, one.href)
    name = one.text(f"{{{DAV}}}displayname") or unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    return Found(address, one_line(name)[:200], writable)
