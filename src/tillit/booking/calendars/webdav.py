"""The XML of WebDAV (RFC 4918), CalDAV (RFC 4791) and collection sync (RFC 6578): what we ask, and answers read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from tillit.booking.calendars.problems import Problem
from tillit.booking.calendars.reading import KEPT

DAV, CAL, SERVER = "DAV:", "urn:ietf:params:xml:ns:caldav", "http://calendarserver.org/ns/"
_SPACES = f'xmlns:d="{DAV}" xmlns:c="{CAL}" xmlns:s="{SERVER}"'

MOST_ELEMENTS = 200_000  # of one answer; ten for each of the events that we take

_ASKED = "".join(
    f'<c:comp name="{name}">' + "".join(f'<c:prop name="{line}"/>' for line in sorted(KEPT[name])) + "</c:comp>"
    for name in ("VEVENT",)
)
DATA = (
    f'<c:calendar-data><c:comp name="VCALENDAR"><c:prop name="VERSION"/>{_ASKED}<c:comp name="VTIMEZONE"/></c:comp>'
    "</c:calendar-data>"
)
"""Of an event only the lines that we read are asked for (RFC 4791, 9.6): a server that knows how sends no title."""


@dataclass(frozen=True)
class Response:
    """What a multistatus says of one address. status: of the whole, 200 where only properties are told."""

    href: str
    status: int
    props: Mapping[str, ET.Element] = field(repr=False)

    def text(self, name: str) -> str:
        """A property's text, "" where it is not told."""
        found = self.props.get(name)
        return (found.text or "").strip() if found is not None else ""

    def hrefs(self, name: str) -> list[str]:
        """The addresses inside a property."""
        found = self.props.get(name)
        return [] if found is None else [(one.text or "").strip() for one in found.iter(f"{{{DAV}}}href") if one.text]


def propfind(*names: str) -> bytes:
    """A PROPFIND for these properties, with the prefixes d, c and s."""
    return _document("d:propfind", f"<d:prop>{''.join(f'<{name}/>' for name in names)}</d:prop>")


def sync_collection(token: str) -> bytes:
    """What has changed since the token (RFC 6578)."""
    return _document(
        "d:sync-collection",
        f"<d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop>",
    )


def within(since: datetime, until: datetime) -> bytes:
    """Names and versions of the events that touch a span."""
    first, last = (moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for moment in (since, until))
    return _document(
        "c:calendar-query",
        '<d:prop><d:getetag/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">'
        f'<c:time-range start="{first}" end="{last}"/></c:comp-filter></c:comp-filter></c:filter>',
    )


def multiget(hrefs: Iterable[str]) -> bytes:
    """These events, as far as we read them."""
    named = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return _document("c:calendar-multiget", f"<d:prop><d:getetag/>{DATA}</d:prop>{named}")


def multistatus(body: bytes) -> tuple[list[Response], str]:
    """The responses, and the sync-token beside them. Raises Problem."""
    try:
        root = ET.fromstring(body, ET.XMLParser(target=_Tree()))  # noqa: S314 (_Tree refuses what is dangerous in XML)
    except (ET.ParseError, ValueError):
        raise Problem("unreadable") from None
    if root.tag != f"{{{DAV}}}multistatus":
        raise Problem("unreadable")
    found = [_response(part) for part in root.findall(f"{{{DAV}}}response")]
    return found, (root.findtext(f"{{{DAV}}}sync-token") or "").strip()


class _Tree(ET.TreeBuilder):
    """Without document types, and so without entities; and no larger than an honest answer."""

    elements = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        """One more element. Raises Problem when there are too many."""
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise Problem("much")
        return super().start(tag, attrs)

    def doctype(self, name: str, public: str, system: str) -> None:
        """Raises Problem: WebDAV has no document type."""
        raise Problem("unreadable")


def _response(part: ET.Element) -> Response:
    props: dict[str, ET.Element] = {}
    for stat in part.findall(f"{{{DAV}}}propstat"):
        if _status(stat) == 200:
            props.update({prop.tag: prop for box in stat.findall(f"{{{DAV}}}prop") for prop in box})
    return Response((part.findtext(f"{{{DAV}}}href") or "").strip(), _status(part), props)


def _status(part: ET.Element) -> int:
    words = (part.findtext(f"{{{DAV}}}status") or "").split()
    return int(words[1]) if len(words) > 1 and re.fullmatch(r"[0-9]{3}", words[1]) else 200


def _document(name: str, inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?><{name} {_SPACES}>{inside}</{name}>'.encode()
