-- Offering to do what an advertisement asks, and renewing one's own.
set local check_function_bodies = off;

-- The acting provider, whose profile is seen, offers. heard: does the owner hear of what they say? Answers ok, again
-- (they did before), many (ten in a day), profile (theirs is not seen), or nobody (no such advertisement for them, or
-- their account is paused).
create function directory.apply(application uuid, wanted uuid, talk uuid, heard boolean) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); owner uuid;
begin
  if who.office is distinct from 'member' or who.person is null or moderation.paused()
     or (access.roles() && array['provider']) is not true then
    return 'nobody';
  end if;
  select a.person_id into owner from public.directory_advert a
  where a.id = wanted and a.organisation_id = who.organisation and a.state = 'open' and a.ends > who.moment
    and a.person_id <> who.person and not a.person_id = any (access.restricted())
    and not a.person_id = any (moderation.paused_people()) for share;
  if owner is null then
    return 'nobody';
  end if;
  if not exists (
    select from public.directory_profile p
    where p.person_id = who.person and p.organisation_id = who.organisation and p.approved is not null and p.here
      and p.standing = 'open') then
    return 'profile';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('directory.apply' || who.person::text, 0));
  if (select count(*) from public.directory_application a
      where a.person_id = who.person and a.made > who.moment - interval '1 day') >= 10 then
    return 'many';
  end if;
  insert into public.directory_application 
    (id, organisation_id, advert_id, person_id, owner_id, thread, state, heard, made)
  values (application, who.organisation, wanted, who.person, owner, talk, 'sent', heard, who.moment)
  on conflict do nothing;
  return case when found then 'ok' else 'again' end;
end $$;
alter function directory.apply(uuid, uuid, uuid, boolean) owner to tillit_definer;

-- Another 30 days for an open advertisement of whoever acts, not beyond the day that it is for. Answers until when.
create function directory.renew_advert(wanted uuid) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); until timestamptz;
begin
  update public.directory_advert a
  set ends = least(who.moment + interval '30 days', case when a.day is not null then a.ends end)
  where a.id = wanted and a.person_id = who.person and a.organisation_id = who.organisation and a.state = 'open'
    and a.ends > who.moment
  returning a.ends into until;
  return until;
end $$;
alter function directory.renew_advert(uuid) owner to tillit_definer;
