-- Several services in one visit: one meeting of the first type, as long as all of them.
set local check_function_bodies = off;  -- some columns come with a later migration

-- booking.hold says both; who writes meetings otherwise takes nothing beside the hosts.
alter table public.booking_meeting alter column resources set default 0, alter column further set default 0;

-- How many types can be added stands with the type, so that what is booked alone asks for nothing.
create function booking.additions_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.booking_meetingtype t set adds = (
    select count(*) from public.booking_addition a where a.meeting_type_id = t.id)
  where t.id in (old.meeting_type_id, new.meeting_type_id);
  return null;
end $$;
create trigger additions_changed after insert or update or delete on public.booking_addition
for each row execute function booking.additions_changed();
revoke execute on function booking.additions_changed() from public;
alter function booking.additions_changed() owner to tillit_definer;

-- A part: what the services after the first add to it, in this order; nothing where they do not go together, or one of
-- the hosts does not offer them all. `moved`: it is booked already, so it is not asked whether it is still offered.
create function booking.further_of(type_id uuid, further uuid[], hosts uuid[], moved boolean)
returns table (revision int, duration int, buffer_after int, notice int, horizon int, needs int)
language sql stable as $$
  select sum(t.revision)::int, sum(t.duration)::int, (array_agg(t.buffer_after order by f.n desc))[1]::int,
    max(t.notice)::int, min(t.horizon)::int, sum(t.needs)::int
  from unnest(further) with ordinality f(id, n)
  join public.booking_meetingtype t on t.id = f.id
  join public.booking_meetingtype k on k.id = type_id
  where moved or (
    k.capacity = 1 and k.times = 1 and k.assignment <> 'collective'
    and t.published and t.capacity = 1 and t.times = 1 and t.assignment <> 'collective' and t.place = k.place
    and t.intake = 0 and t.answer_within is null
    and exists (select from public.booking_addition a where a.meeting_type_id = k.id and a.added_id = t.id))
  having count(distinct t.id) = cardinality(further)
    and not exists (
      select from unnest(further) f(id), unnest(hosts) h(id) where not exists (
        select from public.booking_typehost th
        where th.meeting_type_id = f.id and th.host_id = h.id and not th.stands_in));
$$;

-- A part: the first of the services after the first whose limits a host has reached.
create function booking.further_limit(host uuid, further uuid[], day tstzrange, week tstzrange, aside uuid) returns text
language plpgsql stable as $$
declare one record; found text;
begin
  for one in select t.id, t.max_per_day, t.max_per_week from public.booking_meetingtype t where t.id = any(further) loop
    found := case
      when one.max_per_day <= booking.held(host, one.id, day, aside) then 'day_limit'
      when one.max_per_week <= booking.held(host, one.id, week, aside) then 'week_limit' end;
    exit when found is not null;
  end loop;
  return found;
end $$;

-- A part: the services of a meeting after the first, in order; null where there are none.
create function booking.further_services(meeting public.booking_meeting) returns uuid[]
language plpgsql stable as $$
begin
  if meeting.further = 0 then
    return null;
  end if;
  return (select array_agg(f.meeting_type_id order by f.position) from public.booking_furtherservice f
          where f.meeting_id = meeting.id);
end $$;

-- A part: what the services of a meeting cost together, and what of it is paid at once; nulls where it costs nothing.
create function booking.cost_of(meeting uuid, out price bigint, out at_once bigint)
language sql stable as $$
  select sum(t.price)::bigint, sum(coalesce(t.deposit, t.price))::bigint from public.booking_meetingtype t
  where t.id in (select m.meeting_type_id from public.booking_meeting m where m.id = cost_of.meeting
                 union all
                 select f.meeting_type_id from public.booking_furtherservice f where f.meeting_id = cost_of.meeting);
$$;

revoke execute on function
  booking.cost_of(uuid), booking.further_of(uuid, uuid[], uuid[], boolean), booking.further_services(public.booking_meeting),
  booking.further_limit(uuid, uuid[], tstzrange, tstzrange, uuid)
from public;
grant execute on function
  booking.cost_of(uuid), booking.further_of(uuid, uuid[], uuid[], boolean), booking.further_services(public.booking_meeting),
  booking.further_limit(uuid, uuid[], tstzrange, tstzrange, uuid)
to tillit_definer;
