-- Waiting lists, series, and the rule for cancelling. A booking that waits has no seat but a number in line; what can
-- become free is decided under the locks of the session's hosts, as every booking is, so that nobody passes the line.

-- Parts --------------------------------------------------------------------------------------------------------

-- The lowest seat of a session that nobody has; null when as many are taken as there are.
create function booking.free_seat(meeting_id uuid, capacity int) returns int
language sql stable as $$
  select min(n) from generate_series(1, capacity) n
  where not exists (select from public.booking_booking b
                    where b.meeting_id = free_seat.meeting_id and b.seat = n and b.state = 'confirmed')
    and capacity > (select count(*) from public.booking_booking b
                    where b.meeting_id = free_seat.meeting_id and b.state = 'confirmed');
$$;

-- The next number in a session's line; null when the type has no list or as many wait as may.
create function booking.next_in_line(meeting_id uuid) returns int
language sql stable as $$
  select case when count(b.id) filter (where b.state = 'waiting') < max(t.waiting_places)
              then coalesce(max(b.line), 0) + 1 end
  from public.booking_meeting m
  join public.booking_meetingtype t on t.id = m.meeting_type_id
  left join public.booking_booking b on b.meeting_id = m.id and b.line is not null
  where m.id = next_in_line.meeting_id;
$$;

-- Who waits is on the clock twice: until the list closes, as nobody books later either (the type's notice), and until
-- what they wrote is deleted, as for every booking.
create function booking.stand_in_line(who access.actor, meeting_id uuid, booking uuid, guest uuid) returns void
language sql as $$
  select kernel.put_ends(who, guest, array[
    ('booking.line', booking, lower(m.span) - make_interval(mins => t.notice), null, null, null, '')::kernel.due,
    booking.data_end(booking, m.id, upper(m.span))])
  from public.booking_meeting m join public.booking_meetingtype t on t.id = m.meeting_type_id
  where m.id = stand_in_line.meeting_id;
$$;

-- These wait no longer. The days of what they wrote are counted from now.
create function booking.leave_line(who access.actor, bookings uuid[], side text, reason bytea) returns uuid[]
language plpgsql as $$
declare left_it uuid[]; one record;
begin
  with gone as (
    update public.booking_booking b
    set state = 'left', cancel_reason = reason, cancelled_by = side, sequence = b.sequence + 1
    where b.id = any(bookings) and b.state = 'waiting' returning b.id)
  select coalesce(array_agg(gone.id), '{}') into left_it from gone;
  if side <> 'clock' then
    perform kernel.cancel_ends('booking.line', left_it);
  end if;
  for one in select b.id, b.person_id, b.meeting_id from public.booking_booking b where b.id = any(left_it) loop
    perform kernel.put_ends(who, one.person_id, array[booking.data_end(one.id, one.meeting_id, who.moment)]);
  end loop;
  return left_it;
end $$;

-- Who came up from the list has a day to say no, never longer than until it begins.
create function booking.time_to_decline(who access.actor, meeting_id uuid) returns timestamptz
language sql stable as $$
  select least(lower(m.span), who.moment + interval '24 hours') from public.booking_meeting m where m.id = meeting_id;
$$;

-- Free seats of a session go to who waits, in order, as long as the list is open; they have time to say no. Where a
-- host confirms by hand, the seat is held until then; the time to say no begins with the yes. The caller holds the locks of its hosts. Nobody did it to them: the grants are nobody's.
create function booking.move_up(who access.actor, meeting_id uuid) returns uuid[]
language plpgsql as $$
declare moved uuid[] := '{}'; session record; first record; free int; nobody access.actor := who;
begin
  nobody.person := null;
  select t.capacity, t.answer_within, m.span, lower(m.span) - make_interval(mins => t.notice) as closes into session
  from public.booking_meeting m join public.booking_meetingtype t on t.id = m.meeting_type_id
  where m.id = move_up.meeting_id and m.cancelled is null
    and exists (select from public.booking_booking b where b.meeting_id = m.id and b.state = 'waiting');
  if not found or who.moment >= session.closes then
    return moved;
  end if;
  loop
    free := booking.free_seat(move_up.meeting_id, session.capacity);
    exit when free is null;
    select b.id, b.person_id into first from public.booking_booking b
    where b.meeting_id = move_up.meeting_id and b.state = 'waiting' order by b.line limit 1;
    exit when not found;
    update public.booking_booking b
    set state = 'confirmed', seat = free, sequence = b.sequence + 1,
        decline_by = booking.time_to_decline(who, b.meeting_id),
        answer_by = case when session.answer_within is not null and b.to_pay is null then
          booking.await_answer(nobody, b.id, b.person_id, lower(session.span), session.answer_within) end
    where b.id = first.id;
    perform kernel.cancel_ends('booking.line', array[first.id]);
    perform booking.hold_for_payment(who, first.id, least(lower(session.span), who.moment + interval '24 hours'));
    perform booking.admit(nobody, move_up.meeting_id, session.span, first.id, first.person_id);
    moved := moved || first.id;
  end loop;
  return moved;
end $$;

-- Is it later than the type's rule lets either side move or cancel? Who came up from the list has their own time.
create function booking.is_late(who access.actor, one public.booking_booking) returns boolean
language sql stable as $$
  select who.moment > lower(m.span) - make_interval(mins => t.change_notice)
    and (one.decline_by is null or who.moment >= one.decline_by)
  from public.booking_meeting m join public.booking_meetingtype t on t.id = m.meeting_type_id
  where m.id = one.meeting_id;
$$;

-- Series -------------------------------------------------------------------------------------------------------

-- The series of the booking whose link the actor holds: all of it is the same guest's.
create function booking.series_by_link() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'guest' then
    return '{}';
  end if;
  return array(select b.series from public.booking_booking b
               where b.id = access.subject_id_as('guest') and b.organisation_id = access.organisation()
                 and b.series is not null);
end $$;
alter function booking.series_by_link() owner to tillit_definer;

-- Several weeks are booked in one transaction: its hosts and what it needs beside them are locked at once, so that two
-- such never wait crosswise.
create function booking.begin_series(type_id uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform booking.lock_hosts(array(
    select th.host_id from public.booking_typehost th join public.booking_meetingtype t on t.id = th.meeting_type_id
    where t.id = type_id and t.organisation_id = access.organisation()
    union all
    select tr.resource_id from public.booking_typeresource tr
    where tr.meeting_type_id = type_id and tr.organisation_id = access.organisation()));
end $$;
alter function booking.begin_series(uuid) owner to tillit_definer;

-- The acting guest's bookings belong together from now on. False where one is not theirs or belongs elsewhere, and where
-- there is such a series: the link of one leads to all of it.
create function booking.bind_series(new_series uuid, bookings uuid[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare bound bigint;
begin
  if exists (select from public.booking_booking b where b.series = new_series) then
    return false;
  end if;
  update public.booking_booking b set series = new_series
  where b.id = any(bookings) and b.organisation_id = access.organisation() and b.person_id = access.person()
    and b.series is null and b.state = 'confirmed';
  get diagnostics bound = row_count;
  return bound = cardinality(bookings);
end $$;
alter function booking.bind_series(uuid, uuid[]) owner to tillit_definer;

-- Doors --------------------------------------------------------------------------------------------------------

-- How many wait before this booking, for its own guest; null when it does not wait.
create function booking.ahead(booking_id uuid) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (select count(*)::int from public.booking_booking o
          where o.meeting_id = b.meeting_id and o.state = 'waiting' and o.line < b.line)
  from public.booking_booking b where b.id = booking_id and b.state = 'waiting' and booking.side(b.id) = 'guest';
$$;
alter function booking.ahead(uuid) owner to tillit_definer;

-- The public sees of a type's full sessions when they are and how many wait; a host sees it of their own too.
create function booking.lines(type_id uuid, low timestamptz, high timestamptz)
returns table (starts timestamptz, waiting int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select lower(m.span), count(b.id)::int
  from public.booking_meeting m
  join public.booking_meetingtype t on t.id = m.meeting_type_id
  left join public.booking_booking b on b.meeting_id = m.id and b.state = 'waiting'
  where t.id = type_id and t.organisation_id = (select access.organisation()) and t.published and t.waiting_places > 0
    and m.cancelled is null and m.span && tstzrange(low, high)
    and lower(m.span) between (select access.now()) + make_interval(mins => t.notice)
                          and (select access.now()) + make_interval(mins => t.horizon)
    and t.capacity <= (select count(*) from public.booking_booking c where c.meeting_id = m.id and c.state = 'confirmed')
  group by m.id, t.waiting_places having count(b.id) < t.waiting_places;
$$;
alter function booking.lines(uuid, timestamptz, timestamptz) owner to tillit_definer;

-- How many wait for each of these meetings of the acting host; never who.
create function booking.waiting_for(meetings uuid[]) returns table (meeting uuid, waiting int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select b.meeting_id, count(*)::int from public.booking_booking b
  where b.meeting_id = any(meetings) and b.meeting_id = any((select booking.hosted())::uuid[]) and b.state = 'waiting'
  group by b.meeting_id;
$$;
alter function booking.waiting_for(uuid[]) owner to tillit_definer;

-- The type has more seats now: who waits for them moves up, in each session that has not begun. By an administrator.
create function booking.more_seats(type_id uuid) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); sessions uuid[]; one uuid; moved uuid[] := '{}';
begin
  if not access.roles() && array['administrator'] then
    raise exception 'only an administrator gives more seats' using errcode = '42501';
  end if;
  sessions := array(
    select m.id from public.booking_meeting m
    where m.organisation_id = who.organisation and m.meeting_type_id = type_id and m.cancelled is null
      and lower(m.span) > who.moment
      and exists (select from public.booking_booking b where b.meeting_id = m.id and b.state = 'waiting')
    order by m.span);
  perform booking.lock_hosts(array(
    select distinct t.host_id from public.booking_hosttime t where t.meeting_id = any(sessions)));
  foreach one in array sessions loop
    moved := moved || booking.move_up(who, one);
  end loop;
  return moved;
end $$;
alter function booking.more_seats(uuid) owner to tillit_definer;

-- The host calls a meeting off: who waits for it waits no longer, and nobody moves up meanwhile. Answers who waited.
create function booking.close_line(meeting_id uuid) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not close_line.meeting_id = any(booking.hosted()) then
    return '{}';
  end if;
  perform booking.lock_hosts(array(
    select t.host_id from public.booking_hosttime t where t.meeting_id = close_line.meeting_id));
  return booking.leave_line(access.actor(), array(
    select b.id from public.booking_booking b
    where b.meeting_id = close_line.meeting_id and b.state = 'waiting'), 'host', '');
end $$;
alter function booking.close_line(uuid) owner to tillit_definer;

-- The time of these places in line is over: no seat became free. Answers whose it is.
create function booking.end_lines(bookings uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() <> 'sweeper' then
    raise exception 'only the sweeper ends it' using errcode = '42501';
  end if;
  perform booking.lock_hosts(array(
    select distinct t.host_id from public.booking_hosttime t
    join public.booking_booking b on b.meeting_id = t.meeting_id
    where b.id = any(bookings) and b.organisation_id = access.organisation()));
  return booking.leave_line(access.actor(), array(
    select b.id from public.booking_booking b
    where b.id = any(bookings) and b.organisation_id = access.organisation()), 'clock', '');
end $$;
alter function booking.end_lines(uuid[]) owner to tillit_definer;

revoke execute on function
  booking.free_seat(uuid, int), booking.next_in_line(uuid),
  booking.stand_in_line(access.actor, uuid, uuid, uuid), booking.leave_line(access.actor, uuid[], text, bytea),
  booking.move_up(access.actor, uuid), booking.time_to_decline(access.actor, uuid),
  booking.is_late(access.actor, public.booking_booking)
from public;
grant execute on function
  booking.free_seat(uuid, int), booking.next_in_line(uuid),
  booking.stand_in_line(access.actor, uuid, uuid, uuid), booking.leave_line(access.actor, uuid[], text, bytea),
  booking.move_up(access.actor, uuid), booking.time_to_decline(access.actor, uuid),
  booking.is_late(access.actor, public.booking_booking)
to tillit_definer;
