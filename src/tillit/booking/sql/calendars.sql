-- A host's calendars elsewhere: what the feed's address shows, and what is to be asked next.

-- The host's bookings behind the feed in the actor's subject: from a month ago on, while the host holds a role here.
-- Nobody's name is among it; `words` is what was booked, where the host chose that the feed says it.
create function booking.fed() returns table (meeting uuid, span tstzrange, words jsonb, made timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return query
    select m.id, m.span, case when f.titles then k.words end, m.made
    from public.booking_feed f
    join public.booking_host h on h.id = f.host_id and h.here
    join public.booking_hosttime t on t.host_id = h.id and t.live and upper(t.span) > who.moment - interval '31 days'
    join public.booking_meeting m on m.id = t.meeting_id and m.cancelled is null
    join public.booking_meetingtype k on k.id = m.meeting_type_id
    where f.id = access.subject_id_as('feed') and f.organisation_id = who.organisation
    order by m.span limit 5000;
end $$;
alter function booking.fed() owner to tillit_definer;

-- Connections whose turn it is, of hosts who hold a role and whose data does not lie at rest, and those that have ended
-- and whose permission has to be given back; for the round that asks them.
create function booking.calendars_due() returns table (organisation uuid, person uuid, connection uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() <> 'sweeper' then
    raise exception 'only the round asks' using errcode = '42501';
  end if;
  return query
    select c.organisation_id, c.person_id, c.id
    from public.booking_connection c join public.booking_host h on h.id = c.host_id
    where c.next_try <= access.now() and (c.ended is not null or h.here and not exists (
      select from public.privacy_restriction r where r.person_id = c.person_id and r.lifted is null))
    order by c.next_try limit 1000;
end $$;
alter function booking.calendars_due() owner to tillit_definer;

-- The hosts of a booking (and of the meeting that it left) who have their bookings written into a calendar; for the
-- reaction that sees to it.
create function booking.writers(booking_id uuid, old_meeting uuid) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() <> 'reaction' then
    raise exception 'only a reaction asks' using errcode = '42501';
  end if;
  return array(
    select distinct c.person_id
    from public.booking_calendar c join public.booking_hosttime t on t.person_id = c.person_id
    where c.writes and c.organisation_id = access.organisation()
      and t.meeting_id in (old_meeting, (select b.meeting_id from public.booking_booking b where b.id = booking_id)));
end $$;
alter function booking.writers(uuid, uuid) owner to tillit_definer;

-- With the last role of a host their connections end, as if they had disconnected them: what they log in with elsewhere
-- is not ours to keep, and they see the page no more on which they could end it. So does the address of their feed.
create function booking.calendars_left() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.booking_feed f where f.host_id = new.id;
  delete from public.booking_calendar k using public.booking_connection c
  where c.id = k.connection_id and c.host_id = new.id;
  update public.booking_connection c set ended = access.now(), next_try = access.now()
  where c.host_id = new.id and c.ended is null;
  return null;
end $$;
create trigger calendars_left after update of here on public.booking_host
for each row when (old.here and not new.here) execute function booking.calendars_left();
revoke execute on function booking.calendars_left() from public;
alter function booking.calendars_left() owner to tillit_definer;
