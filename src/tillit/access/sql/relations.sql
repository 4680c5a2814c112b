-- Relations the policies ask about. Each answers for the actor of the ticket and for nobody else, is called
-- once for a whole query, and belongs to tillit_definer, which passes the rows of the tables it needs. The
-- tables come in later migrations than the policies that ask, so bodies are bound when they are called.
set local check_function_bodies = off;

create function access.roles() returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return array(select m.role::text from public.identity_membership m
               where m.person_id = who.person and m.organisation_id = who.organisation and m.ended is null);
end $$;
alter function access.roles() owner to tillit_definer;

-- The members of the organisation, for its administrators: because the account is shared they see a colleague's
-- name and address. Nobody else sees a colleague's row.
create function access.colleagues() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if not exists (select from public.identity_membership m
                 where m.person_id = who.person and m.organisation_id = who.organisation and m.role = 'administrator'
                   and m.ended is null) then
    return '{}';
  end if;
  return array(select m.person_id from public.identity_membership m
               where m.organisation_id = who.organisation and m.ended is null);
end $$;
alter function access.colleagues() owner to tillit_definer;

-- Whose data lies at rest (GDPR Art. 18): stored, and used for nothing else. Ids alone, which say nothing to whoever
-- may not see the person; the tables that hold more of them ask this (visible.in_use).
create function access.restricted() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(r.person_id), '{}') from public.privacy_restriction r
  where r.organisation_id = (select access.organisation()) and r.lifted is null;
$$;
alter function access.restricted() owner to tillit_definer;

-- What is broken open for a reason stays open where data lies at rest: claims and other people's safety allow it.
-- Whose grant ends last comes first, as the index has them: a policy looks through the array from its beginning, and
-- those of the latest meetings are asked for most.
create function access.shown(wanted text) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return array(
    select g.subject_id from public.access_grant g
    where g.grantee_id = who.person and g.organisation_id = who.organisation
      and g.scope = wanted and g.revoked is null and g.starts <= who.moment and g.ends > who.moment
      and (g.relation = 'glass' or not exists (
        select from public.privacy_restriction r where r.person_id = g.subject_id and r.lifted is null))
    order by g.ends desc);
end $$;
alter function access.shown(text) owner to tillit_definer;
