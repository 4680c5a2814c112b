"""Reads free-time cases in the neutral format and answers them with the engine.

A case states a schedule (or ranges, or hosts), busy times, rules, `now` and a window; the answer is the list
of starts. Its rules are the ones in the engine's docstring. Instants are ISO 8601 with a zone or Z.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tillit.booking.engine import (
    Alignment,
    Assignment,
    HostFacts,
    Rules,
    Schedule,
    Spans,
    Window,
    free_starts,
    merge,
)
from tillit.kernel.zones import DAY_MINUTES, minute_down, minute_to_utc, minute_up, zone

Case = Mapping[str, Any]


class BadCase(ValueError):
    """A case that cannot be read; says which one and why."""


def answer_all(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The starts of every case by its id, as `2027-03-29T07:00:00Z`, ascending. Raises `BadCase`."""
    if not isinstance(document, Mapping) or not isinstance(document.get("cases"), list):
        raise BadCase('expected an object with a list "cases"')
    answers = {}
    for number, case in enumerate(document["cases"], 1):
        name = case.get("id", f"number {number}") if isinstance(case, Mapping) else f"number {number}"
        try:
            answers[case["id"]] = answer(case)
        except KeyError as error:
            raise BadCase(f"case {name}: {error} is missing") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise BadCase(f"case {name}: {error}") from error
    return answers


def answer(case: Case) -> list[str]:
    """The starts of one case."""
    hosts = [_host(case, host) for host in case["hosts"]] if case.get("hosts") else [_host(case, {})]
    starts = free_starts(
        _rules(case),
        hosts,
        window=_window(case, hosts),
        now=minute_down(_instant(case["now"])),
        viewer_zone=zone(case["viewer_timezone"]).key,
        assignment=Assignment(case.get("assignment", Assignment.ROUND_ROBIN.value)),
    )
    return [minute_to_utc(start.minute).strftime("%Y-%m-%dT%H:%M:%SZ") for start in starts]


def _rules(case: Case) -> Rules:
    alignment = case.get("start_alignment") or {}
    return Rules(
        duration=case["duration_min"],
        step=case.get("step_min") or case["duration_min"],
        grid=alignment.get("grid_min") or 1,
        alignment=Alignment(alignment.get("mode", Alignment.CEIL_LOCAL_GRID.value)),
        offset=case.get("offset_start_min") or 0,
        buffer_before=case.get("buffer_before_min") or 0,
        buffer_after=case.get("buffer_after_min") or 0,
        notice=case.get("min_notice_min") or 0,
        max_per_day=case.get("max_per_day"),
        max_per_week=case.get("max_per_week"),
        capacity=(case.get("seats") or {}).get("capacity", 1),
    )


def _host(case: Case, host: Case) -> HostFacts:
    """A host's facts; what the case says beside its hosts holds for each of them."""

    def both(key: str) -> list[Any]:
        return [*(case.get(key) or ()), *(host.get(key) or ())]

    ignored = {str(status).lower() for status in both("own_bookings_ignored_statuses")}
    own = [
        booking for booking in both("busy_own_bookings_utc") if str(booking.get("status", "")).lower() not in ignored
    ]
    seats = (host.get("seats") or case.get("seats") or {}).get("taken") or ()
    return HostFacts(
        host=host.get("id", 1),
        availability=_availability({**case, **host}, both("out_of_office_dates")),
        busy_external=_busy(both("busy_external_utc")),
        busy_own=_busy(own),
        counted=sorted(minute_down(_instant(booking["start"])) for booking in own),
        sessions={minute_down(_instant(seat["start"])): seat["count"] for seat in seats if seat["count"]},
    )


def _availability(facts: Case, days_off: list[Any]) -> Schedule | Spans:
    if facts.get("available_ranges_utc") is not None:
        ranges = facts["available_ranges_utc"]
        return merge((minute_up(_instant(r["start"])), minute_down(_instant(r["end"]))) for r in ranges)
    schedule = facts["schedule"]
    weekly: dict[int, list[tuple[str, str]]] = {}
    for rule in schedule.get("weekly") or ():
        for weekday in rule["iso_weekdays"]:
            weekly.setdefault(weekday, []).append((rule["start"], rule["end"]))
    overrides: dict[date, list[tuple[str, str]]] = {}
    for override in schedule.get("date_overrides") or ():
        intervals = [(interval["start"], interval["end"]) for interval in override["intervals"]]
        overrides.setdefault(date.fromisoformat(override["date"]), []).extend(intervals)
    return Schedule.of(
        schedule["timezone"],
        weekly=weekly,
        overrides=overrides,
        days_off=_dates([*(schedule.get("out_of_office_dates") or ()), *days_off]),
        travel=[
            (
                date.fromisoformat(trip["from_date"]),
                date.fromisoformat(trip["to_date"]) if trip.get("to_date") else None,
                trip["timezone"],
            )
            for trip in schedule.get("timezone_overrides") or ()
        ],
    )


def _dates(entries: Iterable[Any]) -> set[date]:
    """Dates, given singly or as {"from_date", "to_date"} with both ends included."""
    found = set()
    for entry in entries:
        if isinstance(entry, Mapping):
            first = date.fromisoformat(entry.get("from_date") or entry["date"])
            last = date.fromisoformat(entry.get("to_date") or first.isoformat())
        else:
            first = last = date.fromisoformat(entry)
        found |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return found


def _busy(spans: Iterable[Case]) -> Spans:
    return merge((minute_down(_instant(s["start"])), minute_up(_instant(s["end"]))) for s in spans)


def _window(case: Case, hosts: list[HostFacts]) -> Window:
    """The stated window; without one, all that can ever come out: from now to the last range or date."""
    if case.get("window"):
        window = case["window"]
        return Window(minute_up(_instant(window["start"])), minute_down(_instant(window["end"])))
    now = minute_down(_instant(case["now"]))
    ends = [now, *(start + case["duration_min"] for host in hosts for start in host.sessions)]
    for host in hosts:
        if isinstance(host.availability, Spans):
            ends += host.availability.ends
        elif any(host.availability.weekly):
            raise ValueError("a weekly schedule needs a window")
        else:
            last = max((day for day, _ in host.availability.overrides), default=1)
            ends.append((last + 3 - date(1970, 1, 1).toordinal()) * DAY_MINUTES)
    return Window(now, max(ends))


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a zone: {text[:32]!r}")
    return instant
