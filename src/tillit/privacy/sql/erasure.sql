-- Erasing one person in one organisation: the office "erasure", narrowed to that person, and nobody else. What happens
-- to the values of each table is worked out from the declarations (kernel.erase_values, kernel.values_left).
set local check_function_bodies = off;

-- Who is to be erased, as the ticket says: the person of the acting organisation, and the account that goes along
-- because it belongs to nobody else.
create function privacy.to_erase(out whose uuid, out login uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if who.office is distinct from 'erasure' then
    raise exception 'only erasure erases' using errcode = '42501';
  end if;
  select p.id, case when not exists (select from public.identity_person o
                                     where o.account_id = p.account_id and o.id <> p.id) then p.account_id end
  into whose, login
  from public.identity_person p where p.id = access.subject_id() and p.organisation_id = who.organisation;
  if whose is null then
    raise exception 'nobody of this organisation' using errcode = '42501';
  end if;
end $$;
alter function privacy.to_erase() owner to tillit_definer;

-- Why this person cannot go now: an organisation keeps one administrator. Null where nothing hinders.
create function privacy.erasure_refusal() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare one record;
begin
  select * into one from privacy.to_erase();
  return (select 'last' from public.identity_membership m
          where m.person_id = one.whose and m.role = 'administrator' and m.ended is null
            and not exists (select from public.identity_membership o
                            where o.organisation_id = m.organisation_id and o.role = 'administrator'
                              and o.ended is null and o.person_id <> one.whose) limit 1);
end $$;
alter function privacy.erasure_refusal() owner to tillit_definer;

-- From here to the end of the transaction the person is locked: what was just being done as them goes first, what
-- comes later finds nobody. Answers with the receipt of an earlier erasure (of the same form, or of all there was),
-- or with why not: an organisation keeps one administrator.
create function privacy.begin_erasure(wanted uuid, out again uuid, out refusal text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one record; own uuid := access.organisation();
begin
  select * into one from privacy.to_erase();
  -- before the person, as whoever ends a membership does
  perform pg_advisory_xact_lock(hashtextextended('identity.administrators:' || own, 0));
  perform from public.identity_person p where p.id = one.whose for update;
  select e.id into again from public.privacy_erasure e
  where e.organisation_id = own and (e.request_key = wanted or (e.person_id = one.whose and not e.open))
  order by e.request_key = wanted desc, e.id limit 1;
  if again is null then
    refusal := privacy.erasure_refusal();
  end if;
end $$;
alter function privacy.begin_erasure(uuid) owner to tillit_definer;

-- What erasure would do, table by table: deleted, emptied, shredded (it ends with the key), kept or held.
create function privacy.preview_erasure(held text[]) returns table (label text, how text, many bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare one record;
begin
  select * into one from privacy.to_erase();
  return query select v.label, v.how, v.many from kernel.values_left(one.whose, one.login, held) v;
end $$;
alter function privacy.preview_erasure(text[]) owner to tillit_definer;

-- Values that a legal hold keeps, sealed for it. Returns how many.
create function privacy.hold_values(label text, field text, ids uuid[], blobs bytea[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one record;
begin
  select * into one from privacy.to_erase();
  return kernel.hold_values(one.whose, one.login, label, field, ids, blobs);
end $$;
alter function privacy.hold_values(text, text, uuid[], bytea[]) owner to tillit_definer;

-- It goes, with the `clocks` that would have ended it. The row of the person stays as an empty one, so that what others rely on keeps standing on something.
create function privacy.erase_values(held text[], clocks text[]) returns table (label text, how text, many bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one record; own uuid := access.organisation(); moment timestamptz := access.now();
begin
  select * into one from privacy.to_erase();
  update public.identity_membership m set ended = moment where m.person_id = one.whose and m.ended is null;
  delete from public.identity_invitation i using public.identity_person p, public.identity_account a
  where p.id = one.whose and a.id = p.account_id and i.account_index = a.email_index
    and (i.organisation_id = own or one.login is not null);
  -- what was shown of them, what was shown to them, and the clocks of both
  with gone as (
    delete from public.access_grant g where g.subject_id = one.whose or g.grantee_id = one.whose returning g.id)
  delete from public.kernel_end e using gone
  where e.organisation_id = own and e.kind = 'access.grant' and e.object_id = gone.id;
  delete from public.kernel_end e
  where e.subject_id = one.whose and e.organisation_id = own and (e.state <> 'open' or e.kind = any (clocks));
  return query select v.label, v.how, v.many from kernel.erase_values(one.whose, one.login, held) v;
  update public.identity_person p set account_id = null, verified = false where p.id = one.whose;
end $$;
alter function privacy.erase_values(text[], text[]) owner to tillit_definer;

-- Counted at the end, by somebody who sees it all: what should be gone and is there. Nothing, or it is undone.
create function privacy.not_erased(held text[]) returns table (label text, many bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare one record; own uuid := access.organisation();
begin
  select * into one from privacy.to_erase();
  return query
    select v.label, v.many from kernel.values_left(one.whose, one.login, held) v where v.how in ('deleted', 'emptied')
    union all
    select 'keys', count(*) from keys.person k
    where k.organisation = own and k.person = one.whose and k.class = 'erasable' and k.wrapped is not null
    having count(*) > 0
    union all
    select 'grants', count(*) from public.access_grant g
    where g.subject_id = one.whose or g.grantee_id = one.whose having count(*) > 0
    union all
    select 'account', count(*) from public.identity_person p
    where p.id = one.whose and p.account_id is not null having count(*) > 0
    union all
    select 'roles', count(*) from public.identity_membership m
    where m.person_id = one.whose and m.ended is null having count(*) > 0;
end $$;
alter function privacy.not_erased(text[]) owner to tillit_definer;

-- Everybody whom the organisation knows, for its administrators when it leaves, and for its closing: ids, and how many
-- files each has sent.
create function privacy.people_of() returns table (person uuid, files bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation();
begin
  if ('administrator' = any (access.roles()) or access.office() = 'sweeper') is not true then
    raise exception 'only administrators take everything along' using errcode = '42501';
  end if;
  return query
    select p.id, (select count(*) from public.kernel_upload u where u.owner_id = p.id)
    from public.identity_person p where p.organisation_id = own order by p.id;
end $$;
alter function privacy.people_of() owner to tillit_definer;

-- Had this person a role here once, and has none now?
create function privacy.has_left(whose uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper asks who has left' using errcode = '42501';
  end if;
  return (select count(*) > 0 and count(*) = count(m.ended) from public.identity_membership m
          where m.person_id = whose and m.organisation_id = access.organisation());
end $$;
alter function privacy.has_left(uuid) owner to tillit_definer;

-- For a restore: everybody, in pages by id, and whether their key is gone. Ids only.
create function privacy.everybody(after uuid, most integer)
returns table (organisation uuid, person uuid, erased boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'restorer' then
    raise exception 'only a restore asks for everybody' using errcode = '42501';
  end if;
  return query
    select p.organisation_id, p.id, exists (
      select from keys.person k where k.organisation = p.organisation_id and k.person = p.id
        and k.class = 'erasable' and k.wrapped is null)
      and exists (select from public.privacy_erasure e where e.person_id = p.id)
    from public.identity_person p where p.id > after order by p.id limit most;
end $$;
revoke execute on function privacy.everybody(uuid, integer) from public;
grant execute on function privacy.everybody(uuid, integer) to tillit_worker;
alter function privacy.everybody(uuid, integer) owner to tillit_definer;

-- Who was erased, for the list outside the database.
create function privacy.everybody_erased() returns table (person uuid, receipt uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'restorer' then
    raise exception 'only the keeper of the list asks for everybody' using errcode = '42501';
  end if;
  return query select e.person_id, e.id from public.privacy_erasure e order by e.id;
end $$;
revoke execute on function privacy.everybody_erased() from public;
grant execute on function privacy.everybody_erased() to tillit_worker;
alter function privacy.everybody_erased() owner to tillit_definer;

-- The time of these copies is over. Returns the ids of those that were there: their files go, too.
create function privacy.drop_copies(copies uuid[]) returns setof uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper drops copies' using errcode = '42501';
  end if;
  return query delete from public.privacy_copy c
    where c.id = any (copies) and c.organisation_id = access.organisation() returning c.id;
end $$;
alter function privacy.drop_copies(uuid[]) owner to tillit_definer;

-- Copies of everything that the organisation holds, with the one who is being erased in them: they go, and are made anew
-- without them where they are still needed.
create function privacy.drop_whole_copies() returns setof uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'erasure' then
    raise exception 'only erasure drops copies of everything' using errcode = '42501';
  end if;
  return query delete from public.privacy_copy c
    where c.whole and c.organisation_id = access.organisation() returning c.id;
end $$;
alter function privacy.drop_whole_copies() owner to tillit_definer;

-- Which of these files still have a row.
create function privacy.known_copies(ids uuid[]) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper asks for files' using errcode = '42501';
  end if;
  return query select c.id from public.privacy_copy c where c.id = any (ids);
end $$;
alter function privacy.known_copies(uuid[]) owner to tillit_definer;
