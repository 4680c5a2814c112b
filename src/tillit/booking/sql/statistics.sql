-- Counts for administrators: of meetings that begin in a span of at most a year, by meeting type, by host and by week of
-- the organisation (its Mondays). A booking that several hosts take counts once for each of them. Numbers alone; whether
-- a number is so small that it tells of somebody is the reader's to heed (booking/statistics.py).
create function booking.statistics(first timestamptz, last timestamptz, zone text)
returns table (by text, key text, bookings int, cancelled int, no_shows int, host_no_shows int, lead_hours float8, minutes int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if not 'administrator' = any(access.roles()) or last > first + interval '366 days' then
    raise exception 'administrators count a year' using errcode = '42501';
  end if;
  return query
    with one as (
      select b.id, m.id as meeting, m.meeting_type_id as kind, m.span, b.state, b.no_show, b.host_no_show,
        extract(epoch from lower(m.span) - b.made) / 3600 as lead,
        date_trunc('week', lower(m.span) at time zone zone)::date as week
      from public.booking_booking b join public.booking_meeting m on m.id = b.meeting_id
      where m.organisation_id = who.organisation and m.span && tstzrange(first, last) and lower(m.span) >= first
        and lower(m.span) < last and b.state in ('confirmed', 'cancelled')),
    keyed as (
      select 'type' as by, o.kind::text as key, o.* from one o
      union all
      select 'week', o.week::text, o.* from one o
      union all
      select 'host', t.host_id::text, o.* from one o
      join (select distinct h.meeting_id, h.host_id from public.booking_hosttime h where h.organisation_id = who.organisation) t
        on t.meeting_id = o.meeting)
    select k.by, k.key, count(*)::int, count(*) filter (where k.state = 'cancelled')::int,
      count(k.no_show)::int, count(k.host_no_show)::int, sum(greatest(k.lead, 0))::float8,
      coalesce((select sum(extract(epoch from upper(d.span) - lower(d.span)) / 60)::int
                from (select distinct on (x.meeting) x.span from keyed x
                      where x.by = k.by and x.key = k.key and x.state = 'confirmed') d), 0)::int
    from keyed k group by k.by, k.key;
end $$;
alter function booking.statistics(timestamptz, timestamptz, text) owner to tillit_definer;
