-- The desk's own functions: who may answer, what goes when its time is over, who calls, and figures that name nobody.
set local check_function_bodies = off;

-- Only matters of one person are put together: the words of nobody come to stand among another's.
alter table public.desk_thread add constraint desk_thread_of_person unique (id, person_id);
alter table public.desk_thread add constraint desk_merged_of_one_person foreign key (merged_into_id, person_id)
  references public.desk_thread (id, person_id) on delete cascade;

-- Who may take a thread on: the roles of its kind, never the member whom it is about. With name and address for a
-- reaction that tells them; the name alone for whoever works on it.
create function desk.helpers(wanted uuid)
returns table (person uuid, name bytea, email bytea, phone bytea, language text, zone text, administers boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.desk_thread; tells boolean := who.office = 'reaction';
begin
  select t.* into one from public.desk_thread t where t.id = wanted and t.organisation_id = who.organisation;
  if (tells or one.id = any (desk.open_to_me()) or one.person_id = who.person) is not true then
    return;
  end if;
  return query
    select p.id, case when one.person_id is distinct from who.person then p.display_name else ''::bytea end,
      case when tells then p.email else ''::bytea end, case when tells then p.phone else ''::bytea end,
      p.language::text, coalesce(nullif(p.time_zone, ''), o.time_zone)::text, bool_or(m.role = 'administrator')
    from public.identity_membership m
    join public.identity_person p on p.id = m.person_id
    join public.identity_organisation o on o.id = p.organisation_id
    where m.organisation_id = who.organisation and m.ended is null and p.id is distinct from one.about_id
      and p.id <> one.person_id
      and m.role = any (case one.kind when 'complaint' then array['administrator', 'quality', 'privacy']
                        else array['administrator', 'staff', 'moderator', 'quality', 'operator'] end)
    group by p.id, o.time_zone;
end $$;
alter function desk.helpers(uuid) owner to tillit_definer;

-- Who asked, and who has it, of the threads that the actor works on: names, and nothing else of them.
create function desk.names(threads uuid[])
returns table (thread uuid, asker uuid, asker_name bytea, assignee uuid, assignee_name bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.id, p.id, p.display_name, a.id, a.display_name
  from public.desk_thread t join public.identity_person p on p.id = t.person_id
  left join public.identity_person a on a.id = t.assignee_id
  where t.id = any (threads) and t.id = any ((select desk.open_to_me())::uuid[]);
$$;
alter function desk.names(uuid[]) owner to tillit_definer;

-- A file that came with something said in a thread that the actor works on, or that is their own.
create function desk.file(message uuid)
returns table (id uuid, owner uuid, name bytea, kind text, size bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.id, u.owner_id, u.name, u.kind::text, u.size
  from public.desk_message m join public.kernel_upload u on u.id = m.file
  where m.id = message and m.organisation_id = (select access.organisation())
    and (m.thread_id = any ((select desk.open_to_me())::uuid[])
         or (m.person_id = (select access.person()) and m.side <> 'note'));
$$;
alter function desk.file(uuid) owner to tillit_definer;

-- The time of these threads is over: they go, with what came with them; and guests whom nothing else keeps known.
-- Returns the files, whose content goes after the transaction.
create function desk.forget(threads uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); people uuid[]; files uuid[];
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  threads := threads || array(select t.id from public.desk_thread t  -- they go with what they were put together with
                              where t.merged_into_id = any (threads) and not t.id = any (threads));
  people := array(select distinct t.person_id from public.desk_thread t
                  where t.id = any (threads) and t.organisation_id = own);
  files := array(select m.file from public.desk_message m
                 where m.thread_id = any (threads) and m.organisation_id = own and m.file is not null);
  delete from public.kernel_upload u where u.id = any (files) and u.organisation_id = own;
  delete from public.desk_thread t where t.id = any (threads) and t.organisation_id = own;
  perform identity.forget_guests(people, threads);
  return files;
end $$;
alter function desk.forget(uuid[]) owner to tillit_definer;

-- Calls ------------------------------------------------------------------------------------------------------------

create function desk.takes_calls() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.person() is not null and access.roles() && array['administrator', 'staff', 'operator'];
$$;
alter function desk.takes_calls() owner to tillit_definer;

-- Whoever stands here with this number (its index), the latest first, at most five: for those who answer calls, and
-- for a signed order only, so that every look is counted and recorded. The name comes for its first letter alone.
create function desk.callers(body text, mac text) returns table (person uuid, name bytea, since timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare wish jsonb := kernel.read_order('caller', body, mac);
begin
  if desk.takes_calls() is not true then
    raise exception 'only those who answer calls' using errcode = '42501';
  end if;
  return query
    select p.id, p.display_name, p.made from public.identity_person p
    where p.organisation_id = access.organisation() and p.phone_index = wish ->> 'number' and p.phone_index <> ''
      and p.id <> access.person()
    order by p.made desc limit 5;
end $$;
alter function desk.callers(text, text) owner to tillit_definer;

-- What is known of a caller opens for a quarter of an hour, for a reason. The number has to be theirs. Answers ok, or
-- why not.
create function desk.open_call(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('call', body, mac);
  who access.actor := access.actor();
  caller uuid := (wish ->> 'caller')::uuid;
  call uuid := (wish ->> 'id')::uuid;
  until timestamptz := who.moment + interval '15 minutes';
begin
  if desk.takes_calls() is not true then
    raise exception 'only those who answer calls' using errcode = '42501';
  elsif caller = who.person or not exists (
    select from public.identity_person p
    where p.id = caller and p.organisation_id = who.organisation and p.phone_index = wish ->> 'number'
      and p.phone_index <> '') then
    return 'nobody';
  elsif exists (select from public.privacy_restriction r where r.person_id = caller and r.lifted is null) then
    return 'rests';
  end if;
  insert into public.desk_call (id, organisation_id, person_id, operator_id, reason, words, ends, made)
  values (call, who.organisation, caller, who.person, wish ->> 'reason', decode(wish ->> 'words', 'hex'), until,
          who.moment);
  perform access.open_grants(who, caller, array[who.person], 'contact', 'called', wish ->> 'reason', call, until,
    array[('desk.call', call, who.moment + interval '365 days', null, null, null, '')::kernel.due]);
  return 'ok';
end $$;
alter function desk.open_call(text, text) owner to tillit_definer;

-- The call is over before its quarter of an hour.
create function desk.close_call(call uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from public.desk_call c where c.id = call and c.operator_id = access.person())
    and access.close_relation(access.organisation(), 'called', call) > 0;
end $$;
alter function desk.close_call(uuid) owner to tillit_definer;

-- The caller of a call that is open for the actor now. Closed with the grant: the caller may have taken it back, or
-- their data lies at rest by now.
create function desk.caller(call uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.person_id from public.desk_call c
  join public.access_grant g on g.object_id = c.id and g.relation = 'called' and g.grantee_id = c.operator_id
  where c.id = call and c.organisation_id = (select access.organisation()) and c.operator_id = (select access.person())
    and g.revoked is null and g.ends > (select access.now()) and (select desk.takes_calls())
    and c.person_id <> all ((select access.restricted())::uuid[]);
$$;
alter function desk.caller(uuid) owner to tillit_definer;

create function desk.forget_calls(calls uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint;
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.desk_call c where c.id = any (calls) and c.organisation_id = access.organisation();
  get diagnostics gone = row_count;
  return gone;
end $$;
alter function desk.forget_calls(uuid[]) owner to tillit_definer;

-- Figures ----------------------------------------------------------------------------------------------------------

-- By kind, since a moment: how many came, were answered, in time; how many said how content they were, and the sum of
-- it. Where fewer than five stand behind a figure it is null, so that nobody is singled out. Who objects to being
-- counted is not, nor whose data lies at rest.
create function desk.figures(since timestamptz)
returns table (kind text, asked bigint, answered bigint, in_time bigint, rated bigint, stars bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if (access.roles() && array['administrator', 'quality'] or access.office() = 'prober') is not true then
    raise exception 'only administrators and quality controllers' using errcode = '42501';
  end if;
  return query
    select f.kind, case when f.n >= 5 then f.n end, case when f.n >= 5 and f.a >= 5 then f.a end,
      case when f.n >= 5 and f.a >= 5 then f.t end,
      case when f.r >= 5 then f.r end, case when f.r >= 5 then f.s end
    from (
      select t.kind::text as kind, count(*) as n, count(t.answered) as a, count(*) filter (where t.in_time) as t,
        count(r.id) as r, coalesce(sum(r.stars), 0)::bigint as s
      from public.desk_thread t left join public.desk_rating r on r.thread_id = t.id
      where t.organisation_id = access.organisation() and t.made >= since and t.state not in ('unproven', 'merged')
        and t.person_id <> all (access.restricted())
        and not exists (select from public.privacy_objection o
                        where o.person_id = t.person_id and o.purpose = 'statistics' and o.withdrawn is null
                          and o.state <> 'refused')
      group by t.kind) f
    order by f.kind;
end $$;
alter function desk.figures(timestamptz) owner to tillit_definer;
