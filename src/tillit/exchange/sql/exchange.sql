-- People who come from a file: written here and nowhere else. Only administrators of the acting organisation bring
-- somebody in; what they bring they see by a grant that ends with the contact, and nobody else does.
create schema exchange;
grant usage on schema exchange to tillit_app, tillit_definer;
grant create on schema exchange to tillit_definer;
set local check_function_bodies = off;

-- A part: the batch is the acting administrator's own, in this state. Two who bring in
-- the same person at once wait for each other.
create function exchange.must_bring(batch uuid, wanted text) returns access.actor
language plpgsql as $$
declare who access.actor := access.actor();
begin
  perform pg_advisory_xact_lock(uuid_hash_extended(who.organisation, 7136));
  if 'administrator' = any(access.roles()) is not true or not exists (
    select from public.exchange_batch b where b.id = batch and b.organisation_id = who.organisation and b.by_id = who.person
      and b.state = wanted
  ) then
    raise exception 'not an administrator of this organisation, or no such file' using errcode = '42501';
  end if;
  return who;
end $$;

-- A part: what stands in a person's row now, as one value to compare.
create function exchange.mark_of(one public.identity_person) returns bytea
language sql immutable as $$
  select sha256(one.display_name || '\x00'::bytea || one.email || '\x00'::bytea || one.phone);
$$;

-- A part: does more stand behind somebody than that they came in a file: a booking, a matter, a right they use, or data
-- that lies at rest (GDPR Art. 18)?
create function exchange.has_dealings(one public.identity_person) returns boolean
language sql stable as $$
  select one.id = any (access.restricted()) or exists (
    select from public.kernel_end e
    where e.organisation_id = one.organisation_id and e.subject_id = one.id and e.state = 'open'
      and e.kind not in ('exchange.contact', 'access.grant'));
$$;

-- A part: who is shown to the acting administrator: colleagues, and people from files.
create function exchange.shown_to(who access.actor) returns uuid[]
language sql stable as $$
  select access.colleagues() || array(
    select g.subject_id from public.access_grant g
    where g.grantee_id = who.person and g.organisation_id = who.organisation and g.scope = 'contact'
      and g.revoked is null and g.starts <= who.moment and g.ends > who.moment);
$$;

-- Of these addresses and numbers (blind indexes), those of people who are shown to the acting administrator, at rest or
-- not: who, what of them is known, and whether it is somebody whose details are their own to write. Who else has an
-- address a file does not learn.
create function exchange.known(emails text[], phones text[])
returns table (person uuid, email_index text, phone_index text, has_email boolean, has_phone boolean, own boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid[] := exchange.shown_to(access.actor());
begin
  if 'administrator' = any(access.roles()) is not true then
    raise exception 'not an administrator' using errcode = '42501';
  end if;
  return query
    select p.id, p.email_index::text, '', p.email <> '', p.phone <> '', p.account_id is not null or p.verified
    from public.identity_person p
    where p.organisation_id = access.organisation() and p.email_index <> '' and p.email_index = any(emails)
      and p.id = any(mine)
    union all
    select p.id, '', p.phone_index::text, p.email <> '', p.phone <> '', p.account_id is not null or p.verified
    from public.identity_person p
    where p.organisation_id = access.organisation() and p.phone_index <> '' and p.phone_index = any(phones)
      and p.id = any(mine);
end $$;
alter function exchange.known(text[], text[]) owner to tillit_definer;

-- New people, one for each place of the arrays. The administrator who brings them sees them until they go.
create function exchange.add_people(
  batch uuid, people uuid[], names bytea[], addresses bytea[], address_indexes text[], numbers bytea[],
  number_indexes text[], languages text[], envelopes bytea[], zone text, rows uuid[], lines integer[], notes bytea[],
  source text, days integer)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.actor := exchange.must_bring(batch, 'running');
  lasts timestamptz := who.moment + interval '24 hours' * kernel.setting('exchange.keep_days', days);
begin
  for i in 1 .. coalesce(cardinality(people), 0) loop
    insert into public.identity_person as p
      (id, organisation_id, account_id, display_name, email, email_index, phone, phone_index, language, time_zone, verified,
       made)
    values (people[i], who.organisation, null, names[i], addresses[i], address_indexes[i], numbers[i],
            number_indexes[i], languages[i], zone, false, who.moment);
    perform keys.insert_key(who.organisation, people[i], 'erasable', 1, envelopes[i]);
    insert into public.exchange_imported
      (id, organisation_id, batch_id, person_id, line, what, filled, mark, stays, source, note, made)
    select rows[i], who.organisation, batch, p.id, lines[i], 'added', '{}', exchange.mark_of(p), '', source,
           notes[i], who.moment
    from public.identity_person p where p.id = people[i];
    perform access.open_grants(
      who, people[i], array[who.person], 'contact', 'imported', 'imported', batch, lasts,
      array[('exchange.contact', people[i], null, who.moment, 'exchange.keep_days', days, '')::kernel.due]);
  end loop;
end $$;
alter function exchange.add_people(
  uuid, uuid[], bytea[], bytea[], text[], bytea[], text[], text[], bytea[], text, uuid[], integer[], bytea[], text,
  integer) owner to tillit_definer;

-- What is missing of somebody who is shown to the acting administrator is filled in; what is there stays. Answers what was filled. Whoever has
-- booked or asked something gets links to it by the address and number that they gave: a file adds none.
create function exchange.fill(
  batch uuid, whose uuid, address bytea, address_index text, number bytea, number_index text, row_id uuid, line integer,
  note bytea, source text)
returns text[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := exchange.must_bring(batch, 'running'); one public.identity_person; filled text[] := '{}';
begin
  select p.* into one from public.identity_person p
  where p.id = whose and p.organisation_id = who.organisation and p.account_id is null and not p.verified
    and p.id = any (exchange.shown_to(who))
    and not exists (select from public.exchange_imported i where i.batch_id = batch and i.person_id = whose) for update;
  if not found or exchange.has_dealings(one) then
    return filled;
  end if;
  if one.email = '' and address <> '' then
    update public.identity_person p set email = address, email_index = address_index where p.id = whose;
    filled := filled || 'email'::text;
  end if;
  if one.phone = '' and number <> '' then
    update public.identity_person p set phone = number, phone_index = number_index where p.id = whose;
    filled := filled || 'phone'::text;
  end if;
  if cardinality(filled) > 0 then
    insert into public.exchange_imported
      (id, organisation_id, batch_id, person_id, line, what, filled, mark, stays, source, note, made)
    select row_id, who.organisation, batch, p.id, fill.line, 'changed', filled, exchange.mark_of(p), '', fill.source, fill.note,
           who.moment
    from public.identity_person p where p.id = whose;
  end if;
  return filled;
end $$;
alter function exchange.fill(uuid, uuid, bytea, text, bytea, text, uuid, integer, bytea, text) owner to tillit_definer;

-- A part: why somebody may no longer be taken back; '' where nothing speaks against it.
create function exchange.obstacle(one public.identity_person, taken public.exchange_imported) returns text
language plpgsql stable as $$
begin
  if one.account_id is not null or one.verified then
    return 'account';
  elsif one.display_name = '' then
    return 'gone';
  elsif exchange.mark_of(one) <> taken.mark then
    return 'changed';
  elsif taken.what = 'added' and exists (
    select from public.exchange_imported i where i.person_id = one.id and i.id <> taken.id
  ) then
    return 'file';
  elsif one.id = any (access.restricted()) or (taken.what = 'added' and exchange.has_dealings(one)) then
    return 'dealings';
  end if;
  return '';
end $$;

-- Take back what a file brought, at most so many rows at a time. Answers line, whom, and why it stays ('' where it was
-- taken back). The keys of those who are known no longer are destroyed by the sweeper, at once.
create function exchange.take_back(batch uuid, most integer) returns table (line integer, person uuid, stays text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  who access.actor := exchange.must_bring(batch, 'undoing');
  taken public.exchange_imported; one public.identity_person; why text;
begin
  for taken in select i.* from public.exchange_imported i
    where i.batch_id = batch and i.person_id is not null and i.stays = '' order by i.line limit most loop
    select p.* into one from public.identity_person p where p.id = taken.person_id for update;
    why := exchange.obstacle(one, taken);
    if why = '' and taken.what = 'added' then
      update public.identity_person p
      set display_name = '', email = '', email_index = '', phone = '', phone_index = '', time_zone = ''
      where p.id = one.id;
      perform access.close_grants(array(
        select g.id from public.access_grant g
        where g.subject_id = one.id and g.relation = 'imported' and g.revoked is null));
      perform kernel.set_end('exchange.contact', one.id, one.id, who.moment);
    elsif why = '' then
      update public.identity_person p
      set email = case when 'email' = any(taken.filled) then '' else p.email end,
          email_index = case when 'email' = any(taken.filled) then '' else p.email_index end,
          phone = case when 'phone' = any(taken.filled) then '' else p.phone end,
          phone_index = case when 'phone' = any(taken.filled) then '' else p.phone_index end
      where p.id = one.id;
    end if;
    if why in ('', 'gone') then
      delete from public.exchange_imported i where i.id = taken.id;
      why := '';
    else
      update public.exchange_imported i set stays = why where i.id = taken.id;
    end if;
    line := taken.line; person := one.id; stays := why;
    return next;
  end loop;
end $$;
alter function exchange.take_back(uuid, integer) owner to tillit_definer;

-- The time of contacts from files is over: what is known of them from a file goes, and who they are, unless they have
-- an account or other dealings, which have clocks of their own.
create function exchange.forget(people uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation();
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.exchange_imported i where i.organisation_id = own and i.person_id = any(people);
  perform identity.forget_guests(people, people);
end $$;
alter function exchange.forget(uuid[]) owner to tillit_definer;

-- Parts, not doors.
revoke execute on function
  exchange.must_bring(uuid, text), exchange.mark_of(public.identity_person),
  exchange.has_dealings(public.identity_person), exchange.shown_to(access.actor),
  exchange.obstacle(public.identity_person, public.exchange_imported)
from public;
grant execute on function
  exchange.must_bring(uuid, text), exchange.mark_of(public.identity_person),
  exchange.has_dealings(public.identity_person), exchange.shown_to(access.actor),
  exchange.obstacle(public.identity_person, public.exchange_imported)
to tillit_definer;
