-- What the policies of the desk ask. The tables come in the same migration, so bodies are bound when they are called.
set local check_function_bodies = off;

-- Requests that are about the acting person, once it was made sure who asks: before that they may be a stranger's.
create function privacy.my_requests() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(s.request_id), '{}')
  from public.privacy_requestsubject s join public.privacy_rightsrequest r on r.id = s.request_id
  where s.person_id = (select access.person()) and r.organisation_id = (select access.organisation()) and r.proof <> '';
$$;
alter function privacy.my_requests() owner to tillit_definer;
