"""Choosing a day and a time, both clocks beside each other, and the host's week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tillit.kernel import formats, zones
from tillit.web.templatetags.library import language, read, register


def _state_words(state: str) -> str:
    match state:
        case "free":
            return _("free times")
        case "few":
            return _("few times left")
        case "full":
            return _("fully booked")
        case "closed":
            return pgettext("a day in the calendar", "closed")
        case "booked":
            return _("something is booked")
    return ""


# written here and not in the template: a page has forty of them, and a template takes ten times as long
_DAY_LINK = '<a class="{}" id="{}" href="{}" aria-label="{}" rel="nofollow"{}>{}</a>'


@register.inclusion_tag("components/calendar_month.html")
def calendar_month(
    grid: formats.MonthGrid,
    states: Mapping[date, Any],
    picked: date | None = None,
    today: date | None = None,
    previous_url: str = "",
    following_url: str = "",
    caption: str = "",
    key: bool = True,
    prefix: str = "day",
) -> dict[str, Any]:
    """{% calendar_month grid states picked=day today=today previous_url=… following_url=… %}

    `grid` comes from formats.month_grid. `states` maps a date to "free", "few", "full", "past",
    "closed" or "booked", or to {"state": …, "url": …, "note": …}; a day with a url can be chosen.
    Without a neighbouring month's url its arrow rests. `key=False` leaves out the explanation.
    `prefix` keeps the ids of two months on one page apart; they let focus survive a partial update.
    """
    seen = set()
    cells = []
    for day in (day for week in grid.weeks for day in week):
        if day is None:
            cells.append(SafeString(""))
            continue
        told = states.get(day.date, "")
        state = told if isinstance(told, str) else read(told, "state")
        seen.add(state)
        words = ("" if isinstance(told, str) else read(told, "note")) or _state_words(state)
        classes = [f"day-{state}"] if state else []
        classes += ["day-today"] if day.date == today else []
        classes += ["day-picked"] if day.date == picked else []
        css = " ".join(["day", *classes])
        if url := "" if isinstance(told, str) else read(told, "url"):
            said = formats.join_words([day.words, words], language())
            here = SafeString(' aria-current="date"') if day.date == picked else ""
            key_id = f"{prefix}-{day.date.isoformat()}"
            cells.append(format_html(_DAY_LINK, css, key_id, url, said, here, day.number))
        else:
            here = SafeString(' aria-current="date"') if day.date == today != picked else ""
            extra = format_html('<span class="vh">, {}</span>', words) if words else ""
            cells.append(format_html('<span class="{}"{}>{}{}</span>', css, here, day.number, extra))
    weeks = [cells[n : n + 7] for n in range(0, len(cells), 7)]
    return {
        "grid": grid,
        "weeks": weeks,
        "previous_url": previous_url,
        "following_url": following_url,
        "caption": caption,
        "prefix": prefix,
        "key": [(s, _state_words(s)) for s in ("free", "few", "full", "booked", "closed") if s in seen] if key else [],
    }


@register.inclusion_tag("components/slot_list.html")
def slot_list(
    starts: Iterable[Any],
    zone: str,
    other_zone: str = "",
    name: str = "start",
    picked: datetime | None = None,
    legend: str = "",
) -> dict[str, Any]:
    """{% slot_list starts zone=guest_zone other_zone=host_zone picked=start legend=… %}

    `starts` holds aware datetimes, or things with `start` and, if wanted, `url` (then the time is a
    link) and `note` ("3 seats left"). Otherwise each is a radio button called `name` whose value is
    the instant in UTC (2027-03-18T13:00:00+00:00). The other clock is written beside each time while
    the two differ; where one time of day comes twice in an autumn night, the offset tells them apart.
    """
    code = language()
    rows = []
    for thing in starts:
        start = thing if isinstance(thing, datetime) else read(thing, "start")
        rows.append((start, thing, formats.format_time(start, code, zone=zone)))
    texts = [text for _start, _thing, text in rows]
    slots = []
    for start, thing, text in rows:
        if texts.count(text) > 1:
            text = f"{text} ({formats.zone_offset(zone, start, code)})"
        slots.append(
            {
                "value": start.astimezone(UTC).isoformat(),
                "text": text,
                "other": _other_clock(start, zone, other_zone, code) if other_zone else "",
                "note": "" if isinstance(thing, datetime) else read(thing, "note"),
                "url": "" if isinstance(thing, datetime) else read(thing, "url"),
                "picked": start == picked,
            }
        )
    return {"slots": slots, "name": name, "legend": legend}


def _other_clock(start: datetime, zone: str, other_zone: str, code: str) -> str:
    if not formats.zone_difference(zone, other_zone, start):
        return ""
    here, there = formats.local(start, zone), formats.local(start, other_zone)
    clock = formats.format_time(there, code, cycle=formats.hour_cycle(code, other_zone))
    if here.date() != there.date():
        clock = f"{formats.weekday_name(there.weekday(), code, short=code != 'fa')} {clock}"
    return _("%(time)s in %(city)s") % {"time": clock, "city": formats.zone_city(other_zone, code)}


@register.inclusion_tag("components/zone_strip.html")
def zone_strip(start: datetime, zone: str, other_zone: str, other_name: str) -> dict[str, Any]:
    """{% zone_strip start zone=guest_zone other_zone=host_zone other_name="Helena" %}: both clocks."""
    code = language()
    away = formats.zone_difference(zone, other_zone, start)
    return {
        "start": start,
        "zone": zone,
        "other_zone": other_zone,
        "other_name": other_name,
        "away": _away(abs(away), code) if away else "",
    }


def _away(length: timedelta, code: str) -> str:
    hours, rest = divmod(length, timedelta(hours=1))
    return formats.format_duration(length, code) if rest else formats.format_count(hours, "hour", code)


@register.inclusion_tag("components/zone_probe.html")
def zone_probe(zone: str, chosen: bool = False) -> dict[str, Any]:
    """{% zone_probe zone chosen=True %}: asks the browser for its own zone unless the visitor chose one."""
    return {"zone": zone, "chosen": chosen}


# ---- the host's week


@dataclass(frozen=True, slots=True)
class _Piece:
    """The part of a span that falls on one day, in minutes of that day's clock."""

    day: date
    start: int
    end: int
    thing: Any


def _pieces(start: datetime, end: datetime, zone: str, thing: Any) -> list[_Piece]:
    a, b = formats.local(start, zone), formats.local(end, zone)
    pieces = []
    day = a.date()
    while day <= b.date():
        first = a.hour * 60 + a.minute if day == a.date() else 0
        last = b.hour * 60 + b.minute if day == b.date() else 24 * 60
        if last <= first and day == a.date() == b.date():
            last = first + max(1, round((end - start).total_seconds() / 60))  # an autumn night
        if last > first:
            pieces.append(_Piece(day, first, min(last, 24 * 60), thing))
        day += timedelta(days=1)
    return pieces


def _place(piece: _Piece) -> str:
    length = piece.end - piece.start
    return f"at h{piece.start // 60} m{piece.start % 60} for dh{length // 60} dm{length % 60}"


def _lanes(pieces: list[_Piece]) -> list[tuple[_Piece, int, int]]:
    """Each piece with its lane and the number of lanes of the group it overlaps with (four at most)."""
    placed: list[tuple[_Piece, int, int]] = []
    group: list[tuple[_Piece, int]] = []
    ends: list[int] = []

    def close() -> None:
        count = min(4, len(ends))
        placed.extend((piece, min(lane, 3), count) for piece, lane in group)
        group.clear()
        ends.clear()

    for piece in sorted(pieces, key=lambda p: (p.start, -p.end)):
        if ends and piece.start >= max(ends):
            close()
        lane = next((n for n, end in enumerate(ends) if end <= piece.start), len(ends))
        ends[lane : lane + 1] = [piece.end]
        group.append((piece, lane))
    close()
    return placed


@register.inclusion_tag("components/week_calendar.html")
def week_calendar(
    first: date,
    events: Iterable[Any],
    zone: str,
    open_spans: Iterable[tuple[datetime, datetime]] = (),
    now: datetime | None = None,
    from_hour: int = 8,
    to_hour: int = 18,
    previous_url: str = "",
    following_url: str = "",
    today_url: str = "",
    count: int = 7,
) -> dict[str, Any]:
    """{% week_calendar monday events zone=host_zone open_spans=spans now=now previous_url=… %}

    `count` days from `first`: seven, or one. An event has `start`, `end` (aware), `title` and, if wanted, `note`,
    `url`, `kind`: "booked" (default), "waits", "busy" or "off", and `move_url`: the page that asks whether it shall
    be moved, to which it can be dragged. `open_spans` are the bookable hours. The window from `from_hour` to
    `to_hour` grows when an event lies outside it. On a phone it is a list.
    """
    code = language()
    events, days = list(events), [first + timedelta(days=n) for n in range(count)]
    pieces = [p for e in events for p in _pieces(read(e, "start"), read(e, "end"), zone, e) if p.day in days]
    hours = [p for start, end in open_spans for p in _pieces(start, end, zone, None) if p.day in days]
    from_hour = min([from_hour, *(p.start // 60 for p in pieces)])
    to_hour = max([to_hour, *(-(-p.end // 60) for p in pieces)])
    here = formats.local(now, zone) if now else None
    columns = []
    for day in days:
        columns.append(
            {
                "date": day,
                "weekday": formats.weekday_name(day.weekday(), code, short=code != "fa"),
                "number": formats.leaf_parts(day, code)[1],
                "words": formats.format_date(day, code, "day"),
                "today": bool(here and here.date() == day),
                "now": f"at h{here.hour} m{here.minute}"
                if here and here.date() == day and from_hour <= here.hour < to_hour
                else "",
                "open": [_place(p) for p in _clipped(hours, day, from_hour, to_hour)],
                "events": [
                    _event(piece, lane, count, zone, code)
                    for piece, lane, count in _lanes([p for p in pieces if p.day == day])
                ],
            }
        )
    one = len(days) == 1
    return {
        "title": formats.format_date(first, code, "full") if one else formats.format_date_range(first, days[-1], code),
        "one": one,
        "movable": any(read(e, "move_url") for e in events),
        "from_hour": from_hour,
        "days": columns,
        "hours": [formats.format_time(time(h), code, cycle="24") for h in range(from_hour, to_hour)],
        "window": f"from{from_hour} hours{to_hour - from_hour}",
        "previous_url": previous_url,
        "following_url": following_url,
        "today_url": today_url,
    }


def _clipped(pieces: list[_Piece], day: date, from_hour: int, to_hour: int) -> list[_Piece]:
    clipped = (
        _Piece(p.day, max(p.start, from_hour * 60), min(p.end, to_hour * 60), None) for p in pieces if p.day == day
    )
    return [p for p in clipped if p.end > p.start]


def _event(piece: _Piece, lane: int, count: int, zone: str, code: str) -> dict[str, Any]:
    event = piece.thing
    kind = read(event, "kind") or "booked"
    classes = [_place(piece), f"lane-{lane} of-{count}" if count > 1 else ""]
    length = piece.end - piece.start
    classes += ["event-brief"] if length < 60 else []
    classes += ["event-short"] if length < 35 else []
    classes += ["event-narrow"] if count > 2 else []
    return {
        "css": " ".join(filter(None, classes)),
        "kind": kind,
        "words": {"waits": _("waits for your answer"), "busy": _("busy"), "off": _("cancelled")}.get(kind, ""),
        "time": formats.format_time_range(read(event, "start"), read(event, "end"), code, zone=zone),
        "title": read(event, "title"),
        "note": read(event, "note"),
        "url": read(event, "url"),
        "move_url": read(event, "move_url"),
        "minutes": round((read(event, "end") - read(event, "start")).total_seconds() / 60),
    }


@register.inclusion_tag("components/month_calendar.html")
def month_calendar(
    grid: formats.MonthGrid,
    events: Iterable[Any],
    zone: str,
    today: date | None = None,
    day_url: str = "",
    previous_url: str = "",
    following_url: str = "",
    today_url: str = "",
) -> dict[str, Any]:
    """{% month_calendar grid events zone=host_zone today=today day_url="?view=day&on=" previous_url=… %}

    The month of `formats.month_grid` with what happens on each day, as `week_calendar` takes events. A day's number
    leads to `day_url` and its date; on a phone a day shows how much there is.
    """
    code = language()
    by_day: dict[date, list[dict[str, Any]]] = {}
    for event in sorted(events, key=lambda e: read(e, "start")):
        for piece in _pieces(read(event, "start"), read(event, "end"), zone, event):
            by_day.setdefault(piece.day, []).append(_line(piece, zone, code))
    return {
        "grid": grid,
        "weeks": [
            [
                day
                and {
                    "day": day,
                    "today": day.date == today,
                    "url": f"{day_url}{day.date.isoformat()}" if day_url else "",
                    "events": by_day.get(day.date, [])[:_IN_CELL],
                    "more": max(0, len(by_day.get(day.date, [])) - _IN_CELL),
                    "many": len(by_day.get(day.date, [])),
                }
                for day in week
            ]
            for week in grid.weeks
        ],
        "previous_url": previous_url,
        "following_url": following_url,
        "today_url": today_url,
    }


_IN_CELL = 3  # what a day of the month shows; the rest stands on the day's own page


def _line(piece: _Piece, zone: str, code: str) -> dict[str, Any]:
    event = piece.thing
    return {
        "kind": read(event, "kind") or "booked",
        "time": formats.format_time(max(read(event, "start"), _midnight(piece.day, zone)), code, zone=zone),
        "title": read(event, "title"),
    }


def _midnight(day: date, zone: str) -> datetime:
    return zones.local_to_utc(datetime.combine(day, time()), zones.zone(zone))
