-- Which documents are open to the actor now, by a live grant on each. Bound when it is called: the tables come later.
create schema documents;
grant usage on schema documents to tillit_app, tillit_definer;
grant create on schema documents to tillit_definer;
set local check_function_bodies = off;

create function documents.open_to_me() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return array(
    select g.object_id from public.access_grant g
    where g.grantee_id = who.person and g.organisation_id = who.organisation and g.scope = 'documents.file'
      and g.revoked is null and g.starts <= who.moment and g.ends > who.moment and g.object_id is not null
      and not exists (
        select from public.privacy_restriction r where r.person_id = g.subject_id and r.lifted is null)
    order by g.ends desc);
end $$;
alter function documents.open_to_me() owner to tillit_definer;
