"""What the booking page shows: a month of days, a day of times, the chosen time on both clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tillit.booking import lines
from tillit.booking.engine import Refusal, Start, Window
from tillit.booking.facts import BookableHost
from tillit.booking.queries import check_start, free_times, nearest_times
from tillit.journeys.sentences import refusal_sentence
from tillit.journeys.working import Working, weeks
from tillit.kernel import clock, formats, jalali, zones

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType

FEW = 1
FIRST_LOOK = 62 * zones.DAY_MINUTES


@dataclass
class BookingPage:
    """Everything the page's template reads. `problem` is a sentence about what was asked for."""

    kind: MeetingType
    zone: str
    zone_chosen: bool
    hosts: list[BookableHost]
    grid: formats.MonthGrid
    states: dict[date, dict[str, str]]
    today: date
    day: date | None
    slots: list[dict[str, Any]]
    start: datetime | None
    seats: int | None
    previous_url: str
    following_url: str
    problem: str = ""
    status: int = 200
    waiting: int | None = None  # how many wait for the chosen start, whose session is full
    which: list[dict[str, Any]] = field(default_factory=list)
    kept: Mapping[str, str] = field(default_factory=dict)
    nearest: list[dict[str, Any]] = field(default_factory=list)

    @property
    def end(self) -> datetime | None:
        """When the chosen meeting is over."""
        return self.start + timedelta(minutes=self.kind.duration) if self.start else None

    @property
    def host_zone(self) -> str:
        """The clock shown beside the visitor's own: that of the first host."""
        return self.hosts[0].zone if self.hosts else self.zone

    @property
    def host_names(self) -> str:
        """The hosts in words."""
        own = [host for host in self.hosts if not host.stands_in]
        hosts = self.hosts if self.kind.assignment == "round_robin" else own or self.hosts
        names = [host.name for host in hosts]
        first = formats.join_words(names[:-1], get_language() or "en")
        if self.kind.assignment == "round_robin" and len(names) > 1:
            return _(" or ").join([first, names[-1]])
        return _(" and ").join([first, names[-1]]) if len(names) > 1 else "".join(names)

    @property
    def working(self) -> list[Working]:
        """When the hosts work in the week that is looked at, on both clocks."""
        return weeks(self.hosts, self.zone, self.day or self.today, get_language() or "en")

    @property
    def start_text(self) -> str:
        """The chosen instant as the form sends it back."""
        return instant_text(self.start) if self.start else ""


def instant_text(moment: datetime) -> str:
    """An instant in an address: 2027-03-18T13:00Z."""
    return zones.minute_to_utc(zones.minute_down(moment)).strftime("%Y-%m-%dT%H:%MZ")


def read_instant(text: str) -> datetime | None:
    """An instant from an address or a form, or None when it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo and 1971 <= moment.year <= 3000 else None
    except ValueError:
        return None


def read_date(text: str | None) -> date | None:
    """A date from an address, or None when it is none (or beyond any calendar we show)."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1971 <= day.year <= 3000 else None


def choose_zone(asked: str | None, remembered: str | None, fallback: str) -> tuple[str, bool, str]:
    """The visitor's zone, whether the visitor chose it, and a sentence if the asked one is unknown."""
    problem = ""
    for name, chosen in ((asked, True), (remembered, False)):
        if not name:
            continue
        try:
            zones.zone(name)
            return name, chosen, problem
        except zones.UnknownZone:
            if chosen:
                problem = _("We do not know that time zone. The times are shown in %(city)s time.") % {
                    "city": formats.zone_city(fallback, get_language() or "en")
                }
    return fallback, False, problem


def build(
    kind: MeetingType,
    *,
    query: Mapping[str, str],
    zone: str,
    zone_chosen: bool,
    path: str,
    kept: Mapping[str, str] | None = None,
    aside: UUID | None = None,
    wanted: datetime | None = None,
) -> BookingPage:
    """The page for what the address asks: `month` and `day` (dates), `time` (wall clock) or `start` (instant).

    `kept` is what every address carries along; `aside` is the booking that is being moved; `wanted` is an instant
    that a form asked for.
    """
    language = get_language() or "en"
    tz = zones.zone(zone)
    now = clock.now()
    today = now.astimezone(tz).date()
    problem = ""
    which: list[datetime] = []
    start = wanted or read_instant(query.get("start", "").replace(" ", "+"))
    day = read_date(query.get("day"))
    if start is None and day and query.get("time"):
        start, which, problem = _typed(day, query["time"], tz)
    if start and not day:
        day = start.astimezone(tz).date()

    calendar = formats.calendar_for(language)
    shown = read_date(query.get("month")) or day
    window = _window(shown, now, kind, calendar, tz)
    found = free_times(kind, window, zone, aside=aside)
    waiting = {} if aside else lines.open_lines(kind, window.start, window.end)
    by_day = _by_day(sorted([*found.starts, *(Start(minute, (), 0) for minute in waiting)]), zone)
    if shown is None:
        shown = min(by_day, default=today)
    if day is None and query.get("month") is None:
        day = min(by_day, default=None)
    grid = formats.month_grid(
        *jalali.month_of(shown, calendar), calendar, formats.first_weekday(language, zone), language
    )

    def url(**more: str) -> str:
        clock_of_theirs = {"zone": zone} if zone_chosen else {}
        return f"{path}?{urlencode({**(kept or {}), **clock_of_theirs, **more})}"

    states: dict[date, dict[str, str]] = {}
    for week in grid.weeks:
        for cell in week:
            if cell is None:
                continue
            times = by_day.get(cell.date)
            if times:
                seats, many = sum(one.seats for one in times), sum(1 for one in times if one.seats)
                states[cell.date] = {
                    "state": "full" if not seats else "few" if seats <= FEW else "free",
                    "url": url(day=cell.date.isoformat()) + "#times",
                    "note": ngettext("%(n)s time left", "%(n)s free times", many)
                    % {"n": formats.digits(many, language)}
                    if many
                    else _("Full, with a waiting list"),
                }
            elif cell.date < today:
                states[cell.date] = {"state": "past", "url": "", "note": ""}

    def slot(one: Start) -> dict[str, Any]:
        moment = zones.minute_to_utc(one.minute)
        note = ""
        if not one.seats:
            note = _("Full, with a waiting list")
        elif kind.capacity > 1:
            note = ngettext("%(n)s seat left", "%(n)s seats left", one.seats) % {
                "n": formats.digits(one.seats, language)
            }
        return {"start": moment, "url": url(start=instant_text(moment)) + "#you", "note": note}

    horizon = now + timedelta(minutes=kind.horizon)
    page = BookingPage(
        kind=kind,
        zone=zone,
        zone_chosen=zone_chosen,
        hosts=found.hosts,
        grid=grid,
        states=states,
        today=today,
        day=day,
        slots=[slot(one) for one in by_day.get(day, ())] if day else [],
        start=None,
        seats=None,
        previous_url=url(month=grid.previous.isoformat()) if grid.first > today else "",
        following_url=url(month=grid.following.isoformat()) if grid.following <= horizon.astimezone(tz).date() else "",
        problem=problem,
        kept=kept or {},
        which=[slot(Start(zones.minute_down(moment), (), kind.capacity)) for moment in which],
    )
    if start:
        _choose(page, start, zone, slot, aside)
    if problem and not start:
        page.status = 400
    return page


def _by_day(starts: list[Start], zone: str) -> dict[date, list[Start]]:
    """The starts, which ascend, by the date that the visitor's clock shows."""
    by_day: dict[date, list[Start]] = defaultdict(list)
    midnight = 0
    times: list[Start] = []
    for one in starts:
        if one.minute >= midnight:
            day = zones.local_day(zone, one.minute)
            midnight, times = zones.day_start(zone, day + 1), by_day[date.fromordinal(day)]
        times.append(one)
    return by_day


def _choose(page: BookingPage, start: datetime, zone: str, slot: Any, aside: UUID | None) -> None:
    """Take the asked start as the chosen one, or say why not and what is near."""
    minute = zones.minute_down(start)
    answer, hosts = check_start(page.kind, minute, zone, aside=aside)
    if answer is Refusal.FULL and not aside:
        page.waiting = lines.open_lines(page.kind, minute, minute + 1).get(minute)
        if page.waiting is not None:
            page.start = zones.minute_to_utc(minute)
            return
    if isinstance(answer, Refusal):
        page.problem, page.status = refusal_sentence(answer), 409
        page.nearest = [slot(one) for one in nearest_times(page.kind, minute, page.zone, aside=aside)]
        return
    page.start = zones.minute_to_utc(minute)
    page.seats = answer.seats if page.kind.capacity > 1 else None
    if page.kind.assignment != "round_robin":
        page.hosts = [host for host in hosts if host.id in answer.hosts]


def _typed(day: date, text: str, tz: ZoneInfo) -> tuple[datetime | None, list[datetime], str]:
    """A wall-clock time typed for a day: the instant, or the two it may be, or a sentence."""
    try:
        clock_time = time.fromisoformat(formats.ascii_digits(text.strip())[:5])
        if clock_time.tzinfo:  # "10Z" is an instant's way of writing
            raise ValueError
        wall = datetime.combine(day, clock_time)
    except ValueError:
        return None, [], _("That is not a time of day. Write it like 14:30.")
    found = zones.resolve(wall, tz)
    if len(found) == 1:
        return found[0], [], ""
    if found:
        return None, found, _("That time comes twice this night, because the clocks go back. Which one do you mean?")
    return None, [], _("That time does not exist this night, because the clocks go forward. Please choose another.")


def _window(shown: date | None, now: datetime, kind: MeetingType, calendar: Any, tz: ZoneInfo) -> Window:
    """The minutes to look at: the shown month, or from now on until something is likely to be free."""
    first = zones.minute_down(now)
    if shown is None:
        return Window(first, first + min(kind.horizon + kind.duration, FIRST_LOOK))
    days = jalali.month_days(*jalali.month_of(shown, calendar), calendar)
    begin = datetime.combine(days[0], time(), tz)
    end = datetime.combine(days[-1] + timedelta(days=1), time(), tz)
    return Window(zones.minute_down(begin), zones.minute_up(end) + kind.duration)
