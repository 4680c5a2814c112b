-- Which meetings the actor attends: as a person, or with the link to one booking (office "guest").
create schema booking;
grant usage on schema booking to tillit_app, tillit_definer;
grant create on schema booking to tillit_definer;
set local check_function_bodies = off;

create function booking.attended() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(b.meeting_id), '{}') from public.booking_booking b
  where b.organisation_id = (select access.organisation())
    and (b.person_id = (select access.person())
         or b.id = case when (select access.office()) = 'guest' then (select access.subject())::uuid end
         or b.series = any((select booking.series_by_link())::uuid[]));
$$;
alter function booking.attended() owner to tillit_definer;

-- The resources of the meetings that the actor attends.
create function booking.resources_of_mine() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct t.resource_id), '{}') from public.booking_resourcetime t
  where t.meeting_id = any((select booking.attended())::uuid[]);
$$;
alter function booking.resources_of_mine() owner to tillit_definer;

-- The meetings whose host the actor is, while they hold a role here.
create function booking.hosted() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if not exists (select from public.identity_membership m
                 where m.person_id = who.person and m.organisation_id = who.organisation and m.ended is null) then
    return '{}';
  end if;
  return array(select t.meeting_id from public.booking_hosttime t
               where t.person_id = who.person and t.organisation_id = who.organisation);
end $$;
alter function booking.hosted() owner to tillit_definer;
