-- What stands of the ethical code on profiles: of these people, the latest version that each accepted, and when.
set local check_function_bodies = off;

create function directory.accepted(people uuid[]) returns table (person uuid, number smallint, made timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct on (a.person_id) a.person_id, a.number, a.made from public.directory_acceptance a
  where a.person_id = any (people) and a.organisation_id = (select access.organisation())
    and a.person_id <> all ((select access.restricted())::uuid[])
  order by a.person_id, a.number desc;
$$;
alter function directory.accepted(uuid[]) owner to tillit_definer;
