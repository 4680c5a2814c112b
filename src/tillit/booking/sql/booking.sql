-- Taking, moving and giving back time. Whoever books sees neither other people's bookings nor the hosts' other
-- time, so everything that depends on them is decided here. The advisory lock per host comes first and in one
-- order: a crowd waits in line, nobody deadlocks, and a look is enough where an exception would be needed.

-- The functions without `security definer` are parts of those that have it: nobody else may call them.
set local check_function_bodies = off;  -- some columns come with a later migration

create function booking.lock_hosts(hosts uuid[]) returns void
language plpgsql as $$
declare one uuid;
begin
  if cardinality(hosts) > 1 then
    hosts := array(select h from unnest(hosts) h order by h);
  end if;
  foreach one in array hosts loop
    perform pg_advisory_xact_lock(uuid_hash_extended(one, 7131));
  end loop;
end $$;

-- Can this host take a meeting of this type in this (buffered) span? `aside` is a meeting being moved away.
create function booking.obstacle(
  host uuid, type uuid, taken tstzrange, day tstzrange, week tstzrange, per_day int, per_week int, aside uuid)
returns text
language plpgsql stable as $$
begin
  if exists (select from public.booking_hosttime t
             where t.host_id = host and t.live and t.span && taken and t.meeting_id is distinct from aside)
     or exists (select from public.booking_busytime b where b.host_id = host and b.span && taken) then
    return 'taken';
  end if;
  if per_day is not null then
    if per_day <= booking.held(host, type, day, aside) then
      return 'day_limit';
    end if;
  end if;
  if per_week is not null then
    if per_week <= booking.held(host, type, week, aside) then
      return 'week_limit';
    end if;
  end if;
  return null;
end $$;

-- How many live meetings of a type begin in a span of the host's.
create function booking.held(host uuid, type uuid, within tstzrange, aside uuid) returns bigint
language sql stable as $$
  select count(*) from public.booking_hosttime t join public.booking_meeting m on m.id = t.meeting_id
  where t.host_id = host and t.live and m.id is distinct from aside
    and t.span && within and within @> lower(m.span)
    and (m.meeting_type_id = type or (m.further > 0 and exists (
      select from public.booking_furtherservice f where f.meeting_id = m.id and f.meeting_type_id = type)));
$$;

-- Where a meeting of a type at `starts` would go: a new one with the `chosen` hosts, or the open group session there
-- with a free seat. Reads only. `hosts` are candidates in order of preference (round robin takes the first free one,
-- or the first free one in turn; collective needs all). `revision` is that of the offer the candidates were found for;
-- null asks for none. `further` are the services that are had after the first, null where it is had alone
-- (sql/visits.sql); `resources` are candidates for what the type needs beside its hosts (sql/resources.sql).
create type booking.place as (
  outcome text, meeting uuid, seat int, type uuid, capacity int, meets tstzrange, taken tstzrange, chosen uuid[],
  resources uuid[], further uuid[]);

create function booking.find_place(
  who access.actor, type_id uuid, revision int, hosts uuid[], starts timestamptz, days tstzrange[], weeks tstzrange[],
  aside uuid, further uuid[] default null, resources uuid[] default null) returns booking.place
language plpgsql stable as $$
declare
  kind record;
  more record;
  place booking.place;
  obstacle text;
  turns int[];
  i int;
begin
  select t.id, t.assignment, t.sharing, t.capacity, t.max_per_day, t.max_per_week, t.revision, t.needs, t.duration,
    t.buffer_before, offered.all_hosts, offered.these,
    make_interval(mins => t.notice) as notice, make_interval(mins => t.horizon) as horizon,
    tstzrange(starts, starts + make_interval(mins => t.duration)) as meets,
    tstzrange(starts - make_interval(mins => t.buffer_before),
              starts + make_interval(mins => t.duration + t.buffer_after)) as taken
  into kind
  from public.booking_meetingtype t
  cross join lateral (
    select count(*) as all_hosts, count(*) filter (
      where h.bookable and h.here and h.id = any(hosts) and not exists (  -- no revision says whose data lies at rest
        select from public.privacy_restriction r where r.person_id = h.person_id and r.lifted is null)) as these
    from public.booking_typehost th join public.booking_host h on h.id = th.host_id
    where th.meeting_type_id = t.id) offered
  where t.id = type_id and t.organisation_id = who.organisation and (t.published or aside is not null);
  if found and further is not null then
    select * into more from booking.further_of(kind.id, further, hosts, aside is not null);
    if not found then
      place.outcome := 'gone'; return place;
    end if;
    kind.revision := kind.revision + more.revision;
    kind.needs := kind.needs + more.needs;
    kind.notice := greatest(kind.notice, make_interval(mins => more.notice));
    kind.horizon := least(kind.horizon, make_interval(mins => more.horizon));
    -- what is moved stays as long as it was booked
    kind.meets := tstzrange(starts, starts + coalesce(
      (select upper(m.span) - lower(m.span) from public.booking_meeting m where m.id = aside),
      make_interval(mins => kind.duration + more.duration)));
    kind.taken := tstzrange(starts - make_interval(mins => kind.buffer_before),
                            upper(kind.meets) + make_interval(mins => more.buffer_after));
    place.further := further;
  end if;
  if kind.revision <> revision then
    place.outcome := 'stale'; return place;
  elsif kind.id is null or cardinality(hosts) = 0 or cardinality(hosts) > 500 or kind.these <> cardinality(hosts)
     or (kind.assignment = 'collective' and kind.all_hosts <> cardinality(hosts)) then
    place.outcome := 'gone'; return place;
  elsif starts < date_trunc('minute', who.moment) then
    place.outcome := 'past'; return place;
  elsif starts < date_trunc('minute', who.moment) + kind.notice then
    place.outcome := 'notice'; return place;
  elsif starts > who.moment + kind.horizon then
    place.outcome := 'horizon'; return place;
  end if;
  place.seat := 1; place.type := kind.id; place.capacity := kind.capacity;
  place.meets := kind.meets; place.taken := kind.taken;

  if kind.capacity > 1 then
    select m.id into place.meeting from public.booking_meeting m
    join public.booking_hosttime t on t.meeting_id = m.id and t.live
    where t.host_id = any(hosts) and t.span = kind.taken and m.meeting_type_id = kind.id and m.span = kind.meets
      and m.cancelled is null
    order by m.id limit 1;
    if place.meeting is not null then
      place.seat := booking.free_seat(place.meeting, kind.capacity);
      if exists (select from public.booking_booking b where b.meeting_id = place.meeting and b.state = 'waiting') then
        place.seat := null;  -- whoever waits comes first
      end if;
      place.outcome := case when place.seat is null then 'full' else 'ok' end;
      return place;
    end if;
  end if;

  if kind.assignment = 'round_robin' and kind.sharing <> 'priority' and cardinality(hosts) > 1 then
    turns := booking.in_turn(kind.id, kind.sharing, hosts, who.moment, aside);
  end if;
  for n in 1 .. cardinality(hosts) loop
    i := coalesce(turns[n], n);
    obstacle := booking.obstacle(
      hosts[i], kind.id, kind.taken, days[i], weeks[i], kind.max_per_day, kind.max_per_week, aside);
    if obstacle is null and days is not null then
      obstacle := booking.own_limit(hosts[i], kind.meets, days[i], weeks[i], aside);
    end if;
    if obstacle is null and further is not null then
      obstacle := booking.further_limit(hosts[i], further, days[i], weeks[i], aside);
    end if;
    if obstacle is null then
      place.chosen := place.chosen || hosts[i];
      exit when kind.assignment <> 'collective';
    elsif kind.assignment = 'collective' then
      place.outcome := obstacle; return place;
    else
      place.outcome := obstacle;
    end if;
  end loop;
  if place.chosen is not null then
    place.outcome := 'ok';
    if kind.needs > 0 then
      place.resources := booking.choose_resources(kind.id || further, resources, kind.taken, aside);
      if place.resources is null then
        place.outcome := 'taken';
      end if;
    end if;
  end if;
  return place;
end $$;

-- The meeting at a place: the one that stands there, or `new_meeting`, which takes its hosts' time.
create function booking.hold(who access.actor, place booking.place, new_meeting uuid) returns uuid
language plpgsql as $$
begin
  if place.meeting is not null then
    return place.meeting;
  end if;
  insert into public.booking_meeting
    (id, organisation_id, meeting_type_id, span, capacity, resources, further, made)
  values (new_meeting, who.organisation, place.type, place.meets, place.capacity,
          coalesce(cardinality(place.resources), 0), coalesce(cardinality(place.further), 0), who.moment);
  insert into public.booking_hosttime (id, organisation_id, meeting_id, host_id, person_id, span, live)
  select gen_random_uuid(), who.organisation, new_meeting, h.id, h.person_id, place.taken, true
  from public.booking_host h where h.id = any(place.chosen);
  if place.resources is not null or place.further is not null then
    perform booking.hold_beside(who, place, new_meeting);
  end if;
  return new_meeting;
end $$;

-- When what a guest wrote goes: so many days after a moment as the type says, else as the organisation has set.
create function booking.data_end(booking uuid, meeting_id uuid, since timestamptz) returns kernel.due
language plpgsql stable as $$
declare days int;
begin
  select t.keep_days into days
  from public.booking_meeting m join public.booking_meetingtype t on t.id = m.meeting_type_id
  where m.id = data_end.meeting_id;
  if days is null then
    return ('booking.data', booking, null, since, 'booking.keep_days', 30, '')::kernel.due;
  end if;
  return ('booking.data', booking, since + days * interval '24 hours', null, null, null, '')::kernel.due;
end $$;

-- The hosts of a meeting may reach its guest: until a week after it is over, or until the booking leaves it. What the
-- guest wrote goes some days after the meeting, as the organisation has set (booking/tasks.py).
create function booking.admit(who access.actor, meeting_id uuid, meets tstzrange, booking uuid, guest uuid) returns void
language plpgsql as $$
declare hosts uuid[];
begin
  select array_agg(t.person_id) into hosts
  from public.booking_hosttime t where t.meeting_id = admit.meeting_id and t.live;
  perform access.open_grants(
    who, guest, hosts, 'contact', 'booked with', 'booking', booking,
    greatest(upper(meets), who.moment) + interval '7 days',
    array[booking.data_end(booking, meeting_id, upper(meets))]);
end $$;

-- A guest books. Answers ok, or why not; who `waits` for a seat in a full session stands in its line ("waiting"). The
-- same request key books once and answers with the first booking. "stale": the offer is no longer the one the hosts were
-- chosen for, so the program looks again.
-- `told` is the signed event of it (kernel.put_event).
create function booking.take(
  type_id uuid, revision int, hosts uuid[], starts timestamptz, days tstzrange[], weeks tstzrange[],
  new_booking uuid, new_meeting uuid, new_person uuid, key uuid,
  guest_name bytea, guest_email bytea, guest_email_index text, guest_phone bytea, guest_phone_index text,
  guest_envelope bytea,
  guest_note bytea, guest_language text, guest_zone text,
  event uuid, event_name text, event_ids jsonb, event_mac text, waits boolean, further uuid[], resources uuid[],
  out outcome text, out booking uuid)
language plpgsql security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare who access.actor := access.actor(); guest uuid := coalesce(who.person, new_person); place booking.place;
  in_line int;
begin
  -- somebody who is just being erased books no more: this waits until it is decided
  if guest is not null then
    perform from public.identity_person p where p.id = guest for key share;
    if exists (select from keys.person k where k.organisation = who.organisation and k.person = guest
               and k.class = 'erasable' and k.wrapped is null) then
      outcome := 'gone'; return;
    end if;
  end if;
  perform booking.lock_hosts(hosts || resources);
  place := booking.find_place(who, type_id, revision, hosts, starts, days, weeks, null, further, resources);
  outcome := place.outcome;
  if waits and outcome = 'full' then
    in_line := booking.next_in_line(place.meeting);
    outcome := case when in_line is null then 'full' else 'waiting' end;
  end if;
  if outcome in ('ok', 'waiting') then
    -- before the meeting: the foreign keys are looked at when all is there
    insert into public.booking_booking
      (id, organisation_id, meeting_id, person_id, seat, line, state, sequence, request_key, note, cancel_reason,
       cancelled_by, late, made)
    values (new_booking, who.organisation, coalesce(place.meeting, new_meeting), guest, place.seat, in_line,
            case when in_line is null then 'confirmed' else 'waiting' end, 0, key, guest_note, '', '', false, who.moment)
    on conflict (organisation_id, request_key) do nothing;
    if found then
      booking := new_booking;
    end if;
  end if;
  if booking is null then
    select b.id into booking from public.booking_booking b
    where b.organisation_id = who.organisation and b.request_key = key;
    if found then
      outcome := 'again';
    end if;
    return;
  end if;
  if who.person is null then
    insert into public.identity_person
      (id, organisation_id, display_name, email, email_index, phone, phone_index, language, time_zone, verified, made)
    values (guest, who.organisation, guest_name, guest_email, guest_email_index, guest_phone, guest_phone_index,
            guest_language, guest_zone, false, who.moment);
    perform keys.insert_key(who.organisation, guest, 'erasable', 1, guest_envelope);
  end if;
  if in_line is null then
    perform booking.admit(who, booking.hold(who, place, new_meeting), place.meets, new_booking, guest);
  else
    perform booking.stand_in_line(who, place.meeting, new_booking, guest);
  end if;
  if event is not null then
    perform kernel.put_event(who, event, event_name, event_ids, event_mac);
  end if;
end $$;
alter function booking.take(uuid, int, uuid[], timestamptz, tstzrange[], tstzrange[], uuid, uuid, uuid, uuid,
  bytea, bytea, text, bytea, text, bytea, bytea, text, text, uuid, text, jsonb, text, boolean,
  uuid[], uuid[]) owner to tillit_definer;

-- Is the actor this booking's guest (as a person or with its link), or one of its hosts, who holds a role here?
create function booking.side(booking_id uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case
    when b.person_id = access.person()
      or (access.office() = 'guest'
          and (access.subject() = b.id::text or b.series = any(booking.series_by_link()))) then 'guest'
    when exists (select 1 from public.booking_hosttime t
                 where t.meeting_id = b.meeting_id and t.person_id = access.person())
      and cardinality(access.roles()) > 0 then 'host'
  end
  from public.booking_booking b where b.id = booking_id and b.organisation_id = access.organisation();
$$;
alter function booking.side(uuid) owner to tillit_definer;

-- A meeting that nobody attends any more gives its hosts their time back.
create function booking.release(meeting_id uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select 1 from public.booking_booking b
                 where b.meeting_id = release.meeting_id and b.state = 'confirmed') then
    update public.booking_meeting m set cancelled = access.now() where m.id = release.meeting_id;
    update public.booking_hosttime t set live = false where t.meeting_id = release.meeting_id;
    perform booking.free_resources(release.meeting_id);
  end if;
end $$;
revoke execute on function booking.release(uuid) from public;
alter function booking.release(uuid) owner to tillit_definer;

-- A part: the booking, locked together with the hosts of its meeting (and `more`): in one order, as everywhere.
create function booking.lock_booking(booking_id uuid, more uuid[]) returns public.booking_booking
language plpgsql as $$
declare one public.booking_booking; here uuid;
begin
  loop
    select b.meeting_id into here from public.booking_booking b where b.id = booking_id;
    perform booking.lock_hosts(array(
      select t.host_id from public.booking_hosttime t where t.meeting_id = here union select unnest(more)));
    select b.* into one from public.booking_booking b where b.id = booking_id for update;
    exit when one.meeting_id = here;  -- it may have moved while this waited
  end loop;
  return one;
end $$;

-- Either side cancels by the same rule: after the time that the type says it counts as late, whoever does it; what nobody
-- has confirmed yet binds nobody. Who waits leaves the list. The free seat goes to whoever has waited longest in the same moment; `moved_up` says to whom.
create function booking.cancel(booking_id uuid, reason bytea, out outcome text, out moved_up uuid[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.actor := access.actor();
  side text := booking.side(booking_id);
  one public.booking_booking; begins timestamptz;
begin
  moved_up := '{}';
  if side is null then
    outcome := 'gone'; return;
  end if;
  one := booking.lock_booking(booking_id, '{}');
  select lower(m.span) into begins from public.booking_meeting m where m.id = one.meeting_id;
  if one.state in ('cancelled', 'left') then
    outcome := 'again'; return;
  elsif one.state = 'waiting' then
    perform booking.leave_line(who, array[booking_id], side, reason);
    outcome := 'left'; return;
  elsif begins <= who.moment then
    outcome := 'past'; return;
  end if;
  update public.booking_booking b
  set state = 'cancelled', cancel_reason = reason, cancelled_by = side, sequence = b.sequence + 1,
      late = one.answer_by is null and one.pay_by is null and booking.is_late(who, one)
  where b.id = booking_id;
  moved_up := booking.move_up(who, one.meeting_id);
  perform booking.release(one.meeting_id);
  perform access.close_relation(one.organisation_id, 'booked with', booking_id);
  outcome := 'ok';
end $$;
alter function booking.cancel(uuid, bytea) owner to tillit_definer;

-- The booking goes to another time in one step: if the new time cannot be had, the old one is untouched.
create function booking.move(
  booking_id uuid, hosts uuid[], starts timestamptz, days tstzrange[], weeks tstzrange[], new_meeting uuid,
  resources uuid[],
  out outcome text, out moved_up uuid[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.actor := access.actor();
  place booking.place; one public.booking_booking; old public.booking_meeting; alone boolean;
begin
  moved_up := '{}';
  if booking.side(booking_id) is null then
    outcome := 'gone'; return;
  end if;
  one := booking.lock_booking(booking_id, hosts || resources);
  select m.* into old from public.booking_meeting m where m.id = one.meeting_id;
  if one.state <> 'confirmed' or one.pay_by is not null then
    outcome := 'gone'; return;
  elsif lower(old.span) <= who.moment then
    outcome := 'past'; return;
  elsif lower(old.span) = starts then
    outcome := 'again'; return;
  elsif one.answer_by is null and booking.is_late(who, one) then
    outcome := 'late'; return;
  end if;
  alone := not exists (select 1 from public.booking_booking b
    where b.meeting_id = old.id and b.id <> booking_id and b.state in ('confirmed', 'waiting'));
  place := booking.find_place(
    who, old.meeting_type_id, null, hosts, starts, days, weeks, case when alone then old.id end,
    booking.further_services(old), resources);
  outcome := place.outcome;
  if outcome <> 'ok' then
    return;
  end if;
  if alone then
    update public.booking_hosttime t set live = false where t.meeting_id = old.id;
    perform booking.free_resources(old.id);
  end if;
  place.meeting := booking.hold(who, place, new_meeting);
  update public.booking_booking b
  set meeting_id = place.meeting, seat = place.seat, decline_by = null, sequence = b.sequence + 1 where b.id = booking_id;
  if one.answer_by > lower(place.meets) then
    update public.booking_booking b set answer_by = lower(place.meets) where b.id = booking_id;
    perform kernel.put_ends(who, one.person_id,
      array[('booking.answer', booking_id, lower(place.meets), null, null, null, '')::kernel.due]);
  end if;
  moved_up := booking.move_up(who, old.id);
  perform booking.release(old.id);
  perform access.close_relation(who.organisation, 'booked with', booking_id);
  perform booking.admit(who, place.meeting, place.meets, booking_id, one.person_id);
end $$;
alter function booking.move(uuid, uuid[], timestamptz, tstzrange[], tstzrange[], uuid, uuid[]) owner to tillit_definer;

-- The guest writes anew what they wrote when they booked, or nothing. False for whoever is not the guest, and where no
-- clock would end what is written.
create function booking.write_note(booking_id uuid, written bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.booking_booking b set note = written
  where b.id = booking_id and b.organisation_id = access.organisation() and b.person_id = access.person()
    and (written = '' or exists (
      select from public.kernel_end e where e.kind = 'booking.data' and e.object_id = b.id and e.state = 'open'));
  return found;
end $$;
alter function booking.write_note(uuid, bytea) owner to tillit_definer;

-- What the mail and the guest's own page need to know of the guest; only for who holds that booking.
create function booking.guest(booking_id uuid)
returns table (person uuid, name bytea, email bytea, phone bytea, language text, zone text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.display_name, p.email, p.phone, p.language, p.time_zone
  from public.booking_booking b join public.identity_person p on p.id = b.person_id
  where b.id = booking_id and booking.side(booking_id) = 'guest';
$$;
alter function booking.guest(uuid) owner to tillit_definer;

-- The booking that a form already made: its key is random and known to that form only.
create function booking.by_key(key uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select b.id from public.booking_booking b
  where b.organisation_id = (select access.organisation()) and b.request_key = key;
$$;
alter function booking.by_key(uuid) owner to tillit_definer;

-- To whom a mail about a booking goes: its guest and its hosts who still hold a role here, but for those whose data lies
-- at rest. For the reaction to an event, and nobody else.
create function booking.contacts(booking_id uuid)
returns table (side text, person uuid, name bytea, email bytea, phone bytea, language text, zone text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'guest', p.id, p.display_name, p.email, p.phone, p.language, p.time_zone
  from public.booking_booking b join public.identity_person p on p.id = b.person_id
  where b.id = booking_id and b.organisation_id = access.organisation() and access.office() = 'reaction'
    and not p.id = any((select access.restricted())::uuid[])
  union all
  select 'host', p.id, p.display_name, p.email, p.phone, p.language, s.zone
  from public.booking_booking b
  join public.booking_hosttime t on t.meeting_id = b.meeting_id
  join public.booking_host h on h.id = t.host_id and h.here
  join public.booking_schedule s on s.host_id = h.id
  join public.identity_person p on p.id = h.person_id
  where b.id = booking_id and b.organisation_id = access.organisation() and access.office() = 'reaction'
    and not p.id = any((select access.restricted())::uuid[]);
$$;
alter function booking.contacts(uuid) owner to tillit_definer;

-- The time of booking data is over: what the guests of these bookings wrote goes, and with their last booking who
-- they were. The key of a guest nobody else knows is destroyed; the meeting stays, as numbers.
create function booking.forget(bookings uuid[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation();
begin
  if access.office() <> 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  update public.booking_booking b set note = '', cancel_reason = ''
  where b.id = any(bookings) and b.organisation_id = own;
  return identity.forget_guests(
    array(select b.person_id from public.booking_booking b where b.id = any(bookings) and b.organisation_id = own),
    bookings);
end $$;
alter function booking.forget(uuid[]) owner to tillit_definer;

-- Blocks that are over tell nothing any more.
create function booking.sweep() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint;
begin
  if access.office() <> 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.booking_busytime b where upper(b.span) < access.now() - interval '1 day';
  get diagnostics gone = row_count;
  delete from public.booking_resourcebusy b where upper(b.span) < access.now() - interval '1 day';
  return gone;
end $$;
alter function booking.sweep() owner to tillit_definer;

-- Parts, not doors.
revoke execute on function
  booking.lock_hosts(uuid[]), booking.lock_booking(uuid, uuid[]),
  booking.obstacle(uuid, uuid, tstzrange, tstzrange, tstzrange, int, int, uuid),
  booking.held(uuid, uuid, tstzrange, uuid), booking.data_end(uuid, uuid, timestamptz),
  booking.admit(access.actor, uuid, tstzrange, uuid, uuid),
  booking.hold(access.actor, booking.place, uuid),
  booking.find_place(access.actor, uuid, int, uuid[], timestamptz, tstzrange[], tstzrange[], uuid, uuid[], uuid[])
from public;
grant execute on function
  booking.lock_hosts(uuid[]), booking.lock_booking(uuid, uuid[]),
  booking.obstacle(uuid, uuid, tstzrange, tstzrange, tstzrange, int, int, uuid),
  booking.held(uuid, uuid, tstzrange, uuid), booking.data_end(uuid, uuid, timestamptz),
  booking.admit(access.actor, uuid, tstzrange, uuid, uuid),
  booking.hold(access.actor, booking.place, uuid),
  booking.find_place(access.actor, uuid, int, uuid[], timestamptz, tstzrange[], tstzrange[], uuid, uuid[], uuid[])
to tillit_definer;
