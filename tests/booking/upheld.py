"""What holds of an organisation's bookings at every moment, looked at past the policies and reckoned anew: by plain SQL
and the clocks of the hosts, with nothing of the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

Connection = psycopg.Connection[Any]

NEVER = {
    "a host is in two meetings at once, or too near to another": """
        select a.host_id, a.span, b.span from booking_hosttime a
        join booking_hosttime b on b.host_id = a.host_id and b.id > a.id and b.live and a.span && b.span
        where a.organisation_id = %(own)s and a.live""",
    "a host's time is not the meeting with what is kept free around it": """
        select m.id, t.span, m.span from booking_hosttime t join booking_meeting m on m.id = t.meeting_id
        join booking_meetingtype k on k.id = m.meeting_type_id
        left join booking_furtherservice f on f.meeting_id = m.id and f.position = m.further
        left join booking_meetingtype last on last.id = f.meeting_type_id
        where m.organisation_id = %(own)s and t.live
          and t.span <> tstzrange(lower(m.span) - make_interval(mins => k.buffer_before),
            upper(m.span) + make_interval(mins => coalesce(last.buffer_after, k.buffer_after)))""",
    "a room is in two meetings at once, or too near to another": """
        select a.resource_id, a.span, b.span from booking_resourcetime a
        join booking_resourcetime b on b.resource_id = a.resource_id and b.id > a.id and b.live and a.span && b.span
        where a.organisation_id = %(own)s and a.live""",
    "a meeting without the rooms that it needs, or with others, or with rooms when it does not stand": """
        select m.id, m.cancelled, m.resources, pools, needed from booking_meeting m
        cross join lateral (
          select count(distinct r.pool) as needed from booking_typeresource tr
          join booking_resource r on r.id = tr.resource_id
          where tr.meeting_type_id = m.meeting_type_id or tr.meeting_type_id in (
            select f.meeting_type_id from booking_furtherservice f where f.meeting_id = m.id)) n
        cross join lateral (
          select count(*) as taken, count(distinct r.pool) as pools from booking_resourcetime t
          join booking_resource r on r.id = t.resource_id
          where t.meeting_id = m.id and t.live and t.span = (
            select h.span from booking_hosttime h where h.meeting_id = m.id and h.live limit 1)) p
        where m.organisation_id = %(own)s and case when m.cancelled is null
          then needed <> taken or needed <> pools or needed <> m.resources
          else exists (select from booking_resourcetime t where t.meeting_id = m.id and t.live) end""",
    "a visit that is not as long as its services": """
        select m.id, m.span from booking_meeting m join booking_meetingtype k on k.id = m.meeting_type_id
        where m.organisation_id = %(own)s and upper(m.span) - lower(m.span) <> make_interval(mins => k.duration + (
          select coalesce(sum(o.duration), 0)::int from booking_furtherservice f
          join booking_meetingtype o on o.id = f.meeting_type_id where f.meeting_id = m.id))""",
    "more guests than seats, or two on one": """
        select b.meeting_id, count(*), k.capacity from booking_booking b join booking_meeting m on m.id = b.meeting_id
        join booking_meetingtype k on k.id = m.meeting_type_id
        where m.organisation_id = %(own)s and b.state = 'confirmed'
        group by b.meeting_id, k.capacity
        having count(*) > k.capacity or count(distinct b.seat) <> count(*) or max(b.seat) > k.capacity""",
    "a free seat, while somebody waits for it": """
        select m.id from booking_meeting m join booking_meetingtype k on k.id = m.meeting_type_id
        where m.organisation_id = %(own)s
          and exists (select from booking_booking w where w.meeting_id = m.id and w.state = 'waiting')
          and k.capacity > (select count(*) from booking_booking b
                            where b.meeting_id = m.id and b.state = 'confirmed')""",
    "somebody passed the line": """
        select w.meeting_id, w.line, b.line from booking_booking w
        join booking_booking b on b.meeting_id = w.meeting_id and b.line > w.line
          and b.state = 'confirmed' and b.decline_by is not null
        where w.organisation_id = %(own)s and w.state = 'waiting'""",
    "more wait than may": """
        select b.meeting_id, count(*) from booking_booking b join booking_meeting m on m.id = b.meeting_id
        join booking_meetingtype k on k.id = m.meeting_type_id
        where m.organisation_id = %(own)s and b.state = 'waiting'
        group by b.meeting_id, k.waiting_places having count(*) > k.waiting_places""",
    "a meeting stands without its guests or its hosts, or takes time although it does not stand": """
        select m.id, m.cancelled, guests, hosts from booking_meeting m
        join booking_meetingtype k on k.id = m.meeting_type_id
        cross join lateral (select count(*) as guests from booking_booking b
                            where b.meeting_id = m.id and b.state = 'confirmed') g
        cross join lateral (select count(*) as hosts from booking_hosttime t where t.meeting_id = m.id and t.live) h
        where m.organisation_id = %(own)s and case when m.cancelled is not null then guests + hosts > 0
          else guests = 0 or hosts <> case when k.assignment = 'collective'
            then (select count(*) from booking_typehost th where th.meeting_type_id = k.id) else 1 end end""",
    "whoever booked or waits is not told, or told twice": """
        select b.id, b.state from booking_booking b
        where b.organisation_id = %(own)s
          and 1 <> (select count(*) from kernel_outbox e where e.data->>'booking' = b.id::text
                    and e.name in ('booking.booking.made', 'booking.booking.waiting'))""",
    "more or less money is held than is to be paid for what stands": """
        select b.id, b.state, b.to_pay, b.pay_by, held from booking_booking b
        cross join lateral (select coalesce(sum(p.held), 0) as held from wallet_payment p where p.object_id = b.id) h
        where b.organisation_id = %(own)s
          and held <> case when b.state = 'confirmed' and b.pay_by is null then coalesce(b.to_pay, 0) else 0 end""",
    "a balance is not the sum of its entries": """
        select p.id, p.held from wallet_payment p
        where p.organisation_id = %(own)s
          and p.held <> (select coalesce(sum(e.amount), 0) from wallet_entry e where e.payment_id = p.id)""",
    "half a series": """
        select b.series, count(*) from booking_booking b join booking_meeting m on m.id = b.meeting_id
        join booking_meetingtype k on k.id = m.meeting_type_id
        where m.organisation_id = %(own)s and k.times > 1
        group by b.series, k.times having b.series is null or count(*) <> k.times""",
}

_MEETINGS = """
    select t.host_id, m.meeting_type_id, lower(m.span), upper(m.span), s.zone
    from booking_hosttime t join booking_meeting m on m.id = t.meeting_id
    join booking_schedule s on s.host_id = t.host_id
    where m.organisation_id = %(own)s and t.live"""
_FURTHER = """
    select t.host_id, f.meeting_type_id, lower(m.span), upper(m.span), s.zone
    from booking_hosttime t join booking_meeting m on m.id = t.meeting_id
    join booking_furtherservice f on f.meeting_id = m.id join booking_schedule s on s.host_id = t.host_id
    where m.organisation_id = %(own)s and t.live"""
_UNITS = ("minutes a day", "a day", "a week")
_LIMITS = {
    "booking_schedule": "select host_id, minutes_per_day, meetings_per_day, meetings_per_week from booking_schedule",
    "booking_meetingtype": "select id, null::int, max_per_day, max_per_week from booking_meetingtype",
}


def troubles(admin: Connection, organisation: UUID) -> list[str]:
    """What does not hold, in words with the rows that show it; nothing where all is well."""
    own = {"own": organisation}
    found = []
    for what, asked in NEVER.items():
        if rows := admin.execute(asked.encode(), own).fetchall():
            found.append(f"{what}: {rows[:3]}")
    return [*found, *_limits(admin, own)]


def _limits(admin: Connection, own: dict[str, UUID]) -> Iterator[str]:
    """Limits of hosts over everything, and of types for each host, on the days that the hosts' clocks show."""
    meetings = admin.execute(_MEETINGS.encode(), own).fetchall()
    further = admin.execute(_FURTHER.encode(), own).fetchall()
    for table, asked in _LIMITS.items():
        limits = admin.execute(f"{asked} where organisation_id = %(own)s".encode(), own).fetchall()
        most = {row[0]: row[1:] for row in limits}
        minutes: Counter[tuple[Any, ...]] = Counter()
        days: Counter[tuple[Any, ...]] = Counter()
        weeks: Counter[tuple[Any, ...]] = Counter()
        for host, kind, begin, end, zone in [*meetings, *(further if table == "booking_meetingtype" else ())]:
            what = host if table == "booking_schedule" else kind
            day: date = begin.astimezone(ZoneInfo(zone)).date()
            minutes[what, host, day] += (end - begin) // timedelta(minutes=1)
            days[what, host, day] += 1
            weeks[what, host, day.isocalendar()[:2]] += 1
        for number, counted in enumerate((minutes, days, weeks)):
            for (what, host, when), count in counted.items():
                limit = most[what][number]
                if limit is not None and count > limit:
                    yield f"over a limit of {table}: {count} > {limit} {_UNITS[number]}, {when}, {host}"
