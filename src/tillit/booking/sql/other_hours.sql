-- Which of what the acting host takes goes by these other hours of theirs: those types, and no others. Administrators say
-- who takes what; when, the host says. Each call makes a new revision of these offers (offers.sql), so that what is
-- remembered of the hours is forgotten.
create function booking.use_hours(hours uuid, types uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid;
begin
  select o.host_id into mine from public.booking_otherhours o
  where o.id = use_hours.hours and o.person_id = access.person() and o.organisation_id = access.organisation();
  if mine is null then
    raise exception 'hours of one''s own' using errcode = '42501';
  end if;
  update public.booking_typehost t
  set hours_id = case when t.meeting_type_id = any(types) then use_hours.hours end
  where t.host_id = mine and (t.meeting_type_id = any(types) or t.hours_id = use_hours.hours);
end $$;
alter function booking.use_hours(uuid, uuid[]) owner to tillit_definer;

-- Whoever is named as the host of hours, of a span or of an absence is the one whose they are: policies look at the
-- person, and what can be booked goes by the host.
create function booking.of_own_host() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.booking_host h where h.id = new.host_id and h.person_id = new.person_id) then
    raise exception 'times of one''s own' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger of_own_host before insert or update of host_id, person_id on public.booking_schedule
for each row execute function booking.of_own_host();
create trigger of_own_host before insert or update of host_id, person_id on public.booking_otherhours
for each row execute function booking.of_own_host();
create trigger of_own_host before insert or update of host_id, person_id on public.booking_busytime
for each row execute function booking.of_own_host();
create trigger of_own_host before insert or update of host_id, person_id on public.booking_absence
for each row execute function booking.of_own_host();
revoke execute on function booking.of_own_host() from public;
alter function booking.of_own_host() owner to tillit_definer;
