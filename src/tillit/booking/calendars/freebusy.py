"""What Google and Microsoft say of when somebody is busy: spans, and not a word more is asked for or looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tillit.booking.calendars.problems import Problem, of_answer, retry_after
from tillit.booking.calendars.providers import PROVIDERS
from tillit.booking.calendars.reading import BROKEN, MOST_SPANS, Busy, Span, merged
from tillit.booking.calendars.remote import Server
from tillit.kernel import egress, zones

SELECT = ("start", "end", "showAs")
"""All that Microsoft is asked to tell of an event."""

STEP = timedelta(days=90)  # Google answers for some months at once, and does not say for how many
SHORTEST = timedelta(days=7)
PAGE, MOST_PAGES = 500, 60
_FREE = {"free", "workingelsewhere"}
_TOO_OFTEN = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "backendError"}


def google(server: Server, zone: ZoneInfo, since: datetime, until: datetime) -> Busy:
    """The primary calendar's busy spans, some months at a time. Raises Problem."""
    url, spans = f"{PROVIDERS['google'].api}/freeBusy", list[Span]()
    start, step = since, STEP
    while start < until:
        end = min(start + step, until)
        asked = {"timeMin": _text(start), "timeMax": _text(end), "timeZone": "UTC", "items": [{"id": "primary"}]}
        answer = server.ask("POST", url, json=asked)
        reasons = set() if answer.ok else _reasons(answer)
        if "timeRangeTooLong" in reasons and step > SHORTEST:
            step /= 2
            continue
        if answer.status == 403 and reasons & _TOO_OFTEN:
            raise Problem("down", retry_after(answer))
        spans += _google_spans(_good(answer))
        _bounded(spans)
        start = end
    return _clipped(spans, since, until)


def microsoft(server: Server, zone: ZoneInfo, since: datetime, until: datetime) -> Busy:
    """The default calendar's busy spans, page by page. Whole days begin in the host's own zone. Raises Problem."""
    api = PROVIDERS["microsoft"].api
    url, spans, unclear = f"{api}/me/calendarView", [], 0
    more: dict[str, Any] = {"query": {
        "startDateTime": _text(since), "endDateTime": _text(until), "$select": ",".join(SELECT), "$top": PAGE,
    }}  # fmt: skip
    for _page in range(MOST_PAGES):
        said = _good(server.ask("GET", url, headers={"Prefer": f'outlook.timezone="{zone.key}"'}, **more))
        found, unknown = _microsoft_spans(said, zone)
        spans += found
        unclear += unknown
        _bounded(spans)
        if "@odata.nextLink" not in said:
            return _clipped(spans, since, until, unclear)
        url, more = str(said["@odata.nextLink"]), {}
        if not url.startswith(f"{api}/me/calendarView?"):
            raise Problem("elsewhere")
    raise Problem("much")


READ: dict[str, Callable[[Server, ZoneInfo, datetime, datetime], Busy]] = {"google": google, "microsoft": microsoft}


def without(busy: Busy, ours: Iterable[Span]) -> Busy:
    """The same without our own bookings, which providers do not tell from others; that time is taken here already."""
    left = busy.spans
    for first, last in ours:
        left = [
            part
            for start, end in left
            for part in ((start, min(end, first)), (max(start, last), end))
            if part[0] < part[1]
        ]
    return Busy(merged(left), busy.repeats, busy.unclear)


def _google_spans(said: dict[str, Any]) -> list[Span]:
    try:
        told = said["calendars"]["primary"]
        if errors := told.get("errors"):
            raise Problem("none" if errors[0].get("reason") == "notFound" else "down")
        return [(_instant(one["start"]), _instant(one["end"])) for one in told["busy"]]
    except BROKEN:
        raise Problem("unreadable") from None


def _microsoft_spans(said: dict[str, Any], zone: ZoneInfo) -> tuple[list[Span], int]:
    spans, unclear = [], 0
    try:
        for one in said["value"]:
            if str(one.get("showAs", "busy")).lower() not in _FREE:
                (first, known), (last, _) = (_local(one[name], zone, late) for name, late in (("start", 0), ("end", 1)))
                spans.append((first, last))
                unclear += not known
    except BROKEN:
        raise Problem("unreadable") from None
    return spans, unclear


def _local(told: dict[str, str], zone: ZoneInfo, late: int) -> tuple[datetime, bool]:
    """An instant told by clock and zone, and whether the zone is known. late: of an hour that comes twice, which."""
    name = told.get("timeZone", "")
    known = name in zones.names() or name == "UTC"
    moment = datetime.fromisoformat(told["dateTime"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(name) if known else zone, fold=late)
    return moment.astimezone(UTC), known


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _clipped(spans: Sequence[Span], since: datetime, until: datetime, unclear: int = 0) -> Busy:
    within = [(max(a, since), min(b, until)) for a, b in spans if a < b and a < until and b > since]
    return Busy(merged(within), False, unclear)


def _bounded(spans: Sequence[Span]) -> None:
    if len(spans) > MOST_SPANS:
        raise Problem("much")


def _good(answer: egress.Answer) -> dict[str, Any]:
    """A successful answer's content. Raises Problem; a permission that ended is one."""
    if answer.status in {401, 403}:
        raise Problem("consent")
    if answer.status in {404, 410}:
        raise Problem("none")
    if not answer.ok:
        raise of_answer(answer)
    return _content(answer)


def _content(answer: egress.Answer) -> dict[str, Any]:
    try:
        said = answer.json()
    except egress.BadAnswer:
        raise Problem("unreadable") from None
    if not isinstance(said, dict):
        raise Problem("unreadable")
    return said


def _reasons(answer: egress.Answer) -> set[str]:
    """Google's words for what is wrong, of a call that failed."""
    try:
        return {str(one["reason"]) for one in _content(answer)["error"]["errors"]}
    except (Problem, *BROKEN):
        return set()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
