-- Background jobs: procrastinate in a schema of its own, reached by the worker and by these functions only.
-- Its functions name their tables bare, so each of them gets a fixed search path.
do $$
declare found regprocedure;
begin
  for found in select oid::regprocedure from pg_proc where pronamespace = 'procrastinate'::regnamespace loop
    execute format('alter function %s set search_path = pg_catalog, procrastinate, pg_temp', found);
  end loop;
end $$;

-- NOTIFY takes a lock on the whole server at each commit (docs/decisions: outbox). The relay, a single process,
-- wakes the worker once for a batch instead.
alter table procrastinate.procrastinate_jobs disable trigger procrastinate_jobs_notify_queue_job_inserted_v1;

grant usage on schema procrastinate to tillit_worker, tillit_definer;
grant select, insert, update, delete on all tables in schema procrastinate to tillit_worker;
grant usage on all sequences in schema procrastinate to tillit_worker, tillit_definer;
grant select, insert, update, delete on procrastinate.procrastinate_jobs to tillit_definer;
grant select, insert on procrastinate.procrastinate_events to tillit_definer;
grant select, update on procrastinate.procrastinate_periodic_defers to tillit_definer;

create schema kernel;
grant create on schema kernel to tillit_definer;
grant usage on schema kernel to tillit_app, tillit_definer;

-- Whoever holds a ticket may enqueue; the worker believes only what carries our signature (kernel/tasks.py).
-- `key`: at most one waiting job with it.
create function kernel.enqueue(task text, call jsonb, mac text, run_at timestamptz, key text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform access.office();
  if octet_length(call::text) > 10000 or octet_length(task) > 100 or octet_length(key) > 200 then
    raise exception 'a job''s arguments are ids, not data' using errcode = '22001';
  end if;
  insert into procrastinate.procrastinate_jobs (queue_name, task_name, queueing_lock, args, scheduled_at)
  values ('default', task, task || ':' || key, jsonb_build_object('call', call, 'mac', mac), run_at)
  on conflict (queueing_lock) where status = 'todo' do nothing;
end $$;
alter function kernel.enqueue(text, jsonb, text, timestamptz, text) owner to tillit_definer;

-- The demo's clock was moved: what waits for a moment waits for the same moment of that clock.
create function kernel.shift_jobs(ahead interval) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'demo' then
    raise exception 'only the demo moves its clock' using errcode = '42501';
  end if;
  update procrastinate.procrastinate_jobs set scheduled_at = scheduled_at - ahead
  where status = 'todo' and scheduled_at is not null;
end $$;
alter function kernel.shift_jobs(interval) owner to tillit_definer;
