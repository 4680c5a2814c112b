-- Rooms, cars and equipment. A meeting takes one resource of each pool that its type names, and of several services one
-- that serves them all. Taken and freed with the hosts' time, under locks taken in the same one order.

-- From how many pools a type needs something stands with the type, so that what needs nothing asks for nothing.
create function booking.needs_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare types uuid[];
begin
  if tg_table_name = 'booking_resource' then
    types := array(select tr.meeting_type_id from public.booking_typeresource tr where tr.resource_id = new.id);
  else
    types := array[case when tg_op <> 'INSERT' then old.meeting_type_id end,
                   case when tg_op <> 'DELETE' then new.meeting_type_id end];
  end if;
  update public.booking_meetingtype t set needs = (
    select count(distinct r.pool) from public.booking_typeresource tr
    join public.booking_resource r on r.id = tr.resource_id where tr.meeting_type_id = t.id)
  where t.id = any(types);
  return null;
end $$;
create trigger needs_changed after insert or update or delete on public.booking_typeresource
for each row execute function booking.needs_changed();
create trigger needs_changed after update on public.booking_resource
for each row execute function booking.needs_changed();
revoke execute on function booking.needs_changed() from public;
alter function booking.needs_changed() owner to tillit_definer;

-- A part: the resources that serve for all of these types which name one of their pool.
create function booking.serving(types uuid[]) returns table (id uuid, pool text, place int)
language sql stable as $$
  select r.id, r.pool::text, r.position::int
  from public.booking_typeresource tr join public.booking_resource r on r.id = tr.resource_id
  where tr.meeting_type_id = any(types) and r.bookable
  group by r.id
  having count(*) = (
    select count(distinct o.meeting_type_id) from public.booking_typeresource o
    join public.booking_resource s on s.id = o.resource_id
    where o.meeting_type_id = any(types) and s.pool = r.pool);
$$;

-- A part: one free resource of each pool that these types name, the first of the candidates each; null where one pool
-- has none. `aside` is a meeting being moved away.
create function booking.choose_resources(types uuid[], candidates uuid[], taken tstzrange, aside uuid) returns uuid[]
language sql stable as $$
  select case when count(*) = (
    select count(distinct r.pool) from public.booking_typeresource tr
    join public.booking_resource r on r.id = tr.resource_id where tr.meeting_type_id = any(types))
  then array_agg(chosen.id) end
  from (
    select distinct on (s.pool) s.id
    from booking.serving(types) s join unnest(candidates) with ordinality c(id, n) on c.id = s.id
    where not exists (select from public.booking_resourcetime t
                      where t.resource_id = s.id and t.live and t.span && taken and t.meeting_id is distinct from aside)
      and not exists (select from public.booking_resourcebusy b where b.resource_id = s.id and b.span && taken)
    order by s.pool, c.n) chosen;
$$;

-- What the free-time engine needs to know of the resources that some types need together, as booking.facts of hosts. A
-- pool of which none serves comes with a resource that is null.
create function booking.resource_facts(types uuid[], low timestamptz, high timestamptz, aside uuid default null)
returns table (pool text, resource uuid, zone text, weekly jsonb, busy_starts int[], busy_ends int[])
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); horizon int; within tstzrange; moved uuid;
begin
  select min(t.horizon) into horizon from public.booking_meetingtype t
  where t.id = any(types) and t.organisation_id = who.organisation
    and (t.published or who.office = 'guest' or cardinality(access.roles()) > 0)
  having count(*) = cardinality(types);
  if horizon is null then
    return;
  end if;
  within := tstzrange(greatest(low, who.moment - interval '8 days'), greatest(
    low, who.moment - interval '8 days', least(high, who.moment + make_interval(mins => horizon) + interval '8 days')));
  if aside is not null and booking.side(aside) is not null then
    select b.meeting_id into moved from public.booking_booking b
    where b.id = aside and not exists (select 1 from public.booking_booking o
      where o.meeting_id = b.meeting_id and o.id <> b.id and o.state = 'confirmed');
  end if;
  return query
  select needed.pool, s.id, r.zone::text, r.weekly, busy.starts, busy.ends
  from (select distinct n.pool::text from public.booking_typeresource tr
        join public.booking_resource n on n.id = tr.resource_id where tr.meeting_type_id = any(types)) needed
  left join booking.serving(types) s on s.pool = needed.pool
  left join public.booking_resource r on r.id = s.id
  left join lateral booking.minutes(
    coalesce((select range_agg(b.span) from public.booking_resourcebusy b
              where b.resource_id = s.id and b.span && within), '{}')
    + coalesce((select range_agg(t.span) from public.booking_resourcetime t
                where t.resource_id = s.id and t.live and t.span && within and t.meeting_id is distinct from moved), '{}')
  ) busy on true
  order by needed.pool, s.place, s.id;
end $$;
alter function booking.resource_facts(uuid[], timestamptz, timestamptz, uuid) owner to tillit_definer;

-- The meetings that stand in a resource, for administrators: when, what and with which hosts; never with whom.
create function booking.resource_meetings(resource uuid, low timestamptz, high timestamptz)
returns table (meeting uuid, type uuid, span tstzrange, hosts uuid[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if not 'administrator' = any(access.roles()) then
    raise exception 'administrators look at it' using errcode = '42501';
  end if;
  return query
  select m.id, m.meeting_type_id, m.span, array(
    select h.host_id from public.booking_hosttime h where h.meeting_id = m.id and h.live)
  from public.booking_resourcetime t join public.booking_meeting m on m.id = t.meeting_id
  where t.resource_id = resource_meetings.resource and t.organisation_id = who.organisation and t.live
    and t.span && tstzrange(low, high)
  order by m.span;
end $$;
alter function booking.resource_meetings(uuid, timestamptz, timestamptz) owner to tillit_definer;

-- What meetings take and give back ---------------------------------------------------------------------------------

-- Parts: what a new meeting takes beside its hosts, and what it frees.
create function booking.hold_beside(who access.actor, place booking.place, meeting uuid) returns void
language sql as $$
  insert into public.booking_resourcetime (id, organisation_id, meeting_id, resource_id, span, live)
  select gen_random_uuid(), who.organisation, hold_beside.meeting, r, place.taken, true from unnest(place.resources) r;
  insert into public.booking_furtherservice (id, organisation_id, meeting_id, meeting_type_id, position)
  select gen_random_uuid(), who.organisation, hold_beside.meeting, f.id, f.n
  from unnest(place.further) with ordinality f(id, n);
$$;

create function booking.free_resources(meeting uuid) returns void
language sql as $$
  update public.booking_resourcetime t set live = false where t.meeting_id = free_resources.meeting and t.live;
$$;

revoke execute on function
  booking.serving(uuid[]), booking.choose_resources(uuid[], uuid[], tstzrange, uuid),
  booking.hold_beside(access.actor, booking.place, uuid), booking.free_resources(uuid)
from public;
grant execute on function
  booking.serving(uuid[]), booking.choose_resources(uuid[], uuid[], tstzrange, uuid),
  booking.hold_beside(access.actor, booking.place, uuid), booking.free_resources(uuid)
to tillit_definer;
