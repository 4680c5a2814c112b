"""Films that play on another host's page: which hosts may, and their addresses.

Only hosts that set no cookie before somebody presses play. Nothing of them is in a page until whoever looks has turned
that person's film on; then the answer to that one request alone lets a frame of that one host in (`lets_in`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest


@dataclass(frozen=True)
class Host:
    """A host of films. name: as people know it. site: what the frame calls, and nothing else. frame, page: addresses
    with a place for the film's id."""

    name: str
    site: str
    frame: str
    page: str
    id: str


HOSTS: dict[str, Host] = {
    "youtube": Host(
        "YouTube", "https://www.youtube-nocookie.com", "https://www.youtube-nocookie.com/embed/%s?rel=0",
        "https://www.youtube.com/watch?v=%s", r"[A-Za-z0-9_-]{11}",
    ),
    "vimeo": Host(
        "Vimeo", "https://player.vimeo.com", "https://player.vimeo.com/video/%s?dnt=1", "https://vimeo.com/%s",
        r"[0-9]{4,12}",
    ),
}  # fmt: skip
_SITES = {
    "youtube.com": "youtube", "m.youtube.com": "youtube", "youtu.be": "youtube", "youtube-nocookie.com": "youtube",
    "vimeo.com": "vimeo", "player.vimeo.com": "vimeo",
}  # fmt: skip


def read(address: str) -> dict[str, str] | None:
    """Host and id of a film from its address as people copy it; None for anything else."""
    try:
        parts = urlsplit(address.strip())
        host = _SITES.get((parts.hostname or "").removeprefix("www."))
    except ValueError:
        return None
    if parts.scheme != "https" or host is None or parts.port or parts.username:
        return None
    told = parse_qs(parts.query).get("v", [""])[0] or parts.path.rstrip("/").rpartition("/")[2]
    return {"host": host, "id": told} if re.fullmatch(HOSTS[host].id, told) else None


def page(film: dict[str, Any]) -> str:
    """Where the film is: a plain link."""
    return _host(film).page % film["id"]


def frame(film: dict[str, Any]) -> str:
    """What a frame loads."""
    return _host(film).frame % film["id"]


def name(film: dict[str, Any]) -> str:
    """The host's name."""
    return _host(film).name


def lets_in(request: HttpRequest, film: dict[str, Any]) -> None:
    """This one answer may hold a frame of this film's host."""
    request.frame_source = _host(film).site  # type: ignore[attr-defined]


def _host(film: dict[str, Any]) -> Host:
    if not re.fullmatch(HOSTS[film["host"]].id, film["id"]):
        raise KeyError(film["id"])
    return HOSTS[film["host"]]
