-- Incidents: who is affected is computed here from the evidence, which nobody else may read across people. The
-- question comes as an order that the program has signed for whoever asks (kernel.read_order), and what is answered
-- are numbers; the people's ids go straight into the table that the incident keeps.

-- Events are looked for by when they happened. They are written in that order, so a summary of each stretch of the
-- table is enough: it costs an insert nothing that can be measured.
create index event_when on public.evidence_event using brin (made) with (pages_per_range = 32, autosummarize = on);

-- May the actor deal with incidents of the acting organisation?
create function privacy.keeps_incidents() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(access.organisation() is not null
    and (access.office() = 'incidents' or access.roles() && array['administrator', 'privacy']), false);
$$;
alter function privacy.keeps_incidents() owner to tillit_definer;

-- Whom the organisation's own mail about incidents and alarms goes to: its administrators and privacy officers.
create function privacy.officers() returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() not in ('reaction', 'incidents', 'watch') then
    raise exception 'only what tells them asks who they are' using errcode = '42501';
  end if;
  return query select distinct m.person_id from public.identity_membership m
    where m.organisation_id = access.organisation() and m.ended is null and m.role in ('administrator', 'privacy');
end $$;
alter function privacy.officers() owner to tillit_definer;

-- Count the people whom a question concerns and keep who they are. The question, each part of it optional:
-- actor (what this person did), names (kinds of event), processor (the key of whom it was sent to), from, until (UTC),
-- or everyone. What the actor did to their own data concerns nobody else and is left out.
create function privacy.count_affected(body text, mac text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('affected', body, mac);
  own uuid := access.organisation();
  of_incident uuid := (wish ->> 'incident')::uuid;
  of_count uuid := (wish ->> 'count')::uuid;
  by_whom uuid := (wish ->> 'actor')::uuid;
  wanted text[] := case when wish ? 'names' then array(select jsonb_array_elements_text(wish -> 'names')) end;
  low timestamptz := coalesce((wish ->> 'from')::timestamptz, '-infinity');
  high timestamptz := coalesce((wish ->> 'until')::timestamptz, 'infinity');
  begun timestamptz := clock_timestamp();
  answer jsonb;
begin
  if not privacy.keeps_incidents() then
    raise exception 'only whoever deals with incidents counts' using errcode = '42501';
  end if;
  if not exists (select from public.privacy_incident i where i.id = of_incident and i.organisation_id = own) then
    raise exception 'a count belongs to an incident of the organisation' using errcode = '23503';
  end if;
  with hits as materialized (
    select e.subject_id as person, e.name, count(*) as times
    from public.evidence_event e
    where e.organisation_id = own and e.subject_id is not null and not (wish ->> 'everyone')::boolean
      and e.made >= low and e.made < high
      and (by_whom is null or e.actor_id = by_whom and e.subject_id <> by_whom)
      and (wanted is null or e.name = any (wanted))
      and (not wish ? 'processor' or e.detail like '{%'
           and e.detail::jsonb ->> 'to' = wish ->> 'processor')
    group by e.subject_id, e.name),
  people as materialized (
    select distinct h.person from hits h
    union all
    select p.id from public.identity_person p where p.organisation_id = own and (wish ->> 'everyone')::boolean),
  known as materialized (
    select p.id, p.language from people f join public.identity_person p on p.id = f.person and p.organisation_id = own),
  kept as (
    insert into public.privacy_affected (id, organisation_id, count_id, person_id, unreachable)
    select gen_random_uuid(), own, of_count, k.id, false from known k)
  select jsonb_build_object(
    'people', (select count(*) from people),
    'reachable', (select count(*) from known),
    'events', (select coalesce(sum(h.times), 0) from hits h),
    'names', (select coalesce(jsonb_object_agg(n.name, n.people), '{}')
              from (select h.name, count(*) as people from hits h group by h.name) n),
    'languages', (select coalesce(jsonb_object_agg(l.language, l.people), '{}')
                  from (select k.language, count(*) as people from known k group by k.language) l),
    'digest', (select encode(sha256(coalesce(string_agg(uuid_send(f.person), ''::bytea order by f.person), '')), 'hex')
               from people f))
  into answer;
  insert into public.privacy_incidentcount
    (id, organisation_id, incident_id, question, people, reachable, events, names, languages, digest, milliseconds, made)
  values (of_count, own, of_incident, wish - array['organisation', 'person', 'office', 'incident', 'count'],
          (answer ->> 'people')::integer, (answer ->> 'reachable')::integer, (answer ->> 'events')::bigint,
          answer -> 'names', answer -> 'languages', answer ->> 'digest',
          (1000 * extract(epoch from clock_timestamp() - begun))::integer, access.now());
  return answer;
end $$;
alter function privacy.count_affected(text, text) owner to tillit_definer;

-- The time of incidents is over: they go with everything that hangs on them. Returns which, so that their keys go too.
create function privacy.forget_incidents(ids uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.privacy_incident i
  where i.id = any (ids) and i.organisation_id = access.organisation() and i.closed is not null;
end $$;
alter function privacy.forget_incidents(uuid[]) owner to tillit_definer;
