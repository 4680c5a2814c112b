-- Moderation: the orders by which cases are opened, taken and decided. Rows are written here and nowhere else, for
-- orders that the program has signed for whoever acts (kernel.read_order).
set local check_function_bodies = off;

-- Opening ----------------------------------------------------------------------------------------------------------

-- A part: the case that waits about this object in this queue, opened if there is none; handed in anew otherwise.
create function moderation.opened(who access.actor, whose uuid, what text, about uuid, into_queue text,
                                  until timestamptz, fresh uuid)
returns uuid
language plpgsql as $$
declare found_id uuid;
begin
  insert into public.moderation_case as c
    (id, organisation_id, subject_id, kind, object_id, queue, state, due, version, made)
  values (fresh, who.organisation, whose, what, about, into_queue, 'waiting', until, 1, who.moment)
  on conflict (organisation_id, kind, object_id, queue) where state = 'waiting'
  do update set version = c.version + 1
  returning c.id into found_id;
  return found_id;
end $$;
revoke execute on function moderation.opened(access.actor, uuid, text, uuid, text, timestamptz, uuid) from public;
grant execute on function moderation.opened(access.actor, uuid, text, uuid, text, timestamptz, uuid) to tillit_definer;

-- Something is handed in to be looked at, by whose it is or by the program. Answers the case.
create function moderation.submit(body text, mac text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare wish jsonb := kernel.read_order('moderate', body, mac); who access.actor := access.actor();
begin
  if not exists (select from public.identity_person p
                 where p.id = (wish ->> 'subject')::uuid and p.organisation_id = who.organisation) then
    raise exception 'nobody of the organisation' using errcode = '42501';
  end if;
  return moderation.opened(who, (wish ->> 'subject')::uuid, wish ->> 'kind', (wish ->> 'object')::uuid, 'look',
                           (wish ->> 'due')::timestamptz, (wish ->> 'id')::uuid);
end $$;
alter function moderation.submit(text, text) owner to tillit_definer;

-- What was handed in is gone, or taken back by whose it is. Answers how many cases that closed.
create function moderation.withdraw(body text, mac text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare wish jsonb := kernel.read_order('unmoderate', body, mac); who access.actor := access.actor(); closed uuid[];
begin
  with gone as (
    update public.moderation_case c set state = 'withdrawn'
    where c.organisation_id = who.organisation and c.kind = wish ->> 'kind'
      and c.object_id = (wish ->> 'object')::uuid and c.queue = 'look' and c.state = 'waiting'
    returning c.id)
  select array_agg(gone.id) into closed from gone;
  perform moderation.let_go(who, one) from unnest(closed) one;
  return coalesce(cardinality(closed), 0);
end $$;
alter function moderation.withdraw(text, text) owner to tillit_definer;

-- A part: nobody sees by this case any more.
create function moderation.let_go(who access.actor, one uuid) returns void
language sql as $$
  select access.close_relation(who.organisation, 'moderating', one);
$$;
revoke execute on function moderation.let_go(access.actor, uuid) from public;
grant execute on function moderation.let_go(access.actor, uuid) to tillit_definer;

-- Somebody reports something of somebody else's. Answers waiting, unproven (an address has to answer first), again
-- (they have an open report about it), limited (reports that were clearly without ground: docs and page say the rule),
-- or nobody.
create function moderation.report(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('report', body, mac);
  who access.actor := access.actor();
  one uuid;
  proven boolean := (wish ->> 'proven')::boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('moderation.report' || who.person::text, 0));
  if who.person is null or (wish ->> 'about')::uuid = who.person
     or not exists (select from public.identity_person p
                    where p.id = (wish ->> 'about')::uuid and p.organisation_id = who.organisation) then
    return 'nobody';
  elsif exists (select from public.moderation_report r
                where r.person_id = who.person and r.object_id = (wish ->> 'object')::uuid
                  and r.kind = wish ->> 'kind' and r.state = 'waiting') then
    return 'again';
  elsif (select count(*) from public.moderation_report r
         where r.person_id = who.person and r.unfounded and r.made > who.moment - interval '180 days') >= 3
    and exists (select from public.moderation_report r
                where r.person_id = who.person and r.made > who.moment - interval '30 days') then
    return 'limited';
  end if;
  if proven then
    one := moderation.opened(who, (wish ->> 'about')::uuid, wish ->> 'kind', (wish ->> 'object')::uuid, 'report',
                             (wish ->> 'due')::timestamptz, (wish ->> 'case')::uuid);
  end if;
  insert into public.moderation_report
    (id, organisation_id, person_id, case_id, about_id, kind, object_id, reason, words, chosen, state, outcome,
     unfounded, made)
  values ((wish ->> 'id')::uuid, who.organisation, who.person, one, (wish ->> 'about')::uuid, wish ->> 'kind',
          (wish ->> 'object')::uuid, wish ->> 'reason', decode(wish ->> 'words', 'hex'),
          array(select jsonb_array_elements_text(wish -> 'chosen'))::uuid[],
          case when proven then 'waiting' else 'unproven' end, '', false, who.moment);
  return case when proven then 'waiting' else 'unproven' end;
end $$;
alter function moderation.report(text, text) owner to tillit_definer;

-- The address has answered: the report stands.
create function moderation.prove(body text, mac text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('prove', body, mac);
  who access.actor := access.actor();
  told public.moderation_report;
begin
  select r.* into told from public.moderation_report r
  where r.id = (wish ->> 'id')::uuid and r.organisation_id = who.organisation and r.state = 'unproven'
    and r.id::text = who.subject for update;
  if not found then
    return false;
  end if;
  update public.moderation_report r
  set state = 'waiting', case_id = moderation.opened(who, told.about_id, told.kind::text, told.object_id, 'report',
                                                     (wish ->> 'due')::timestamptz, (wish ->> 'case')::uuid)
  where r.id = told.id;
  return true;
end $$;
alter function moderation.prove(text, text) owner to tillit_definer;

-- Working ----------------------------------------------------------------------------------------------------------

-- A moderator takes a case: for so long they alone decide it, and see what it shows. Answers ok, or taken.
create function moderation.take(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('takecase', body, mac);
  who access.actor := access.actor();
  one uuid := (wish ->> 'case')::uuid;
  until timestamptz := (wish ->> 'until')::timestamptz;
  held public.moderation_case;
begin
  if not one = any (moderation.worked_on()) then
    raise exception 'not a case of theirs' using errcode = '42501';
  end if;
  select c.* into held from public.moderation_case c where c.id = one for update;
  if held.taken_by_id is distinct from who.person and held.taken_until > who.moment
     or until > who.moment + interval '3 days' then
    return 'taken';
  end if;
  if held.state <> 'waiting'
     and not exists (select from public.moderation_appeal a join public.moderation_decision d on d.id = a.decision_id
                     where d.case_id = one and a.outcome = '' and a.id = any (moderation.appeals())) then
    return 'taken';
  end if;
  update public.moderation_case c set taken_by_id = who.person, taken_until = until where c.id = one;
  perform moderation.let_go(who, one);
  perform access.open_grants(who, held.subject_id, array[who.person], 'moderation.case', 'moderating', held.queue, one,
                             until);
  return 'ok';
end $$;
alter function moderation.take(text, text) owner to tillit_definer;

create function moderation.give_back(body text, mac text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('givecase', body, mac);
  who access.actor := access.actor();
begin
  update public.moderation_case c set taken_by_id = null, taken_until = null
  where c.id = (wish ->> 'case')::uuid and c.taken_by_id = who.person and c.organisation_id = who.organisation;
  if found then
    perform moderation.let_go(who, (wish ->> 'case')::uuid);
  end if;
  return found;
end $$;
alter function moderation.give_back(text, text) owner to tillit_definer;

-- A part: one more of these in the figures.
create function moderation.count_one(one public.moderation_case, reason text, outcome text, moment timestamptz)
returns void
language sql as $$
  insert into public.moderation_tally as t
    (id, organisation_id, month, kind, queue, reason, outcome, count, hours, appealed, lifted)
  values (gen_random_uuid(), one.organisation_id, date_trunc('month', moment at time zone 'utc')::date, one.kind,
          one.queue, reason, outcome, 1, (extract(epoch from moment - one.made) / 3600)::integer, 0, 0)
  on conflict (organisation_id, month, kind, queue, reason, outcome)
  do update set count = t.count + 1, hours = t.hours + excluded.hours;
$$;
revoke execute on function moderation.count_one(public.moderation_case, text, text, timestamptz) from public;
grant execute on function moderation.count_one(public.moderation_case, text, text, timestamptz) to tillit_definer;

-- Whoever has a case decides it, as they saw it. Answers ok, overtaken (it was handed in anew), or gone.
create function moderation.decide(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('decide', body, mac);
  who access.actor := access.actor();
  held public.moderation_case;
  ruled text := wish ->> 'outcome';
  told uuid := (wish ->> 'id')::uuid;
begin
  select c.* into held from public.moderation_case c
  where c.id = (wish ->> 'case')::uuid and c.id = any (moderation.worked_on()) for update;
  if not found or held.state <> 'waiting' or held.taken_by_id is distinct from who.person
     or (held.taken_until > who.moment) is not true then
    return 'gone';
  elsif held.version <> (wish ->> 'version')::integer then
    return 'overtaken';
  end if;
  insert into public.moderation_decision
    (id, organisation_id, case_id, subject_id, decider_id, outcome, reason, ground, words, made)
  values (told, who.organisation, held.id, held.subject_id, who.person, ruled, wish ->> 'reason', wish ->> 'ground',
          decode(wish ->> 'words', 'hex'), who.moment);
  update public.moderation_case c
  set state = 'decided', decided = who.moment, taken_by_id = null, taken_until = null where c.id = held.id;
  update public.moderation_report r
  set state = 'told', outcome = case when ruled = 'nothing' then 'nothing' else 'done' end,
      unfounded = coalesce((wish ->> 'unfounded')::boolean, false)
  where r.case_id = held.id and r.state = 'waiting';
  if ruled in ('pause', 'end') then
    if exists (select from public.identity_membership m where m.person_id = held.subject_id and m.ended is null
               and m.role in ('administrator', 'privacy')) then
      raise exception 'who answers for the organisation is not paused' using errcode = '42501';
    end if;
    insert into public.moderation_pause (id, organisation_id, person_id, decision_id, until, made)
    values (gen_random_uuid(), who.organisation, held.subject_id, told,
            case ruled when 'pause' then who.moment + interval '30 days' end, who.moment);
  end if;
  if ruled = 'end' then
    update public.identity_membership m set ended = who.moment
    where m.person_id = held.subject_id and m.organisation_id = who.organisation and m.ended is null;
  end if;
  perform moderation.let_go(who, held.id);
  perform moderation.count_one(held, wish ->> 'reason', ruled, who.moment);
  return 'ok';
end $$;
alter function moderation.decide(text, text) owner to tillit_definer;

-- Whoever was ended takes no role by joining again: an appeal brings back what they had, nothing else does.
create function moderation.ended_stays_out() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from public.moderation_pause p
             where p.person_id = new.person_id and p.lifted is null and p.until is null) then
    return null;
  end if;
  return new;
end $$;
create trigger ended_stays_out before insert on public.identity_membership
for each row execute function moderation.ended_stays_out();
revoke execute on function moderation.ended_stays_out() from public;
alter function moderation.ended_stays_out() owner to tillit_definer;

-- Appeals ----------------------------------------------------------------------------------------------------------

-- Somebody whom a decision concerns, or who had reported in vain (by their report), wants it looked at again: within
-- six months, once.
create function moderation.appeal(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('appeal', body, mac);
  who access.actor := access.actor();
  told public.moderation_decision;
begin
  select d.* into told from public.moderation_decision d
  where d.organisation_id = who.organisation
    and (d.id = (wish ->> 'decision')::uuid and d.subject_id = who.person and d.outcome not in ('through', 'nothing')
         or d.outcome = 'nothing' and exists (
           select from public.moderation_report r
           where r.id = (wish ->> 'report')::uuid and r.case_id = d.case_id and r.person_id = who.person))
  order by d.made desc limit 1;
  if not found or who.person is null then
    return 'nobody';
  elsif told.lifted is not null or told.made < who.moment - interval '6 months' then
    return 'late';
  elsif exists (select from public.moderation_appeal a where a.decision_id = told.id and a.person_id = who.person) then
    return 'again';
  end if;
  insert into public.moderation_appeal
    (id, organisation_id, decision_id, person_id, words, due, outcome, answer, made)
  values ((wish ->> 'id')::uuid, who.organisation, told.id, who.person, decode(wish ->> 'words', 'hex'),
          (wish ->> 'due')::timestamptz, '', ''::bytea, who.moment);
  return 'ok';
end $$;
alter function moderation.appeal(text, text) owner to tillit_definer;

-- Another person decides an appeal whose case they have taken. Answers ok, gone; later (it is lifted, but what a later
-- decision took away stays away); anew (what was reported in vain is looked into once more).
create function moderation.answer(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('answerappeal', body, mac);
  who access.actor := access.actor();
  asked public.moderation_appeal;
  told public.moderation_decision;
  held public.moderation_case;
  lifts boolean := wish ->> 'outcome' = 'lifted';
begin
  select a.* into asked from public.moderation_appeal a
  where a.id = (wish ->> 'appeal')::uuid and a.id = any (moderation.appeals()) and a.outcome = '' for update;
  if not found then
    return 'gone';
  end if;
  select d.* into told from public.moderation_decision d where d.id = asked.decision_id;
  select c.* into held from public.moderation_case c where c.id = told.case_id for update;
  if held.taken_by_id is distinct from who.person or (held.taken_until > who.moment) is not true then
    return 'gone';
  end if;
  update public.moderation_appeal a
  set outcome = wish ->> 'outcome', answer = decode(wish ->> 'answer', 'hex'), decided = who.moment,
      decider_id = who.person
  where a.id = asked.id;
  update public.moderation_case c set taken_by_id = null, taken_until = null where c.id = held.id;
  if lifts then
    update public.moderation_decision d set lifted = who.moment where d.id = told.id;
    update public.moderation_pause p set lifted = who.moment where p.decision_id = told.id and p.lifted is null;
    update public.identity_membership m set ended = null  -- what the decision ended, and nothing that ended otherwise
    where told.outcome = 'end' and m.person_id = told.subject_id and m.organisation_id = who.organisation
      and m.ended = told.made
      and not exists (select from public.identity_membership n
                      where n.person_id = m.person_id and n.role = m.role and n.ended is null);
  end if;
  update public.moderation_tally t
  set appealed = t.appealed + 1, lifted = t.lifted + lifts::integer
  where t.organisation_id = who.organisation and t.kind = held.kind and t.queue = held.queue
    and t.reason = told.reason and t.outcome = told.outcome
    and t.month = date_trunc('month', told.made at time zone 'utc')::date;
  perform moderation.let_go(who, held.id);
  if not lifts then
    return 'ok';
  elsif told.outcome = 'nothing' then
    update public.moderation_report r
    set state = 'waiting', outcome = '', unfounded = false, case_id = moderation.opened(
      who, held.subject_id, held.kind::text, held.object_id, 'report', (wish ->> 'due')::timestamptz,
      (wish ->> 'case')::uuid)
    where r.case_id = held.id and r.person_id = asked.person_id;
    return 'anew';
  end if;
  return case when exists (
    select from public.moderation_decision d join public.moderation_case c on c.id = d.case_id
    where c.organisation_id = held.organisation_id and c.kind = held.kind and c.object_id = held.object_id
      and d.made > told.made and d.lifted is null and d.outcome in ('change', 'refuse', 'hide', 'remove'))
    then 'later' else 'ok' end;
end $$;
alter function moderation.answer(text, text) owner to tillit_definer;

-- What nobody needs any more goes -----------------------------------------------------------------------------------

create function moderation.forget(cases uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.moderation_report r
  where r.case_id = any (cases) and r.organisation_id = access.organisation();
  delete from public.moderation_case c where c.id = any (cases) and c.organisation_id = access.organisation()
    and not exists (select from public.moderation_decision d join public.moderation_pause p on p.decision_id = d.id
                    where d.case_id = c.id and p.lifted is null and p.until is null);
end $$;
alter function moderation.forget(uuid[]) owner to tillit_definer;

create function moderation.forget_reports(reports uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.moderation_report r
  where r.id = any (reports) and r.state = 'unproven' and r.organisation_id = access.organisation();
end $$;
alter function moderation.forget_reports(uuid[]) owner to tillit_definer;

-- Figures for everybody: by what, in a span of months. A number from one to four is null: it would name somebody.
create function moderation.figures(since date, until date)
returns table (kind text, queue text, reason text, outcome text, decided bigint, hours bigint, appealed bigint,
               lifted bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.kind, f.queue, f.reason, f.outcome, case when f.n >= 5 then f.n end,
    case when f.n >= 5 then f.h / f.n end,
    case when f.n >= 5 and (f.a = 0 or f.a >= 5) then f.a end,
    case when f.n >= 5 and (f.a = 0 or f.a >= 5) and (f.l = 0 or f.l >= 5) then f.l end
  from (
    select t.kind::text as kind, t.queue::text as queue, t.reason::text as reason, t.outcome::text as outcome,
      sum(t.count)::bigint as n, sum(t.hours)::bigint as h, sum(t.appealed)::bigint as a, sum(t.lifted)::bigint as l
    from public.moderation_tally t
    where t.organisation_id = (select access.organisation()) and t.month >= since and t.month < until
    group by t.kind, t.queue, t.reason, t.outcome) f
  order by 2, 1, 4, 3;
$$;
alter function moderation.figures(date, date) owner to tillit_definer;

-- The moderators of a case, but whose it is about, who reported it and who decided it before; with name and address,
-- for a reaction that tells them.
create function moderation.helpers(wanted uuid)
returns table (person uuid, name bytea, email bytea, phone bytea, language text, zone text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if who.office is distinct from 'reaction' then
    raise exception 'only a reaction tells' using errcode = '42501';
  end if;
  return query
    select distinct p.id, p.display_name, p.email, p.phone, p.language::text,
      coalesce(nullif(p.time_zone, ''), o.time_zone)::text
    from public.moderation_case c
    join public.identity_membership m on m.organisation_id = c.organisation_id and m.ended is null
      and m.role = 'moderator'
    join public.identity_person p on p.id = m.person_id
    join public.identity_organisation o on o.id = c.organisation_id
    where c.id = wanted and c.organisation_id = who.organisation and p.id <> c.subject_id
      and not exists (select from public.moderation_report r where r.case_id = c.id and r.person_id = p.id)
      and not exists (select from public.moderation_decision d where d.case_id = c.id and d.decider_id = p.id);
end $$;
alter function moderation.helpers(uuid) owner to tillit_definer;
