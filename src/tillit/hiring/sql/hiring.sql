-- What two people agree on, and what follows from it. Each function takes an order that the program has signed for
-- whoever acts; a job's row is its lock, so whoever confirms meets whoever changes, and one of them comes first.
set local check_function_bodies = off;

-- Parts ------------------------------------------------------------------------------------------------------------

-- The side of the actor in a job; null for everybody else.
create function hiring.side(who access.actor, seeker uuid, provider uuid) returns text
language sql immutable as $$
  select case who.person when seeker then 'seeker' when provider then 'provider' end;
$$;

-- The acting person's job, locked; nothing where it is not theirs.
create function hiring.lock_job(who access.actor, job uuid) returns public.hiring_job
language plpgsql as $$
declare one public.hiring_job;
begin
  select j.* into one from public.hiring_job j
  where j.id = lock_job.job and j.organisation_id = who.organisation and who.person in (j.seeker_id, j.provider_id)
  for update;
  return one;
end $$;

-- Is it over: is there something to say of how it was?
create function hiring.is_over(one public.hiring_job, moment timestamptz) returns boolean
language sql immutable as $$
  select one.state in ('done', 'closed') or (one.state = 'agreed' and one.ends <= moment);
$$;

-- These two can agree on something: both are here, one of them provides, and whoever acts is not paused.
create function hiring.may_agree(who access.actor, seeker uuid, provider uuid) returns boolean
language sql stable as $$
  select who.person in (seeker, provider) and seeker <> provider and not moderation.paused()
    and exists (select from public.identity_person p where p.id = seeker and p.organisation_id = who.organisation)
    and exists (select from public.identity_membership m
                where m.person_id = provider and m.organisation_id = who.organisation and m.role = 'provider'
                  and m.ended is null);
$$;

create function hiring.keep_job(who access.actor, one public.hiring_job, since timestamptz) returns void
language sql as $$
  select kernel.put_ends(who, one.seeker_id,
    array[('hiring.job', one.id, null, since, 'hiring.keep_days', 1096, '')::kernel.due]);
$$;

-- First meetings ---------------------------------------------------------------------------------------------------

-- Propose times, in the place of those that were proposed before. Answers ok, times, gone, many.
create function hiring.propose_meeting(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_meet', body, mac);
  who access.actor := access.actor();
  seeker uuid := (wish ->> 'seeker')::uuid; provider uuid := (wish ->> 'provider')::uuid;
  starts timestamptz[] := array(select distinct s::timestamptz from jsonb_array_elements_text(wish -> 'starts') s order by 1);
begin
  if hiring.may_agree(who, seeker, provider) is not true then
    return 'gone';
  elsif cardinality(starts) not between 1 and 5 or starts[1] <= who.moment
     or starts[cardinality(starts)] > who.moment + interval '100 days' or (wish ->> 'minutes')::int not between 10 and 240 then
    return 'times';
  end if;
  perform pg_advisory_xact_lock(uuid_hash_extended(who.person, 7141));
  if (select count(*) from public.hiring_firstmeeting m where m.author_id = who.person
      and m.made > who.moment - interval '1 day') >= 20 then
    return 'many';
  end if;
  update public.hiring_firstmeeting m set state = 'replaced'
  where m.seeker_id = seeker and m.provider_id = provider and m.organisation_id = who.organisation and m.state = 'open';
  insert into public.hiring_firstmeeting
    (id, organisation_id, seeker_id, provider_id, author_id, thread, starts, minutes, place, "where", state, made)
  values ((wish ->> 'id')::uuid, who.organisation, seeker, provider, who.person, (wish ->> 'thread')::uuid, starts,
          (wish ->> 'minutes')::int, wish ->> 'place', decode(wish ->> 'where', 'hex'), 'open', who.moment);
  perform kernel.put_ends(who, who.person, array[
    ('hiring.meeting', (wish ->> 'id')::uuid, starts[cardinality(starts)] + interval '30 days', null, null, null, '')::kernel.due]);
  return 'ok';
end $$;
alter function hiring.propose_meeting(text, text) owner to tillit_definer;

-- The other one picks a time, or none of them (null). Answers ok, again, gone, past.
create function hiring.answer_meeting(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_pick', body, mac);
  who access.actor := access.actor();
  start timestamptz := (wish ->> 'start')::timestamptz;
  one public.hiring_firstmeeting;
begin
  select m.* into one from public.hiring_firstmeeting m
  where m.id = (wish ->> 'id')::uuid and m.organisation_id = who.organisation
    and who.person in (m.seeker_id, m.provider_id) for update;
  if one.id is null then
    return 'gone';
  elsif one.state = 'picked' and one.chosen is not distinct from start then
    return 'again';
  elsif one.state <> 'open' or (start is not null and (one.author_id = who.person or not start = any(one.starts))) then
    return 'gone';
  elsif start <= who.moment then
    return 'past';
  end if;
  update public.hiring_firstmeeting m
  set state = case when start is null then 'declined' else 'picked' end, chosen = start,
      booking = (wish ->> 'booking')::uuid
  where m.id = one.id;
  return 'ok';
end $$;
alter function hiring.answer_meeting(text, text) owner to tillit_definer;

-- Agreements -------------------------------------------------------------------------------------------------------

-- A new job, or new terms for one, to which their author says yes by proposing them. `number`: of the newest terms that
-- the author has read (0: a new job). Answers ok, changed (there are newer ones), times, gone, many.
create function hiring.propose(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_propose', body, mac);
  who access.actor := access.actor();
  one public.hiring_job;
  seen int := (wish ->> 'number')::int;
  lately bigint;
  spans tstzrange[] := array(
    select tstzrange((s ->> 0)::timestamptz, (s ->> 1)::timestamptz) from jsonb_array_elements(wish -> 'spans') s order by 1);
  side text;
begin
  if cardinality(spans) not between 1 and 60 or lower(spans[1]) <= who.moment
     or upper(spans[cardinality(spans)]) > who.moment + interval '400 days'
     or exists (select from unnest(spans) s where isempty(s) or upper(s) - lower(s) > interval '24 hours')
     or exists (select from unnest(spans) with ordinality a (span, n) join unnest(spans) with ordinality b (span, n)
                  on a.n < b.n and a.span && b.span) then
    return 'times';
  end if;
  perform pg_advisory_xact_lock(uuid_hash_extended(who.person, 7142));
  select count(*) into lately from public.hiring_terms t
  where t.author_id = who.person and t.made > who.moment - interval '1 day';
  if lately >= 60 then  -- also what was withdrawn at once: each is told
    return 'many';
  end if;
  if seen = 0 then
    if hiring.may_agree(who, (wish ->> 'seeker')::uuid, (wish ->> 'provider')::uuid) is not true then
      return 'gone';
    end if;
    if (select count(*) from public.hiring_terms t join public.hiring_job j on j.id = t.job_id
        where t.author_id = who.person and t.number = 1 and j.state = 'proposed') >= 30 then
      return 'many';
    end if;
    insert into public.hiring_job
      (id, organisation_id, seeker_id, provider_id, thread, state, number, cancelled_by, late, changed, made)
    values ((wish ->> 'job')::uuid, who.organisation, (wish ->> 'seeker')::uuid, (wish ->> 'provider')::uuid,
            (wish ->> 'thread')::uuid, 'proposed', 0, '', false, who.moment, who.moment)
    returning * into one;
  else
    one := hiring.lock_job(who, (wish ->> 'job')::uuid);
    if one.id is null or one.state not in ('proposed', 'agreed') or one.begins <= who.moment
       or hiring.may_agree(who, one.seeker_id, one.provider_id) is not true then
      return 'gone';
    elsif one.number <> seen then
      return 'changed';
    elsif one.number >= 200 then
      return 'many';
    end if;
  end if;
  side := hiring.side(who, one.seeker_id, one.provider_id);
  insert into public.hiring_terms
    (id, organisation_id, job_id, number, seeker_id, provider_id, author_id, what, notes, place, spans, rate, travel,
     payee, cancel_hours, seeker_yes, provider_yes, bookings, made)
  values ((wish ->> 'terms')::uuid, who.organisation, one.id, one.number + 1, one.seeker_id, one.provider_id, who.person,
          decode(wish ->> 'what', 'hex'), decode(wish ->> 'notes', 'hex'), wish ->> 'place', spans,
          (wish ->> 'rate')::bigint, (wish ->> 'travel')::bigint, wish ->> 'payee', (wish ->> 'cancel_hours')::int,
          case side when 'seeker' then who.moment end, case side when 'provider' then who.moment end, '{}', who.moment);
  update public.hiring_job j set number = j.number + 1, changed = who.moment where j.id = one.id;
  perform hiring.keep_job(who, one, greatest(one.ends, upper(spans[cardinality(spans)])));
  return 'ok';
end $$;
alter function hiring.propose(text, text) owner to tillit_definer;

-- The other one says yes to the terms of this number: agreed, with `bookings` for their times, and the seeker's address
-- open to the provider until `until`. Answers agreed, again, changed (not these terms, by now), past, gone.
create function hiring.confirm(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_confirm', body, mac);
  who access.actor := access.actor();
  one public.hiring_job := hiring.lock_job(who, (wish ->> 'job')::uuid);
  terms public.hiring_terms;
begin
  select t.* into terms from public.hiring_terms t where t.job_id = one.id and t.number = (wish ->> 'number')::int;
  if one.id is null or terms.id is null or one.state not in ('proposed', 'agreed') then
    return 'gone';
  elsif terms.number = one.agreed then
    return 'again';
  elsif hiring.may_agree(who, one.seeker_id, one.provider_id) is not true then
    return 'gone';
  elsif one.number <> terms.number or terms.refused is not null or terms.author_id = who.person then
    return 'changed';
  elsif lower(terms.spans[1]) <= who.moment or one.begins <= who.moment then
    return 'past';
  end if;
  update public.hiring_terms t
  set seeker_yes = coalesce(t.seeker_yes, who.moment), provider_yes = coalesce(t.provider_yes, who.moment)
  where t.id = terms.id;
  update public.hiring_job j
  set state = 'agreed', agreed = terms.number, begins = lower(terms.spans[1]),
      ends = upper(terms.spans[cardinality(terms.spans)]), changed = who.moment
  where j.id = one.id returning j.* into one;
  perform access.close_relation(who.organisation, 'hired', one.id);
  perform access.open_grants(
    who, one.seeker_id, array[one.provider_id], 'contact.address', 'hired', 'agreement', one.id,
    (wish ->> 'until')::timestamptz, array[('hiring.over', one.id, one.ends, null, null, null, '')::kernel.due]);
  perform hiring.keep_job(who, one, one.ends);
  return 'agreed';
end $$;
alter function hiring.confirm(text, text) owner to tillit_definer;

-- Which bookings stand for the terms that hold; told by whoever has just agreed, in the same transaction.
create function hiring.booked(body text, mac text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_booked', body, mac);
  one public.hiring_job := hiring.lock_job(access.actor(), (wish ->> 'job')::uuid);
begin
  update public.hiring_terms t set bookings = array(select b::uuid from jsonb_array_elements_text(wish -> 'bookings') b)
  where t.job_id = one.id and t.number = one.agreed;
end $$;
alter function hiring.booked(text, text) owner to tillit_definer;

-- No to the newest terms, from whoever wrote them or whoever got them: what held before them holds on; a job that never
-- was agreed is off. Answers ok, again, changed, gone.
create function hiring.refuse(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_refuse', body, mac);
  who access.actor := access.actor();
  one public.hiring_job := hiring.lock_job(who, (wish ->> 'job')::uuid);
  terms public.hiring_terms;
begin
  select t.* into terms from public.hiring_terms t where t.job_id = one.id and t.number = (wish ->> 'number')::int;
  if terms.id is null then
    return 'gone';
  elsif terms.refused is not null then
    return 'again';
  elsif one.number <> terms.number or one.agreed = terms.number or one.state not in ('proposed', 'agreed') then
    return 'changed';
  end if;
  update public.hiring_terms t set refused = who.moment where t.id = terms.id;
  update public.hiring_job j
  set changed = who.moment, state = case when j.agreed is null then 'cancelled' else j.state end,
      cancelled_by = case when j.agreed is null then hiring.side(who, j.seeker_id, j.provider_id) else '' end
  where j.id = one.id;
  return 'ok';
end $$;
alter function hiring.refuse(text, text) owner to tillit_definer;

-- Either side cancels by the one rule that both agreed on. What has been worked stays worked: the rest is off, and the
-- job is done. Answers ok, again, past (nothing is left to cancel), gone.
create function hiring.cancel(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_cancel', body, mac);
  who access.actor := access.actor();
  one public.hiring_job := hiring.lock_job(who, (wish ->> 'job')::uuid);
  terms public.hiring_terms;
  worked timestamptz;
  next timestamptz;
begin
  if one.id is null then
    return 'gone';
  elsif one.state = 'cancelled' then
    return 'again';
  elsif one.agreed is null or one.state <> 'agreed' then
    return 'gone';
  end if;
  select t.* into terms from public.hiring_terms t where t.job_id = one.id and t.number = one.agreed;
  select max(upper(s)) filter (where lower(s) <= who.moment), min(lower(s)) filter (where lower(s) > who.moment)
  into worked, next from unnest(terms.spans) s;
  if next is null then
    return 'past';
  end if;
  update public.hiring_job j
  set state = case when worked is null then 'cancelled' when worked <= who.moment then 'done' else 'agreed' end,
      ends = coalesce(worked, j.ends), changed = who.moment,
      cancelled_by = hiring.side(who, j.seeker_id, j.provider_id),
      late = next - make_interval(hours => terms.cancel_hours) <= who.moment
  where j.id = one.id returning j.* into one;
  perform access.close_relation(who.organisation, 'hired', one.id);
  if one.state = 'agreed' then  -- a visit has begun: the address is open for that one
    perform access.open_grants(
      who, one.seeker_id, array[one.provider_id], 'contact.address', 'hired', 'agreement', one.id,
      one.ends + interval '1 day');
    perform kernel.put_ends(who, one.seeker_id, array[('hiring.over', one.id, one.ends, null, null, null, '')::kernel.due]);
  else
    perform kernel.cancel_ends('hiring.over', array[one.id]);
  end if;
  perform hiring.keep_job(who, one, greatest(one.ends, who.moment));
  return 'ok';
end $$;
alter function hiring.cancel(text, text) owner to tillit_definer;

-- The last time of these jobs is over. Answers which of them are done now.
create function hiring.finish(jobs uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare finished uuid[];
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper ends it' using errcode = '42501';
  end if;
  with over as (
    update public.hiring_job j set state = 'done', changed = access.now()
    where j.id = any(jobs) and j.organisation_id = access.organisation() and j.state = 'agreed' and j.ends <= access.now()
    returning j.id)
  select coalesce(array_agg(o.id), '{}') into finished from over o;
  return finished;
end $$;
alter function hiring.finish(uuid[]) owner to tillit_definer;

-- Their days are over: jobs with all that belongs to them, proposed meetings, references.
create function hiring.forget(what text, rows uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  if what = 'job' then
    delete from public.hiring_job j where j.id = any(rows) and j.organisation_id = access.organisation();
  elsif what = 'meeting' then
    delete from public.hiring_firstmeeting m where m.id = any(rows) and m.organisation_id = access.organisation();
  elsif what = 'reference' then
    delete from public.hiring_reference r where r.id = any(rows) and r.organisation_id = access.organisation();
  end if;
end $$;
alter function hiring.forget(text, uuid[]) owner to tillit_definer;

-- Reported time ----------------------------------------------------------------------------------------------------

-- The provider reports what was worked, or corrects a report that is not approved. Answers ok, times, changed, gone.
create function hiring.report(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_report', body, mac);
  who access.actor := access.actor();
  one public.hiring_job := hiring.lock_job(who, (wish ->> 'job')::uuid);
  worked tstzrange := tstzrange(
    least((wish ->> 'start')::timestamptz, (wish ->> 'end')::timestamptz), (wish ->> 'end')::timestamptz);
  old public.hiring_timereport;
begin
  if one.id is null or one.provider_id <> who.person or one.agreed is null or one.state not in ('agreed', 'done') then
    return 'gone';
  elsif isempty(worked) or upper(worked) > who.moment or lower(worked) < one.begins - interval '1 day'
     or upper(worked) - lower(worked) > interval '24 hours'
     or make_interval(mins => (wish ->> 'pause')::int) >= upper(worked) - lower(worked) then
    return 'times';
  end if;
  if wish ->> 'replaces' is not null then
    select r.* into old from public.hiring_timereport r
    where r.id = (wish ->> 'replaces')::uuid and r.job_id = one.id for update;
    if old.id is null or old.state not in ('sent', 'objected') then
      return 'changed';
    end if;
    update public.hiring_timereport r set state = 'corrected' where r.id = old.id;
  end if;
  if exists (select from public.hiring_timereport r where r.job_id = one.id and r.state <> 'corrected' and r.span && worked) then
    return 'twice';
  elsif (select count(*) from public.hiring_timereport r
         where r.job_id = one.id and r.made > who.moment - interval '1 day') >= 40 then
    return 'many';
  end if;
  insert into public.hiring_timereport
    (id, organisation_id, job_id, seeker_id, provider_id, span, pause, travel, note, objection, state, replaces_id, made)
  values ((wish ->> 'id')::uuid, who.organisation, one.id, one.seeker_id, one.provider_id, worked, (wish ->> 'pause')::int,
          (wish ->> 'travel')::bigint, decode(wish ->> 'note', 'hex'), '', 'sent', old.id, who.moment);
  update public.hiring_job j set changed = who.moment where j.id = one.id;
  return 'ok';
end $$;
alter function hiring.report(text, text) owner to tillit_definer;

-- The seeker approves a report, or objects in words. Answers ok, again, changed (it was corrected meanwhile), gone.
create function hiring.decide_report(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_decide', body, mac);
  who access.actor := access.actor();
  one public.hiring_job;
  report public.hiring_timereport;
  wanted text := case when (wish ->> 'approve')::boolean then 'approved' else 'objected' end;
begin
  one := hiring.lock_job(who, (select r.job_id from public.hiring_timereport r where r.id = (wish ->> 'id')::uuid));
  select r.* into report from public.hiring_timereport r where r.id = (wish ->> 'id')::uuid and r.job_id = one.id for update;
  if report.id is null or one.seeker_id <> who.person then
    return 'gone';
  elsif report.state = wanted then
    return 'again';
  elsif report.state not in ('sent', 'objected') then
    return 'changed';
  end if;
  update public.hiring_timereport r
  set state = wanted, decided = who.moment, objection = decode(wish ->> 'objection', 'hex') where r.id = report.id;
  update public.hiring_job j
  set changed = who.moment,
      state = case when j.state = 'done' and not exists (
                select from public.hiring_timereport r where r.job_id = j.id and r.state in ('sent', 'objected'))
              then 'closed' else j.state end
  where j.id = one.id;
  return 'ok';
end $$;
alter function hiring.decide_report(text, text) owner to tillit_definer;

-- Reviews ----------------------------------------------------------------------------------------------------------

-- One side of a finished job says how it was: once, within two weeks of its end. With the second one both open. Answers
-- ok, both, again, late, early (it is not over, or was cancelled), gone.
create function hiring.review(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_review', body, mac);
  who access.actor := access.actor();
  one public.hiring_job := hiring.lock_job(who, (wish ->> 'job')::uuid);
  opens timestamptz := one.ends + interval '14 days';
  mine text := hiring.side(who, one.seeker_id, one.provider_id);
begin
  if one.id is null then
    return 'gone';
  elsif hiring.is_over(one, who.moment) is not true then
    return 'early';
  elsif exists (select from public.hiring_review r where r.job_id = one.id and r.side = mine) then
    return 'again';
  elsif opens <= who.moment then
    return 'late';
  end if;
  insert into public.hiring_review
    (id, organisation_id, job_id, author_id, about_id, side, stars, words, signature, opens, answer, removed_why, made)
  values ((wish ->> 'id')::uuid, who.organisation, one.id, who.person,
          case mine when 'seeker' then one.provider_id else one.seeker_id end, mine, (wish ->> 'stars')::int,
          decode(wish ->> 'words', 'hex'), decode(wish ->> 'signature', 'hex'), opens, '', '', who.moment);
  update public.hiring_job j set changed = who.moment where j.id = one.id;
  if exists (select from public.hiring_review r where r.job_id = one.id and r.side <> mine) then
    update public.hiring_review r set opens = who.moment where r.job_id = one.id and r.opens > who.moment;
    return 'both';
  end if;
  return 'ok';
end $$;
alter function hiring.review(text, text) owner to tillit_definer;

-- Whom a review is about answers it in public, once. Answers ok, again, gone.
create function hiring.answer_review(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_answer', body, mac);
  who access.actor := access.actor();
begin
  update public.hiring_review r set answer = decode(wish ->> 'words', 'hex'), answered = who.moment
  where r.id = (wish ->> 'id')::uuid and r.organisation_id = who.organisation and r.about_id = who.person
    and r.opens <= who.moment and r.removed is null and r.answered is null;
  if found then
    return 'ok';
  end if;
  return case when exists (
    select from public.hiring_review r where r.id = (wish ->> 'id')::uuid and r.about_id = who.person
      and r.answered is not null) then 'again' else 'gone' end;
end $$;
alter function hiring.answer_review(text, text) owner to tillit_definer;

-- A decision of moderation about it takes a review away, or puts it back (no reason); nothing else does.
create function hiring.remove_review(body text, mac text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_remove', body, mac);
  who access.actor := access.actor();
begin
  if (access.subject_id_as('moderation') = (wish ->> 'id')::uuid) is not true then
    raise exception 'only a decision of moderation takes a review away' using errcode = '42501';
  end if;
  update public.hiring_review r
  set removed = case when wish ->> 'reason' <> '' then who.moment end, removed_why = wish ->> 'reason'
  where r.id = (wish ->> 'id')::uuid and r.organisation_id = who.organisation and r.opens <= who.moment;
  return found;
end $$;
alter function hiring.remove_review(text, text) owner to tillit_definer;

-- Where reviews of somebody were taken away: when and why, in the place of what they said.
create function hiring.removed_reviews(person uuid) returns table (id uuid, removed timestamptz, why text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.id, r.removed, r.removed_why::text from public.hiring_review r
  where r.about_id = removed_reviews.person and r.organisation_id = (select access.organisation())
    and r.removed is not null and r.opens <= (select access.now())
  order by r.removed desc limit 50;
$$;
alter function hiring.removed_reviews(uuid) owner to tillit_definer;

-- How many jobs of theirs somebody has finished as provider, for their profile.
create function hiring.finished(person uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from public.hiring_job j
  where j.provider_id = finished.person and j.organisation_id = (select access.organisation())
    and hiring.is_over(j, (select access.now()));
$$;
alter function hiring.finished(uuid) owner to tillit_definer;

-- References -------------------------------------------------------------------------------------------------------

-- A seeker of a finished job lets others ask about the provider, or takes that back (no `until`). Answers ok, early, gone.
create function hiring.refer(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_refer', body, mac);
  who access.actor := access.actor();
  one public.hiring_job := hiring.lock_job(who, (wish ->> 'job')::uuid);
  until timestamptz := (wish ->> 'until')::timestamptz;
begin
  if one.id is null or one.seeker_id <> who.person then
    return 'gone';
  elsif hiring.is_over(one, who.moment) is not true then
    return 'early';
  elsif until <= who.moment or until > who.moment + interval '1 year' then
    return 'gone';
  end if;
  perform access.close_grants(array(select a.grant from public.hiring_referenceask a join public.hiring_reference r
    on r.id = a.reference_id where r.job_id = one.id and a.grant is not null));
  perform kernel.cancel_ends('hiring.reference', array(select r.id from public.hiring_reference r where r.job_id = one.id));
  delete from public.hiring_reference r where r.job_id = one.id;
  if until is not null then
    insert into public.hiring_reference (id, organisation_id, job_id, person_id, provider_id, words, until, made)
    values ((wish ->> 'id')::uuid, who.organisation, one.id, who.person, one.provider_id, decode(wish ->> 'words', 'hex'),
            until, who.moment);
    perform kernel.put_ends(who, who.person, array[
      ('hiring.reference', (wish ->> 'id')::uuid, until, null, null, null, '')::kernel.due]);
  end if;
  return 'ok';
end $$;
alter function hiring.refer(text, text) owner to tillit_definer;

-- The references of a provider that can be asked for: that there are some, and nothing of them.
create function hiring.references_of(provider uuid) returns table (id uuid, until timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.id, r.until from public.hiring_reference r
  where r.provider_id = references_of.provider and r.organisation_id = (select access.organisation())
    and r.until > (select access.now()) and r.person_id <> (select access.person())
    and not r.person_id = any((select access.restricted())::uuid[])
  order by r.made limit 20;
$$;
alter function hiring.references_of(uuid) owner to tillit_definer;

-- Somebody asks to read one, unless their account is paused. Answers ok, again, gone, many.
create function hiring.ask_reference(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_ask', body, mac);
  who access.actor := access.actor();
  one public.hiring_reference;
begin
  select r.* into one from public.hiring_reference r
  where r.id = (wish ->> 'reference')::uuid and r.organisation_id = who.organisation and r.until > who.moment;
  if one.id is null or who.person is null or who.person in (one.person_id, one.provider_id) or moderation.paused() then
    return 'gone';
  elsif (select count(*) from public.hiring_referenceask a where a.asker_id = who.person
         and a.made > who.moment - interval '1 day') >= 10 then
    return 'many';
  end if;
  insert into public.hiring_referenceask (id, organisation_id, reference_id, referee_id, asker_id, words, state, made)
  values ((wish ->> 'id')::uuid, who.organisation, one.id, one.person_id, who.person, decode(wish ->> 'words', 'hex'),
          'asked', who.moment)
  on conflict (reference_id, asker_id) do nothing;
  return case when found then 'ok' else 'again' end;
end $$;
alter function hiring.ask_reference(text, text) owner to tillit_definer;

-- Whoever gives it shows it to the one who asked until then, or says no. Answers ok, again, gone.
create function hiring.answer_ask(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_answer_ask', body, mac);
  who access.actor := access.actor();
  one public.hiring_referenceask;
  last timestamptz;
  opened uuid[];
begin
  select a.* into one from public.hiring_referenceask a
  where a.id = (wish ->> 'id')::uuid and a.organisation_id = who.organisation and a.referee_id = who.person for update;
  if one.id is null then
    return 'gone';
  elsif one.state <> 'asked' then
    return 'again';
  end if;
  if (wish ->> 'until') is not null then
    select least((wish ->> 'until')::timestamptz, r.until) into last from public.hiring_reference r where r.id = one.reference_id;
    if (last > who.moment) is not true then
      return 'gone';
    end if;
    opened := access.open_grants(who, who.person, array[one.asker_id], 'hiring.reference', 'choice', 'chosen',
                                 one.reference_id, last);
  end if;
  update public.hiring_referenceask a
  set state = case when opened is null then 'refused' else 'shown' end, "grant" = opened[1], until = last
  where a.id = one.id;
  return 'ok';
end $$;
alter function hiring.answer_ask(text, text) owner to tillit_definer;

revoke execute on function
  hiring.side(access.actor, uuid, uuid), hiring.lock_job(access.actor, uuid),
  hiring.is_over(public.hiring_job, timestamptz), hiring.may_agree(access.actor, uuid, uuid),
  hiring.keep_job(access.actor, public.hiring_job, timestamptz)
from public;
grant execute on function
  hiring.side(access.actor, uuid, uuid), hiring.lock_job(access.actor, uuid),
  hiring.is_over(public.hiring_job, timestamptz), hiring.may_agree(access.actor, uuid, uuid),
  hiring.keep_job(access.actor, public.hiring_job, timestamptz)
to tillit_definer;
