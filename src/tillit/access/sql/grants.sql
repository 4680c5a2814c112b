-- Grants and break-glass: rows are written here and nowhere else. What a person chooses and what is broken open
-- comes as an order that the program has signed for whoever acts (kernel.read_order), so that neither injected SQL
-- nor a page that forgets to ask opens anything, and nothing is opened without its evidence and its notice.

-- Parts, called by the definer functions of this and other apps ------------------------------------------------

-- `grantees` may see `scope` of `subject` from now until `until`; each grant is on the clock, and what the caller puts
-- there besides. Returns their ids.
create function access.open_grants(
  who access.actor, subject uuid, grantees uuid[], scope text, relation text, reason text, object uuid,
  until timestamptz, besides kernel.due[] default '{}') returns uuid[]
language plpgsql as $$
declare opened uuid[];
begin
  grantees := array_remove(grantees, subject);
  opened := array(select gen_random_uuid() from unnest(grantees));
  insert into public.access_grant
    (id, organisation_id, subject_id, grantee_id, scope, relation, reason, object_id, starts, ends, given_by_id, made)
  select o, who.organisation, subject, g, scope, relation, reason, object, who.moment, until, who.person, who.moment
  from unnest(opened, grantees) n (o, g);
  perform kernel.put_ends(who, subject, besides || array(
    select ('access.grant', o, until, null, null, null, '')::kernel.due from unnest(opened) o));
  return opened;
end $$;

-- Grants that were taken back are off the clock.
create function access.close_grants(grants uuid[]) returns bigint
language plpgsql as $$
declare moment timestamptz := access.now(); by_whom uuid := access.person(); closed uuid[];
begin
  with gone as (
    update public.access_grant g set revoked = moment, revoked_by_id = by_whom
    where g.id = any(grants) and g.revoked is null and g.ends > moment returning g.id)
  select array_agg(gone.id) into closed from gone;
  if closed is null then
    return 0;
  end if;
  perform kernel.cancel_ends('access.grant', closed);
  return cardinality(closed);
end $$;

-- The relation is over for this object: what it opened is closed. Returns how many grants.
create function access.close_relation(organisation uuid, relation text, object uuid) returns bigint
language sql as $$
  select access.close_grants(array(
    select g.id from public.access_grant g
    where g.organisation_id = $1 and g.relation = $2 and g.object_id = $3 and g.revoked is null));
$$;

-- What a person shows and takes back ---------------------------------------------------------------------------

-- The acting person shows `scope` of themselves. Answers ok, or why not.
create function access.show(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('show', body, mac);
  who access.actor := access.actor();
  grantee uuid := (wish ->> 'grantee')::uuid;
  until timestamptz := (wish ->> 'until')::timestamptz;
begin
  if who.person is null or grantee = who.person
     or not exists (select from public.identity_person p where p.id = grantee and p.organisation_id = who.organisation)
     or not exists (select from public.identity_person p where p.id = who.person and p.organisation_id = who.organisation)
  then
    return 'nobody';
  end if;
  if (until > who.moment and until <= who.moment + interval '1 year') is not true then
    return 'bounds';
  end if;
  insert into public.access_grant
    (id, organisation_id, subject_id, grantee_id, scope, relation, reason, starts, ends, given_by_id, made)
  values ((wish ->> 'id')::uuid, who.organisation, who.person, grantee, wish ->> 'scope', 'choice', wish ->> 'reason',
          who.moment, until, who.person, who.moment);
  perform kernel.set_end('access.grant', (wish ->> 'id')::uuid, who.person, until);
  return 'ok';
end $$;
alter function access.show(text, text) owner to tillit_definer;

-- A person takes back one grant on themselves, or (none named) all that others see of them by choice or relation.
-- What was broken open is closed before its end by those who may break it open, not by its subject. Answers what was
-- closed. A signed order, so that nothing is closed past the code that records it.
create function access.take_back(body text, mac text) returns table (subject uuid, scope text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('takeback', body, mac);
  who access.actor := access.actor();
  wanted uuid := (wish ->> 'grant')::uuid;
  closed uuid[];
begin
  if wanted is null then
    closed := array(select g.id from public.access_grant g
      where g.subject_id = who.person and g.organisation_id = who.organisation and g.relation <> 'glass'
        and g.revoked is null and g.ends > who.moment);
  else
    closed := array(select g.id from public.access_grant g
      where g.id = wanted and g.organisation_id = who.organisation and g.revoked is null and g.ends > who.moment
        and case g.relation when 'glass' then access.may_break() else g.subject_id = who.person end);
  end if;
  perform access.close_grants(closed);
  return query select g.subject_id, g.scope::text from public.access_grant g where g.id = any(closed);
end $$;
alter function access.take_back(text, text) owner to tillit_definer;

-- Whose last role ends sees nothing of anybody by a grant any more; what was broken open falls with the last role
-- that may break open.
create function access.role_ended() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare held text[] := array(select m.role::text from public.identity_membership m
                             where m.person_id = new.person_id and m.ended is null);
begin
  perform access.close_grants(array(select g.id from public.access_grant g
    where g.grantee_id = new.person_id and g.organisation_id = new.organisation_id and g.revoked is null
      and (cardinality(held) = 0
           or g.relation = 'glass' and not held && array['administrator', 'privacy', 'operator'])));
  return null;
end $$;
create trigger role_ended after update of ended on public.identity_membership
for each row when (new.ended is not null and old.ended is null) execute function access.role_ended();
revoke execute on function access.role_ended() from public;
alter function access.role_ended() owner to tillit_definer;

-- What of whom was closed at this very moment by the end of this membership, for whoever tells of it.
create function access.closed_with(membership uuid) returns table (scope text, subjects uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.scope::text, array_agg(distinct g.subject_id)
  from public.identity_membership m
  join public.access_grant g on g.grantee_id = m.person_id and g.organisation_id = m.organisation_id
  where m.id = membership and m.ended = (select access.now()) and g.revoked = m.ended
    and (m.organisation_id = (select access.organisation()) and 'administrator' = any((select access.roles())::text[])
         or (select access.office()) = 'operator')
  group by g.scope;
$$;
alter function access.closed_with(uuid) owner to tillit_definer;

-- What a relation opened and closed for this object at a moment: for the reaction that records it.
create function access.changed_about(object uuid, at timestamptz)
returns table (id uuid, subject uuid, grantee uuid, scope text, reason text, opened boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'reaction' then
    raise exception 'only a reaction asks what a relation changed' using errcode = '42501';
  end if;
  return query
    select g.id, g.subject_id, g.grantee_id, g.scope::text, g.reason::text, g.starts = at
    from public.access_grant g
    where g.object_id = changed_about.object and g.organisation_id = (select access.organisation())
      and (g.starts = at or g.revoked = at);
end $$;
alter function access.changed_about(uuid, timestamptz) owner to tillit_definer;

-- Break-glass --------------------------------------------------------------------------------------------------

create function access.may_break() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.person() is not null
    and (access.roles() && array['administrator', 'privacy'] or access.office() = 'operator');
$$;
alter function access.may_break() owner to tillit_definer;

-- Two people: always where care is given, elsewhere where the organisation says so.
create function access.two_people() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.identity_organisation o
                 where o.id = access.organisation() and o.modules::text[] && array['care', 'clinic'])
      or exists (select from public.access_glassrule r
                 where r.organisation_id = access.organisation() and r.two_people);
$$;
alter function access.two_people() owner to tillit_definer;

-- An administrator demands two people; only the operator can let it go again, or one could do it for oneself.
create function access.require_two(body text, mac text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare wish jsonb := kernel.read_order('glassrule', body, mac); wanted boolean := (wish ->> 'two')::boolean;
begin
  if (access.office() = 'operator' or (wanted and 'administrator' = any (access.roles()))) is not true then
    raise exception 'one person alone does not lower the rule' using errcode = '42501';
  end if;
  insert into public.access_glassrule as r (id, organisation_id, two_people, chosen)
  values (gen_random_uuid(), access.organisation(), wanted, access.now())
  on conflict (organisation_id) do update set two_people = excluded.two_people, chosen = excluded.chosen;
end $$;
alter function access.require_two(text, text) owner to tillit_definer;

-- Open what was asked for, from now. A part.
create function access.break_glass(who access.actor, request uuid) returns void
language plpgsql as $$
declare asked public.access_glassrequest;
begin
  update public.access_glassrequest r
  set state = 'opened', answered_by_id = who.person, answered = who.moment,
      ends = who.moment + make_interval(mins => r.minutes)
  where r.id = request returning r.* into asked;
  perform access.open_grants(who, asked.subject_id, array[asked.asked_by_id], asked.scope::text, 'glass',
                             asked.reason::text, request, asked.ends);
end $$;

-- Somebody who may asks to see a scope of a person. Answers opened, waiting (for the second person), or why not.
create function access.ask_glass(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('glass', body, mac);
  who access.actor := access.actor();
  subject uuid := (wish ->> 'subject')::uuid;
begin
  if access.may_break() is not true then
    raise exception 'only administrators, privacy officers and the operator' using errcode = '42501';
  elsif subject = who.person
     or not exists (select from public.identity_person p where p.id = subject and p.organisation_id = who.organisation)
     or not exists (select from public.identity_person p where p.id = who.person and p.organisation_id = who.organisation)
  then
    return 'nobody';
  elsif ((wish ->> 'minutes')::integer between 1 and 1440) is not true then
    return 'bounds';
  end if;
  insert into public.access_glassrequest
    (id, organisation_id, subject_id, asked_by_id, office, scope, reason, words, minutes, state, made)
  values ((wish ->> 'id')::uuid, who.organisation, subject, who.person, who.office, wish ->> 'scope', wish ->> 'reason',
          decode(wish ->> 'words', 'hex'), (wish ->> 'minutes')::integer, 'waiting', who.moment);
  if access.two_people() then
    return 'waiting';
  end if;
  perform access.break_glass(who, (wish ->> 'id')::uuid);
  return 'opened';
end $$;
alter function access.ask_glass(text, text) owner to tillit_definer;

-- A second person approves or refuses, within a day; whoever asked can only withdraw. Answers opened, refused, or
-- why not.
create function access.answer_glass(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('glassanswer', body, mac);
  who access.actor := access.actor();
  asked public.access_glassrequest;
begin
  if access.may_break() is not true then
    raise exception 'only administrators, privacy officers and the operator' using errcode = '42501';
  end if;
  select r.* into asked from public.access_glassrequest r
  where r.id = (wish ->> 'request')::uuid and r.organisation_id = who.organisation for update;
  if not found then
    return 'gone';
  elsif asked.state <> 'waiting' then
    return 'again';
  elsif (wish ->> 'approve')::boolean is not true then
    update public.access_glassrequest r
    set state = 'refused', answered_by_id = who.person, answered = who.moment where r.id = asked.id;
    return 'refused';
  elsif asked.asked_by_id = who.person then
    return 'own';
  elsif asked.made + interval '1 day' < who.moment then
    return 'late';
  elsif asked.office <> 'operator' and not exists (
    select from public.identity_membership m
    where m.person_id = asked.asked_by_id and m.organisation_id = who.organisation and m.ended is null
      and m.role in ('administrator', 'privacy')) then
    return 'gone';
  end if;
  perform access.break_glass(who, asked.id);
  return 'opened';
end $$;
alter function access.answer_glass(text, text) owner to tillit_definer;

-- What is broken open of anybody at this moment, and by which grant, for those who may close it before its end.
create function access.open_glass() returns table (request uuid, opened_by uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.object_id, g.id from public.access_grant g
  where g.relation = 'glass' and g.organisation_id = (select access.organisation())
    and g.revoked is null and g.ends > (select access.now()) and (select access.may_break());
$$;
alter function access.open_glass() owner to tillit_definer;

-- The sweeper --------------------------------------------------------------------------------------------------

-- Of which people which scopes ended by themselves.
create function access.ended_grants(grants uuid[]) returns table (scope text, reason text, subjects uuid[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper asks what ended' using errcode = '42501';
  end if;
  return query
    select g.scope::text, g.reason::text, array_agg(distinct g.subject_id) from public.access_grant g
    where g.id = any(grants) and g.organisation_id = (select access.organisation()) and g.revoked is null
    group by g.scope, g.reason;
end $$;
alter function access.ended_grants(uuid[]) owner to tillit_definer;

-- The memory of what was shown ends a year after it.
create function access.sweep() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare before timestamptz := access.now() - interval '1 year';
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.access_grant g where g.ends < before;
  delete from public.access_glassrequest r where r.made < before;
end $$;
alter function access.sweep() owner to tillit_definer;

-- Parts, not doors.
revoke execute on function
  access.open_grants(access.actor, uuid, uuid[], text, text, text, uuid, timestamptz, kernel.due[]),
  access.close_grants(uuid[]), access.close_relation(uuid, text, uuid), access.break_glass(access.actor, uuid)
from public;
grant execute on function
  access.open_grants(access.actor, uuid, uuid[], text, text, text, uuid, timestamptz, kernel.due[]),
  access.close_grants(uuid[]), access.close_relation(uuid, text, uuid), access.break_glass(access.actor, uuid)
to tillit_definer;
