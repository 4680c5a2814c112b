-- Everything the free-time engine needs about a meeting type, in one question whatever the number of hosts:
-- sorted whole minutes per host, never rows, never whose. Only hosts that can be booked by the public, only up
-- to the published horizon; spans are merged, so that one cannot tell where a meeting ends and another begins.
-- (The functions without `security definer` are parts of the one that has it: nobody else may call them.)

create function booking.minutes(spans tstzmultirange, out starts int[], out ends int[])
language sql immutable parallel safe as $$
  select coalesce(array_agg(floor(date_part('epoch', lower(r)) / 60)::int), '{}'),
         coalesce(array_agg(ceil(date_part('epoch', upper(r)) / 60)::int), '{}')
  from unnest(spans) r
$$;

-- The starts of a host's live meetings of a type, also as one of several services, which count against its limits.
create function booking.counted(host uuid, type uuid, within tstzrange, moved uuid) returns int[]
language sql stable as $$
  select coalesce(array_agg(floor(date_part('epoch', lower(m.span)) / 60)::int order by lower(m.span)), '{}')
  from public.booking_hosttime t join public.booking_meeting m on m.id = t.meeting_id
  where t.host_id = host and t.live and t.span && within and m.id is distinct from moved
    and (m.meeting_type_id = type or (m.further > 0 and exists (
      select from public.booking_furtherservice f where f.meeting_id = m.id and f.meeting_type_id = type)))
$$;

-- A host's group sessions of a type: pairs of the start and the number of seats taken.
create function booking.sessions(host uuid, type uuid, within tstzrange, moved uuid) returns int[]
language sql stable as $$
  select coalesce(array_agg(array[
           floor(date_part('epoch', lower(m.span)) / 60)::int,
           (select count(*)::int from public.booking_booking b where b.meeting_id = m.id and b.state = 'confirmed')
         ]), '{}')
  from public.booking_hosttime t join public.booking_meeting m on m.id = t.meeting_id
  where t.host_id = host and t.live and m.meeting_type_id = type and t.span && within
    and m.id is distinct from moved
$$;

create function booking.facts(type_id uuid, low timestamptz, high timestamptz, aside uuid default null)
returns table (
  host uuid, slug text, name text, about jsonb, priority int, load int,
  zone text, weekly jsonb, overrides jsonb, days_off jsonb, travel jsonb,
  busy_starts int[], busy_ends int[], counted int[], sessions int[], holidays text, stands_in boolean,
  limits int[], held int[])
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  who access.actor := access.actor();
  kind public.booking_meetingtype;
  since timestamptz;
  till timestamptz;
  within tstzrange;
  weeks tstzrange;
  moved uuid;
begin
  select t.* into kind from public.booking_meetingtype t
  where t.id = type_id and t.organisation_id = who.organisation;
  if not found or not (kind.published or who.office = 'guest' or cardinality(access.roles()) > 0) then
    return;
  end if;
  since := greatest(low, who.moment - interval '8 days');
  till := greatest(since, least(high, who.moment + make_interval(mins => kind.horizon) + interval '8 days'));
  within := tstzrange(since, till);
  weeks := tstzrange(since - interval '8 days', till + interval '8 days');
  if aside is not null and booking.side(aside) is not null then
    select b.meeting_id into moved from public.booking_booking b
    where b.id = aside and not exists (select 1 from public.booking_booking o
      where o.meeting_id = b.meeting_id and o.id <> b.id and o.state = 'confirmed');
  end if;
  return query
  select h.id, h.slug::text, h.name::text, h.about, th.priority::int,
    case when kind.assignment = 'round_robin' then
      (select count(*)::int from public.booking_hosttime t
       where t.host_id = h.id and t.live and lower(t.span) > who.moment) else 0 end,
    s.zone::text, coalesce(o.weekly, s.weekly), s.overrides, s.days_off, s.travel,
    busy.starts, busy.ends,
    case when kind.max_per_day is not null or kind.max_per_week is not null then
      booking.counted(h.id, kind.id, weeks, moved) else '{}' end,
    case when kind.capacity > 1 then booking.sessions(h.id, kind.id, within, moved) else '{}' end,
    s.holidays::text, th.stands_in, own.limits,
    case when own.limits is not null then booking.held_time(h.id, weeks, moved) else '{}' end
  from public.booking_typehost th
  join public.booking_host h on h.id = th.host_id and h.bookable and h.here
    and not h.person_id = any((select access.restricted())::uuid[])
  join public.booking_schedule s on s.host_id = h.id
  left join public.booking_otherhours o on o.id = th.hours_id
  cross join lateral (select
    case when num_nonnulls(s.minutes_per_day, s.meetings_per_day, s.meetings_per_week) > 0
         then array[s.minutes_per_day, s.meetings_per_day, s.meetings_per_week]::int[] end as limits) own
  cross join lateral booking.minutes(
    coalesce(
      -- in the order of an index that holds all that is asked: sorting ten thousand spans takes longer than the rest
      (select range_agg(q.span) from (
         select b.span from public.booking_busytime b
         where b.host_id = h.id and b.span < tstzrange(till, till, '[]') and upper(b.span) > since
         order by b.span) q), '{}')
    + coalesce(
      (select range_agg(t.span) from public.booking_hosttime t
       where t.host_id = h.id and t.live and t.span && within and t.meeting_id is distinct from moved
         and (kind.capacity = 1 or not exists (
           select 1 from public.booking_meeting m where m.id = t.meeting_id and m.meeting_type_id = kind.id))), '{}')
    -- who only stands in is free for this type while the other is away
    + case when th.stands_in then tstzmultirange(within) - booking.standing_in(h.id, kind.id) else '{}' end
  ) busy
  where th.meeting_type_id = kind.id
  order by th.priority, h.position, h.id;
end $$;
alter function booking.facts(uuid, timestamptz, timestamptz, uuid) owner to tillit_definer;

revoke execute on function
  booking.minutes(tstzmultirange), booking.counted(uuid, uuid, tstzrange, uuid),
  booking.sessions(uuid, uuid, tstzrange, uuid)
from public;
grant execute on function
  booking.minutes(tstzmultirange), booking.counted(uuid, uuid, tstzrange, uuid),
  booking.sessions(uuid, uuid, tstzrange, uuid)
to tillit_definer;
