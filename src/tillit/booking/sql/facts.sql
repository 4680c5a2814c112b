-- Everything the free-time engine needs about a meeting type, in one question whatever the number of hosts:
-- sorted whole minutes per host, never rows, never whose. Only hosts that can be booked by the public, only up
-- to the published horizon; spans are merged, so that one cannot tell where a meeting ends and another begins.
create function booking.minutes(spans tstzmultirange, out starts int[], out ends int[])
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(floor(extract(epoch from lower(r)) / 60)::int order by lower(r)), '{}'),
         coalesce(array_agg(ceil(extract(epoch from upper(r)) / 60)::int order by lower(r)), '{}')
  from unnest(spans) r
$$;

create function booking.facts(type_id uuid, low timestamptz, high timestamptz, aside uuid default null)
returns table (
  host uuid, slug text, name text, about jsonb, priority int, load int,
  zone text, weekly jsonb, overrides jsonb, days_off jsonb, travel jsonb,
  busy_starts int[], busy_ends int[], counted int[], session_starts int[], session_taken int[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  kind public.booking_meetingtype;
  since timestamptz;
  till timestamptz;
  moved uuid;
begin
  select t.* into kind from public.booking_meetingtype t
  where t.id = type_id and t.organisation_id = access.organisation()
    and (t.published or cardinality(access.roles()) > 0 or access.office() = 'guest');
  if not found then
    return;
  end if;
  since := greatest(low, access.now() - interval '8 days');
  till := greatest(since, least(high, access.now() + make_interval(mins => kind.horizon) + interval '8 days'));
  if aside is not null and booking.side(aside) is not null then
    select b.meeting_id into moved from public.booking_booking b
    where b.id = aside and not exists (select 1 from public.booking_booking o
      where o.meeting_id = b.meeting_id and o.id <> b.id and o.state = 'confirmed');
  end if;
  return query
  select h.id, h.slug::text, h.name::text, h.about, th.priority::int,
    (select count(*)::int from public.booking_hosttime t where t.host_id = h.id and t.live and lower(t.span) > access.now()
       and kind.assignment = 'round_robin'),
    s.zone::text, s.weekly, s.overrides, s.days_off, s.travel,
    b.starts, b.ends,
    case when kind.max_per_day is null and kind.max_per_week is null then '{}'::int[] else
      array(select floor(extract(epoch from lower(m.span)) / 60)::int
            from public.booking_hosttime t join public.booking_meeting m on m.id = t.meeting_id
            where t.host_id = h.id and t.live and m.meeting_type_id = kind.id and t.span && tstzrange(since, till)
              and m.id is distinct from moved
            order by 1) end,
    g.starts, g.taken
  from public.booking_typehost th
  join public.booking_host h on h.id = th.host_id and h.bookable
  join public.booking_schedule s on s.host_id = h.id
  cross join lateral (
    select (booking.minutes(range_agg(x.span))).* from (
      select bt.span from public.booking_busytime bt where bt.host_id = h.id and bt.span && tstzrange(since, till)
      union all
      select t.span from public.booking_hosttime t
      left join public.booking_meeting m on m.id = t.meeting_id and kind.capacity > 1
      where t.host_id = h.id and t.live and t.span && tstzrange(since, till) and t.meeting_id is distinct from moved
        and (kind.capacity = 1 or m.meeting_type_id <> kind.id)) x) b
  cross join lateral (
    select coalesce(array_agg(q.minute order by q.minute), '{}') as starts,
           coalesce(array_agg(q.taken order by q.minute), '{}') as taken
    from (select floor(extract(epoch from lower(m.span)) / 60)::int as minute,
            (select count(*)::int from public.booking_booking k where k.meeting_id = m.id and k.state = 'confirmed') as taken
          from public.booking_hosttime t join public.booking_meeting m on m.id = t.meeting_id
          where kind.capacity > 1 and t.host_id = h.id and t.live and m.meeting_type_id = kind.id
            and t.span && tstzrange(since, till) and m.id is distinct from moved) q) g
  where th.meeting_type_id = kind.id
  order by th.priority, h.position, h.id;
end $$;
alter function booking.facts(uuid, timestamptz, timestamptz, uuid) owner to tillit_definer;
