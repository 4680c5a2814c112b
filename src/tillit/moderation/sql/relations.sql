-- Moderation: who may look at what. Asked once for a whole query.
create schema moderation;
grant usage on schema moderation to tillit_app, tillit_definer;
grant create on schema moderation to tillit_definer;
set local check_function_bodies = off;

create function moderation.moderates() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.person() is not null and access.roles() && array['moderator', 'administrator'];
$$;
alter function moderation.moderates() owner to tillit_definer;

-- Cases that the acting moderator may work on: never about themselves, nor what they reported. Whose data lies at rest
-- is not looked at.
create function moderation.worked_on() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if moderation.moderates() is not true then
    return '{}';
  end if;
  return array(
    select c.id from public.moderation_case c
    where c.organisation_id = who.organisation and c.subject_id <> who.person
      and not c.subject_id = any (access.restricted())
      and not exists (select from public.moderation_report r where r.case_id = c.id and r.person_id = who.person));
end $$;
alter function moderation.worked_on() owner to tillit_definer;

create function moderation.decisions() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(select d.id from public.moderation_decision d
               where d.case_id = any ((select moderation.worked_on())::uuid[]));
$$;
alter function moderation.decisions() owner to tillit_definer;

-- Appeals that the acting moderator may decide: against what somebody else has decided, and not their own.
create function moderation.appeals() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); mine uuid[] := moderation.worked_on();
begin
  return array(
    select a.id from public.moderation_appeal a
    join public.moderation_decision d on d.id = a.decision_id
    where d.case_id = any (mine) and d.decider_id is distinct from who.person and a.person_id <> who.person);
end $$;
alter function moderation.appeals() owner to tillit_definer;

-- What the acting moderator has in hand: objects of this kind, and the parts of them that were chosen, by a grant that
-- is open now.
create function moderation.under_case(wanted text) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); cases uuid[];
begin
  if who.person is null or moderation.moderates() is not true then
    return '{}';
  end if;
  cases := array(
    select g.object_id from public.access_grant g
    where g.grantee_id = who.person and g.scope = 'moderation.case' and g.relation = 'moderating'
      and g.organisation_id = who.organisation and g.revoked is null and g.starts <= who.moment
      and g.ends > who.moment and not g.subject_id = any (access.restricted()));
  return array(
    select c.object_id from public.moderation_case c where c.id = any (cases) and c.kind = wanted
    union
    select unnest(r.chosen) from public.moderation_report r where r.case_id = any (cases) and r.kind = wanted);
end $$;
alter function moderation.under_case(text) owner to tillit_definer;

-- Whose accounts are paused now, or were ended, in the actor's organisation.
create function moderation.paused_people() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return array(select p.person_id from public.moderation_pause p
               where p.organisation_id = who.organisation and p.lifted is null
                 and (p.until is null or p.until > who.moment));
end $$;
alter function moderation.paused_people() owner to tillit_definer;

-- May the actor write nothing for now?
create function moderation.paused() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return who.person is not null and exists (
    select from public.moderation_pause p
    where p.person_id = who.person and p.lifted is null and (p.until is null or p.until > who.moment));
end $$;
alter function moderation.paused() owner to tillit_definer;
