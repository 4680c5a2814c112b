create schema notify;
grant usage on schema notify to tillit_app, tillit_definer;
grant create on schema notify to tillit_definer;

-- Old messages in the product, the delivery log, texts that could not be sent.
create function notify.sweep(keep interval) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint; more bigint; forgotten uuid[];
begin
  if access.office() <> 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.notify_note n where n.made < access.now() - keep;
  get diagnostics gone = row_count;
  delete from public.notify_sending s where s.made < access.now() - keep;
  get diagnostics more = row_count;
  delete from public.notify_text t where t.made < access.now() - interval '14 days';
  delete from public.notify_webhookdelivery d where d.made < access.now() - interval '30 days';
  -- whoever is no longer known here (nothing of them is left but a number) chose nothing either
  forgotten := array(
    select p.id from public.identity_person p
    where p.account_id is null and p.email_index = '' and p.display_name = '' and p.phone = '');
  delete from public.notify_preference c where c.person_id = any(forgotten);
  delete from public.notify_quiet c where c.person_id = any(forgotten);
  delete from public.notify_device c where c.person_id = any(forgotten);
  delete from public.notify_stop c where c.person_id = any(forgotten);
  return gone + more;
end $$;
alter function notify.sweep(interval) owner to tillit_definer;

-- Who has gathered messages and for whom it is this hour of the day.
create function notify.gathered(hour integer) returns table (organisation uuid, person uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() <> 'digest' then
    raise exception 'only the daily mail asks' using errcode = '42501';
  end if;
  return query
    select p.organisation_id, p.id from public.identity_person p
    where exists (select 1 from public.notify_note n where n.person_id = p.id and n.gathered)
      and extract(hour from access.now() at time zone coalesce(nullif(p.time_zone, ''), 'UTC')) = hour;
end $$;
alter function notify.gathered(integer) owner to tillit_definer;

-- Where one person is reached, for a reaction that tells them something.
create function notify.reached(whom uuid)
returns table (person uuid, name bytea, email bytea, phone bytea, language text, zone text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.display_name, p.email, p.phone, p.language, coalesce(nullif(p.time_zone, ''), o.time_zone)
  from public.identity_person p join public.identity_organisation o on o.id = p.organisation_id
  where p.id = whom and p.organisation_id = access.organisation() and access.office() = 'reaction'
$$;
alter function notify.reached(uuid) owner to tillit_definer;

-- Whose mail came back. Its id has 122 random bits: who can name it has seen it.
create function notify.whose(message uuid) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() <> 'bounce' then
    raise exception 'only who reads returned mail asks' using errcode = '42501';
  end if;
  return (select s.organisation_id from public.notify_sending s where s.message_id = message);
end $$;
alter function notify.whose(uuid) owner to tillit_definer;
