"""The free-time engine: which starts can be booked, and why another cannot. Pure: no database, no clock.

Units: every instant is an integer minute since 1970-01-01T00:00Z, every span is half open, every length is
in minutes, a day is `date.toordinal()`. `tillit.kernel.zones` converts: busy spans are rounded outwards
(`minute_down` of the start, `minute_up` of the end), `now` with `minute_down`, so the running minute still
counts as bookable.

    rules = Rules(duration=60, step=60, grid=60, notice=120)
    week = Schedule.of("Europe/Stockholm", weekly={1: [("09:00", "17:00")]})
    host = HostFacts("anna", week, busy_external=Spans(starts, ends))
    free_starts(rules, [host], window=Window(a, b), now=now, viewer_zone="Asia/Tehran",
                assignment=Assignment.SINGLE)            -> [Start(minute, hosts, seats, others), ...] ascending
    check(rules, [host], minute, now=now, ...)           -> Start, or the Refusal that says why not
    nearest(starts, wanted, 3)                           -> the three starts nearest to a wanted minute
    reach(rules, window, now)                            -> the window of busy facts that must be loaded

**Facts.** `HostFacts.busy_external` and `busy_own` are two parallel ascending sequences (starts, ends),
merged (`merge` does it). External busy time keeps the candidate's buffers clear of it; own bookings of the
same meeting type carry their buffers too. A booking of another type is given in `busy_external` as its own
*buffered* span: that is the same rule as an exclusion constraint on buffered spans, and for a booking of
the same type it gives the same answer as `busy_own`. `counted` are the ascending starts of bookings that
count against the limits (one per group session), reaching over whole weeks; `sessions` says how many seats
are taken in each started group session. `limits` are the host's own, over all meeting types, and `held` what counts
against them. A session blocks its span for everything else, does not count
against the limits again, and stays open, whatever the schedule now says, until it is full.

**Starts.** The hosts' free ranges are united (round robin) or intersected (collective). In each range that
results the first start is the range's beginning, or now + notice if later, aligned in the viewer's zone
(`Alignment`); the others follow every step + offset. Of these the starts count that lie in the window, within
the horizon (minutes after now), whose whole span *one* host (round robin) or every host (collective) has
free, and whose local day and week of that host are below the limits. Limits refuse starts, they never move
the grid. A range is followed beyond the window to its true beginning, so the grid does not depend on the
page that is looked at.

**Parties.** A meeting may need more than its hosts: `others` are further parties, each of hosts or resources (rooms,
cars) of which it takes one (round robin) or all (collective). A start counts when every party can take it; the free
ranges are what all parties have in common. Limits count the hosts alone. A session that has begun has what it needs.

**Checking.** As ranges shrink (now moves, others book) the listed starts may shift; a start that was shown
stays bookable while its time is free: `check` accepts every start on the lattice that alignment, step and
offset can produce. `strict=True` accepts the listed starts only.

Rooms: `facts` (inputs and outputs), `spans` (arithmetic), `opening` (schedule to ranges), `alignment`
(range to starts), `limits`, `host` (one host's answer), `starts` and `check` (the two questions).
"""

from tillit.booking.engine.alignment import on_lattice
from tillit.booking.engine.check import able, check, nearest
from tillit.booking.engine.facts import (
    EMPTY,
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
    Travel,
    Window,
)
from tillit.booking.engine.limits import day_and_week
from tillit.booking.engine.opening import opening
from tillit.booking.engine.spans import merge
from tillit.booking.engine.starts import free_starts, reach

__all__ = [
    "EMPTY",
    "Alignment",
    "Assignment",
    "HostFacts",
    "Limits",
    "Party",
    "Refusal",
    "Rules",
    "Schedule",
    "Spans",
    "Start",
    "Travel",
    "Window",
    "able",
    "check",
    "day_and_week",
    "free_starts",
    "merge",
    "nearest",
    "on_lattice",
    "opening",
    "reach",
]
