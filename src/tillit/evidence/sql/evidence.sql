-- The log's functions. The application adds events about what its own actor does; numbering, tiles and checkpoints
-- are the worker's; nobody changes an event or a leaf.
create schema evidence;
grant create on schema evidence to tillit_definer;
grant usage on schema evidence to tillit_app, tillit_definer;

-- hashes do not compress: keep them out of line as they are
alter table public.evidence_tile alter column hashes set storage external;

-- Events of the acting person in the acting organisation, one for each place of the first six arrays; `which` says
-- where in the others stands what it shares with more. The ticket is read once.
create function evidence.add(
  ids uuid[], commitments bytea[], macs bytea[], salts bytea[], subjects uuid[], which integer[],
  names text[], objects uuid[], reasons text[], details text[], ends timestamptz[], laws text[],
  at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  claims text[] := access.claims();
  moment timestamptz := to_timestamp(claims[7]::bigint / 1000.0);
begin
  if claims[4] is null then
    raise exception 'an event belongs to an organisation' using errcode = '23502';
  end if;
  -- the ticket may have been shown some minutes ago
  if at not between moment - interval '5 seconds' and moment + interval '10 minutes' then
    raise exception 'an event happens now' using errcode = '22008';
  end if;
  insert into public.evidence_event (
    id, organisation_id, name, actor_id, office, subject_id, object_id, reason, detail, made, salt, kept_until, law)
  select e.id, claims[4]::uuid, names[e.place], claims[3]::uuid, claims[5], e.subject, objects[e.place],
         reasons[e.place], details[e.place], at, e.salt, ends[e.place], laws[e.place]
  from unnest(ids, salts, subjects, which) as e (id, salt, subject, place);
  insert into public.evidence_leaf (id, organisation_id, commitment, mac, refused)
  select l.id, claims[4]::uuid, l.commitment, l.mac, false
  from unnest(ids, commitments, macs) as l (id, commitment, mac);
end $$;
alter function evidence.add(uuid[], bytea[], bytea[], bytea[], uuid[], integer[], text[], uuid[], text[], text[],
                            timestamptz[], text[], timestamptz) owner to tillit_definer;

-- In which organisations people are, for a mail that left about an account and in the name of none of them.
create function evidence.homes(people uuid[]) returns table (organisation uuid, theirs uuid[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'mail' then
    raise exception 'only mail is about people of several organisations' using errcode = '42501';
  end if;
  return query select p.organisation_id, array_agg(p.id) from public.identity_person p
    where p.id = any (people) group by p.organisation_id;
end $$;
alter function evidence.homes(uuid[]) owner to tillit_definer;

-- The log of the acting organisation as it is known to everybody.
create function evidence.log() returns table (origin text, verifier text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select l.origin, l.verifier from public.evidence_log l where l.organisation_id = (select access.organisation());
$$;
alter function evidence.log() owner to tillit_definer;

-- Commitments in the log's order, for entry bundles.
create function evidence.commitments(first bigint, behind bigint) returns setof bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select l.commitment from public.evidence_leaf l
  where l.organisation_id = (select access.organisation()) and l.number >= first and l.number < behind
  order by l.number;
$$;
alter function evidence.commitments(bigint, bigint) owner to tillit_definer;

-- Places in the log of events whose ids are known to the asker.
create function evidence.places(ids uuid[]) returns table (event uuid, number bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select l.id, l.number from public.evidence_leaf l
  where l.id = any (ids) and l.organisation_id = (select access.organisation()) and not l.refused;
$$;
alter function evidence.places(uuid[]) owner to tillit_definer;

-- The sequencer begins: it is alone from here to the end of its transaction, and learns where the log stands.
create function evidence.begin()
returns table (size bigint, root bytea, origin text, sealed bytea, slug text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare whose uuid := access.organisation();
begin
  if access.office() is distinct from 'sequencer' then
    raise exception 'only the sequencer numbers events' using errcode = '42501';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('evidence ' || whose, 0));
  return query
    select coalesce(c.size, 0), c.root, l.origin::text, l.sealed, o.slug::text
    from public.identity_organisation o
    left join public.evidence_log l on l.organisation_id = o.id
    left join lateral (select k.size, k.root from public.evidence_checkpoint k
                       where k.organisation_id = o.id order by k.size desc limit 1) c on true
    where o.id = whose;
end $$;
alter function evidence.begin() owner to tillit_definer;

-- The organisation's log gets its name and key, for good.
create function evidence.open(log uuid, wanted text, verifier text, sealed bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sequencer' then
    raise exception 'only the sequencer opens a log' using errcode = '42501';
  end if;
  insert into public.evidence_log (id, organisation_id, origin, verifier, sealed, made)
  values (log, access.organisation(), wanted, verifier, sealed, access.now());
end $$;
alter function evidence.open(uuid, text, text, bytea) owner to tillit_definer;

create function evidence.origin_taken(wanted text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select access.office() = 'sequencer' and exists (select from public.evidence_log l where l.origin = wanted);
$$;
alter function evidence.origin_taken(text) owner to tillit_definer;

-- Events that wait for a number, oldest first.
create function evidence.waiting(most integer) returns table (id uuid, commitment bytea, mac bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sequencer' then
    raise exception 'only the sequencer numbers events' using errcode = '42501';
  end if;
  return query
    select l.id, l.commitment, l.mac from public.evidence_leaf l
    where l.organisation_id = access.organisation() and l.number is null and not l.refused
    order by l.id limit most;
end $$;
alter function evidence.waiting(integer) owner to tillit_definer;

-- The sequencer's work, whole or not at all: numbers from `first` on, the tiles that changed, the signed checkpoint.
create function evidence.publish(
  first bigint, ids uuid[], refusals uuid[], levels integer[], places bigint[], contents bytea[],
  checkpoint uuid, new_root bytea, signed text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare whose uuid := access.organisation(); done bigint;
begin
  if access.office() is distinct from 'sequencer' then
    raise exception 'only the sequencer numbers events' using errcode = '42501';
  end if;
  update public.evidence_leaf l set refused = true
  where l.id = any (refusals) and l.organisation_id = whose and l.number is null;
  if cardinality(ids) = 0 then
    return;
  end if;
  if first is distinct from (select coalesce(max(c.size), 0) from public.evidence_checkpoint c
                             where c.organisation_id = whose) then
    raise exception 'the log has grown meanwhile' using errcode = '40001';
  end if;
  update public.evidence_leaf l set number = first + n.place - 1
  from unnest(ids) with ordinality as n (id, place)
  where l.id = n.id and l.organisation_id = whose and l.number is null and not l.refused;
  get diagnostics done = row_count;
  if done <> cardinality(ids) then
    raise exception 'an event is numbered once' using errcode = '23505';
  end if;
  insert into public.evidence_tile as t (id, organisation_id, level, place, hashes)
  select gen_random_uuid(), whose, n.level, n.place, n.content
  from unnest(levels, places, contents) as n (level, place, content)
  on conflict (organisation_id, level, place) do update set hashes = excluded.hashes;
  insert into public.evidence_checkpoint (id, organisation_id, size, root, note, made)
  values (checkpoint, whose, first + cardinality(ids), new_root, signed, access.now());
end $$;
alter function evidence.publish(bigint, uuid[], uuid[], integer[], bigint[], bytea[], uuid, bytea, text)
  owner to tillit_definer;

-- Organisations with something new, and organisations with events that have served their time.
create function evidence.to_do() returns table (organisation uuid, sequence boolean, sweep boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sequencer' then
    raise exception 'only the sequencer asks what there is to do' using errcode = '42501';
  end if;
  return query
    select w.organisation_id, bool_or(w.waits), bool_or(not w.waits)
    from (select distinct l.organisation_id, true as waits from public.evidence_leaf l
          where l.number is null and not l.refused
          union all
          select distinct e.organisation_id, false from public.evidence_event e
          where e.kept_until <= access.now()) w
    group by w.organisation_id;
end $$;
alter function evidence.to_do() owner to tillit_definer;

-- What may go, for one of two offices: erasure, narrowed to one person (what is about them, and what they did to
-- nobody else, unless a law keeps it), and sweeper (what has served its time).
create function evidence.may_go(event public.evidence_event, claims text[]) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
return case claims[5]
  when 'erasure' then event.organisation_id = claims[4]::uuid
    and (event.subject_id = claims[6]::uuid or event.subject_id is null and event.actor_id = claims[6]::uuid)
    and (event.law = '' or coalesce(event.kept_until <= to_timestamp(claims[7]::bigint / 1000.0), false))
  when 'sweeper' then event.organisation_id = claims[4]::uuid
    and coalesce(event.kept_until <= to_timestamp(claims[7]::bigint / 1000.0), false)
  else false end;

create function evidence.to_remove(most integer) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare claims text[] := access.claims();
begin
  if claims[5] = 'erasure' then
    return query select e.id from public.evidence_event e
      where (e.subject_id = claims[6]::uuid or e.subject_id is null and e.actor_id = claims[6]::uuid)
        and evidence.may_go(e, claims) order by e.id limit most;
  elsif claims[5] = 'sweeper' then
    return query select e.id from public.evidence_event e
      where e.kept_until <= to_timestamp(claims[7]::bigint / 1000.0) and evidence.may_go(e, claims)
      order by e.kept_until limit most;
  else
    raise exception 'only erasure and the sweeper remove events' using errcode = '42501';
  end if;
end $$;
alter function evidence.to_remove(integer) owner to tillit_definer;

-- They go. `removal` is the event, recorded just before, that says so.
create function evidence.remove(removal uuid, ids uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare claims text[] := access.claims(); done bigint;
begin
  if claims[5] is null or claims[5] not in ('erasure', 'sweeper') then
    raise exception 'only erasure and the sweeper remove events' using errcode = '42501';
  end if;
  if not exists (select from public.evidence_event e where e.id = removal and e.organisation_id = claims[4]::uuid
                 and e.name in ('evidence.event.erased', 'evidence.event.expired')) then
    raise exception 'a removal is an event itself' using errcode = '23503';
  end if;
  delete from public.evidence_event e where e.id = any (ids) and evidence.may_go(e, claims);
  get diagnostics done = row_count;
  if done <> cardinality(ids) then
    raise exception 'not all of these events may go' using errcode = '42501';
  end if;
  insert into public.evidence_removal (id, organisation_id, events, made)
  select removal, claims[4]::uuid, string_agg(uuid_send(i.id), ''::bytea order by i.id),
         to_timestamp(claims[7]::bigint / 1000.0)
  from unnest(ids) as i (id);
end $$;
alter function evidence.remove(uuid, uuid[]) owner to tillit_definer;

-- What of a person's a law still keeps: how many events, until when at the longest.
create function evidence.kept() returns table (events bigint, until timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare claims text[] := access.claims();
begin
  if claims[5] is distinct from 'erasure' then
    raise exception 'only erasure asks what is left' using errcode = '42501';
  end if;
  return query select count(*), max(e.kept_until) from public.evidence_event e
    where (e.subject_id = claims[6]::uuid or e.subject_id is null and e.actor_id = claims[6]::uuid)
      and e.organisation_id = claims[4]::uuid;
end $$;
alter function evidence.kept() owner to tillit_definer;

-- For whoever examines the log: leaves with their events, in the log's order; then those that wait.
create function evidence.examine(from_number bigint, most integer)
returns table (
  leaf uuid, number bigint, commitment bytea, mac bytea, refused boolean, event uuid, name text, actor uuid,
  office text, subject uuid, object uuid, reason text, detail text, made timestamptz, salt bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'auditor' then
    raise exception 'only the auditor reads the whole log' using errcode = '42501';
  end if;
  return query
    select l.id, l.number, l.commitment, l.mac, l.refused, e.id, e.name::text, e.actor_id, e.office::text,
           e.subject_id, e.object_id, e.reason::text, e.detail, e.made, e.salt
    from public.evidence_leaf l left join public.evidence_event e on e.id = l.id
      and e.organisation_id = l.organisation_id
    where l.organisation_id = access.organisation() and l.number >= from_number
    order by l.number limit most;
end $$;
alter function evidence.examine(bigint, integer) owner to tillit_definer;

create function evidence.examine_waiting(most integer)
returns table (
  leaf uuid, number bigint, commitment bytea, mac bytea, refused boolean, event uuid, name text, actor uuid,
  office text, subject uuid, object uuid, reason text, detail text, made timestamptz, salt bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'auditor' then
    raise exception 'only the auditor reads the whole log' using errcode = '42501';
  end if;
  return query
    select l.id, l.number, l.commitment, l.mac, l.refused, e.id, e.name::text, e.actor_id, e.office::text,
           e.subject_id, e.object_id, e.reason::text, e.detail, e.made, e.salt
    from public.evidence_leaf l left join public.evidence_event e on e.id = l.id
      and e.organisation_id = l.organisation_id
    where l.organisation_id = access.organisation() and l.number is null
    order by l.id limit most;
end $$;
alter function evidence.examine_waiting(integer) owner to tillit_definer;

create function evidence.examine_log() returns table (origin text, verifier text, sealed bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'auditor' then
    raise exception 'only the auditor reads the whole log' using errcode = '42501';
  end if;
  return query select l.origin::text, l.verifier::text, l.sealed from public.evidence_log l
    where l.organisation_id = access.organisation();
end $$;
alter function evidence.examine_log() owner to tillit_definer;

-- Events without a leaf.
create function evidence.strays() returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'auditor' then
    raise exception 'only the auditor reads the whole log' using errcode = '42501';
  end if;
  return query select e.id from public.evidence_event e
    where e.organisation_id = access.organisation()
      and not exists (select from public.evidence_leaf l where l.id = e.id and l.organisation_id = e.organisation_id);
end $$;
alter function evidence.strays() owner to tillit_definer;

-- What was removed, and by which event.
create function evidence.removals() returns table (removal uuid, events bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'auditor' then
    raise exception 'only the auditor reads the whole log' using errcode = '42501';
  end if;
  return query select r.id, r.events from public.evidence_removal r
    where r.organisation_id = access.organisation() order by r.id;
end $$;
alter function evidence.removals() owner to tillit_definer;

-- The worker's part is not the application's, whatever office it may claim.
set local role tillit_definer;
revoke execute on function
  evidence.begin(), evidence.open(uuid, text, text, bytea), evidence.origin_taken(text), evidence.waiting(integer),
  evidence.publish(bigint, uuid[], uuid[], integer[], bigint[], bytea[], uuid, bytea, text), evidence.to_do(),
  evidence.examine(bigint, integer), evidence.examine_waiting(integer), evidence.examine_log(), evidence.strays(),
  evidence.removals()
from public;
grant execute on function
  evidence.begin(), evidence.open(uuid, text, text, bytea), evidence.origin_taken(text), evidence.waiting(integer),
  evidence.publish(bigint, uuid[], uuid[], integer[], bigint[], bytea[], uuid, bytea, text), evidence.to_do(),
  evidence.examine(bigint, integer), evidence.examine_waiting(integer), evidence.examine_log(), evidence.strays(),
  evidence.removals()
to tillit_worker;
reset role;
