-- What alarms are made of. The pages note refusals and logins here, as numbers in slots of five minutes; the rules
-- (privacy/incidents/rules.py) ask the evidence and these numbers, in the office `watch`, and learn who and how many.

-- Times in the present slot of `whose` (a person's id, or a sealed mark of a network). A part.
create function privacy.count_slot(own uuid, what text, whose text, somebody uuid) returns void
language sql as $$
  insert into public.privacy_tally as t (id, organisation_id, kind, who, person_id, slot, times)
  values (gen_random_uuid(), own, what, whose, somebody, date_bin('5 minutes', access.now(), '2000-01-01'), 1)
  on conflict (organisation_id, kind, slot, who) do update set times = t.times + 1;
$$;

-- The acting person, or the network that a stranger comes from, was refused ("refused") or slowed down ("limited").
create function privacy.note_refusal(what text, mark text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); me uuid := access.person();
begin
  if own is not null and what in ('refused', 'limited') and length(mark) <= 64 then
    perform privacy.count_slot(own, what, coalesce(me::text, mark), me);
  end if;
end $$;
alter function privacy.note_refusal(text, text) owner to tillit_definer;

-- Somebody failed to log in as the account that the office `login` is narrowed to: counted for each organisation in
-- which the account has a role. Of an address without an account the network is counted, so that both take as long.
create function privacy.note_failed_login(mark text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare acc uuid := coalesce(identity.login_account(), access.account()); whose record; found_one boolean := false;
begin
  if length(mark) > 64 then
    return;
  end if;
  for whose in
    select distinct p.organisation_id as own, p.id from public.identity_person p
    join public.identity_membership m on m.person_id = p.id and m.ended is null where p.account_id = acc
  loop
    perform privacy.count_slot(whose.own, 'login', whose.id::text, whose.id);
    found_one := true;
  end loop;
  if not found_one then
    perform privacy.count_slot(null, 'login', mark, null);
  end if;
end $$;
alter function privacy.note_failed_login(text) owner to tillit_definer;

-- The account that logs in comes with this device, from this network. What is new (and not the first of its kind) is
-- counted for each organisation in which the account has a role. Returns the kinds that are new.
create function privacy.note_arrival(device text, network text) returns text[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  acc uuid := coalesce(identity.login_account(), access.account());
  moment timestamptz := access.now();
  came record;
  fresh text[] := '{}';
begin
  if acc is null then
    return fresh;
  end if;
  for came in select * from (values ('device', device), ('network', network)) as v (kind, mark) where length(mark) <= 64
  loop
    if exists (select from public.privacy_arrival a where a.account_id = acc and a.kind = came.kind)
       and not exists (select from public.privacy_arrival a
                       where a.account_id = acc and a.kind = came.kind and a.mark = came.mark) then
      fresh := fresh || came.kind;
      perform privacy.count_slot(p.organisation_id, came.kind, p.id::text, p.id)
      from (select distinct p.organisation_id, p.id from public.identity_person p
            join public.identity_membership m on m.person_id = p.id and m.ended is null
            where p.account_id = acc) p;
    end if;
    insert into public.privacy_arrival as a (id, account_id, kind, mark, first, last)
    values (gen_random_uuid(), acc, came.kind, came.mark, moment, moment)
    on conflict (account_id, kind, mark) do update set last = excluded.last;
  end loop;
  return fresh;
end $$;
alter function privacy.note_arrival(text, text) owner to tillit_definer;

-- The watch ----------------------------------------------------------------------------------------------------

create function privacy.watches() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'watch' then
    raise exception 'only the watch looks at what people do' using errcode = '42501';
  end if;
  return access.organisation();
end $$;
alter function privacy.watches() owner to tillit_definer;

-- Every organisation, for the watch's rounds.
create function privacy.watched_organisations() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.id from public.identity_organisation o where (select access.office()) = 'watch' order by o.id;
$$;
alter function privacy.watched_organisations() owner to tillit_definer;

-- Whoever was shown the data of more than `most` other people within so many minutes, to the minute. `from`, `until`:
-- when the last of them was shown.
create function privacy.watch_reads(low timestamptz, high timestamptz, minutes integer, most integer)
returns table (who uuid, first timestamptz, last timestamptz, people bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with seen as materialized (
    select e.actor_id as actor, date_trunc('minute', e.made) as at, e.subject_id as subject
    from public.evidence_event e
    where e.organisation_id = (select privacy.watches()) and e.name like '%.seen'
      and e.made > low - make_interval(mins => minutes) and e.made <= high
      and e.actor_id is not null and e.subject_id <> e.actor_id
    group by 1, 2, 3),
  many as (select s.actor from seen s group by s.actor having count(distinct s.subject) > most),
  windows as (
    select w.actor, w.at, x.first, x.people
    from (select distinct s.actor, s.at from seen s join many using (actor)) w
    cross join lateral (
      select min(s.at) as first, count(distinct s.subject) as people from seen s
      where s.actor = w.actor and s.at > w.at - make_interval(mins => minutes) and s.at <= w.at) x)
  select w.actor, min(w.first), max(w.at), max(w.people) from windows w
  where w.people > most and w.at > low - interval '1 minute' group by w.actor;
$$;
alter function privacy.watch_reads(timestamptz, timestamptz, integer, integer) owner to tillit_definer;

-- Whoever was shown the data of more than `most` other people in one night: from `evening` to `morning`, on the clock
-- of the organisation's zone.
create function privacy.watch_nights(
  low timestamptz, high timestamptz, zone text, evening integer, morning integer, most integer)
returns table (who uuid, first timestamptz, last timestamptz, people bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.actor_id, min(e.made), max(e.made), count(distinct e.subject_id)
  from public.evidence_event e
  where e.organisation_id = (select privacy.watches()) and e.name like '%.seen'
    and e.made > low - interval '12 hours' and e.made <= high
    and e.actor_id is not null and e.subject_id <> e.actor_id
    and case when evening > morning
      then extract(hour from e.made at time zone zone) >= evening or extract(hour from e.made at time zone zone) < morning
      else extract(hour from e.made at time zone zone) >= evening and extract(hour from e.made at time zone zone) < morning
    end
  group by e.actor_id, ((e.made at time zone zone) - make_interval(hours => evening))::date
  having count(distinct e.subject_id) > most and max(e.made) > low;
$$;
alter function privacy.watch_nights(timestamptz, timestamptz, text, integer, integer, integer) owner to tillit_definer;

-- Whoever did one of these things to others, or to nobody in particular: how many times.
create function privacy.watch_deeds(low timestamptz, high timestamptz, names text[], most integer)
returns table (who uuid, first timestamptz, last timestamptz, times bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.actor_id, min(e.made), max(e.made), count(*)
  from public.evidence_event e
  where e.organisation_id = (select privacy.watches()) and e.name = any (names)
    and e.made > low and e.made <= high and e.actor_id is not null and e.actor_id is distinct from e.subject_id
  group by e.actor_id having count(*) > most;
$$;
alter function privacy.watch_deeds(timestamptz, timestamptz, text[], integer) owner to tillit_definer;

-- Whoever was counted more than `most` times within so many minutes. person: null for a stranger's network.
create function privacy.watch_tallies(low timestamptz, high timestamptz, what text, minutes integer, most integer)
returns table (who text, person uuid, first timestamptz, last timestamptz, times bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with slots as (
    select t.who, t.person_id, t.slot,
           sum(t.times) over w as many, min(t.slot) over w as first
    from public.privacy_tally t
    where t.organisation_id = (select privacy.watches()) and t.kind = what
      and t.slot > low - make_interval(mins => minutes + 5) and t.slot <= high
    window w as (partition by t.who order by t.slot
                 range between make_interval(mins => greatest(minutes - 5, 0)) preceding and current row))
  select s.who::text, min(s.person_id::text)::uuid, min(s.first), max(s.slot), max(s.many)::bigint
  from slots s where s.many > most and s.slot > low - interval '5 minutes' group by s.who;
$$;
alter function privacy.watch_tallies(timestamptz, timestamptz, text, integer, integer) owner to tillit_definer;

-- What was noticed more than a year ago, counted more than a month ago, or not used for a year, goes.
create function privacy.sweep_alarms() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.privacy_alarm a where a.last < moment - interval '365 days';
  delete from public.privacy_tally t where t.slot < moment - interval '30 days';
  delete from public.privacy_arrival a where a.last < moment - interval '365 days';
end $$;
alter function privacy.sweep_alarms() owner to tillit_definer;

revoke execute on function privacy.count_slot(uuid, text, text, uuid) from public;
grant execute on function privacy.count_slot(uuid, text, text, uuid) to tillit_definer;
