-- What was answered when booking, and what a meeting type asks of a booking beside the time: a host's word, the days its
-- data is kept. Written by definer functions only, as all of a booking.

-- booking.take names only what every booking has.
alter table public.booking_booking
  alter column intake set default 0, alter column answers set default '', alter column files set default '{}';

-- A new booking gets its answers, and until when a host has to confirm it (what is booked week by week stands at once). Only for who knows the key of the form that
-- made it, and once. False where there is none.
create function booking.settle(key uuid, booking_id uuid, version int, given bytea, named uuid[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one record; until timestamptz;
begin
  select b.person_id, b.state, m.span, t.id as type,
    case when t.times = 1 then t.answer_within end as answer_within,
    case when m.further > 0 then (booking.cost_of(m.id)).price else t.price end as price into one
  from public.booking_booking b join public.booking_meeting m on m.id = b.meeting_id
  join public.booking_meetingtype t on t.id = m.meeting_type_id
  where b.id = settle.booking_id and b.request_key = key and b.organisation_id = who.organisation
    and b.intake = 0 and b.answer_by is null and b.to_pay is null and b.sequence = 0;
  if not found or (version > 0 and not exists (
      select from public.booking_intakeform f where f.meeting_type_id = one.type and f.version = settle.version)) then
    return false;
  end if;
  if one.price is not null then
    perform booking.agree_price(who, settle.booking_id);  -- a host says yes when it is paid
  elsif one.answer_within is not null and one.state = 'confirmed' then
    until := booking.await_answer(who, booking_id, one.person_id, lower(one.span), one.answer_within);
  end if;
  update public.booking_booking b set intake = version, answers = given, files = named, answer_by = until
  where b.id = booking_id;
  return true;
end $$;
alter function booking.settle(uuid, uuid, int, bytea, uuid[]) owner to tillit_definer;

-- A host has so many minutes to say yes, never longer than until it begins: on the clock. Answers until when.
create function booking.await_answer(
  who access.actor, booking_id uuid, guest uuid, begins timestamptz, minutes int) returns timestamptz
language plpgsql as $$
declare until timestamptz := least(who.moment + make_interval(mins => minutes), begins);
begin
  perform kernel.put_ends(who, guest, array[('booking.answer', booking_id, until, null, null, null, '')::kernel.due]);
  return until;
end $$;
revoke execute on function booking.await_answer(access.actor, uuid, uuid, timestamptz, int) from public;
grant execute on function booking.await_answer(access.actor, uuid, uuid, timestamptz, int) to tillit_definer;

-- The guest answers anew. Returns the files that nothing names any more; null for whoever is not the guest, and where no
-- clock would end what is written: its days are over, or it is off.
create function booking.write_answers(booking_id uuid, version int, given bytea, named uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one public.booking_booking; gone uuid[];
begin
  if booking.side(booking_id) is distinct from 'guest' then
    return null;
  end if;
  select b.* into one from public.booking_booking b where b.id = booking_id for update;
  if one.state not in ('confirmed', 'waiting') or not exists (
       select from public.kernel_end e where e.kind = 'booking.data' and e.object_id = one.id and e.state = 'open')
     or not exists (
       select from public.booking_intakeform f join public.booking_meeting m on m.meeting_type_id = f.meeting_type_id
       where m.id = one.meeting_id and f.version = write_answers.version) then
    return null;
  end if;
  with unnamed as (  -- the guest's own alone, whatever ids stood there
    delete from public.kernel_upload u
    where u.id = any (one.files) and not u.id = any (named) and u.owner_id = one.person_id returning u.id)
  select coalesce(array_agg(unnamed.id), '{}') into gone from unnamed;
  update public.booking_booking b set intake = version, answers = given, files = named where b.id = booking_id;
  return gone;
end $$;
alter function booking.write_answers(uuid, int, bytea, uuid[]) owner to tillit_definer;

-- A file among the answers: for the guest, and for the hosts of the booking as long as they may know who came.
create function booking.file(booking_id uuid, upload uuid)
returns table (id uuid, owner uuid, name bytea, kind text, size bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.id, u.owner_id, u.name, u.kind::text, u.size
  from public.booking_booking b join public.kernel_upload u on u.id = file.upload and u.owner_id = b.person_id
  where b.id = file.booking_id and b.organisation_id = (select access.organisation()) and file.upload = any (b.files)
    and case booking.side(b.id)
      when 'guest' then true
      when 'host' then b.person_id = any ((select access.shown('contact'))::uuid[])
        and not b.person_id = any ((select access.restricted())::uuid[])
      else false end;
$$;
alter function booking.file(uuid, uuid) owner to tillit_definer;

-- The time of booking data is over: answers go with what was written, and the files among them, whose content goes after
-- the transaction.
create function booking.forget_answers(bookings uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); gone uuid[];
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  with theirs as (
    delete from public.kernel_upload u using public.booking_booking b
    where b.id = any (bookings) and b.organisation_id = own and u.id = any (b.files) and u.owner_id = b.person_id
    returning u.id)
  select coalesce(array_agg(theirs.id), '{}') into gone from theirs;
  update public.booking_booking b set answers = '', files = '{}'
  where b.id = any (bookings) and b.organisation_id = own;
  return gone;
end $$;
alter function booking.forget_answers(uuid[]) owner to tillit_definer;

-- Confirmation by hand: until a host has said yes the time is held, and it is free again when nobody did in time.

create function booking.confirm(booking_id uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one public.booking_booking;
begin
  if booking.side(booking_id) is distinct from 'host' then
    return 'gone';
  end if;
  one := booking.lock_booking(booking_id, '{}');
  if one.state <> 'confirmed' then
    return 'gone';
  elsif one.answer_by is null then
    return 'again';
  end if;
  update public.booking_booking b
  set answer_by = null, sequence = b.sequence + 1,
      decline_by = case when b.decline_by is not null then booking.time_to_decline(access.actor(), b.meeting_id) end
  where b.id = booking_id;
  perform kernel.cancel_ends('booking.answer', array[booking_id]);
  return 'ok';
end $$;
alter function booking.confirm(uuid) owner to tillit_definer;

-- Nobody confirmed these in time. Answers which of them are off now, and who moved up to their seats.
create function booking.lapse(bookings uuid[], out lapsed uuid[], out moved_up uuid[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); here uuid; one public.booking_booking;
begin
  if who.office is distinct from 'sweeper' then
    raise exception 'only the sweeper ends it' using errcode = '42501';
  end if;
  lapsed := '{}'; moved_up := '{}';
  perform booking.lock_hosts(array(
    select distinct t.host_id from public.booking_hosttime t
    join public.booking_booking b on b.meeting_id = t.meeting_id
    where b.id = any (bookings) and b.organisation_id = who.organisation));
  foreach here in array bookings loop
    update public.booking_booking b
    set state = 'cancelled', cancelled_by = 'clock', sequence = b.sequence + 1
    where b.id = here and b.organisation_id = who.organisation and b.state = 'confirmed' and b.answer_by <= who.moment
    returning b.* into one;
    continue when not found;
    lapsed := lapsed || here;
    moved_up := moved_up || booking.move_up(who, one.meeting_id);
    perform booking.release(one.meeting_id);
    perform access.close_relation(one.organisation_id, 'booked with', here);
  end loop;
end $$;
alter function booking.lapse(uuid[]) owner to tillit_definer;

-- The days for which a type keeps its bookings' data have changed: so do the ends of what was booked, also of what was
-- cancelled since; for who left the line they are counted from then. By an administrator.
create function booking.keep_anew(type_id uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one record;
begin
  if not access.roles() && array['administrator'] then
    raise exception 'only an administrator says how long' using errcode = '42501';
  end if;
  for one in
    select b.id, b.person_id, b.meeting_id, coalesce(
      (select max(l.closed) from public.kernel_end l
       where b.state = 'left' and l.kind = 'booking.line' and l.object_id = b.id and l.organisation_id = who.organisation),
      upper(m.span)) as over
    from public.kernel_end e join public.booking_booking b on b.id = e.object_id
    join public.booking_meeting m on m.id = b.meeting_id
    where e.kind = 'booking.data' and e.state = 'open' and e.organisation_id = who.organisation
      and m.meeting_type_id = type_id
  loop
    perform kernel.put_ends(who, one.person_id, array[booking.data_end(one.id, one.meeting_id, one.over)]);
  end loop;
end $$;
alter function booking.keep_anew(uuid) owner to tillit_definer;
