-- Accounts, people, memberships and invitations are written here and nowhere else. Each function asks the
-- ticket who acts; refusals raise 42501.
set local check_function_bodies = off;

create function identity.administers(wanted uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(access.office() = 'operator'
    or (access.organisation() = wanted and 'administrator' = any(access.roles())), false);
$$;
alter function identity.administers(uuid) owner to tillit_definer;

create function identity.must_administer(wanted uuid) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.administers(wanted) then
    raise exception 'not an administrator of this organisation' using errcode = '42501';
  end if;
end $$;
alter function identity.must_administer(uuid) owner to tillit_definer;

-- The live invitation that the office "join" was narrowed to.
create function identity.live_invitation() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select i.id from public.identity_invitation i
  where access.office() = 'join' and i.token_hash = access.subject()
    and i.accepted is null and i.withdrawn is null and i.expires > access.now();
$$;
alter function identity.live_invitation() owner to tillit_definer;

-- What whoever holds the link may know before accepting; `known` says that the address has an account.
create function identity.read_invitation()
returns table (id uuid, organisation uuid, slug text, organisation_name text, email_sealed bytea, name bytea,
               roles text[], language text, time_zone text, known boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select i.id, o.id, o.slug, o.name, i.email_sealed, i.name, i.roles::text[], i.language, o.time_zone,
    exists (select 1 from public.identity_account a where a.email_index = i.account_index)
  from public.identity_invitation i join public.identity_organisation o on o.id = i.organisation_id
  where i.id = identity.live_invitation();
$$;
alter function identity.read_invitation() owner to tillit_definer;

-- A new account: by the operator, or by whoever holds an invitation sent to just this address, which proves it.
-- False when the address has an account already.
create function identity.open_account(new_id uuid, new_index text, sealed bytea, password_hash text, speaks text)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'operator' and not exists (
    select 1 from public.identity_invitation i
    where i.id = identity.live_invitation() and i.account_index = new_index
  ) then
    raise exception 'no invitation for this address' using errcode = '42501';
  end if;
  insert into public.identity_account (id, email, email_index, email_sealed, password, language, joined, is_active)
  values (new_id, new_index || '@account.invalid', new_index, sealed, password_hash, speaks, access.now(), true)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into public.account_emailaddress (user_id, email, verified, "primary")
  values (new_id, new_index || '@account.invalid', true, true);
  return true;
end $$;
alter function identity.open_account(uuid, text, bytea, text, text) owner to tillit_definer;

-- The acting account moves to another address, proven by mail. False when that address has an account.
create function identity.move_account(new_index text, sealed bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare whose uuid := access.account();
begin
  if whose is null then
    raise exception 'nobody is logged in' using errcode = '42501';
  end if;
  if exists (select 1 from public.identity_account a where a.email_index = new_index) then
    return false;
  end if;
  update public.identity_account a
  set email = new_index || '@account.invalid', email_index = new_index, email_sealed = sealed where a.id = whose;
  update public.account_emailaddress e set email = new_index || '@account.invalid' where e.user_id = whose;
  return true;
end $$;
alter function identity.move_account(text, bytea) owner to tillit_definer;

-- Somebody in an organisation. Only the operator ties a person to an account; everybody else by invitation.
-- Returns the person that the account already is there, if it is one.
create function identity.add_person(
  new_id uuid, wanted uuid, its_account uuid, called bytea, address bytea, address_index text, number bytea,
  number_index text, speaks text, zone text, envelope bytea)
returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare made uuid;
begin
  perform identity.must_administer(wanted);
  if its_account is not null and access.office() is distinct from 'operator' then
    raise exception 'an account joins by invitation' using errcode = '42501';
  end if;
  insert into public.identity_person
    (id, organisation_id, account_id, display_name, email, email_index, phone, phone_index, language, time_zone,
     verified, made)
  values (new_id, wanted, its_account, called, address, address_index, number, number_index, speaks, zone,
          its_account is not null, access.now())
  on conflict (account_id, organisation_id) where account_id is not null do nothing
  returning id into made;
  if made is not null then
    perform keys.insert_key(wanted, made, 'erasable', 1, envelope);
  else
    select p.id into made from public.identity_person p
    where p.organisation_id = wanted and p.account_id = its_account;
  end if;
  return made;
end $$;
alter function identity.add_person(uuid, uuid, uuid, bytea, bytea, text, bytea, text, text, text, bytea)
  owner to tillit_definer;

-- A role for a person of the organisation. Returns the live membership, made now or before; null for nobody's.
create function identity.add_membership(new_id uuid, whose uuid, wanted_role text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare place uuid; made uuid;
begin
  select p.organisation_id into place from public.identity_person p where p.id = whose;
  perform identity.must_administer(place);
  insert into public.identity_membership (id, organisation_id, person_id, role, made)
  values (new_id, place, whose, wanted_role, access.now())
  on conflict (person_id, role) where ended is null do nothing
  returning id into made;
  if made is null then
    select m.id into made from public.identity_membership m
    where m.person_id = whose and m.role = wanted_role and m.ended is null;
  end if;
  return made;
end $$;
alter function identity.add_membership(uuid, uuid, text) owner to tillit_definer;

-- 'ended', 'unknown' (not here, or over already) or 'last' (an organisation keeps one administrator).
create function identity.end_membership(wanted uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare found_one public.identity_membership;
begin
  select m.* into found_one from public.identity_membership m where m.id = wanted and m.ended is null;
  if found_one.id is null or not identity.administers(found_one.organisation_id) then
    return 'unknown';
  end if;
  -- two administrators who end each other at once wait for one another
  perform pg_advisory_xact_lock(hashtextextended('identity.administrators:' || found_one.organisation_id, 0));
  if found_one.role = 'administrator' and not exists (
    select 1 from public.identity_membership m
    where m.organisation_id = found_one.organisation_id and m.role = 'administrator' and m.ended is null
      and m.person_id <> found_one.person_id
  ) then
    return 'last';
  end if;
  update public.identity_membership m set ended = access.now() where m.id = wanted and m.ended is null;
  if not found then
    return 'unknown';
  end if;
  -- with the last role the workplace is left: some days later what is private of them goes (privacy.rights.tasks)
  if access.organisation() = found_one.organisation_id and not exists (
    select 1 from public.identity_membership m where m.person_id = found_one.person_id and m.ended is null
  ) then
    perform kernel.start_end(
      'privacy.leaver', found_one.person_id, found_one.person_id, access.now(), 'privacy.leaver_days', 30);
  end if;
  return 'ended';
end $$;
alter function identity.end_membership(uuid) owner to tillit_definer;

create function identity.new_invitation(
  new_id uuid, wanted uuid, index_of_address text, sealed bytea, called bytea, as_roles text[], speaks text,
  hash_of_token text, last_moment timestamptz)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform identity.must_administer(wanted);
  insert into public.identity_invitation
    (id, organisation_id, invited_by_id, account_index, email_sealed, name, roles, language, token_hash, expires, made)
  values (new_id, wanted, access.person(), index_of_address, sealed, called, as_roles, speaks, hash_of_token,
          last_moment, access.now());
end $$;
alter function identity.new_invitation(uuid, uuid, text, bytea, bytea, text[], text, text, timestamptz)
  owner to tillit_definer;

create function identity.withdraw_invitation(wanted uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.identity_invitation i set withdrawn = access.now()
  where i.id = wanted and i.accepted is null and i.withdrawn is null and identity.administers(i.organisation_id);
  return found;
end $$;
alter function identity.withdraw_invitation(uuid) owner to tillit_definer;

-- The invitation of the ticket is accepted by the account that acts or, when nobody is logged in, by a new one,
-- opened here for the address that was invited. Returns person, organisation and account; nothing when the
-- invitation is no longer live or its address has an account already, which then logs in first.
create function identity.accept_invitation(
  new_person uuid, called bytea, address bytea, address_index text, speaks text, zone text, envelope bytea,
  new_account uuid, new_index text, sealed bytea, password_hash text)
returns table (person uuid, organisation uuid, account uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare invitation public.identity_invitation; wanted_role text; whose uuid := access.account();
begin
  select i.* into invitation from public.identity_invitation i where i.id = identity.live_invitation() for update;
  -- looked at after the lock: another one may have come first
  if invitation.id is null or invitation.accepted is not null or invitation.withdrawn is not null then
    return;
  end if;
  if whose is null then
    if password_hash is null
       or not identity.open_account(new_account, new_index, sealed, password_hash, speaks) then
      return;
    end if;
    whose := new_account;
  end if;
  account := whose;
  organisation := invitation.organisation_id;
  select p.id into person from public.identity_person p
  where p.organisation_id = invitation.organisation_id and p.account_id = whose;
  if person is null then
    insert into public.identity_person
      (id, organisation_id, account_id, display_name, email, email_index, phone, phone_index, language, time_zone,
       verified, made)
    values (new_person, invitation.organisation_id, whose, called, address, address_index, '', '', speaks, zone, true,
            access.now());
    perform keys.insert_key(invitation.organisation_id, new_person, 'erasable', 1, envelope);
    person := new_person;
  end if;
  foreach wanted_role in array invitation.roles::text[] loop
    insert into public.identity_membership (id, organisation_id, person_id, role, made)
    values (gen_random_uuid(), invitation.organisation_id, person, wanted_role, access.now())
    on conflict (person_id, role) where ended is null do nothing;
  end loop;
  update public.identity_invitation i set accepted = access.now() where i.id = invitation.id;
  return next;
end $$;
alter function identity.accept_invitation(
  uuid, bytea, bytea, text, text, text, bytea, uuid, text, bytea, text)
  owner to tillit_definer;

-- Who the acting account is in all its organisations.
create function identity.my_people() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(select p.id from public.identity_person p
               where p.account_id = coalesce((select identity.login_account()), (select access.account())));
$$;
alter function identity.my_people() owner to tillit_definer;

-- All the organisations an account belongs to: the switcher, before one of them is chosen. It comes with the keys
-- of the account's own people, whose names stand sealed in each.
create function identity.my_organisations()
returns table (slug text, name text, organisation uuid, person uuid, display_name bytea, roles text[],
               versions smallint[], horizons integer[], wrapped bytea[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select o.slug, o.name, o.id, p.id, p.display_name,
    array(select m.role::text from public.identity_membership m where m.person_id = p.id and m.ended is null
          order by m.role),
    k.versions, k.horizons, k.wrapped
  from public.identity_person p join public.identity_organisation o on o.id = p.organisation_id
  cross join lateral (
    select array_agg(k.version order by k.version) as versions, array_agg(k.horizon order by k.version) as horizons,
           array_agg(k.wrapped order by k.version) as wrapped
    from keys.person k where k.organisation = o.id and k.person = p.id and k.class = 'erasable') k
  where p.account_id = coalesce((select identity.login_account()), (select access.account()))
  order by o.name;
$$;
alter function identity.my_organisations() owner to tillit_definer;
