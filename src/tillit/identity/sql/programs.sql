-- Programs that act through the API: tokens by the SHA-256 of what was shown once, clients of an organisation
-- (RFC 6749, 4.4), how often they may ask, and answers that are given again. A ticket whose subject is "program"
-- belongs to a request with a token: it makes no tokens and no clients.
set local check_function_bodies = off;

create function identity.by_hand() returns boolean
language sql stable
return access.office() = 'member' and access.subject() is null;

-- Who asks with a token at an organisation. A client acts as the administrator who made it, in its own organisation
-- and while that person administers it; a personal token as its account's person there.
create function identity.resolve_token(hash bytea, wanted_slug text)
returns table (token uuid, account uuid, organisation uuid, person uuid, scopes text[], program uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare moment timestamptz := access.now(); found_one public.identity_apitoken; client public.identity_program;
begin
  select o.id into organisation from public.identity_organisation o where o.slug = wanted_slug;
  select t.* into found_one from public.identity_apitoken t
  join public.identity_account a on a.id = t.account_id and a.is_active
  where t.token_hash = hash and t.expires > moment;
  if found_one.program_id is not null then
    client := identity.live_program(found_one.program_id);
    if client.id is null then
      found_one := null;
    end if;
  end if;
  if found_one.id is null then
    return next;
    return;
  end if;
  token := found_one.id;
  account := found_one.account_id;
  scopes := found_one.scopes::text[];
  program := found_one.program_id;
  if program is null or client.organisation_id = organisation then
    select p.id into person from public.identity_person p
    where p.organisation_id = organisation and p.account_id = account;
  end if;
  if found_one.used is null or found_one.used < moment - interval '1 minute' then
    update public.identity_apitoken t set used = moment where t.id = found_one.id;
  end if;
  return next;
end $$;
alter function identity.resolve_token(bytea, text) owner to tillit_definer;

-- A client that may act: neither stopped nor over, and whoever made it still administers the organisation.
-- A part, not a door.
create function identity.live_program(wanted uuid) returns public.identity_program
language sql stable set search_path = pg_catalog, pg_temp as $$
  select c from public.identity_program c
  where c.id = wanted and c.stopped is null and c.expires > access.now() and exists (
    select from public.identity_membership m
    where m.person_id = c.made_by_id and m.organisation_id = c.organisation_id and m.role = 'administrator'
      and m.ended is null);
$$;
revoke execute on function identity.live_program(uuid) from public;
grant execute on function identity.live_program(uuid) to tillit_definer;

-- A personal token of the acting account, for a year at most. By a person in a browser only.
create function identity.new_token(new_id uuid, hash bytea, called bytea, wanted text[], life interval) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.account() is null or identity.by_hand() is not true then
    raise exception 'a token is made by its owner, in a browser' using errcode = '42501';
  end if;
  if life > interval '366 days' or life <= interval '0' then
    raise exception 'a token lives for a year at most' using errcode = '22023';
  end if;
  insert into public.identity_apitoken (id, account_id, program_id, name, token_hash, scopes, made, expires)
  values (new_id, access.account(), null, called, hash, wanted, access.now(), access.now() + life);
end $$;
alter function identity.new_token(uuid, bytea, bytea, text[], interval) owner to tillit_definer;

-- A client's id and secret for a token that lives for `life`. Returns the scopes it got, null for a client that is
-- not known, none for scopes it may not have.
create function identity.exchange(
  wanted uuid, secret bytea, new_id uuid, hash bytea, asked text[], life interval)
returns text[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare client public.identity_program; whose uuid; granted text[];
begin
  client := identity.live_program(wanted);
  -- compared through another hash, so that time tells nothing
  if client.id is null or sha256(client.secret_hash) <> sha256(secret) then
    return null;
  end if;
  granted := coalesce(asked, client.scopes::text[]);
  if not granted <@ client.scopes::text[] then
    return '{}';
  end if;
  select p.account_id into whose from public.identity_person p where p.id = client.made_by_id;
  if whose is null then
    return null;
  end if;
  insert into public.identity_apitoken (id, account_id, program_id, name, token_hash, scopes, made, expires)
  values (new_id, whose, client.id, '', hash, granted, access.now(),
          least(access.now() + least(life, interval '1 hour'), client.expires));
  update public.identity_program c set used = access.now() where c.id = client.id;
  return granted;
end $$;
alter function identity.exchange(uuid, bytea, uuid, bytea, text[], interval) owner to tillit_definer;

-- As identity.take, and how many more tries are left, and in how many seconds the next one and all of them are free.
create function identity.spend(wanted text, every interval, burst integer)
returns table (allowed boolean, remaining integer, next_free double precision, all_free double precision)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now(); whole timestamptz;
begin
  allowed := identity.take(wanted, every, burst);
  select a.free into whole from public.identity_allowance a where a.key = wanted;
  remaining := greatest(0, burst - ceil(extract(epoch from whole - moment) / extract(epoch from every)))::integer;
  next_free := greatest(0, extract(epoch from whole - moment - every * (burst - 1)));
  all_free := greatest(0, extract(epoch from whole - moment));
  return next;
end $$;
alter function identity.spend(text, interval, integer) owner to tillit_definer;

-- The first request with an idempotency key begins; another one with the same waits for it here, and is then told
-- what was answered. `key` is an HMAC of the key and of whoever sent it.
create function identity.begin_once(new_id uuid, wanted text, print bytea)
returns table (first boolean, same boolean, kept bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  moment timestamptz := access.now();
  -- a token of few scopes acts without its account, with which what was answered goes all the same
  whose uuid := coalesce(access.account(), (select p.account_id from public.identity_person p where p.id = access.person()));
begin
  insert into public.identity_keptanswer as k (id, account_id, key, fingerprint, answer, about, expires)
  values (new_id, whose, wanted, print, '', array_remove(array[access.person()], null), moment + interval '1 day')
  on conflict (key) do update
    set fingerprint = excluded.fingerprint, answer = '', about = excluded.about, expires = excluded.expires
    where k.expires <= moment;
  first := found;
  if not first then
    select k.fingerprint = print, k.answer into same, kept from public.identity_keptanswer k where k.key = wanted;
  end if;
  return next;
end $$;
alter function identity.begin_once(uuid, text, bytea) owner to tillit_definer;

-- concerned: who is named in the answer, beside who asked. Erased in the same request, nothing of it is kept.
create function identity.keep_answer(wanted text, given bytea, concerned uuid[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.identity_keptanswer k set answer = given, about = k.about || concerned
  where k.key = wanted and k.answer = '' and (select access.office()) is not null;
$$;
alter function identity.keep_answer(text, bytea, uuid[]) owner to tillit_definer;

create function identity.sweep_programs() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.identity_apitoken t where t.expires <= moment;
  delete from public.identity_keptanswer k where k.expires <= moment;
  delete from public.identity_program c where c.expires <= moment - interval '1 year';
end $$;
alter function identity.sweep_programs() owner to tillit_definer;
