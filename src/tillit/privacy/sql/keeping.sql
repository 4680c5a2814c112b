-- What is held back and what is handed out: written here and nowhere else, on orders that the program has signed for
-- whoever acts (kernel.read_order), and where two people are wanted by two.

-- Holds ------------------------------------------------------------------------------------------------------------

-- Live holds on a person, for the person, the office, and what erases or sweeps. Nobody else learns of any.
create function privacy.holds_on(whose uuid[])
returns table (person uuid, reason text, ends timestamptz, tables text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select h.person_id, h.reason::text, h.ends, h.tables::text[] from public.privacy_hold h
  where h.organisation_id = (select access.organisation()) and h.person_id = any (whose) and h.state = 'live'
    and h.ends > (select access.now())
    and ((select access.office()) in ('sweeper', 'prober', 'reaction')
         or h.person_id = (select access.person())
         or ((select access.office()) in ('rights', 'erasure') and h.person_id = (select access.subject_id()))
         or (select privacy.in_office()));
$$;
alter function privacy.holds_on(uuid[]) owner to tillit_definer;

-- Somebody of the office wants a person's data held. Answers live, waiting (for the second person), or why not.
create function privacy.ask_hold(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hold', body, mac);
  who access.actor := access.actor();
  two boolean := access.two_people();
  until timestamptz := (wish ->> 'ends')::timestamptz;
begin
  perform privacy.must_be_in_office();
  if not exists (select from public.identity_person p
                 where p.id = (wish ->> 'subject')::uuid and p.organisation_id = who.organisation) then
    return 'nobody';
  elsif (until > who.moment and until <= who.moment + interval '10 years') is not true then
    return 'bounds';
  elsif exists (select from public.privacy_hold h
                where h.person_id = (wish ->> 'subject')::uuid and h.matter = (wish ->> 'matter')::uuid
                  and h.state in ('waiting', 'live')) then
    return 'again';
  end if;
  insert into public.privacy_hold
    (id, organisation_id, matter, person_id, tables, reason, words, state, starts, ends, asked_by_id, made)
  values ((wish ->> 'id')::uuid, who.organisation, (wish ->> 'matter')::uuid, (wish ->> 'subject')::uuid,
          array(select jsonb_array_elements_text(wish -> 'tables')), wish ->> 'reason', decode(wish ->> 'words', 'hex'),
          case when two then 'waiting' else 'live' end, case when two then null else who.moment end, until, who.person,
          who.moment);
  perform kernel.set_end('privacy.hold', (wish ->> 'id')::uuid, (wish ->> 'subject')::uuid, until);
  return case when two then 'waiting' else 'live' end;
end $$;
alter function privacy.ask_hold(text, text) owner to tillit_definer;

-- A second person approves or refuses. Answers live, refused, or why not.
create function privacy.answer_hold(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('holdanswer', body, mac);
  who access.actor := access.actor();
  asked public.privacy_hold;
begin
  perform privacy.must_be_in_office();
  select h.* into asked from public.privacy_hold h
  where h.id = (wish ->> 'hold')::uuid and h.organisation_id = who.organisation for update;
  if not found then
    return 'gone';
  elsif asked.state <> 'waiting' then
    return 'again';
  elsif (wish ->> 'approve')::boolean is not true then
    update public.privacy_hold h set state = 'refused', closed = who.moment where h.id = asked.id;
    perform kernel.set_end('privacy.hold', asked.id, asked.person_id, who.moment + interval '365 days');
    return 'refused';
  elsif asked.asked_by_id = who.person then
    return 'own';
  elsif not privacy.still_in_office(asked.asked_by_id) then
    return 'left';
  elsif asked.ends <= who.moment then
    return 'late';
  end if;
  update public.privacy_hold h set state = 'live', starts = who.moment, approved_by_id = who.person
  where h.id = asked.id;
  return 'live';
end $$;
alter function privacy.answer_hold(text, text) owner to tillit_definer;

-- Somebody of the office wants a hold to end before its day; where two people are wanted, the second one's wish ends it.
-- Answers ended, asked, or why not.
create function privacy.end_hold(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('holdend', body, mac);
  who access.actor := access.actor();
  found_hold public.privacy_hold;
begin
  perform privacy.must_be_in_office();
  select h.* into found_hold from public.privacy_hold h
  where h.id = (wish ->> 'hold')::uuid and h.organisation_id = who.organisation for update;
  if not found then
    return 'gone';
  elsif found_hold.state <> 'live' then
    return 'again';
  elsif (wish ->> 'end')::boolean is not true then
    update public.privacy_hold h set end_asked_by_id = null where h.id = found_hold.id;
    return 'stays';
  elsif access.two_people() and (found_hold.end_asked_by_id is null
                                 or found_hold.end_asked_by_id <> who.person
                                    and not privacy.still_in_office(found_hold.end_asked_by_id)) then
    update public.privacy_hold h set end_asked_by_id = who.person where h.id = found_hold.id;
    return 'asked';
  elsif access.two_people() and found_hold.end_asked_by_id = who.person then
    return 'own';
  end if;
  perform privacy.end_held(array[found_hold.id], who.moment);
  return 'ended';
end $$;
alter function privacy.end_hold(text, text) owner to tillit_definer;

-- A part: these holds are over. What they kept back ends when it would have ended without them, at the earliest now;
-- the memory of the hold a year later. Returns the people.
create function privacy.end_held(holds uuid[], moment timestamptz) returns setof uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); ended public.privacy_hold;
begin
  for ended in
    update public.privacy_hold h set state = 'ended', closed = moment
    where h.id = any (holds) and h.organisation_id = own and h.state in ('live', 'waiting') returning h.*
  loop
    update public.kernel_end e set due = greatest(e.first_due, moment), wake = greatest(e.first_due, moment)
    where e.organisation_id = own and e.subject_id = ended.person_id and e.state = 'open' and e.due = ended.ends
      and e.kind <> 'privacy.hold';
    perform kernel.set_end('privacy.hold', ended.id, ended.person_id, moment + interval '365 days');
    return next ended.person_id;
  end loop;
end $$;
revoke execute on function privacy.end_held(uuid[], timestamptz) from public;
alter function privacy.end_held(uuid[], timestamptz) owner to tillit_definer;

-- These holds have come to their end.
create function privacy.end_holds(holds uuid[]) returns setof uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper ends what has come to its end' using errcode = '42501';
  end if;
  return query select * from privacy.end_held(holds, access.now());
end $$;
alter function privacy.end_holds(uuid[]) owner to tillit_definer;

-- Was this person of the acting organisation erased? For the office, before it holds what is no longer there.
create function privacy.is_erased(whose uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select privacy.in_office() and exists (
    select from public.privacy_erasure e
    where e.organisation_id = (select access.organisation()) and e.person_id = whose);
$$;
alter function privacy.is_erased(uuid) owner to tillit_definer;

-- The memory of these holds is over.
create function privacy.forget_holds(holds uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation();
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.privacy_hold h
  where h.id = any (holds) and h.organisation_id = own and h.state in ('ended', 'refused');
  perform keys.shred(own, holds, 'journal');
end $$;
alter function privacy.forget_holds(uuid[]) owner to tillit_definer;

-- Disclosures ------------------------------------------------------------------------------------------------------

-- Somebody of the office wants to hand something out. Answers waiting, or why not. A second person answers within
-- 30 days.
create function privacy.ask_disclosure(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('disclosure', body, mac);
  who access.actor := access.actor();
begin
  perform privacy.must_be_in_office();
  if not exists (select from public.identity_person p
                 where p.id = (wish ->> 'subject')::uuid and p.organisation_id = who.organisation) then
    return 'nobody';
  elsif coalesce(wish ->> 'basis', '') = '' or jsonb_array_length(wish -> 'fields') = 0
     or (wish ->> 'kind' = 'authority' and coalesce(wish ->> 'case', '') = '')
     or ((wish ->> 'silent_until') is not null and coalesce(wish ->> 'silence', '') = '') then
    return 'unfounded';
  end if;
  insert into public.privacy_disclosure
    (id, organisation_id, kind, person_id, receiver_kind, receiver, "case", basis, words, fields, state, asked_by_id,
     digest, silence, silent_until, made)
  values ((wish ->> 'id')::uuid, who.organisation, wish ->> 'kind', (wish ->> 'subject')::uuid, wish ->> 'receiver_kind',
          decode(wish ->> 'receiver', 'hex'), decode(wish ->> 'case', 'hex'), wish ->> 'basis',
          decode(wish ->> 'words', 'hex'), array(select jsonb_array_elements_text(wish -> 'fields')), 'waiting',
          who.person, '', decode(wish ->> 'silence', 'hex'), (wish ->> 'silent_until')::timestamptz, who.moment);
  perform kernel.set_end('privacy.disclosure', (wish ->> 'id')::uuid, null, who.moment + interval '30 days');
  return 'waiting';
end $$;
alter function privacy.ask_disclosure(text, text) owner to tillit_definer;

-- A second person approves or refuses. Answers approved, refused, or why not.
create function privacy.answer_disclosure(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('disclosureanswer', body, mac);
  who access.actor := access.actor();
  asked public.privacy_disclosure;
begin
  perform privacy.must_be_in_office();
  select d.* into asked from public.privacy_disclosure d
  where d.id = (wish ->> 'disclosure')::uuid and d.organisation_id = who.organisation for update;
  if not found then
    return 'gone';
  elsif asked.state <> 'waiting' then
    return 'again';
  elsif (wish ->> 'approve')::boolean is not true then
    update public.privacy_disclosure d set state = 'refused', answered = who.moment where d.id = asked.id;
    perform kernel.set_end('privacy.disclosure', asked.id, null, who.moment + interval '1827 days');
    return 'refused';
  elsif asked.asked_by_id = who.person then
    return 'own';
  elsif not privacy.still_in_office(asked.asked_by_id) then
    return 'left';
  end if;
  update public.privacy_disclosure d set state = 'approved', approved_by_id = who.person, answered = who.moment
  where d.id = asked.id;
  perform kernel.set_end('privacy.disclosure', asked.id, null, who.moment + interval '30 days');
  return 'approved';
end $$;
alter function privacy.answer_disclosure(text, text) owner to tillit_definer;

-- What was approved is handed over now, once; the row says which file. The person is told now, or at the end of the
-- silence (which is on the clock). Answers handed, or why not.
create function privacy.hand_over(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('handover', body, mac);
  who access.actor := access.actor();
  asked public.privacy_disclosure;
begin
  perform privacy.must_be_in_office();
  select d.* into asked from public.privacy_disclosure d
  where d.id = (wish ->> 'disclosure')::uuid and d.organisation_id = who.organisation for update;
  if not found then
    return 'gone';
  elsif asked.state <> 'approved' then
    return 'again';
  end if;
  update public.privacy_disclosure d
  set state = 'handed', handed = who.moment, digest = wish ->> 'digest',
      told = case when asked.silent_until > who.moment then null else who.moment end
  where d.id = asked.id;
  perform kernel.set_end('privacy.disclosure', asked.id, null, who.moment + interval '1827 days');
  if asked.silent_until > who.moment then
    perform kernel.set_end('privacy.silence', asked.id, null, asked.silent_until);
  end if;
  return 'handed';
end $$;
alter function privacy.hand_over(text, text) owner to tillit_definer;

-- The silence is over: who must be told now.
create function privacy.end_silence(disclosures uuid[]) returns table (disclosure uuid, person uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper ends a silence' using errcode = '42501';
  end if;
  return query
    update public.privacy_disclosure d set told = access.now()
    where d.id = any (disclosures) and d.organisation_id = access.organisation() and d.state = 'handed'
      and d.told is null
    returning d.id, d.person_id;
end $$;
alter function privacy.end_silence(uuid[]) owner to tillit_definer;

-- What nobody answered or handed over in time lapses; the memory of what was decided ends. Returns what lapsed.
create function privacy.close_disclosures(disclosures uuid[]) returns setof uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now(); own uuid := access.organisation(); over uuid[]; one uuid;
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper closes' using errcode = '42501';
  end if;
  select array_agg(d.id) into over from public.privacy_disclosure d
  where d.id = any (disclosures) and d.organisation_id = own and d.state in ('refused', 'handed', 'lapsed');
  for one in
    update public.privacy_disclosure d set state = 'lapsed', answered = coalesce(d.answered, moment)
    where d.id = any (disclosures) and d.organisation_id = own and d.state in ('waiting', 'approved') returning d.id
  loop
    perform kernel.set_end('privacy.disclosure', one, null, moment + interval '1827 days');
    return next one;
  end loop;
  if over is not null then
    delete from public.privacy_disclosure d where d.id = any (over);
    perform keys.shred(own, over, 'journal');
  end if;
end $$;
alter function privacy.close_disclosures(uuid[]) owner to tillit_definer;
