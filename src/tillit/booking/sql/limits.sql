-- What a host takes at most over all meeting types. The parts of it: nobody else may call them.

-- Which of the host's own limits a further meeting in `meets` would break, if any. `day` and `week` are the host's own in
-- which it begins (null: not asked); what is kept free before and after does not count. `aside` is being moved away.
create function booking.own_limit(host uuid, meets tstzrange, day tstzrange, week tstzrange, aside uuid) returns text
language plpgsql stable as $$
declare own record; held record;
begin
  select s.minutes_per_day, s.meetings_per_day, s.meetings_per_week into own
  from public.booking_schedule s
  where s.host_id = own_limit.host and num_nonnulls(s.minutes_per_day, s.meetings_per_day, s.meetings_per_week) > 0;
  if not found then
    return null;
  end if;
  select coalesce(sum(upper(m.span) - lower(m.span)) filter (where day @> lower(m.span)), '0') as spent,
    count(*) filter (where day @> lower(m.span)) as a_day,
    count(*) filter (where week @> lower(m.span)) as a_week
  into held
  from public.booking_hosttime t join public.booking_meeting m on m.id = t.meeting_id
  where t.host_id = own_limit.host and t.live and t.span && week and m.id is distinct from aside;
  return case
    when held.a_day >= own.meetings_per_day
      or held.spent + (upper(meets) - lower(meets)) > make_interval(mins => own.minutes_per_day) then 'day_limit'
    when held.a_week >= own.meetings_per_week then 'week_limit' end;
end $$;

-- Start and length, in minutes, of a host's live meetings of every type, for whoever works out where a limit is reached.
create function booking.held_time(host uuid, within tstzrange, moved uuid) returns int[]
language sql stable as $$
  select coalesce(array_agg(array[
           floor(date_part('epoch', lower(m.span)) / 60)::int,
           (date_part('epoch', upper(m.span) - lower(m.span)) / 60)::int] order by lower(m.span)), '{}')
  from public.booking_hosttime t join public.booking_meeting m on m.id = t.meeting_id
  where t.host_id = held_time.host and t.live and t.span && within and m.id is distinct from moved
$$;

revoke execute on function
  booking.own_limit(uuid, tstzrange, tstzrange, tstzrange, uuid), booking.held_time(uuid, tstzrange, uuid)
from public;
grant execute on function
  booking.own_limit(uuid, tstzrange, tstzrange, tstzrange, uuid), booking.held_time(uuid, tstzrange, uuid)
to tillit_definer;
