-- Live events: that something has changed for somebody, as ids, kept for an hour. The table is the truth; a NOTIFY only
-- wakes whoever waits, so that a forged one makes a process look and find nothing (docs/decisions/0033-live-pages.md).

-- An event for a channel (a person, or whoever holds a booking's link), in the transaction that caused it. `proof`:
-- the program's signature over all of it, so that nobody else speaks to anybody. `topic` is what listeners hear: a keyed
-- hash of the channel, which tells nobody whose it is.
create function kernel.publish_live(
  event uuid, channel uuid, whose uuid, what text, object uuid, topic text, proof text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if not kernel.signed('live', concat_ws(':', event, who.organisation, channel, whose, what, object, topic), proof) then
    raise exception 'a live event that this program did not sign' using errcode = '42501';
  end if;
  insert into public.kernel_liveevent (id, organisation_id, person_id, channel_id, number, kind, object_id, made)
  values (event, who.organisation, whose, channel, null, what, object, who.moment);
  perform pg_notify('tillit_live', topic);
end $$;
alter function kernel.publish_live(uuid, uuid, uuid, text, uuid, text, text) owner to tillit_definer;

-- Numbers are given as the transaction commits, under a lock of the channel that ends with it: whoever has read up to a
-- number has missed none before it. The first row that fires numbers every row of its transaction, and takes the locks in
-- one order, so that no two transactions wait for each other. Numbers grow with the time (ms since 1970), so that they
-- go on growing after a channel was swept empty.
create function kernel.number_live() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare of_channels uuid[]; lock integer;
begin
  if exists (select from public.kernel_liveevent e where e.id = new.id and e.number is not null) then
    return null;
  end if;
  of_channels := array(select distinct e.channel_id from public.kernel_liveevent e where e.number is null);
  for lock in select distinct hashtext(c::text) from unnest(of_channels) c order by 1 loop
    perform pg_advisory_xact_lock(hashtext('kernel.live'), lock);
  end loop;
  update public.kernel_liveevent e set number = fresh.number
  from (select w.id, last.number + row_number() over (partition by w.channel_id order by w.id) as number
        from unnest(of_channels) c join public.kernel_liveevent w on w.number is null and w.channel_id = c
        cross join lateral (
          select greatest(max(k.number), floor(extract(epoch from clock_timestamp()) * 1000)::bigint) as number
          from public.kernel_liveevent k where k.channel_id = c) last) fresh
  where e.id = fresh.id;
  return null;
end $$;
alter function kernel.number_live() owner to tillit_definer;
create constraint trigger live_number after insert on public.kernel_liveevent
  deferrable initially deferred for each row execute function kernel.number_live();

-- What came on each of these channels after a number, oldest first, at most so many of each: for the hub of a web
-- process. `nth`: of which of them, from 1 on.
create function kernel.live_since(channels uuid[], after bigint[], most integer)
returns table (nth bigint, number bigint, kind text, object uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'live' then
    raise exception 'only the hub reads for everybody' using errcode = '42501';
  end if;
  return query
    select w.nth, e.number, e.kind, e.object
    from unnest(channels, after) with ordinality w (channel, number, nth) cross join lateral (
      select l.number, l.kind::text as kind, l.object_id as object from public.kernel_liveevent l
      where l.channel_id = w.channel and l.number > w.number order by l.number limit most) e;
end $$;
alter function kernel.live_since(uuid[], bigint[], integer) owner to tillit_definer;

create function kernel.forget_live(keep interval) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare before timestamptz := access.now() - keep;
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.kernel_liveevent e where e.made < before;
end $$;
alter function kernel.forget_live(interval) owner to tillit_definer;
