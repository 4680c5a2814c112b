-- Times that two people have agreed on between themselves: a first meeting, the hours of a job. They stand in the
-- calendar of whoever receives as every booking does, under the same locks; nothing of anybody is opened by them.
set local check_function_bodies = off;

-- The type under which such times stand; where nothing of that name is there it is made of `kind`, such a row as the
-- program makes it. Nobody books it from outside.
create function booking.engaged_type(organisation uuid, named text, kind jsonb) returns uuid
language plpgsql as $$
declare found_one uuid;
begin
  insert into public.booking_meetingtype
  select * from jsonb_populate_record(null::public.booking_meetingtype, kind || jsonb_build_object(
    'id', gen_random_uuid(), 'organisation_id', organisation, 'slug', named, 'published', false,
    'for_polls', starts_with(named, '_'),  -- no offer that an administrator would look after
    'made', access.now()))
  on conflict (organisation_id, slug) do nothing;
  select t.id into found_one from public.booking_meetingtype t
  where t.organisation_id = engaged_type.organisation and t.slug = named;
  return found_one;
end $$;

-- Free what is named in `free`, then take `times` ([booking, meeting, start, end]), all or nothing: an order that the
-- program signs for one of the two. Answers ok, taken, past, nobody (whoever receives cannot be booked here).
create function booking.engage(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('engage', body, mac);
  who access.actor := access.actor();
  receives uuid := (wish ->> 'receives')::uuid;
  comes uuid := (wish ->> 'comes')::uuid;
  host public.booking_host;
  one record;
  place booking.place;
begin
  if (who.person in (receives, comes)) is not true or receives = comes
     or not exists (select from public.identity_person p where p.id = comes and p.organisation_id = who.organisation) then
    return 'nobody';
  end if;
  select h.* into host from public.booking_host h
  where h.person_id = receives and h.organisation_id = who.organisation;
  if host.id is null then
    return case when jsonb_array_length(wish -> 'times') = 0 then 'ok' else 'nobody' end;
  end if;
  perform booking.lock_hosts(array[host.id]);
  for one in
    select b.id, b.meeting_id from public.booking_booking b join public.booking_meeting m on m.id = b.meeting_id
    where b.id in (select f::uuid from jsonb_array_elements_text(wish -> 'free') f) and b.person_id = comes
      and b.organisation_id = who.organisation and b.state = 'confirmed' and lower(m.span) > who.moment
      and exists (select from public.booking_hosttime t where t.meeting_id = m.id and t.host_id = host.id)
    order by b.id for update of b
  loop
    update public.booking_booking b
    set state = 'cancelled', sequence = b.sequence + 1,
        cancelled_by = case who.person when comes then 'guest' else 'host' end
    where b.id = one.id;
    perform booking.release(one.meeting_id);
  end loop;
  for one in
    select (t ->> 0)::uuid as booking, (t ->> 1)::uuid as meeting,
      tstzrange((t ->> 2)::timestamptz, (t ->> 3)::timestamptz) as span
    from jsonb_array_elements(wish -> 'times') t order by (t ->> 2)::timestamptz
  loop
    if not host.here or exists (select from public.privacy_restriction r where r.person_id in (receives, comes) and r.lifted is null) then
      return 'nobody';
    elsif lower(one.span) <= who.moment then
      return 'past';
    elsif booking.obstacle(host.id, null, one.span, null, null, null, null, null) is not null then
      return 'taken';
    end if;
    place.type := booking.engaged_type(who.organisation, wish ->> 'slug', wish -> 'kind');
    place.capacity := 1; place.meets := one.span; place.taken := one.span; place.chosen := array[host.id];
    insert into public.booking_booking
      (id, organisation_id, meeting_id, person_id, seat, state, sequence, request_key, note, cancel_reason, cancelled_by,
       late, series, made)
    values (one.booking, who.organisation, one.meeting, comes, 1, 'confirmed', 0, one.booking, '', '', '',
            false, (wish ->> 'series')::uuid, who.moment);
    perform booking.hold(who, place, one.meeting);
    perform kernel.put_ends(who, comes, array[booking.data_end(one.booking, one.meeting, upper(one.span))]);
  end loop;
  return 'ok';
end $$;
alter function booking.engage(text, text) owner to tillit_definer;

-- When these people work and when they are taken, for whoever looks for a time with them: of those alone whom anybody
-- could book, merged minutes and never rows, no further than a hundred days.
create function booking.free_facts(people uuid[], low timestamptz, high timestamptz)
returns table (person uuid, zone text, weekly text, overrides text, days_off text, travel text, holidays text,
               busy_starts int[], busy_ends int[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); within tstzrange;
begin
  if cardinality(people) > 100 then
    return;
  end if;
  low := greatest(low, who.moment - interval '1 day');
  within := tstzrange(low, greatest(low, least(high, who.moment + interval '100 days')));
  return query
  select h.person_id, s.zone::text, s.weekly::text, s.overrides::text, s.days_off::text, s.travel::text,
    s.holidays::text, busy.starts, busy.ends
  from public.booking_host h join public.booking_schedule s on s.host_id = h.id
  cross join lateral booking.minutes(
    coalesce((select range_agg(b.span) from public.booking_busytime b where b.host_id = h.id and b.span && within), '{}')
    + coalesce((select range_agg(t.span) from public.booking_hosttime t
                where t.host_id = h.id and t.live and t.span && within), '{}')) busy
  where h.person_id = any(people) and h.organisation_id = who.organisation and h.here and h.bookable
    and not h.person_id = any((select access.restricted())::uuid[]);
end $$;
alter function booking.free_facts(uuid[], timestamptz, timestamptz) owner to tillit_definer;

revoke execute on function booking.engaged_type(uuid, text, jsonb) from public;
grant execute on function booking.engaged_type(uuid, text, jsonb) to tillit_definer;
