-- Which polls the actor may see. (The tables come with the same migration.)
set local check_function_bodies = off;

create function booking.polls_hosted() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if who.person is null or not exists (
    select from public.identity_membership m
    where m.person_id = who.person and m.organisation_id = who.organisation and m.ended is null) then
    return '{}';
  end if;
  return array(select h.poll_id from public.booking_pollhost h
               where h.person_id = who.person and h.organisation_id = who.organisation);
end $$;
alter function booking.polls_hosted() owner to tillit_definer;

-- Those of the link that is held (office "poll"), of the hosts, and of who takes part.
create function booking.polls() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if who.office = 'poll' then
    return array_remove(array[access.subject_id_as('poll')], null);
  elsif who.office = 'reaction' then
    return array(select p.id from public.booking_poll p where p.organisation_id = who.organisation);
  elsif who.person is null then
    return '{}';
  end if;
  return booking.polls_hosted() || array(
    select a.poll_id from public.booking_pollanswer a
    where a.person_id = who.person and a.organisation_id = who.organisation and a.state <> 'withdrawn');
end $$;
alter function booking.polls() owner to tillit_definer;
