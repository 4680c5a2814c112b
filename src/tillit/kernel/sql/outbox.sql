-- The outbox's functions. The application adds an event and nothing else; relay and reactions run in the worker.

-- A part, for definer functions of other apps too: one event of whoever acts, in the transaction that caused it.
create function kernel.put_event(who access.actor, event uuid, event_name text, ids jsonb, event_mac text) returns void
language plpgsql as $$
begin
  if who.organisation is null then
    raise exception 'an event belongs to an organisation' using errcode = '23502';
  end if;
  if octet_length(ids::text) > 4000 then
    raise exception 'an event carries ids, not data' using errcode = '22001';
  end if;
  insert into public.kernel_outbox (id, organisation_id, person_id, name, data, mac, made)
  values (event, who.organisation, who.person, event_name, ids, event_mac, who.moment);
end $$;
revoke execute on function kernel.put_event(access.actor, uuid, text, jsonb, text) from public;
grant execute on function kernel.put_event(access.actor, uuid, text, jsonb, text) to tillit_definer;

create function kernel.emit(event uuid, event_name text, ids jsonb, event_mac text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform kernel.put_event(access.actor(), event, event_name, ids, event_mac);
end $$;
alter function kernel.emit(uuid, text, jsonb, text) owner to tillit_definer;

-- Events that wait, locked until the relay's transaction ends; another relay passes over them.
create function kernel.take_events(most integer)
returns table (id uuid, organisation uuid, person uuid, name text, data text, mac text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'relay' then
    raise exception 'only the relay takes events' using errcode = '42501';
  end if;
  return query
    select o.id, o.organisation_id, o.person_id, o.name::text, o.data::text, o.mac::text
    from public.kernel_outbox o where o.relayed is null
    order by o.id limit most for update skip locked;
end $$;
alter function kernel.take_events(integer) owner to tillit_definer;

-- The events are passed on: one job for each consumer, and one wake-up for the batch. `refused` were not signed
-- by us; they stay as dead letters that nobody reads.
create function kernel.pass_on(events uuid[], jobs jsonb, refused uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'relay' then
    raise exception 'only the relay passes events on' using errcode = '42501';
  end if;
  insert into procrastinate.procrastinate_jobs (queue_name, task_name, args)
  select 'default', job.task, job.args from jsonb_to_recordset(jobs) as job (task text, args jsonb);
  insert into public.kernel_delivery (id, event_id, consumer, state, attempts, reason, made)
  select event, event, 'nobody', 'dead', 0, 'Refused: not signed by this installation', access.now()
  from unnest(refused) event;
  update public.kernel_outbox o set relayed = access.now() where o.id = any (events || refused);
  perform pg_notify('procrastinate_any_queue_v1', '{"type": "job_inserted", "job_id": 0}');
end $$;
alter function kernel.pass_on(uuid[], jsonb, uuid[]) owner to tillit_definer;

-- A reaction begins: the event its ticket names, or nothing when this consumer has had it. Whoever comes second
-- waits here until the first has committed.
create function kernel.begin_delivery(delivery uuid, who text)
returns table (organisation uuid, person uuid, name text, data text, made timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare subject uuid := access.subject()::uuid;
begin
  if access.office() is distinct from 'reaction' then
    raise exception 'only a reaction receives events' using errcode = '42501';
  end if;
  insert into public.kernel_delivery as had (id, event_id, consumer, state, attempts, reason, made)
  select delivery, subject, who, 'done', 0, '', access.now()
  where exists (select from public.kernel_outbox o where o.id = subject)
  on conflict (consumer, event_id) do update set state = 'done', reason = '' where had.state = 'dead';
  if found then
    return query select o.organisation_id, o.person_id, o.name::text, o.data::text, o.made
    from public.kernel_outbox o where o.id = subject and o.organisation_id = access.organisation();
  end if;
end $$;
alter function kernel.begin_delivery(uuid, text) owner to tillit_definer;

-- A consumer gave up on the event its ticket names.
create function kernel.bury_delivery(delivery uuid, who text, tries integer, why text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'reaction' then
    raise exception 'only a reaction gives up' using errcode = '42501';
  end if;
  insert into public.kernel_delivery (id, event_id, consumer, state, attempts, reason, made)
  select delivery, o.id, who, 'dead', tries, left(why, 200), access.now()
  from public.kernel_outbox o where o.id = access.subject()::uuid
  on conflict (consumer, event_id) do nothing;
end $$;
alter function kernel.bury_delivery(uuid, text, integer, text) owner to tillit_definer;

-- Dead letters, for an operator: what and why, never what it says.
create function kernel.dead_deliveries()
returns table (event uuid, organisation uuid, name text, consumer text, attempts integer, reason text, made timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'operator' then
    raise exception 'dead letters are for operators' using errcode = '42501';
  end if;
  return query
    select o.id, o.organisation_id, o.name::text, d.consumer::text, d.attempts, d.reason::text, d.made
    from public.kernel_delivery d join public.kernel_outbox o on o.id = d.event_id
    where d.state = 'dead' order by d.id;
end $$;
alter function kernel.dead_deliveries() owner to tillit_definer;

-- How the outbox and the jobs stand, in numbers.
create function kernel.backlog()
returns table (waiting_events bigint, oldest_event timestamptz, dead_letters bigint, waiting_jobs bigint, failed_jobs bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'operator' then
    raise exception 'the backlog is for operators' using errcode = '42501';
  end if;
  return query select
    (select count(*) from public.kernel_outbox o where o.relayed is null),
    (select o.made from public.kernel_outbox o where o.relayed is null order by o.id limit 1),
    (select count(*) from public.kernel_delivery d where d.state = 'dead'),
    (select count(*) from procrastinate.procrastinate_jobs j where j.status in ('todo', 'doing')),
    (select count(*) from procrastinate.procrastinate_jobs j where j.status = 'failed');
end $$;
alter function kernel.backlog() owner to tillit_definer;

-- What has served its time: passed-on events without a living or dead letter, failed jobs, mails that could not
-- be sent, and the demo's inbox.
create function kernel.sweep(keep interval) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare before timestamptz := access.now() - keep;
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.kernel_outbox o
  where o.relayed < before
    and not exists (select from public.kernel_delivery d where d.event_id = o.id and d.state = 'dead'
                    and d.made > before - keep)
    and o.id::text not in (select j.args #>> '{call,args,event}' from procrastinate.procrastinate_jobs j
                           where j.status in ('todo', 'doing') and j.args #>> '{call,args,event}' is not null);
  delete from procrastinate.procrastinate_jobs j
  where j.status in ('failed', 'cancelled', 'aborted')
    and not exists (select from procrastinate.procrastinate_events e where e.job_id = j.id and e.at > before);
  delete from public.kernel_mail m where m.made < before;
  delete from public.kernel_sentmail m where m.made < before;
end $$;
alter function kernel.sweep(interval) owner to tillit_definer;

-- Which of these files still have a row, whoever owns it.
create function kernel.known_uploads(ids uuid[]) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper asks for files' using errcode = '42501';
  end if;
  return query select u.id from public.kernel_upload u where u.id = any (ids);
end $$;
alter function kernel.known_uploads(uuid[]) owner to tillit_definer;

-- The worker's part is not the application's, whatever office it may claim. Only their owner can say so.
set local role tillit_definer;
revoke execute on function
  kernel.take_events(integer), kernel.pass_on(uuid[], jsonb, uuid[]), kernel.begin_delivery(uuid, text),
  kernel.bury_delivery(uuid, text, integer, text), kernel.sweep(interval), kernel.known_uploads(uuid[])
from public;
grant execute on function
  kernel.take_events(integer), kernel.pass_on(uuid[], jsonb, uuid[]), kernel.begin_delivery(uuid, text),
  kernel.bury_delivery(uuid, text, integer, text), kernel.sweep(interval), kernel.known_uploads(uuid[])
to tillit_worker;
reset role;
