-- What the policies of profiles ask about whoever acts. Each is asked once for a whole query.
create schema directory;
grant usage on schema directory to tillit_app, tillit_definer;
grant create on schema directory to tillit_definer;
set local check_function_bodies = off;

-- Somebody with an account who belongs to the organisation, and is there.
create function directory.is_member() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return who.office = 'member' and exists (
    select from public.identity_person p
    where p.id = who.person and p.organisation_id = who.organisation and p.account_id is not null);
end $$;
alter function directory.is_member() owner to tillit_definer;

create function directory.my_profile() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return (select p.id from public.directory_profile p
          where p.person_id = who.person and p.organisation_id = who.organisation);
end $$;
alter function directory.my_profile() owner to tillit_definer;
