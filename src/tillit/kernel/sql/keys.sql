-- The key store: one wrapped key for each organisation, subject (a person or a matter), class and version
-- (kernel/keys.py). What wraps them lies outside the database; a row without its wrapped key was shredded.
create schema keys;
grant usage on schema keys to tillit_app, tillit_definer;
grant create on schema keys to tillit_definer;

-- The wrapping secrets by number: one is open, the one before it is retiring while its keys are wrapped anew.
create table keys.horizon (
  number integer primary key check (number > 0),
  state text not null check (state in ('open', 'retiring', 'closed')),
  opened timestamptz not null,
  closed timestamptz
);
create unique index horizon_open on keys.horizon (state) where state = 'open';

-- Sealed with the installation's secret: by it a program knows that the database and its secrets belong together.
create table keys.mark (
  id boolean primary key default true check (id),
  sealed bytea not null
);

create table keys.person (
  organisation uuid not null,
  person uuid not null,
  class text not null check (class in ('erasable', 'accounting', 'journal', 'hold')),
  version smallint not null check (version > 0),
  horizon integer not null,
  wrapped bytea check (length(wrapped) = 60),
  shredded timestamptz,
  primary key (organisation, person, class, version),
  check ((wrapped is null) = (shredded is not null))
) with (fillfactor = 45); -- every row is rewritten once in a horizon, on its own page

alter table keys.horizon enable row level security;
alter table keys.mark enable row level security;
alter table keys.person enable row level security;
create policy definer on keys.horizon to tillit_definer using (true) with check (true);
create policy definer on keys.mark to tillit_definer using (true) with check (true);
create policy definer on keys.person to tillit_definer using (true) with check (true);
grant select, insert, update on keys.horizon, keys.person to tillit_definer;
grant select on keys.mark to tillit_definer;

-- The organisation, if the actor acts in it; raises otherwise, so that nothing looks shredded by mistake.
create function keys.walled(organisation uuid) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if organisation is distinct from access.organisation() or organisation is null then
    raise exception 'keys of another organisation' using errcode = '42501';
  end if;
  return organisation;
end $$;
alter function keys.walled(uuid) owner to tillit_definer;

-- All versions of the keys of pairs of subject and class.
create function keys.fetch_many(organisation uuid, persons uuid[], classes text[])
returns table (person uuid, class text, version smallint, horizon integer, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select k.person, k.class, k.version, k.horizon, k.wrapped
  from unnest(persons, classes) as wanted (person, class)
  join keys.person k on k.organisation = (select keys.walled(fetch_many.organisation))
    and k.person = wanted.person and k.class = wanted.class
  order by k.version;
$$;
alter function keys.fetch_many(uuid, uuid[], text[]) owner to tillit_definer;

-- The number of the wrapping secret for new keys. It tells nothing, so it needs no ticket.
create function keys.current() returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select number from keys.horizon where state = 'open'; $$;
alter function keys.current() owner to tillit_definer;

-- What a program looks at when it starts: the mark, and the wrapping secrets that must be there.
create function keys.state() returns table (mark bytea, horizons integer[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select (select m.sealed from keys.mark m),
         array(select h.number from keys.horizon h where h.state <> 'closed' order by h.number);
$$;
alter function keys.state() owner to tillit_definer;

-- A part, not a door: whoever calls it has seen to the wall. An envelope is the number of the wrapping secret (four
-- bytes) and the wrapped key. While it is being kept, its wrapping secret cannot be closed.
create function keys.insert_key(organisation uuid, person uuid, class text, version integer, envelope bytea)
returns boolean
language plpgsql as $$
declare wrapper integer := ('x' || encode(substr(envelope, 1, 4), 'hex'))::bit(32)::integer;
begin
  perform pg_advisory_xact_lock_shared(hashtext('keys.horizon'));
  if not exists (select from keys.horizon h where h.number = wrapper and h.state <> 'closed') then
    raise exception 'the wrapping secret changed meanwhile' using errcode = '40001';
  end if;
  insert into keys.person (organisation, person, class, version, horizon, wrapped)
  values (organisation, person, class, version, wrapper, substr(envelope, 5))
  on conflict do nothing;
  return found;
end $$;
revoke execute on function keys.insert_key(uuid, uuid, text, integer, bytea) from public;
grant execute on function keys.insert_key(uuid, uuid, text, integer, bytea) to tillit_definer;

-- The keys of a subject; where there are none yet, the envelope becomes the first. Also when two come at once.
create function keys.keep_first(organisation uuid, person uuid, class text, envelope bytea)
returns table (version smallint, horizon integer, wrapped bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform keys.walled(organisation);
  if not exists (select from keys.person k where k.organisation = keep_first.organisation
                 and k.person = keep_first.person and k.class = keep_first.class) then
    perform keys.insert_key(organisation, person, class, 1, envelope);
  end if;
  return query select k.version, k.horizon, k.wrapped from keys.person k
    where k.organisation = keep_first.organisation and k.person = keep_first.person and k.class = keep_first.class
    order by k.version;
end $$;
alter function keys.keep_first(uuid, uuid, text, bytea) owner to tillit_definer;

-- The key of a new subject, with which its first values are sealed already: no other may stand there.
create function keys.keep(organisation uuid, person uuid, class text, envelope bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform keys.walled(organisation);
  if not keys.insert_key(organisation, person, class, 1, envelope) then
    raise exception 'the subject has a key already' using errcode = '23505';
  end if;
end $$;
alter function keys.keep(uuid, uuid, text, bytea) owner to tillit_definer;

-- A further version, for the keyring of the organisation only. Values of the older ones still open.
create function keys.renew(organisation uuid, person uuid, class text, version integer, envelope bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'keyring' then
    raise exception 'keys are renewed by the keyring only' using errcode = '42501';
  end if;
  if not exists (select from keys.person k where k.organisation = renew.organisation and k.person = renew.person
                 and k.class = renew.class and k.version = renew.version - 1 and k.wrapped is not null)
     or not keys.insert_key(organisation, person, class, version, envelope) then
    raise exception 'not the next version of a living key' using errcode = '23505';
  end if;
end $$;
alter function keys.renew(uuid, uuid, text, integer, bytea) owner to tillit_definer;

-- Shred: what was sealed with these keys is unreadable from now on, and nothing new is sealed for them. Done by
-- the office of erasure for its one subject, or by the sweeper. Returns how many subjects had a key.
create function keys.shred(organisation uuid, persons uuid[], class text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now(); shredded_subjects integer;
begin
  if not (access.office() = 'sweeper'
          or (access.office() = 'erasure' and persons = array[access.subject_id()])) then
    raise exception 'shredding is for erasure and the sweeper' using errcode = '42501';
  end if;
  -- waits for a key that is being made at this moment, and keeps a later one out
  insert into keys.person (organisation, person, class, version, horizon, shredded)
  select keys.walled(shred.organisation), p, shred.class, 1, 0, moment from unnest(persons) p
  order by p
  on conflict do nothing;
  with gone as (
    update keys.person k set wrapped = null, horizon = 0, shredded = moment
    where k.organisation = shred.organisation and k.person = any(persons) and k.class = shred.class
      and k.wrapped is not null
    returning k.person
  )
  select count(distinct gone.person) into shredded_subjects from gone;
  return shredded_subjects;
end $$;
alter function keys.shred(uuid, uuid[], text) owner to tillit_definer;

-- Rotation of the wrapping secret, by the worker acting as the keyring of the installation. (Rights are given before
-- a function goes to the definer: afterwards the owner has none to give.)
create function keys.only_keyring() returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'keyring' then
    raise exception 'only the keyring rotates' using errcode = '42501';
  end if;
end $$;
alter function keys.only_keyring() owner to tillit_definer;

create function keys.horizons() returns table (number integer, state text, opened timestamptz, keys bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform keys.only_keyring();
  return query select h.number, h.state, h.opened,
    (select count(*) from keys.person k where k.horizon = h.number) from keys.horizon h order by h.number;
end $$;
revoke execute on function keys.horizons() from public;
grant execute on function keys.horizons() to tillit_worker;
alter function keys.horizons() owner to tillit_definer;

-- The secret with the next number becomes the open one. Answers with the open one when another was faster.
create function keys.open_horizon(present integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform keys.only_keyring();
  perform pg_advisory_xact_lock(hashtext('keys.horizon')); -- after every key that is being kept
  update keys.horizon h set state = 'retiring' where h.number = present and h.state = 'open';
  if found then
    insert into keys.horizon (number, state, opened) values (present + 1, 'open', access.now());
  end if;
  return keys.current();
end $$;
revoke execute on function keys.open_horizon(integer) from public;
grant execute on function keys.open_horizon(integer) to tillit_worker;
alter function keys.open_horizon(integer) owner to tillit_definer;

create function keys.to_rewrap(
  old integer, many integer, after_organisation uuid, after_person uuid, after_class text, after_version integer)
returns table (organisation uuid, person uuid, class text, version smallint, wrapped bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform keys.only_keyring();
  return query select k.organisation, k.person, k.class, k.version, k.wrapped from keys.person k
    where k.horizon = old
      and (k.organisation, k.person, k.class, k.version)
          > (after_organisation, after_person, after_class, after_version::smallint)
    order by k.organisation, k.person, k.class, k.version
    limit many;
end $$;
revoke execute on function keys.to_rewrap(integer, integer, uuid, uuid, text, integer) from public;
grant execute on function keys.to_rewrap(integer, integer, uuid, uuid, text, integer) to tillit_worker;
alter function keys.to_rewrap(integer, integer, uuid, uuid, text, integer) owner to tillit_definer;

create function keys.rewrap(
  old integer, new integer, organisations uuid[], persons uuid[], classes text[], versions smallint[], fresh bytea[])
returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare changed integer;
begin
  perform keys.only_keyring();
  update keys.person k set wrapped = f.wrapped, horizon = new
  from unnest(organisations, persons, classes, versions, fresh) as f (organisation, person, class, version, wrapped)
  where k.organisation = f.organisation and k.person = f.person and k.class = f.class and k.version = f.version
    and k.horizon = old;
  get diagnostics changed = row_count;
  return changed;
end $$;
revoke execute on function keys.rewrap(integer, integer, uuid[], uuid[], text[], smallint[], bytea[]) from public;
grant execute on function keys.rewrap(integer, integer, uuid[], uuid[], text[], smallint[], bytea[]) to tillit_worker;
alter function keys.rewrap(integer, integer, uuid[], uuid[], text[], smallint[], bytea[]) owner to tillit_definer;

-- True when nothing is wrapped with the secret any more: then it may be destroyed, and no key of it is kept again.
create function keys.close_horizon(old integer) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform keys.only_keyring();
  perform pg_advisory_xact_lock(hashtext('keys.horizon'));
  if exists (select from keys.person k where k.horizon = old) then
    return false;
  end if;
  update keys.horizon h set state = 'closed', closed = access.now() where h.number = old and h.state = 'retiring';
  return exists (select from keys.horizon h where h.number = old and h.state = 'closed');
end $$;
revoke execute on function keys.close_horizon(integer) from public;
grant execute on function keys.close_horizon(integer) to tillit_worker;
alter function keys.close_horizon(integer) owner to tillit_definer;
