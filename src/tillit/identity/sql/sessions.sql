-- Sessions are reached by the hash of their cookie only, so that reading the table gives nobody a login.
create schema identity;
grant create on schema identity to tillit_definer;
grant usage on schema identity to tillit_app, tillit_definer;

-- Bodies are bound when they are called: some tables come in later migrations.
set local check_function_bodies = off;

-- The one account that the office "login" was narrowed to, by blind index or by id; null in every other office.
create function identity.login_account() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'login' then
    return null;
  end if;
  return (select a.id from public.identity_account a
          where a.email_index = access.subject() or a.id = access.subject_id());
end $$;
alter function identity.login_account() owner to tillit_definer;

-- Who asks, in one call: the session of the cookie (if it is live), the organisation of the address (if there
-- is one), and the account's person in it. Moves the session's last-seen time at most every five minutes.
create function identity.resolve(cookie_hash bytea, wanted_slug text, idle interval)
returns table (session uuid, account uuid, data text, organisation uuid, person uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare moment timestamptz := access.now(); found_session public.identity_session;
begin
  if cookie_hash is not null then
    select s.* into found_session from public.identity_session s
    where s.key_hash = cookie_hash and s.expires > moment and s.seen > moment - idle
      and (s.account_id is null or exists
           (select 1 from public.identity_account a where a.id = s.account_id and a.is_active));
    if found_session.seen < moment - interval '5 minutes' then
      update public.identity_session s set seen = moment where s.id = found_session.id;
    end if;
  end if;
  session := found_session.id;
  account := found_session.account_id;
  data := found_session.data;
  select o.id into organisation from public.identity_organisation o where o.slug = wanted_slug;
  select p.id into person from public.identity_person p
  where p.organisation_id = organisation and p.account_id = found_session.account_id;
  return next;
end $$;
alter function identity.resolve(bytea, text, interval) owner to tillit_definer;

-- As what each of these sessions may listen in each of these organisations now: the person and their roles, null for a
-- session that has ended. For the hub of open pages, which ends those whose answer changes.
create function identity.standing(cookies bytea[], organisations uuid[], idle interval) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  if access.office() is distinct from 'live' then
    raise exception 'only the hub asks how many sessions stand' using errcode = '42501';
  end if;
  return array(
    select (select p.id || ' ' || coalesce((select string_agg(m.role, ' ' order by m.role) from public.identity_membership m
                                            where m.person_id = p.id and m.ended is null), '')
            from public.identity_session s
            join public.identity_account a on a.id = s.account_id and a.is_active
            join public.identity_person p on p.account_id = a.id and p.organisation_id = asked.organisation
            where s.key_hash = asked.cookie and s.expires > moment and s.seen > moment - idle)
    from unnest(cookies, organisations) with ordinality asked (cookie, organisation, nth) order by asked.nth);
end $$;
alter function identity.standing(bytea[], uuid[], interval) owner to tillit_definer;

create function identity.save_session(
  new_id uuid, cookie_hash bytea, owner uuid, new_data text, new_device text, life interval)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  -- a session belongs to nobody, or to the account that the ticket names or that is logging in
  if owner is not null and owner is distinct from access.account()
     and owner is distinct from identity.login_account() then
    raise exception 'a session for somebody else' using errcode = '42501';
  end if;
  insert into public.identity_session as s (id, key_hash, account_id, data, device, started, seen, expires)
  values (new_id, cookie_hash, owner, new_data, new_device, moment, moment, moment + life)
  on conflict (key_hash) do update set data = excluded.data
    -- against fixation: whoever logs in gets a new cookie, an old one never changes hands
    where s.account_id is not distinct from excluded.account_id;
  if not found then
    raise exception 'a session keeps its account' using errcode = '42501';
  end if;
end $$;
alter function identity.save_session(uuid, bytea, uuid, text, text, interval) owner to tillit_definer;

create function identity.end_session(cookie_hash bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
  delete from public.identity_session s where s.key_hash = cookie_hash and (select access.office()) is not null;
$$;
alter function identity.end_session(bytea) owner to tillit_definer;

-- Log out everywhere: every session of the account that acts or is logging in, but the one of `keep`.
create function identity.end_sessions(keep bytea) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ended integer; whose uuid := coalesce(identity.login_account(), access.account());
begin
  delete from public.identity_session s where s.account_id = whose and s.key_hash is distinct from keep;
  get diagnostics ended = row_count;
  return ended;
end $$;
alter function identity.end_sessions(bytea) owner to tillit_definer;
