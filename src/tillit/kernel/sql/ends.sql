-- The clock of everything that ends (kernel/ends.py). Three doors: definer functions of other apps set ends in
-- their own statement; the application sends orders that it has signed, so that injected SQL ends and postpones
-- nothing; the sweeper's part is the worker's. All of it stays within the acting organisation.

-- Did this installation's program write this text? HMAC with the ticket's key. Tickets begin with "1:", other
-- purposes with a word, so that one is never taken for the other.
create function kernel.signed(purpose text, body text, mac text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(sha256(convert_to(mac, 'UTF8')) = sha256(convert_to(encode(sha256(s.outer_pad || sha256(
    s.inner_pad || convert_to(purpose || ':' || body, 'UTF8'))), 'hex'), 'UTF8')), false)
  from access.secret s;
end;
alter function kernel.signed(text, text, text) owner to tillit_definer;

-- How many days the acting organisation chose for a setting, or the standard.
create function kernel.setting(setting text, standard integer) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select s.days from public.kernel_setting s
                   where s.organisation_id = (select access.organisation()) and s.name = setting), standard);
$$;
alter function kernel.setting(text, integer) owner to tillit_definer;

-- What is to end: at `due`, or else so many days after `since` as the organisation's setting says. `standard` is the
-- setting's default in Python; a test compares them.
create type kernel.due as (
  kind text, object uuid, due timestamptz, since timestamptz, setting text, standard integer, why text);

-- A part: all of them concern `subject` and go on the clock in one statement. An open end moves.
create function kernel.put_ends(who access.actor, subject uuid, ends kernel.due[]) returns void
language plpgsql as $$
#variable_conflict use_column
begin
  insert into public.kernel_end
    (id, organisation_id, kind, object_id, subject_id, due, first_due, wake, since, why, attempts, problem, state, made)
  select gen_random_uuid(), who.organisation, e.kind, e.object, put_ends.subject, e.moment, e.moment, e.moment,
         e.since, e.why, 0, '', 'open', who.moment
  from (select n.*, coalesce(n.due, n.since + coalesce(
          (select s.days from public.kernel_setting s
           where s.organisation_id = who.organisation and s.name = n.setting), n.standard)
          * interval '24 hours') as moment from unnest(ends) n) e
  on conflict (organisation_id, kind, object_id) where state = 'open' do update
  set due = excluded.due, wake = excluded.due, since = excluded.since, attempts = 0, problem = '';
end $$;

-- For definer functions of other apps: the object of the acting organisation ends at `due`. An open end moves.
create function kernel.set_end(
  kind text, object uuid, subject uuid, due timestamptz, since timestamptz default null, why text default '')
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform kernel.put_ends(access.actor(), subject, array[(kind, object, due, since, null, null, why)::kernel.due]);
end $$;
alter function kernel.set_end(text, uuid, uuid, timestamptz, timestamptz, text) owner to tillit_definer;

-- The same, so many days after `since` as the setting says, also when the organisation changes it.
create function kernel.start_end(
  kind text, object uuid, subject uuid, since timestamptz, setting text, standard integer)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform kernel.put_ends(
    access.actor(), subject, array[(kind, object, null, since, setting, standard, '')::kernel.due]);
end $$;
alter function kernel.start_end(text, uuid, uuid, timestamptz, text, integer) owner to tillit_definer;

-- For definer functions of other apps: what ended by itself needs no clock any more. Returns how many were open.
create function kernel.cancel_ends(kind text, objects uuid[]) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with cancelled as (
    update public.kernel_end e set state = 'cancelled', closed = (select access.now())
    where e.organisation_id = (select access.organisation()) and e.kind = $1 and e.state = 'open' and e.object_id = any ($2)
    returning 1)
  select count(*) from cancelled;
$$;
alter function kernel.cancel_ends(text, uuid[]) owner to tillit_definer;

-- The parts of an order that this program signed for whoever acts now.
create function kernel.read_order(purpose text, body text, mac text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare wish jsonb; claims text[] := access.claims();
begin
  if not kernel.signed(purpose, body, mac) then
    raise exception 'an order that this installation did not sign' using errcode = '28000';
  end if;
  wish := body::jsonb;
  if (wish ->> 'organisation', wish ->> 'person', wish ->> 'office')
     is distinct from (claims[4], claims[3], claims[5]) or claims[4] is null
  then
    raise exception 'an order of somebody else' using errcode = '28000';
  end if;
  return wish;
end $$;
alter function kernel.read_order(text, text, text) owner to tillit_definer;

-- The application's orders: set, move, cancel. Answers ok, "none" where nothing is open, or "not yours": a person
-- moves and cancels what concerns that person; for another, the program acts in an office and says which.
create function kernel.order_end(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('end', body, mac);
  organisation uuid := access.organisation();
  until timestamptz := (wish ->> 'due')::timestamptz;
  opened record;
begin
  if wish ->> 'do' = 'set' then
    insert into public.kernel_end
      (id, organisation_id, kind, object_id, subject_id, due, first_due, wake, since, why, attempts, problem, state, made)
    values (gen_random_uuid(), organisation, wish ->> 'kind', (wish ->> 'object')::uuid, (wish ->> 'subject')::uuid,
            until, until, until, (wish ->> 'since')::timestamptz, wish ->> 'why', 0, '', 'open', access.now())
    on conflict (organisation_id, kind, object_id) where state = 'open' do nothing;
    if found then
      return 'ok';
    end if;
  end if;
  select e.id, e.subject_id into opened from public.kernel_end e
  where e.organisation_id = organisation and e.kind = wish ->> 'kind'
    and e.object_id = (wish ->> 'object')::uuid and e.state = 'open'
  for update;
  if not found then
    return 'none';
  end if;
  if access.office() in ('member', 'public') and (opened.subject_id = access.person()) is not true then
    return 'not yours';
  end if;
  if wish ->> 'do' = 'cancel' then
    update public.kernel_end e set state = 'cancelled', closed = access.now() where e.id = opened.id;
  else
    update public.kernel_end e
    set due = until, wake = until, since = (wish ->> 'since')::timestamptz, attempts = 0, problem = ''
    where e.id = opened.id;
  end if;
  return 'ok';
end $$;
alter function kernel.order_end(text, text) owner to tillit_definer;

create function kernel.is_administrator(of uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(of = access.organisation() and 'administrator' = any (access.roles()), false);
$$;
alter function kernel.is_administrator(uuid) owner to tillit_definer;

-- Open ends that are counted from a moment are counted with another number of days. Returns how many moved.
create function kernel.recount_ends(of_kind text, days integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); long interval := days * interval '24 hours'; moved bigint;
begin
  update public.kernel_end e set due = e.since + long, wake = e.since + long, attempts = 0, problem = ''
  where e.organisation_id = own and e.kind = of_kind and e.state = 'open' and e.since is not null
    and e.due <> e.since + long;
  get diagnostics moved = row_count;
  return moved;
end $$;
alter function kernel.recount_ends(text, integer) owner to tillit_definer;

-- An administrator chooses how long; the program has compared it with the bounds and signed it. Open ends that
-- were counted from a moment are counted again. Returns how many moved.
create function kernel.choose_setting(body text, mac text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('setting', body, mac);
  organisation uuid := access.organisation();
  long integer := (wish ->> 'days')::integer;
  moved bigint;
begin
  if not kernel.is_administrator(organisation) then
    raise exception 'only an administrator changes a setting' using errcode = '42501';
  end if;
  insert into public.kernel_setting as s (id, organisation_id, name, days, chosen)
  values (gen_random_uuid(), organisation, wish ->> 'name', long, access.now())
  on conflict (organisation_id, name) do update set days = excluded.days, chosen = excluded.chosen;
  select sum(kernel.recount_ends(kind, long)) into moved from jsonb_array_elements_text(wish -> 'kinds') kind;
  return coalesce(moved, 0);
end $$;
alter function kernel.choose_setting(text, text) owner to tillit_definer;

-- For administrators: what will go, when, why; never whose.
create function kernel.preview_ends(of uuid, until timestamptz)
returns table (kind text, why text, ends bigint, first_due timestamptz, last_due timestamptz, failing bigint, problem text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not kernel.is_administrator(of) then
    raise exception 'what will end is for administrators' using errcode = '42501';
  end if;
  return query
    select e.kind::text, e.why::text, count(*), min(e.due), max(e.due), count(*) filter (where e.attempts > 0),
           coalesce(max(e.problem), '')
    from public.kernel_end e
    where e.organisation_id = of and e.state = 'open' and e.due <= until
    group by e.kind, e.why order by min(e.due);
end $$;
alter function kernel.preview_ends(uuid, timestamptz) owner to tillit_definer;

-- For operators: whose handlers fail, and how.
create function kernel.failing_ends()
returns table (organisation uuid, kind text, ends bigint, attempts integer, problem text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'operator' then
    raise exception 'failures are for operators' using errcode = '42501';
  end if;
  return query
    select e.organisation_id, e.kind::text, count(*), max(e.attempts), max(e.problem::text)
    from public.kernel_end e where e.state = 'open' and e.attempts > 0
    group by e.organisation_id, e.kind order by 1, 2;
end $$;
alter function kernel.failing_ends() owner to tillit_definer;

-- For the probe of a published promise: how many ends of the acting organisation were due before a moment and are
-- still open. A number, and nothing of what or whose.
create function kernel.overdue_ends(before timestamptz) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); moment timestamptz := least(before, access.now());
begin
  if access.office() is distinct from 'prober' then
    raise exception 'only a probe counts what is overdue' using errcode = '42501';
  end if;
  return (select count(*) from public.kernel_end e where e.organisation_id = own and e.state = 'open' and e.due < moment);
end $$;
alter function kernel.overdue_ends(timestamptz) owner to tillit_definer;

-- The sweeper -------------------------------------------------------------------------------------------------

create function kernel.only_sweeper() returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
end $$;
alter function kernel.only_sweeper() owner to tillit_definer;

-- Where something is due. Jumps from kind to kind through the index instead of reading every due row.
create function kernel.due_ends() returns table (organisation uuid, kind text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  perform kernel.only_sweeper();
  return query
    with recursive known as (
      (select e.organisation_id, e.kind from public.kernel_end e where e.state = 'open' order by 1, 2 limit 1)
      union all
      select n.organisation_id, n.kind from known k cross join lateral (
        select e.organisation_id, e.kind from public.kernel_end e
        where e.state = 'open' and (e.organisation_id, e.kind) > (k.organisation_id, k.kind)
        order by 1, 2 limit 1) n)
    select k.organisation_id, k.kind::text from known k
    where exists (select from public.kernel_end e
                  where e.organisation_id = k.organisation_id and e.kind = k.kind and e.state = 'open'
                    and e.wake <= moment);
end $$;
alter function kernel.due_ends() owner to tillit_definer;

-- When the first of all that is due after a moment is due; null when nothing is. For the demo's clock, which jumps.
create function kernel.next_end(after timestamptz) returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  perform kernel.only_sweeper();
  return (select min(e.wake) from public.kernel_end e
          where e.state = 'open' and e.wake > next_end.after and e.wake <= moment);
end $$;
alter function kernel.next_end(timestamptz) owner to tillit_definer;

-- A batch, locked until the sweeper's transaction ends; another sweeper passes over it. `after`: where the last
-- batch ended, so that what is already done is not read again while an old transaction keeps it in the index.
create function kernel.take_ends(wanted text, after timestamptz, after_id uuid, most integer)
returns table (id uuid, object uuid, subject uuid, wake timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now(); own uuid := access.organisation();
begin
  perform kernel.only_sweeper();
  return query
    select e.id, e.object_id, e.subject_id, e.wake from public.kernel_end e
    where e.organisation_id = own and e.kind = wanted and e.state = 'open' and e.wake <= moment
      and (e.wake, e.id) > (after, after_id)
    order by e.wake, e.id limit most for update skip locked;
end $$;
alter function kernel.take_ends(text, timestamptz, uuid, integer) owner to tillit_definer;

-- What came of a batch. What the handler has moved on stays open. Failures wait twice as long each time, from two
-- minutes to a day. Returns how many were reached.
create function kernel.close_ends(batch uuid, of_kind text, done uuid[], failed uuid[], problems text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now(); own uuid := access.organisation(); marked bigint;
begin
  perform kernel.only_sweeper();
  update public.kernel_end e set state = 'reached', closed = moment, batch_id = batch, problem = ''
  where e.id = any (done) and e.organisation_id = own and e.due <= moment and e.state <> 'reached';
  get diagnostics marked = row_count;
  update public.kernel_end e
  set attempts = e.attempts + 1, problem = left(f.problem, 200),
      wake = moment + least(interval '1 day', interval '1 minute' * power(2, least(e.attempts + 1, 20)))
  from unnest(failed, problems) f (id, problem)
  where e.id = f.id and e.organisation_id = own and e.state = 'open';
  insert into public.kernel_endbatch (id, organisation_id, kind, reached, failed, at)
  values (batch, own, of_kind, marked, cardinality(failed), moment);
  return marked;
end $$;
alter function kernel.close_ends(uuid, text, uuid[], uuid[], text[]) owner to tillit_definer;

-- Which ends a batch reached: for reactions to the event that names it.
create function kernel.reached_ends(batch uuid) returns table (kind text, object uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'reaction' then
    raise exception 'only a reaction asks what a batch reached' using errcode = '42501';
  end if;
  return query select e.kind::text, e.object_id from public.kernel_end e
    where e.batch_id = batch and e.organisation_id = (select access.organisation()) order by e.due, e.id;
end $$;
alter function kernel.reached_ends(uuid) owner to tillit_definer;

-- A kind whose handler says anew when each object ends: a page of the open ones, and the answer.
create function kernel.open_ends(of_kind text, after uuid, most integer) returns table (id uuid, object uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform kernel.only_sweeper();
  return query select e.id, e.object_id from public.kernel_end e
    where e.organisation_id = (select access.organisation()) and e.kind = of_kind and e.state = 'open' and e.id > after
    order by e.id limit most;
end $$;
alter function kernel.open_ends(text, uuid, integer) owner to tillit_definer;

create function kernel.redate_ends(of_kind text, objects uuid[], dues timestamptz[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform kernel.only_sweeper();
  update public.kernel_end e set due = n.due, wake = n.due, attempts = 0, problem = ''
  from unnest(objects, dues) n (object, due)
  where e.organisation_id = (select access.organisation()) and e.kind = of_kind and e.state = 'open' and e.object_id = n.object;
end $$;
alter function kernel.redate_ends(text, uuid[], timestamptz[]) owner to tillit_definer;

-- Also the memory of ends ends: who was concerned after `keep`, the counts after two years. At most `most` rows.
create function kernel.forget_ends(keep interval, most integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  perform kernel.only_sweeper();
  delete from public.kernel_end e where e.id in (
    select old.id from public.kernel_end old where old.closed < moment - keep order by old.closed limit most);
  delete from public.kernel_endbatch b where b.at < moment - interval '2 years';
end $$;
alter function kernel.forget_ends(interval, integer) owner to tillit_definer;

-- Definer functions call some of these; the worker calls the sweeper's part; the application the rest.
revoke execute on function kernel.put_ends(access.actor, uuid, kernel.due[]) from public;
grant execute on function kernel.put_ends(access.actor, uuid, kernel.due[]) to tillit_definer;
set local role tillit_definer;
revoke execute on function
  kernel.signed(text, text, text), kernel.read_order(text, text, text), kernel.is_administrator(uuid),
  kernel.set_end(text, uuid, uuid, timestamptz, timestamptz, text),
  kernel.start_end(text, uuid, uuid, timestamptz, text, integer), kernel.cancel_ends(text, uuid[]),
  kernel.recount_ends(text, integer),
  kernel.only_sweeper(), kernel.due_ends(), kernel.next_end(timestamptz),
  kernel.take_ends(text, timestamptz, uuid, integer),
  kernel.close_ends(uuid, text, uuid[], uuid[], text[]), kernel.reached_ends(uuid),
  kernel.open_ends(text, uuid, integer), kernel.redate_ends(text, uuid[], timestamptz[]),
  kernel.forget_ends(interval, integer)
from public;
grant execute on function
  kernel.recount_ends(text, integer), kernel.due_ends(), kernel.next_end(timestamptz),
  kernel.take_ends(text, timestamptz, uuid, integer),
  kernel.close_ends(uuid, text, uuid[], uuid[], text[]), kernel.reached_ends(uuid),
  kernel.open_ends(text, uuid, integer), kernel.redate_ends(text, uuid[], timestamptz[]),
  kernel.forget_ends(interval, integer)
to tillit_worker;
reset role;
