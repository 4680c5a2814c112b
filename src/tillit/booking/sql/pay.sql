-- Paid bookings. Who has to pay has a booking that stands with an end (`pay_by`), as one that a host confirms has; it is
-- not another state, so that seats, limits and locks are those of every booking. What is to be paid, and what of it is
-- kept when it is called off late, stands in the booking as it was agreed. The money itself is the wallet's.
--
-- Locks: first the hosts and the booking, then payments. The wallet, which hears providers, locks payments alone.

-- Parts --------------------------------------------------------------------------------------------------------

-- From now on it has to be paid by `until`; nothing happens to one that costs nothing.
create function booking.hold_for_payment(who access.actor, booking_id uuid, until timestamptz) returns void
language plpgsql as $$
declare whose uuid;
begin
  update public.booking_booking b set pay_by = until
  where b.id = booking_id and b.to_pay is not null and b.state = 'confirmed' returning b.person_id into whose;
  if found then
    perform kernel.put_ends(
      who, whose, array[('booking.pay', booking_id, until, null, null, null, '')::kernel.due]);
  end if;
end $$;

-- A new booking of a type that costs something: the price is agreed; whoever has a seat pays soon.
create function booking.agree_price(who access.actor, booking_id uuid) returns void
language plpgsql as $$
declare one record;
begin
  select b.state, m.span, cost.price, cost.at_once, t.kept_percent, t.pay_within into one
  from public.booking_booking b join public.booking_meeting m on m.id = b.meeting_id
  join public.booking_meetingtype t on t.id = m.meeting_type_id
  cross join lateral booking.cost_of(m.id) cost where b.id = booking_id;
  update public.booking_booking b
  set price = one.price, to_pay = one.at_once, kept_percent = one.kept_percent
  where b.id = booking_id;
  perform booking.hold_for_payment(
    who, booking_id, least(lower(one.span), who.moment + make_interval(mins => one.pay_within)));
end $$;

-- These were not paid: they are off, and who waits moves up. The caller holds the locks of their hosts.
create function booking.drop_unpaid(who access.actor, one public.booking_booking) returns uuid[]
language plpgsql as $$
declare moved uuid[];
begin
  update public.booking_booking b
  set state = 'cancelled', cancelled_by = 'unpaid', pay_by = null, decline_by = null, sequence = b.sequence + 1
  where b.id = one.id;
  perform kernel.cancel_ends('booking.pay', array[one.id]);
  moved := booking.move_up(who, one.meeting_id);
  perform booking.release(one.meeting_id);
  perform access.close_relation(one.organisation_id, 'booked with', one.id);
  return moved;
end $$;

-- What of the money for a booking the organisation may keep, in minor units: all of a booking that stands, and of one
-- that did not come about what the type says, where the guest was late or did not come. A no-show counts after the day
-- in which it can be taken back; where both say it of each other nobody decides but an administrator.
create function booking.money_kept(who access.actor, one public.booking_booking) returns bigint
language sql stable as $$
  select case
    when one.state = 'cancelled' and one.cancelled_by = 'guest' and one.late then part
    when one.state <> 'confirmed' then 0
    when one.no_show is not null and one.host_no_show is not null then one.to_pay
    when one.host_no_show <= who.moment - interval '1 day' then 0
    when one.no_show <= who.moment - interval '1 day' then part
    else one.to_pay end
  from (select (one.to_pay * one.kept_percent + 50) / 100 as part) p;
$$;

-- What is held for a booking and not on its way back; whether a payment is open, and whether there was one at all.
create function booking.money_held(booking_id uuid, out free bigint, out is_open boolean, out any_made boolean)
language sql stable as $$
  select coalesce(sum(wallet.free_of(p.id)), 0)::bigint, coalesce(bool_or(p.state = 'open'), false), count(p.id) > 0
  from public.wallet_payment p where p.object_id = booking_id and p.object_kind = 'booking.booking';
$$;

-- Doors --------------------------------------------------------------------------------------------------------

-- The guest begins to pay, or goes on. Answers which payment; null where nothing is to be paid (any more).
create function booking.begin_payment(booking_id uuid, new_payment uuid, payer bytea, currency text, provider text)
returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.booking_booking; begun uuid;
begin
  if booking.side(booking_id) is distinct from 'guest' then
    return null;
  end if;
  one := booking.lock_booking(booking_id, '{}');
  if one.state <> 'confirmed' or one.pay_by is null or one.pay_by <= who.moment
     or (select h.free from booking.money_held(booking_id) h) > 0 then
    return null;
  end if;
  select p.id into begun from public.wallet_payment p
  where p.object_id = booking_id and p.object_kind = 'booking.booking' and p.state = 'open';
  if not found then
    begun := new_payment;
    perform wallet.open_payment(
      who, begun, one.person_id, payer, 'booking.booking', booking_id, one.to_pay, currency, provider, one.pay_by);
  end if;
  return begun;
end $$;
alter function booking.begin_payment(uuid, uuid, bytea, text, text) owner to tillit_definer;

-- The time to pay is over. Answers which of these are off now, and who moved up; what is paid already is left alone.
create function booking.unpaid(bookings uuid[], out freed uuid[], out moved_up uuid[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.booking_booking;
begin
  if who.office is distinct from 'sweeper' then
    raise exception 'only the sweeper ends it' using errcode = '42501';
  end if;
  freed := '{}'; moved_up := '{}';
  perform booking.lock_hosts(array(
    select distinct t.host_id from public.booking_hosttime t
    join public.booking_booking b on b.meeting_id = t.meeting_id
    where b.id = any (bookings) and b.organisation_id = who.organisation));
  for one in
    select b.* from public.booking_booking b
    where b.id = any (bookings) and b.organisation_id = who.organisation and b.state = 'confirmed'
      and b.pay_by <= who.moment order by b.id for update
  loop
    continue when (select h.free from booking.money_held(one.id) h) >= one.to_pay;
    moved_up := moved_up || booking.drop_unpaid(who, one);
    freed := freed || one.id;
  end loop;
end $$;
alter function booking.unpaid(uuid[]) owner to tillit_definer;

-- A booking and its money are brought together, by the program, whatever happened and however often it is asked:
-- "booked" (it is paid), "freed" (the payment failed), "waits", "late" (paid when it was off already), "settled".
-- `excess` is what has to go back, and `why`.
create function booking.settle_money(
  booking_id uuid, out outcome text, out excess bigint, out why text, out moved_up uuid[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.booking_booking; free bigint; is_open boolean; any_made boolean;
begin
  if who.office is distinct from 'reaction' then
    raise exception 'only the program settles it' using errcode = '42501';
  end if;
  outcome := 'settled'; excess := 0; why := 'too_much'; moved_up := '{}';
  if not exists (select from public.booking_booking b
                 where b.id = booking_id and b.organisation_id = who.organisation and b.to_pay is not null) then
    return;
  end if;
  one := booking.lock_booking(booking_id, '{}');
  select * into free, is_open, any_made from booking.money_held(booking_id);
  if one.state = 'confirmed' and one.pay_by is not null then
    if free >= one.to_pay then
      outcome := 'booked'; excess := free - one.to_pay;
      update public.booking_booking b set pay_by = null, sequence = b.sequence + 1 where b.id = one.id;
      perform kernel.cancel_ends('booking.pay', array[one.id]);
      perform booking.wait_for_answer(who, one.id);
    elsif any_made and not is_open then
      outcome := 'freed'; excess := free;
      moved_up := booking.drop_unpaid(who, one);
    else
      outcome := 'waits';
    end if;
  elsif one.state = 'cancelled' and one.cancelled_by = 'unpaid' and free >= one.to_pay then
    outcome := 'late'; excess := free;
  else
    excess := greatest(free - booking.money_kept(who, one), 0);
    why := case when one.state = 'confirmed' and free <= one.to_pay then 'nobody_came'
                when one.state = 'confirmed' then 'too_much'
                when one.late and one.cancelled_by = 'guest' then 'late' else 'cancelled' end;
  end if;
end $$;
alter function booking.settle_money(uuid) owner to tillit_definer;

-- A part: paid, and now a host says yes to it, where the type asks for that.
create function booking.wait_for_answer(who access.actor, booking_id uuid) returns void
language plpgsql as $$
declare one record;
begin
  select b.person_id, lower(m.span) as begins, t.answer_within into one
  from public.booking_booking b join public.booking_meeting m on m.id = b.meeting_id
  join public.booking_meetingtype t on t.id = m.meeting_type_id where b.id = booking_id;
  if one.answer_within is not null then
    update public.booking_booking b
    set answer_by = booking.await_answer(who, booking_id, one.person_id, one.begins, one.answer_within)
    where b.id = booking_id;
  end if;
end $$;

-- What was not paid in time gets its time back, if that is still free: for its guest, who tries again, or for the
-- program, where money came too late. It then has to be paid as a new one.
create function booking.retake(
  booking_id uuid, hosts uuid[], days tstzrange[], weeks tstzrange[], new_meeting uuid, resources uuid[])
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.actor := access.actor(); place booking.place; one public.booking_booking; old public.booking_meeting;
  within int;
begin
  if who.office is distinct from 'reaction' and booking.side(booking_id) is distinct from 'guest' then
    return 'gone';
  end if;
  one := booking.lock_booking(booking_id, hosts || resources);
  if one.organisation_id is distinct from who.organisation or one.state <> 'cancelled' or one.cancelled_by <> 'unpaid' then
    return 'gone';
  end if;
  select m.* into old from public.booking_meeting m where m.id = one.meeting_id;
  select t.pay_within into within from public.booking_meetingtype t where t.id = old.meeting_type_id;
  place := booking.find_place(
    who, old.meeting_type_id, null, hosts, lower(old.span), days, weeks, null, booking.further_services(old), resources);
  if place.outcome <> 'ok' then
    return place.outcome;
  end if;
  update public.booking_booking b
  set state = 'confirmed', cancelled_by = '', meeting_id = booking.hold(who, place, new_meeting), seat = place.seat,
      sequence = b.sequence + 1
  where b.id = booking_id returning b.meeting_id into new_meeting;
  perform booking.admit(who, new_meeting, place.meets, booking_id, one.person_id);
  perform booking.hold_for_payment(
    who, booking_id, least(lower(place.meets), who.moment + make_interval(mins => within)));
  return 'ok';
end $$;
alter function booking.retake(uuid, uuid[], tstzrange[], tstzrange[], uuid, uuid[]) owner to tillit_definer;

-- For the guest and the hosts of these bookings: what was paid, what went back, and what is on its way (minor units).
create function booking.money(bookings uuid[])
returns table (booking uuid, paid bigint, back bigint, going bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select b.id, coalesce(sum(p.amount) filter (where p.state = 'paid'), 0)::bigint,
    coalesce(sum(p.amount - p.held) filter (where p.state = 'paid'), 0)::bigint,
    coalesce(sum(p.held - wallet.free_of(p.id)), 0)::bigint
  from public.booking_booking b
  join public.wallet_payment p on p.object_id = b.id and p.object_kind = 'booking.booking'
  where b.id = any (bookings) and b.organisation_id = (select access.organisation())
    and booking.side(b.id) is not null
  group by b.id;
$$;
alter function booking.money(uuid[]) owner to tillit_definer;

revoke execute on function
  booking.hold_for_payment(access.actor, uuid, timestamptz), booking.agree_price(access.actor, uuid),
  booking.drop_unpaid(access.actor, public.booking_booking),
  booking.money_kept(access.actor, public.booking_booking), booking.money_held(uuid),
  booking.wait_for_answer(access.actor, uuid)
from public;
grant execute on function
  booking.hold_for_payment(access.actor, uuid, timestamptz), booking.agree_price(access.actor, uuid),
  booking.drop_unpaid(access.actor, public.booking_booking),
  booking.money_kept(access.actor, public.booking_booking), booking.money_held(uuid),
  booking.wait_for_answer(access.actor, uuid)
to tillit_definer;
