-- Beginning, sending, taking back, and what one of the two may know of the other.
set local check_function_bodies = off;

-- Who stands in the actor's threads beside them: the seat, the person (null: they left), what they are called, and when
-- they last read, if both chose to tell each other.
create function messaging.others(threads uuid[])
returns table (thread uuid, seat uuid, mine uuid, person uuid, shown_as bytea, read timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return query
    select m.thread_id, o.id, m.id, o.person_id, o.shown_as, case when m.tells and o.tells then o.read end
    from public.messaging_seat m
    join public.messaging_seat o on o.thread_id = m.thread_id and o.number <> m.number
    where m.thread_id = any (threads) and m.person_id = who.person and m.organisation_id = who.organisation
      and m.words_at is not null;
end $$;
alter function messaging.others(uuid[]) owner to tillit_definer;

-- Of these people, those who work for the organisation, and as what: whoever only offers something here does not.
create function messaging.work_here(people uuid[]) returns table (person uuid, roles text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.person_id, array_agg(m.role::text) from public.identity_membership m
  where m.person_id = any (people) and m.organisation_id = (select access.organisation()) and m.ended is null
    and m.role not in ('provider', 'host')
  group by m.person_id;
$$;
alter function messaging.work_here(uuid[]) owner to tillit_definer;

-- What sending needs to know beforehand: whom it goes to, and the thread's key. No row: not theirs.
create function messaging.place(thread uuid)
returns table (person uuid, version smallint, horizon integer, wrapped bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare who access.actor := access.actor();
begin
  return query
    select o.person_id, k.version, k.horizon, k.wrapped
    from public.messaging_seat m
    join public.messaging_seat o on o.thread_id = m.thread_id and o.number <> m.number
    join keys.person k on k.organisation = who.organisation and k.person = m.thread_id and k.class = 'erasable'
    where m.thread_id = place.thread and m.person_id = who.person and m.organisation_id = who.organisation
      and m.words_at is not null
    order by k.version;
end $$;
alter function messaging.place(uuid) owner to tillit_definer;

-- Part of the functions below: the message stands, both seats know. Answers ok, again (it stands already), taken.
create function messaging.put(
  who access.actor, thread uuid, mine uuid, reached boolean, message uuid, words bytea, files uuid[], card text,
  thing uuid) returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from unnest(files) one where not exists (
      select from public.kernel_upload u
      where u.id = one and u.owner_id = who.person and u.organisation_id = who.organisation)) then
    raise exception 'a file of somebody else' using errcode = '42501';
  end if;
  insert into public.messaging_message
    (id, organisation_id, thread_id, by_id, words, files, card, thing, reached, made)
  values (message, who.organisation, thread, mine, words, files, card, thing, reached, who.moment)
  on conflict (id) do nothing;
  if not found then
    return case when exists (select from public.messaging_message m where m.id = message and m.by_id = mine)
      then 'again' else 'taken' end;
  end if;
  update public.messaging_seat s
  set words_at = who.moment,
      unseen = case when s.id = mine then 0 else least(s.unseen + 1, 9999) end
  where s.thread_id = put.thread and (put.reached or s.id = mine);
  return 'ok';
end $$;
revoke execute on function messaging.put(access.actor, uuid, uuid, boolean, uuid, bytea, uuid[], text, uuid) from public;
grant execute on function messaging.put(access.actor, uuid, uuid, boolean, uuid, bytea, uuid[], text, uuid)
  to tillit_definer;

-- The acting person says something. Answers ok, again, taken, left (nobody is there any more), nobody (not theirs),
-- paused (a moderator has paused their account); and whether the other hears of it, which is for the program alone: no answer of a page may differ by it.
create function messaging.send(
  thread uuid, message uuid, words bytea, files uuid[], card text, thing uuid, standard integer,
  event uuid, event_name text, event_ids jsonb, event_mac text, out outcome text, out reached boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  who access.actor := access.actor();
  mine uuid; other uuid; since timestamptz;
begin
  select m.id, o.person_id, t.counted into mine, other, since
  from public.messaging_seat m
  join public.messaging_seat o on o.thread_id = m.thread_id and o.number <> m.number
  join public.messaging_thread t on t.id = m.thread_id
  where m.thread_id = send.thread and m.person_id = who.person and m.organisation_id = who.organisation
    and m.words_at is not null;
  if mine is null then
    outcome := 'nobody'; return;
  elsif other is null then
    outcome := 'left'; return;
  elsif card = '' and moderation.paused() then  -- cards: the app that puts them here says who may
    outcome := 'paused'; return;
  end if;
  reached := not exists (select from public.messaging_block b where b.person_id = other and b.other_id = who.person);
  outcome := messaging.put(who, thread, mine, reached, message, words, files, card, thing);
  if outcome <> 'ok' then
    return;
  end if;
  if since < who.moment - interval '1 day' then
    update public.messaging_thread t set counted = who.moment where t.id = send.thread;
    perform kernel.put_ends(who, null, array[
      ('messaging.thread', thread, null, who.moment, 'messaging.keep_days', standard, '')::kernel.due]);
  end if;
  if reached and event is not null then
    perform kernel.put_event(who, event, event_name, event_ids, event_mac);
  end if;
end $$;
alter function messaging.send(uuid, uuid, bytea, uuid[], text, uuid, integer, uuid, text, jsonb, text)
  owner to tillit_definer;

-- Does what the actor says in a thread of theirs reach the other? For the program alone, as above.
create function messaging.reaches(thread uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from public.messaging_seat m
    join public.messaging_seat o on o.thread_id = m.thread_id and o.number <> m.number
    where m.thread_id = $1 and m.person_id = (select access.person())
      and m.organisation_id = (select access.organisation()) and o.person_id is not null
      and not exists (
        select from public.messaging_block b where b.person_id = o.person_id and b.other_id = m.person_id));
$$;
alter function messaging.reaches(uuid) owner to tillit_definer;

-- How many threads somebody may begin in a day, and to how many they may open with the same words in a week. Published
-- on the page "what we look for". new: known here for less than a week.
create function messaging.most(new boolean, out begun integer, out same integer)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when new then 5 else 25 end, case when new then 3 else 10 end;
$$;

-- The acting person begins a thread, by an order of this program (whoever may begin with whom, the journeys know).
-- Answers ok, there (the thread exists: say it there), nobody, paused, key (of another message), many, same; the
-- thread's id; whether it reached them.
create function messaging.begin(
  body text, mac text, new_thread uuid, envelope bytea, my_seat uuid, my_name bytea, other_seat uuid, other_name bytea,
  opening text, message uuid, words bytea, files uuid[], standard integer,
  event uuid, event_name text, event_ids jsonb, event_mac text,
  out outcome text, out thread uuid, out reached boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('begin', body, mac);
  who access.actor := access.actor();
  receiver uuid := (wish ->> 'to')::uuid;
  since timestamptz; limits record;
begin
  select p.made into since from public.identity_person p
  where p.id = who.person and p.organisation_id = who.organisation;
  if since is null or receiver = who.person or not exists (
    select from public.identity_person p where p.id = receiver and p.organisation_id = who.organisation) then
    outcome := 'nobody'; return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('messaging.begin:' || who.person, 0));
  select t.id into thread from public.messaging_thread t
  where t.organisation_id = who.organisation and t.once = wish ->> 'once';
  if found then
    -- one that never reached the actor is theirs from now on: it was begun by somebody whom they had blocked
    update public.messaging_seat s set words_at = who.moment
    where s.thread_id = begin.thread and s.person_id = who.person and s.words_at is null;
    outcome := 'there'; return;
  end if;
  if moderation.paused() then
    outcome := 'paused'; return;
  elsif exists (select from public.messaging_message m where m.id = message) then
    outcome := 'key'; return;
  end if;
  limits := messaging.most(since > who.moment - interval '7 days');
  if (select count(*) from public.messaging_seat s join public.messaging_thread t on t.id = s.thread_id
      where s.person_id = who.person and s.number = 0 and t.made > who.moment - interval '1 day') >= limits.begun then
    outcome := 'many'; return;
  elsif opening <> '' and (
      select count(*) from public.messaging_seat s join public.messaging_thread t on t.id = s.thread_id
      where s.person_id = who.person and s.opening = begin.opening
        and t.made > who.moment - interval '7 days') >= limits.same then
    outcome := 'same'; return;
  end if;
  reached := not exists (select from public.messaging_block b where b.person_id = receiver and b.other_id = who.person);
  insert into public.messaging_thread (id, organisation_id, about_kind, about, once, counted, made)
  values (new_thread, who.organisation, wish ->> 'about_kind', (wish ->> 'about')::uuid, wish ->> 'once', who.moment,
          who.moment)
  on conflict (organisation_id, once) do nothing;
  if not found then  -- the other began it at the same moment
    select t.id into thread from public.messaging_thread t
    where t.organisation_id = who.organisation and t.once = wish ->> 'once';
    outcome := 'there'; return;
  end if;
  thread := new_thread;
  perform keys.insert_key(who.organisation, thread, 'erasable', 1, envelope);
  insert into public.messaging_seat
    (id, organisation_id, thread_id, number, person_id, shown_as, words_at, unseen, tells, read, opening)
  values (my_seat, who.organisation, thread, 0, who.person, my_name, who.moment, 0, false, null, begin.opening),
         (other_seat, who.organisation, thread, 1, receiver, other_name, null, 0, false, null, '');
  outcome := messaging.put(who, thread, my_seat, reached, message, words, files, '', null);
  if outcome <> 'ok' then
    raise exception 'a message of another thread' using errcode = '23505';
  end if;
  perform kernel.put_ends(who, null, array[
    ('messaging.thread', thread, null, who.moment, 'messaging.keep_days', standard, '')::kernel.due]);
  if reached then
    perform kernel.put_event(who, event, event_name, event_ids, event_mac);
  end if;
end $$;
alter function messaging.begin(text, text, uuid, bytea, uuid, bytea, uuid, bytea, text, uuid, bytea, uuid[], integer,
                               uuid, text, jsonb, text) owner to tillit_definer;

-- Was it chosen to be shown to a moderator, who has not decided yet?
create function messaging.is_reported(message uuid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.moderation_report r
                 where r.kind = 'thread' and r.state = 'waiting' and message = any (r.chosen));
$$;
revoke execute on function messaging.is_reported(uuid) from public;
grant execute on function messaging.is_reported(uuid) to tillit_definer;

-- What was taken back while it was reported goes when that is decided. A reaction asks for it.
create function messaging.settle(thread uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if who.office is distinct from 'reaction' then
    raise exception 'only a reaction settles' using errcode = '42501';
  end if;
  update public.messaging_message m set words = ''
  where m.thread_id = settle.thread and m.organisation_id = who.organisation and m.taken is not null
    and not messaging.is_reported(m.id);
end $$;
alter function messaging.settle(uuid) owner to tillit_definer;

-- Its author takes a message back, a quarter of an hour at most after it was sent; whoever looks into a report of it
-- still reads it until they decide, and nobody else. Returns its files; null: too late,
-- or not theirs.
create function messaging.take_back(message uuid) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); gone uuid[];
begin
  select m.files into gone from public.messaging_message m join public.messaging_seat s on s.id = m.by_id
  where m.id = message and s.person_id = who.person and m.organisation_id = who.organisation and m.taken is null
    and m.card = '' and m.made > who.moment - interval '15 minutes'
  for update of m;
  if not found then
    return null;
  end if;
  update public.messaging_message m
  set words = case when messaging.is_reported(m.id) then m.words else '' end, files = '{}', taken = who.moment
  where m.id = message;
  delete from public.kernel_upload u
  where u.id = any (gone) and u.organisation_id = who.organisation and u.owner_id = who.person;
  return gone;
end $$;
alter function messaging.take_back(uuid) owner to tillit_definer;

-- A file that came with something said in a thread of the actor.
create function messaging.file(message uuid, file uuid)
returns table (id uuid, owner uuid, name bytea, kind text, size bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.id, u.owner_id, u.name, u.kind::text, u.size
  from public.messaging_message m join public.kernel_upload u on u.id = $2 and u.id = any (m.files)
  where m.id = $1 and m.organisation_id = (select access.organisation())
    and m.thread_id = any ((select messaging.mine())::uuid[])
    and (m.reached or m.by_id = any ((select messaging.my_seats())::uuid[]));
$$;
alter function messaging.file(uuid, uuid) owner to tillit_definer;

-- The files of what is said on a page, by name.
create function messaging.files(messages uuid[])
returns table (message uuid, id uuid, owner uuid, name bytea, kind text, size bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id, u.id, u.owner_id, u.name, u.kind::text, u.size
  from public.messaging_message m join public.kernel_upload u on u.id = any (m.files)
  where m.id = any (messages) and m.organisation_id = (select access.organisation())
    and m.thread_id = any ((select messaging.mine())::uuid[])
    and (m.reached or m.by_id = any ((select messaging.my_seats())::uuid[]))
  order by m.id, u.id;
$$;
alter function messaging.files(uuid[]) owner to tillit_definer;

-- The time of these threads is over: they go with all that was said in them. Returns the files, whose content goes
-- after the transaction; the keys of the threads are shredded by the caller.
create function messaging.forget(threads uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); files uuid[];
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  files := array(select unnest(m.files) from public.messaging_message m
                 where m.thread_id = any (threads) and m.organisation_id = own);
  delete from public.kernel_upload u where u.id = any (files) and u.organisation_id = own;
  delete from public.messaging_thread t where t.id = any (threads) and t.organisation_id = own;
  return files;
end $$;
alter function messaging.forget(uuid[]) owner to tillit_definer;

-- Nobody is left who could read it: it goes at once. (Its files went with those who sent them.)
create function messaging.left_empty() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.messaging_thread t
  where t.id = new.thread_id and not exists (
    select from public.messaging_seat s where s.thread_id = t.id and s.person_id is not null);
  return null;
end $$;
create trigger messaging_left_empty after update of person_id on public.messaging_seat
  for each row when (new.person_id is null) execute function messaging.left_empty();
revoke execute on function messaging.left_empty() from public;
alter function messaging.left_empty() owner to tillit_definer;
