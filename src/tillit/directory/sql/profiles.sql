-- What brings a fact from one stage to the next, who sees it, who checked it: written here and nowhere else.
set local check_function_bodies = off;

-- Facts know whether their profile is seen, so that no policy has to ask for it row by row.
create function directory.keep_visible() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare open boolean := new.approved is not null and new.here and new.standing = 'open';
begin
  update public.directory_fact f set visible = open where f.profile_id = new.id and f.visible is distinct from open;
  if not open then  -- whoever leaves, pauses or is taken down is found no more from that moment
    delete from public.directory_listing l where l.profile_id = new.id;
  end if;
  return null;
end $$;
create trigger keep_visible after update of approved, here, standing on public.directory_profile
for each row execute function directory.keep_visible();
revoke execute on function directory.keep_visible() from public;
alter function directory.keep_visible() owner to tillit_definer;

-- A new fact is as visible as its profile, whatever was sent, and unchecked. Nobody else's is written down as one's own.
create function directory.new_fact() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.visible := coalesce((select p.approved is not null and p.here and p.standing = 'open'
                           from public.directory_profile p where p.id = new.profile_id), false);
  return new;
end $$;
create trigger new_fact before insert on public.directory_fact
for each row execute function directory.new_fact();
revoke execute on function directory.new_fact() from public;
alter function directory.new_fact() owner to tillit_definer;

-- What was checked is what was said then: other words are unchecked, whatever stage they have.
create function directory.said_anew() returns trigger
language plpgsql as $$
begin
  new.check_how := ''; new.checked := null; new.check_ends := null; new.checked_by_id := null;
  return new;
end $$;
create trigger said_anew before update of value, files on public.directory_fact
for each row execute function directory.said_anew();

-- Pictures go with the fact that they are.
create function directory.fact_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.kernel_upload u
  where u.id = any (old.files) and u.organisation_id = old.organisation_id and u.owner_id = old.person_id;
  return null;
end $$;
create trigger fact_gone after delete on public.directory_fact
for each row when (cardinality(old.files) > 0) execute function directory.fact_gone();
revoke execute on function directory.fact_gone() from public;
alter function directory.fact_gone() owner to tillit_definer;

-- A profile is there as long as its owner is a provider.
create function directory.provider_left_or_came() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.directory_profile p set here = not p.here
  where p.person_id = new.person_id and p.here is distinct from exists (
    select from public.identity_membership m
    where m.person_id = new.person_id and m.role = 'provider' and m.ended is null);
  return null;
end $$;
create trigger provider_left_or_came after insert or update of ended on public.identity_membership
for each row when (new.role = 'provider') execute function directory.provider_left_or_came();
revoke execute on function directory.provider_left_or_came() from public;
alter function directory.provider_left_or_came() owner to tillit_definer;

-- The acting person puts their drafts before the moderators. Answers ok, waits (something of theirs waits already) or
-- nothing (there is no draft, or they are no provider).
create function directory.submit(submission uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); profile uuid;
begin
  select p.id into profile from public.directory_profile p
  where p.id = directory.my_profile() and p.here for update;
  if profile is null or not exists (
    select from public.directory_fact f where f.profile_id = profile and f.stage = 'draft') then
    return 'nothing';
  elsif exists (select from public.directory_submission s where s.profile_id = profile and s.state = 'waiting') then
    return 'waits';
  end if;
  insert into public.directory_submission (id, organisation_id, profile_id, person_id, state, made)
  values (submission, who.organisation, profile, who.person, 'waiting', who.moment);
  update public.directory_fact f set stage = 'waiting' where f.profile_id = profile and f.stage = 'draft';
  return 'ok';
end $$;
alter function directory.submit(uuid) owner to tillit_definer;

-- What waits goes back to being a draft, where no newer one was written. A part.
create function directory.back_to_draft(profile uuid) returns void
language sql as $$
  delete from public.directory_fact f where f.profile_id = $1 and f.stage = 'waiting' and exists (
    select from public.directory_fact d where d.profile_id = $1 and d.kind = f.kind and d.stage = 'draft');
  update public.directory_fact f set stage = 'draft' where f.profile_id = $1 and f.stage = 'waiting';
$$;

-- The owner takes back what waits. False when nothing does.
create function directory.withdraw() returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare profile uuid := directory.my_profile(); taken uuid;
begin
  perform from public.directory_profile p where p.id = profile for update;
  update public.directory_submission s set state = 'withdrawn', decided = access.now()
  where s.profile_id = profile and s.state = 'waiting' returning s.id into taken;
  if taken is not null then
    perform directory.back_to_draft(profile);
  end if;
  return taken;
end $$;
alter function directory.withdraw() owner to tillit_definer;

-- What was submitted is decided, never by its owner: where a moderator's decision about this profile is carried out
-- (office moderation, narrowed to the profile). What is let through takes the place of what was live. Answers whose it
-- is; null where there is nothing to decide any more.
create function directory.decide(profile uuid, through boolean) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); whose uuid;
begin
  if profile is distinct from access.subject_id_as('moderation') then
    raise exception 'only a moderator''s decision' using errcode = '42501';
  end if;
  select p.person_id into whose from public.directory_profile p
  where p.id = profile and p.organisation_id = who.organisation and p.person_id is distinct from who.person for update;
  update public.directory_submission s
  set state = case when through then 'approved' else 'refused' end, decided = who.moment
  where s.profile_id = profile and s.person_id = whose and s.state = 'waiting';
  if not found then
    return null;
  end if;
  if through then
    delete from public.directory_fact f where f.profile_id = profile and f.stage = 'live' and exists (
      select from public.directory_fact w where w.profile_id = profile and w.kind = f.kind and w.stage = 'waiting');
    update public.directory_fact f set stage = 'live' where f.profile_id = profile and f.stage = 'waiting';
    update public.directory_profile p set approved = coalesce(p.approved, who.moment), changed = who.moment
    where p.id = profile;
  else
    perform directory.back_to_draft(profile);
  end if;
  return whose;
end $$;
alter function directory.decide(uuid, boolean) owner to tillit_definer;

-- The same for a visible profile: it is taken down, or brought back.
create function directory.take_down(profile uuid, down boolean) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); whose uuid;
begin
  if profile is distinct from access.subject_id_as('moderation') then
    raise exception 'only a moderator''s decision' using errcode = '42501';
  end if;
  update public.directory_profile p set standing = case when down then 'down' else 'open' end
  where p.id = profile and p.organisation_id = who.organisation and p.person_id is distinct from who.person
    and case when down then p.standing <> 'down' else p.standing = 'down' end
  returning p.person_id into whose;
  return whose;
end $$;
alter function directory.take_down(uuid, boolean) owner to tillit_definer;

-- The owner shows the profile no more for a while, or again. Not what a moderator took down.
create function directory.pause(wanted boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.directory_profile p set standing = case when wanted then 'paused' else 'open' end
  where p.id = directory.my_profile() and p.standing in ('open', 'paused');
  return found;
end $$;
alter function directory.pause(boolean) owner to tillit_definer;

-- The owner says who sees a fact, in every stage of it, from now.
create function directory.show_fact(wanted_kind text, wanted text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.directory_fact f set seen_by = wanted
  where f.profile_id = directory.my_profile() and f.kind = wanted_kind;
  return found;
end $$;
alter function directory.show_fact(text, text) owner to tillit_definer;

-- The owner changed something: the time after which all of it goes is counted from now.
create function directory.touch() returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.directory_profile p set changed = access.now() where p.id = directory.my_profile();
$$;
alter function directory.touch() owner to tillit_definer;

-- A moderator or an administrator has looked at a fact of somebody else; how: "" takes it back. Answers whose it is.
create function directory.check_fact(body text, mac text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('factcheck', body, mac);
  who access.actor := access.actor();
  how text := wish ->> 'how';
  whose uuid;
begin
  if (access.roles() && array['moderator', 'administrator']) is not true then
    raise exception 'only moderators check' using errcode = '42501';
  end if;
  update public.directory_fact f
  set check_how = how, checked = case when how <> '' then who.moment end,
      check_ends = case when how <> '' then (wish ->> 'ends')::date end,
      checked_by_id = case when how <> '' then who.person end
  where f.id = (wish ->> 'fact')::uuid and f.organisation_id = who.organisation and f.stage <> 'draft'
    and f.person_id <> who.person
  returning f.person_id into whose;
  return whose;
end $$;
alter function directory.check_fact(text, text) owner to tillit_definer;

-- Two people write with each other: what the provider shows to such people opens for the other one, until then.
create function directory.acquaint(provider uuid, other uuid, thread uuid, until timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if who.office is distinct from 'reaction' then
    raise exception 'only a reaction acquaints' using errcode = '42501';
  elsif provider = other or not exists (
    select from public.directory_profile p where p.person_id = provider and p.organisation_id = who.organisation)
    or exists (
    select from public.access_grant g
    where g.subject_id = provider and g.grantee_id = other and g.scope = 'profile' and g.relation = 'thread'
      and g.object_id = thread and g.revoked is null and g.ends > who.moment) then
    return false;
  end if;
  perform access.open_grants(who, provider, array[other], 'profile', 'thread', 'talks', thread, until);
  return true;
end $$;
alter function directory.acquaint(uuid, uuid, uuid, timestamptz) owner to tillit_definer;

-- Nobody has changed these profiles for so long that they go, by the sweeper.
create function directory.forget(profiles uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint;
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.directory_profile p where p.id = any (profiles) and p.organisation_id = access.organisation();
  get diagnostics gone = row_count;
  return gone;
end $$;
alter function directory.forget(uuid[]) owner to tillit_definer;

revoke execute on function directory.back_to_draft(uuid) from public;
grant execute on function directory.back_to_draft(uuid) to tillit_definer;
