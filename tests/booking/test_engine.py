"""The free-time engine: against a slow, obvious one over random worlds, and by cases reckoned by hand."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import slots as bench
from tests.booking.slow_engine import slow_starts
from tillit.booking.engine import (
    Alignment,
    Assignment,
    HostFacts,
    Limits,
    Party,
    Refusal,
    Rules,
    Schedule,
    Spans,
    Start,
    Window,
    check,
    free_starts,
    merge,
    nearest,
    reach,
)
from tillit.kernel.zones import DAY_MINUTES, UnknownZone, minute_down

ZONES = (
    "Europe/Stockholm",
    "America/New_York",
    "Asia/Beirut",
    "America/Havana",
    "America/Santiago",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Atlantic/Azores",
    "UTC",
)
CHANGES = (
    date(2027, 3, 14),
    date(2027, 3, 28),
    date(2027, 4, 4),
    date(2027, 9, 5),
    date(2027, 10, 3),
    date(2027, 10, 31),
    date(2027, 11, 7),
    date(2027, 6, 16),
)


def at(text: str) -> int:
    """The minute of an instant such as 2027-03-28T01:00 (UTC)."""
    return minute_down(datetime.fromisoformat(text).replace(tzinfo=UTC))


def day_minutes(day: date) -> int:
    return minute_down(datetime(day.year, day.month, day.day, tzinfo=UTC))


ALWAYS = Spans((0,), (1 << 60,))
OFFICE = ([(540, 1020)], [(0, 1440)], [(0, 240)], [(1320, 360)], [(90, 150), (150, 300)], [(600, 720), (765, 1101)])


def random_hours(random: Random) -> list[tuple[int, int]]:
    grain = random.choice([1, 15])
    times = [random.randrange(0, 1440, grain) for _ in range(2 * random.randint(0, 2))]
    return list(zip(times[::2], times[1::2], strict=True))


def random_schedule(random: Random, base: date) -> Schedule:
    def near() -> date:
        return base + timedelta(days=random.randint(-3, 5))

    if random.random() < 0.75:
        weekly = dict.fromkeys(set(range(1, 8)) - {random.randint(1, 14)}, random.choice(OFFICE))
    else:
        weekly = {day: random_hours(random) for day in range(1, 8)}
    overrides = {near(): random.choice([random_hours(random), *OFFICE]) for _ in range(random.choice([0, 0, 1, 2]))}
    days_off = [near() for _ in range(random.choice([0, 0, 0, 1, 2]))]
    travel = []
    for _ in range(random.choice([0, 0, 0, 1, 2])):
        first = near()
        last = random.choice([None, first + timedelta(days=random.randint(0, 3))])
        travel.append((first, last, random.choice(ZONES)))
    zone = random.choice(ZONES)
    return Schedule.of(zone, weekly=weekly, overrides=overrides, days_off=days_off, travel=travel)


def random_limits(random: Random) -> Limits:
    return Limits(random.choice([None, 60, 240, 480]), random.choice([None, 0, 1, 2]), random.choice([None, 1, 3]))


def random_world(random: Random) -> dict:
    """Rules, hosts, a window, a now, a viewer's zone and an assignment around a week of change."""
    base = random.choice(CHANGES)
    start = day_minutes(base) + random.randint(-1440, 1440)

    def near() -> int:
        minute = start + random.randint(-2000, 3600)
        return minute - minute % random.choice([1, 15, 60])

    def spans(most: int) -> Spans:
        begins = [near() for _ in range(random.randint(0, most))]
        return merge((a, a + random.choice([5, 15, 30, 60, 240, 700])) for a in begins)

    duration = random.choice([60, 30, 45, 20, 8, 5, 90, 180, 1500])
    rules = Rules(
        duration=duration,
        step=random.choice([duration, duration, 15, 20, 45, 60, 120]),
        grid=random.choice([1, 5, 10, 15, 20, 30, 60]),
        alignment=random.choice([*Alignment]),
        offset=random.choice([0, 0, 0, 5, 10]),
        buffer_before=random.choice([0, 0, 10, 45]),
        buffer_after=random.choice([0, 0, 5, 60]),
        notice=random.choice([0, 0, 37, 600]),
        horizon=random.choice([None, None, 4000, 2000]),
        max_per_day=random.choice([None, None, 1, 2]),
        max_per_week=random.choice([None, None, 2, 4]),
        week_starts=random.choice([1, 6, 7]),
        capacity=random.choice([1, 1, 3]),
    )
    assignment = random.choice([*Assignment])
    shared_session, shared_schedule = near(), random_schedule(random, base)
    hosts = []
    for number in range(1 if assignment is Assignment.SINGLE else random.randint(1, 3)):
        same = random.random() < (0.8 if assignment is Assignment.COLLECTIVE else 0.3)
        sessions = {}
        if rules.capacity > 1:
            begins = [random.choice([near(), shared_session]) for _ in range(random.randint(0, 3))]
            sessions = {begin: random.randint(1, 3) for begin in begins}
        hosts.append(
            HostFacts(
                host=f"host {number}",
                availability=shared_schedule if same else random_schedule(random, base),
                busy_external=spans(4),
                busy_own=spans(2),
                counted=sorted(near() for _ in range(random.randint(0, 4))),
                sessions=sessions,
                limits=random.choice([None, None, random_limits(random)]),
                held=sorted((near(), random.choice([20, 45, 60, 240])) for _ in range(random.randint(0, 4))),
            )
        )
    others = []
    for number in range(random.choice([0, 0, 1, 1, 2])):
        rooms = [
            HostFacts(
                host=f"room {number}.{one}",
                availability=random.choice([shared_schedule, random_schedule(random, base), ALWAYS]),
                busy_external=spans(4),
            )
            for one in range(random.choice([0, 1, 1, 2, 3]))
        ]
        others.append(Party(rooms, random.choice([Assignment.ROUND_ROBIN, *Assignment])))
    return {
        "others": tuple(others),
        "rules": rules,
        "hosts": hosts,
        "window": Window(start, start + random.choice([1440, 2880, 4000, 60])),
        "now": start - random.choice([1440, 61, 0, 700, 12 * 1440, -700, -1]),
        "viewer_zone": random.choice(ZONES),
        "assignment": assignment,
    }


@settings(max_examples=1200 if settings.default.derandomize else 30_000)
@given(seed=st.integers(0, 2**64))
def test_agrees_with_a_slow_and_obvious_engine(seed: int) -> None:
    random = Random(seed)
    world = random_world(random)
    rules, hosts, window, now = world["rules"], world["hosts"], world["window"], world["now"]
    asked = {name: world[name] for name in ("now", "viewer_zone", "assignment", "others")}
    found = free_starts(rules, hosts, window=window, **asked)
    assert found == slow_starts(rules, hosts, window, now, *(world[n] for n in ("viewer_zone", "assignment", "others")))
    listed = {start.minute: start for start in found}
    latest = window.end - rules.duration
    probes = [random.randint(window.start, latest) for _ in range(3) if latest >= window.start]
    for minute in [*probes, *random.sample(sorted(listed), min(3, len(listed)))]:
        strict = check(rules, hosts, minute, strict=True, **asked)
        lenient = check(rules, hosts, minute, **asked)
        if minute in listed:
            assert strict == lenient == listed[minute]
        else:
            assert isinstance(strict, Refusal)
            assert lenient == strict or strict is Refusal.OFF_GRID


SUNDAY_NIGHT = Schedule.of("Europe/Stockholm", weekly={7: [("00:00", "04:00")]})
WEEKDAYS = Schedule.of("Europe/Stockholm", weekly={day: [("09:00", "17:00")] for day in range(1, 6)})
HOURLY = Rules(duration=60, step=60, grid=60)
MONDAY = Window(at("2027-02-01T00:00"), at("2027-02-02T00:00"))
LONG_AGO = at("2027-01-01T00:00")


def hours_on(schedule: Schedule, first: str, last: str, rules: Rules = HOURLY, **facts: object) -> list[str]:
    host = HostFacts(1, schedule, **facts)
    window = Window(at(first), at(last))
    found = free_starts(rules, [host], window=window, now=LONG_AGO, viewer_zone=schedule.zone)
    return [datetime.fromtimestamp(60 * start.minute, UTC).strftime("%d %H:%M") for start in found]


def test_the_spring_night_has_three_hours_and_the_autumn_night_five() -> None:
    spring = hours_on(SUNDAY_NIGHT, "2027-03-27T12:00", "2027-03-28T12:00")
    assert spring == ["27 23:00", "28 00:00", "28 01:00"]
    autumn = hours_on(SUNDAY_NIGHT, "2027-10-30T12:00", "2027-10-31T12:00")
    assert autumn == ["30 22:00", "30 23:00", "31 00:00", "31 01:00", "31 02:00"]


def test_a_whole_autumn_day_has_twenty_five_hours_and_a_spring_day_twenty_three() -> None:
    for zone in ("Europe/Stockholm", "Atlantic/Azores"):
        sunday = Schedule.of(zone, weekly={7: [("00:00", "24:00")]})
        assert len(hours_on(sunday, "2027-10-30T00:00", "2027-11-02T00:00")) == 25
    for zone in ("Europe/Stockholm", "Asia/Beirut"):
        sunday = Schedule.of(zone, weekly={7: [("00:00", "24:00")]})
        assert len(hours_on(sunday, "2027-03-27T00:00", "2027-03-30T00:00")) == 23


def test_neighbouring_intervals_meet_inside_the_gap() -> None:
    halves = Schedule.of("Europe/Stockholm", weekly={7: [("01:30", "02:30"), ("02:30", "03:30")]})
    rules = Rules(duration=30, step=30)
    assert hours_on(halves, "2027-03-27T12:00", "2027-03-28T12:00", rules) == ["28 00:30", "28 01:00"]


def test_a_night_shift_crosses_midnight_and_a_day_off_ends_it() -> None:
    night = {"weekly": {1: [("22:00", "02:00")]}}
    assert hours_on(Schedule.of("UTC", **night), "2027-02-01T00:00", "2027-02-03T00:00") == [
        "01 22:00",
        "01 23:00",
        "02 00:00",
        "02 01:00",
    ]
    off = Schedule.of("UTC", **night, days_off=[date(2027, 2, 2)])
    assert hours_on(off, "2027-02-01T00:00", "2027-02-03T00:00") == ["01 22:00", "01 23:00"]
    closed_date = Schedule.of("UTC", **night, overrides={date(2027, 2, 2): []})
    assert len(hours_on(closed_date, "2027-02-01T00:00", "2027-02-03T00:00")) == 4


def test_the_grid_of_a_schedule_that_never_closes_does_not_depend_on_the_page() -> None:
    always = HostFacts(1, Schedule.of("UTC", weekly={day: [("00:00", "24:00")] for day in range(1, 8)}))
    rules = Rules(duration=60, step=100, grid=60)
    found = free_starts(rules, [always], window=MONDAY, now=LONG_AGO)
    # 31 days are 446 steps of 100 minutes and 40 minutes more
    assert [start.minute - MONDAY.start for start in found[:2]] == [60, 160]


def test_spare_minutes_are_reckoned_to_the_true_end_of_a_range() -> None:
    now = at("2027-02-01T10:07")
    rules = Rules(duration=60, step=60, grid=60, alignment=Alignment.MAX_COUNT_THEN_ROUND)
    week = {day: [("00:00", "24:00")] for day in range(1, 8)}

    def first(**more: object) -> int:
        schedule = Schedule.of("UTC", weekly=week, **more)
        return free_starts(rules, [HostFacts(1, schedule)], window=MONDAY, now=now)[0].minute

    assert first() == at("2027-02-01T11:00")
    assert first(overrides={date(2027, 2, 9): [("00:00", "05:10")]}) == at("2027-02-01T10:10")
    assert first(overrides={date(2027, 2, 9): [("00:00", "05:06")]}) == at("2027-02-01T11:00")
    assert first(overrides={date(2027, 2, 9): [("00:00", "05:07")]}) == at("2027-02-01T10:07")


def test_a_travelling_host_keeps_the_hours_of_the_place_and_the_trip_listed_last_holds() -> None:
    trips = [
        (date(2027, 2, 2), date(2027, 2, 3), "America/New_York"),
        (date(2027, 2, 3), date(2027, 2, 3), "Asia/Tokyo"),
    ]
    week = {day: [("09:00", "11:00")] for day in range(1, 6)}
    schedule = Schedule.of("Europe/Stockholm", weekly=week, travel=trips)
    found = hours_on(schedule, "2027-02-01T00:00", "2027-02-05T00:00")
    days = [("01", "08", "09"), ("02", "14", "15"), ("03", "00", "01"), ("04", "08", "09")]
    assert found == [f"{day} {hour}:00" for day, *hours in days for hour in hours]


def test_the_viewers_grid_holds_after_a_change_of_half_an_hour() -> None:
    # On Lord Howe 02:00 becomes 02:30 at 15:30Z; the range begins twenty minutes before
    host = HostFacts(1, Schedule.of("UTC", weekly={6: [("15:10", "17:30")]}))
    window = Window(at("2027-10-02T00:00"), at("2027-10-03T00:00"))
    found = free_starts(HOURLY, [host], window=window, now=LONG_AGO, viewer_zone="Australia/Lord_Howe")
    assert [start.minute for start in found] == [at("2027-10-02T16:00")]


def test_round_robin_offers_no_start_that_only_two_hosts_together_could_take() -> None:
    early = Schedule.of("UTC", weekly={1: [("09:00", "09:30")]})
    late = Schedule.of("UTC", weekly={1: [("09:30", "11:00")]})
    hosts = [HostFacts("early", early), HostFacts("late", late)]
    found = free_starts(HOURLY, hosts, window=MONDAY, now=LONG_AGO)
    assert found == [Start(at("2027-02-01T10:00"), ("late",))]


def test_round_robin_and_collective_name_their_hosts() -> None:
    mornings = Schedule.of("UTC", weekly={1: [("09:00", "11:00")]})
    hosts = [HostFacts("a", mornings), HostFacts("b", Schedule.of("UTC", weekly={1: [("10:00", "12:00")]}))]
    found = free_starts(HOURLY, hosts, window=MONDAY, now=LONG_AGO)
    assert [start.hosts for start in found] == [("a",), ("a", "b"), ("b",)]
    together = free_starts(HOURLY, hosts, window=MONDAY, now=LONG_AGO, assignment=Assignment.COLLECTIVE)
    assert together == [Start(at("2027-02-01T10:00"), ("a", "b"))]
    with pytest.raises(ValueError, match="one host"):
        free_starts(HOURLY, hosts, window=MONDAY, now=LONG_AGO, assignment=Assignment.SINGLE)


def test_a_booking_of_another_type_blocks_by_its_buffered_span_as_one_of_the_same_type_does() -> None:
    rules = Rules(duration=60, step=60, buffer_before=10, buffer_after=20)
    own = {"busy_own": merge([(at("2027-02-01T10:00"), at("2027-02-01T11:00"))])}
    buffered = {"busy_external": merge([(at("2027-02-01T09:50"), at("2027-02-01T11:20"))])}
    args = (WEEKDAYS, "2027-02-01T00:00", "2027-02-02T00:00", rules)
    assert hours_on(*args, **own) == hours_on(*args, **buffered)
    assert hours_on(*args, **own)[:2] == ["01 08:00", "01 11:30"]


def test_seats_left_are_told_and_a_started_session_is_offered_whatever_the_limit() -> None:
    rules = Rules(duration=60, step=60, grid=60, capacity=3, max_per_day=2)
    nine, ten = at("2027-02-01T09:00"), at("2027-02-01T10:00")
    host = HostFacts("a", WEEKDAYS, sessions={nine: 2, ten: 3}, counted=[nine, ten])
    assert free_starts(rules, [host], window=MONDAY, now=LONG_AGO) == [Start(nine, ("a",), 1)]
    roomy = Rules(duration=60, step=60, grid=60, capacity=3)
    found = free_starts(roomy, [host], window=MONDAY, now=LONG_AGO)
    assert [start.seats for start in found[:3]] == [3, 1, 3]
    assert check(roomy, [host], ten, now=LONG_AGO) is Refusal.FULL


def test_days_and_weeks_of_the_limits_are_the_hosts_own() -> None:
    rules = Rules(duration=60, step=60, grid=60, max_per_week=1)
    booked = [at("2027-01-31T22:59")]
    assert len(hours_on(WEEKDAYS, "2027-02-01T00:00", "2027-02-02T00:00", rules, counted=booked)) == 8
    booked = [at("2027-01-31T23:00")]
    assert hours_on(WEEKDAYS, "2027-02-01T00:00", "2027-02-02T00:00", rules, counted=booked) == []


def test_a_shown_start_stays_bookable_while_now_moves_on() -> None:
    rules = Rules(duration=45, step=45, grid=15)
    host, window = HostFacts("a", Schedule.of("UTC", weekly={1: [("09:00", "17:00")]})), MONDAY
    shown = free_starts(rules, [host], window=window, now=at("2027-02-01T10:14"))[2].minute
    later = at("2027-02-01T10:16")
    assert shown not in [start.minute for start in free_starts(rules, [host], window=window, now=later)]
    assert check(rules, [host], shown, now=later) == Start(shown, ("a",))
    assert check(rules, [host], shown, now=later, strict=True) is Refusal.OFF_GRID
    assert check(rules, [host], shown + 1, now=later) is Refusal.OFF_GRID


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2027-02-01T07:59", Refusal.PAST),
        ("2027-02-01T09:00", Refusal.NOTICE),
        ("2027-02-01T10:30", Refusal.OFF_GRID),
        ("2027-02-01T11:00", Refusal.TAKEN),
        ("2027-02-01T16:00", Refusal.CLOSED),
        ("2027-02-01T15:30", Refusal.CLOSED),
        ("2027-02-06T10:00", Refusal.CLOSED),
        ("2027-02-02T10:00", Refusal.DAY_LIMIT),
        ("2027-02-08T10:00", Refusal.WEEK_LIMIT),
        ("2027-02-12T10:00", Refusal.HORIZON),
    ],
)
def test_each_refusal_has_its_reason(start: str, reason: Refusal) -> None:
    rules = Rules(duration=60, step=60, grid=60, notice=120, horizon=10 * DAY_MINUTES, max_per_day=2, max_per_week=3)
    counted = ["2027-02-02T08:00", "2027-02-02T14:00"]
    counted += ["2027-02-09T08:00", "2027-02-10T08:00", "2027-02-11T08:00"]
    host = HostFacts(
        "a",
        WEEKDAYS,
        busy_external=merge([(at("2027-02-01T11:30"), at("2027-02-01T11:31"))]),
        counted=[at(text) for text in counted],
    )
    assert check(rules, [host], at(start), now=at("2027-02-01T08:00")) is reason
    assert isinstance(check(rules, [host], at("2027-02-01T10:00"), now=at("2027-02-01T08:00")), Start)


def test_of_several_refusals_the_telling_one_is_given() -> None:
    busy = HostFacts("busy", WEEKDAYS, busy_external=merge([(MONDAY.start, MONDAY.end)]))
    away = HostFacts("away", Schedule.of("UTC"))
    ten = at("2027-02-01T10:00")
    assert check(HOURLY, [away, busy], ten, now=LONG_AGO) is Refusal.TAKEN
    both = Assignment.COLLECTIVE
    assert check(HOURLY, [away, busy], ten, now=LONG_AGO, assignment=both) is Refusal.CLOSED
    assert check(HOURLY, [], ten, now=LONG_AGO) is Refusal.CLOSED


def test_nearest_starts_come_in_order_and_earlier_ones_win_a_tie() -> None:
    starts = [Start(minute, ()) for minute in (10, 20, 30, 50, 90)]
    assert [s.minute for s in nearest(starts, 40, 2)] == [30, 50]
    assert [s.minute for s in nearest(starts, 25, 1)] == [20]
    assert [s.minute for s in nearest(starts, 1000, 2)] == [50, 90]
    assert nearest([], 5, 3) == nearest(starts, 5, 0) == []


def test_busy_facts_within_reach_are_enough() -> None:
    rules = Rules(duration=30, step=30, grid=30, buffer_before=15, buffer_after=15)
    spans = merge((LONG_AGO + 331 * n, LONG_AGO + 331 * n + 25) for n in range(400))
    span = reach(rules, MONDAY, LONG_AGO)
    pairs = zip(spans.starts, spans.ends, strict=True)
    loaded = merge((a, b) for a, b in pairs if a < span.end and b > span.start)
    assert len(loaded.starts) < 20
    answers = [
        free_starts(rules, [HostFacts(1, WEEKDAYS, busy)], window=MONDAY, now=LONG_AGO) for busy in (spans, loaded)
    ]
    assert answers[0] == answers[1] != []


@pytest.mark.parametrize(("profile", "expected"), [("uniform", [704, 653, 354]), ("offhours", [704, 701, 661])])
def test_the_inputs_of_the_figures_give_the_counts_of_an_independent_engine(profile: str, expected: list[int]) -> None:
    busy = (merge(bench.busy(n, 12345, profile)) for n in (0, 100, 1000))
    assert [bench.count([bench.host(1, spans)]) for spans in busy] == expected


def test_impossible_facts_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Rules(duration=0, step=30)
    with pytest.raises(ValueError, match="not negative"):
        Rules(duration=30, step=30, notice=-1)
    with pytest.raises(ValueError, match="time of day"):
        Schedule.of("UTC", weekly={1: [("9", "17:00")]})
    with pytest.raises(ValueError, match="24:00"):
        Schedule.of("UTC", weekly={1: [("24:00", "01:00")]})
    with pytest.raises(ValueError, match="ISO"):
        Schedule.of("UTC", weekly={0: []})
    with pytest.raises(UnknownZone):
        Schedule.of("Europe/Atlantis")
    with pytest.raises(UnknownZone):
        Schedule.of("UTC", travel=[(date(2027, 1, 1), None, "../etc/passwd")])
