-- Who stands in for whom is offered with the other's meeting types, for as long as some absence asks for it.
create function booking.arrange_stand_ins() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := coalesce(new.organisation_id, old.organisation_id);
begin
  delete from public.booking_typehost th
  where th.organisation_id = own and th.stands_in and not exists (
    select from public.booking_absence a
    join public.booking_busytime b on b.id = a.busy_id
    join public.booking_typehost o on o.host_id = a.host_id and not o.stands_in
    where a.stand_in_id = th.host_id and o.meeting_type_id = th.meeting_type_id);
  insert into public.booking_typehost
    (id, organisation_id, meeting_type_id, host_id, priority, stands_in, share, joined)
  select gen_random_uuid(), own, o.meeting_type_id, a.stand_in_id, min(o.priority), true, 100, min(b.made)
  from public.booking_absence a
  join public.booking_busytime b on b.id = a.busy_id
  join public.booking_typehost o on o.host_id = a.host_id and not o.stands_in
  join public.booking_meetingtype k on k.id = o.meeting_type_id and k.assignment <> 'collective'
  where a.organisation_id = own and a.stand_in_id is not null and not exists (
    select from public.booking_typehost t where t.meeting_type_id = o.meeting_type_id and t.host_id = a.stand_in_id)
  group by o.meeting_type_id, a.stand_in_id;
  return null;
end $$;
create trigger arrange_stand_ins after insert or delete or update on public.booking_absence
for each row execute function booking.arrange_stand_ins();
create trigger arrange_after_insert after insert on public.booking_typehost
for each row when (not new.stands_in) execute function booking.arrange_stand_ins();
create trigger arrange_after_delete after delete on public.booking_typehost
for each row when (not old.stands_in) execute function booking.arrange_stand_ins();
revoke execute on function booking.arrange_stand_ins() from public;
alter function booking.arrange_stand_ins() owner to tillit_definer;

-- Whoever takes a type in their own right stands in no more for it.
create function booking.in_own_right() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.booking_typehost th
  where th.meeting_type_id = new.meeting_type_id and th.host_id = new.host_id and th.stands_in;
  return new;
end $$;
create trigger in_own_right before insert on public.booking_typehost
for each row when (not new.stands_in) execute function booking.in_own_right();
revoke execute on function booking.in_own_right() from public;
alter function booking.in_own_right() owner to tillit_definer;

-- The spans in which a host stands in for others who take a type.
create function booking.standing_in(host uuid, type uuid) returns tstzmultirange
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(range_agg(b.span), '{}') from public.booking_absence a
  join public.booking_busytime b on b.id = a.busy_id
  join public.booking_typehost o on o.host_id = a.host_id and o.meeting_type_id = type and not o.stands_in
  where a.stand_in_id = host;
$$;
revoke execute on function booking.standing_in(uuid, uuid) from public;
grant execute on function booking.standing_in(uuid, uuid) to tillit_definer;

-- A meeting of the acting host goes to who stands in for them then, at the same time, with its guests. Nothing of it
-- stays with the host who is away: neither the time nor the way to its guests.
create function booking.hand_over(meeting_id uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.actor := access.actor();
  one public.booking_meeting; mine public.booking_hosttime; stand_in public.booking_host; booked record;
begin
  select m.* into one from public.booking_meeting m
  where m.id = hand_over.meeting_id and m.organisation_id = who.organisation and m.cancelled is null;
  select t.* into mine from public.booking_hosttime t
  where t.meeting_id = one.id and t.live and t.person_id = who.person and cardinality(access.roles()) > 0;
  if mine.id is null then
    return 'gone';
  elsif lower(one.span) <= who.moment then
    return 'past';
  end if;
  select h.* into stand_in from public.booking_absence a
  join public.booking_busytime b on b.id = a.busy_id and b.span && one.span
  join public.booking_host h on h.id = a.stand_in_id and h.bookable and h.here
  where a.host_id = mine.host_id limit 1;
  if stand_in.id is null then
    return 'gone';
  end if;
  perform booking.lock_hosts(array[mine.host_id, stand_in.id]);
  select t.* into mine from public.booking_hosttime t where t.id = mine.id and t.live for update;
  if mine.id is null then
    return 'gone';
  elsif booking.obstacle(stand_in.id, one.meeting_type_id, mine.span, null, null, null, null, one.id) is not null
     or exists (select from public.booking_hosttime t where t.meeting_id = one.id and t.host_id = stand_in.id and t.live) then
    return 'taken';
  end if;
  delete from public.booking_hosttime t where t.id = mine.id;
  insert into public.booking_hosttime (id, organisation_id, meeting_id, host_id, person_id, span, live)
  values (gen_random_uuid(), who.organisation, one.id, stand_in.id, stand_in.person_id, mine.span, true);
  for booked in select b.id, b.person_id from public.booking_booking b
                where b.meeting_id = one.id and b.state = 'confirmed' loop
    update public.booking_booking b set sequence = b.sequence + 1 where b.id = booked.id;
    perform access.close_relation(who.organisation, 'booked with', booked.id);
    perform booking.admit(who, one.id, one.span, booked.id, booked.person_id);
  end loop;
  return 'ok';
end $$;
alter function booking.hand_over(uuid) owner to tillit_definer;

-- Who stands in for whom, for those who tell them of it.
create function booking.stand_in_of(absence uuid)
returns table (person uuid, name bytea, email bytea, phone bytea, language text, zone text, away text, span tstzrange)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.display_name, p.email, p.phone, p.language, s.zone, o.name, b.span
  from public.booking_absence a
  join public.booking_busytime b on b.id = a.busy_id
  join public.booking_host o on o.id = a.host_id
  join public.booking_host h on h.id = a.stand_in_id
  join public.booking_schedule s on s.host_id = h.id
  join public.identity_person p on p.id = h.person_id
  where a.id = absence and a.organisation_id = access.organisation() and access.office() = 'reaction'
    and not p.id = any((select access.restricted())::uuid[]);
$$;
alter function booking.stand_in_of(uuid) owner to tillit_definer;
