-- Asking for a document, opening it to one person for a while, looking at it, checking it. What a person decides comes
-- as an order that the program has signed for whoever acts (kernel.read_order).
set local check_function_bodies = off;

-- What stands on profiles: of these people, the documents whose owners want it so, and no word more than they want;
-- with who says so (the latest check). Nothing of people whose data lies at rest.
create function documents.titles(people uuid[])
returns table (id uuid, person uuid, kind text, title bytea, issuer bytea, expires date, how text, checked timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.id, d.person_id, d.kind::text, d.title, case d.listed when 'issuer' then d.issuer end, d.expires,
    c.how::text, c.made
  from public.documents_document d
  left join lateral (
    select k.how, k.made from public.documents_check k where k.document_id = d.id order by k.made desc limit 1) c on true
  where d.person_id = any (people) and d.organisation_id = (select access.organisation()) and d.listed <> ''
    and d.person_id <> all ((select access.restricted())::uuid[])
  order by d.person_id, d.kind, d.id;
$$;
alter function documents.titles(uuid[]) owner to tillit_definer;

-- That an extract from the criminal record was shown in person: of these people, to whom (us or somebody who asked),
-- and the latest day.
create function documents.shown_by(people uuid[]) returns table (person uuid, by_us boolean, on_day date)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.person_id, s.by_us, max(s."on") from public.documents_shown s
  where s.person_id = any (people) and s.organisation_id = (select access.organisation())
    and s.person_id <> all ((select access.restricted())::uuid[])
  group by s.person_id, s.by_us order by s.person_id, s.by_us desc;
$$;
alter function documents.shown_by(uuid[]) owner to tillit_definer;

create function documents.moderates() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.person() is not null and access.roles() && array['moderator', 'administrator'];
$$;
alter function documents.moderates() owner to tillit_definer;

-- Whose documents stand on profiles: for those who may check them.
create function documents.to_check(most integer) returns table (person uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.person_id from public.documents_document d
  where d.organisation_id = (select access.organisation()) and d.listed <> '' and (select documents.moderates())
    and d.person_id <> (select access.person())
  group by d.person_id order by max(d.made) desc limit most;
$$;
alter function documents.to_check(integer) owner to tillit_definer;

-- Somebody would like to see a document that stands on a profile, or asks for one of a kind. Answers ok, again (asked
-- already), many, or nobody. One that is not to reach its owner is answered with no at once, and they hear nothing.
create function documents.ask(body text, mac text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('docask', body, mac);
  who access.actor := access.actor();
  owner uuid := (wish ->> 'whose')::uuid;
  document uuid := (wish ->> 'document')::uuid;
  request uuid := (wish ->> 'id')::uuid;
  quietly boolean := coalesce((wish ->> 'quietly')::boolean, false);
begin
  if who.person is null or owner = who.person or moderation.paused()
     or not exists (select from public.identity_person p where p.id = owner and p.organisation_id = who.organisation)
     or owner = any (access.restricted())
     or (document is not null and not exists (
       select from public.documents_document d
       where d.id = document and d.person_id = owner and d.listed <> '' and d.kind = wish ->> 'kind')) then
    return 'nobody';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('documents.ask' || who.person::text, 0));
  if (select count(*) from public.documents_request r where r.asker_id = who.person
      and (r.state = 'waiting' or r.made > who.moment - interval '1 day')) >= 20 then
    return 'many';
  end if;
  insert into public.documents_request
    (id, organisation_id, asker_id, person_id, document_id, kind, words, name, state, download, answered, made)
  values (request, who.organisation, who.person, owner, document, wish ->> 'kind', decode(wish ->> 'words', 'hex'),
          decode(wish ->> 'name', 'hex'), case when quietly then 'refused' else 'waiting' end, false,
          case when quietly then who.moment end, who.moment)
  on conflict do nothing;
  if not found then
    return 'again';
  end if;
  perform kernel.set_end('documents.request', request, who.person, who.moment + interval '14 days');
  return 'ok';
end $$;
alter function documents.ask(text, text) owner to tillit_definer;

-- The owner opens one document to one person until then, by a request or by themselves. However often at once: one
-- grant. Answers ok, again (open already), bounds, gone; and the grant.
create function documents.approve(body text, mac text, out answer text, out opened uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('docapprove', body, mac);
  who access.actor := access.actor();
  document uuid := (wish ->> 'document')::uuid;
  grantee uuid := (wish ->> 'grantee')::uuid;
  request uuid := (wish ->> 'request')::uuid;
  hours integer := (wish ->> 'hours')::integer;
  kind text;
begin
  answer := 'gone';
  select d.kind into kind from public.documents_document d
  where d.id = document and d.person_id = who.person and d.organisation_id = who.organisation;
  if kind is null or grantee = who.person
     or not exists (select from public.identity_person p where p.id = grantee and p.organisation_id = who.organisation)
  then
    return;
  elsif (hours between 1 and 720) is not true then
    answer := 'bounds';
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('documents.approve' || document::text || grantee::text, 0));
  select g.id into opened from public.access_grant g
  where g.object_id = document and g.grantee_id = grantee and g.scope = 'documents.file' and g.revoked is null
    and g.ends > who.moment;
  if request is null then
    request := (wish ->> 'id')::uuid;
    insert into public.documents_request
      (id, organisation_id, asker_id, person_id, document_id, kind, words, name, state, download, made)
    values (request, who.organisation, grantee, who.person, document, kind, ''::bytea,
            decode(wish ->> 'name', 'hex'), 'waiting', false, who.moment)
    on conflict do nothing;
    if not found then
      select r.id into request from public.documents_request r
      where r.asker_id = grantee and r.document_id = document and r.state = 'waiting';
    end if;
  elsif not exists (select from public.documents_request r where r.id = request and r.person_id = who.person
                    and r.asker_id = grantee and r.state in ('waiting', 'approved')
                    and r.kind <> 'criminal_record') then
    return;
  end if;
  answer := 'again';
  if opened is null then
    opened := (access.open_grants(who, who.person, array[grantee], 'documents.file', 'document', 'approved', document,
                                  who.moment + make_interval(hours => hours)))[1];
    answer := 'ok';
  end if;
  update public.documents_request r
  set state = 'approved', document_id = document, granted = opened, answered = who.moment,
      download = (wish ->> 'download')::boolean
  where r.id = request and (r.state = 'waiting' or answer = 'ok');
  perform kernel.set_end('documents.request', request, grantee, who.moment + interval '90 days');
end $$;
alter function documents.approve(text, text) owner to tillit_definer;

-- The owner says no, or agrees to show an extract in person; the asker withdraws. Answers whether it was waiting.
create function documents.answer(body text, mac text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('docanswer', body, mac);
  who access.actor := access.actor();
  asker uuid;
begin
  update public.documents_request r set state = wish ->> 'state', answered = who.moment
  where r.id = (wish ->> 'request')::uuid and r.organisation_id = who.organisation and r.state = 'waiting'
    and case wish ->> 'state' when 'withdrawn' then r.asker_id = who.person
        when 'refused' then r.person_id = who.person
        when 'approved' then r.person_id = who.person and r.kind = 'criminal_record' else false end
  returning r.asker_id into asker;
  if asker is null then
    return false;
  end if;
  perform kernel.set_end('documents.request', (wish ->> 'request')::uuid, asker, who.moment + interval '90 days');
  return true;
end $$;
alter function documents.answer(text, text) owner to tillit_definer;

-- Whoever holds a live grant has read what was and was not checked, and opens the document for an hour at most.
create function documents.open(body text, mac text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('docopen', body, mac);
  who access.actor := access.actor();
  document uuid := (wish ->> 'document')::uuid;
begin
  if document = any (documents.open_to_me()) is not true then
    return false;
  end if;
  insert into public.documents_opening
    (id, organisation_id, document_id, person_id, viewer_id, name, reason, ends, made)
  select (wish ->> 'id')::uuid, who.organisation, d.id, d.person_id, who.person, decode(wish ->> 'name', 'hex'),
    'approved', who.moment + interval '1 hour', who.moment
  from public.documents_document d where d.id = document;
  return found;
end $$;
alter function documents.open(text, text) owner to tillit_definer;

-- The file of a document that the actor has opened and may still see; plainly only where its owner allowed that.
create function documents.file(opening uuid, plainly boolean)
returns table (id uuid, owner uuid, name bytea, kind text, size bigint, pages smallint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.id, u.owner_id, u.name, u.kind::text, u.size, d.pages
  from public.documents_opening o
  join public.documents_document d on d.id = o.document_id
  join public.kernel_upload u on u.id = d.file
  where o.id = opening and o.viewer_id = (select access.person()) and o.organisation_id = (select access.organisation())
    and o.ends > (select access.now()) and d.id = any ((select documents.open_to_me())::uuid[])
    and (not plainly or exists (
      select from public.documents_request r
      join public.access_grant g on g.id = r.granted and g.revoked is null and g.ends > (select access.now())
      where r.document_id = d.id and r.asker_id = o.viewer_id and r.download));
$$;
alter function documents.file(uuid, boolean) owner to tillit_definer;

-- Somebody of the organisation checked a document that stands on a profile or is open to them. Answers its owner.
create function documents.check_it(body text, mac text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('doccheck', body, mac);
  who access.actor := access.actor();
  owner uuid;
begin
  if documents.moderates() is not true then
    raise exception 'only those who moderate' using errcode = '42501';
  end if;
  select d.person_id into owner from public.documents_document d
  where d.id = (wish ->> 'document')::uuid and d.organisation_id = who.organisation and d.person_id <> who.person
    and (d.listed <> '' or d.id = any (documents.open_to_me()));
  if owner is not null then
    insert into public.documents_check (id, organisation_id, document_id, person_id, by_id, how, made)
    values ((wish ->> 'id')::uuid, who.organisation, (wish ->> 'document')::uuid, owner, who.person, wish ->> 'how',
            who.moment);
  end if;
  return owner;
end $$;
alter function documents.check_it(text, text) owner to tillit_definer;

-- A check is of what was said then: another title, issuer, kind or day has not been checked.
create function documents.unchecked() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.documents_check c where c.document_id = new.id;
  return null;
end $$;
create trigger unchecked after update of kind, title, issuer, issued, expires on public.documents_document
for each row execute function documents.unchecked();
revoke execute on function documents.unchecked() from public;
alter function documents.unchecked() owner to tillit_definer;

-- Whoever saw an extract from the criminal record notes that it was shown, and on what day: the organisation, or
-- somebody who had asked for it and was told yes, for a day from then on. Answers whether it is noted.
create function documents.note_shown(body text, mac text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('docshown', body, mac);
  who access.actor := access.actor();
  owner uuid := (wish ->> 'whose')::uuid;
  day date := (wish ->> 'on')::date;
  ours boolean := documents.moderates();
begin
  if who.person is null or owner = who.person
     or (day between (who.moment - interval '1 year')::date and (who.moment + interval '1 day')::date) is not true
     or not exists (select from public.identity_person p where p.id = owner and p.organisation_id = who.organisation)
     or not (ours or exists (
       select from public.documents_request r
       where r.asker_id = who.person and r.person_id = owner and r.kind = 'criminal_record' and r.state = 'approved'
         and day >= (r.answered - interval '1 day')::date))
  then
    return false;
  end if;
  insert into public.documents_shown (id, organisation_id, person_id, by_id, by_us, "on", made)
  values ((wish ->> 'id')::uuid, who.organisation, owner, who.person, ours, day, who.moment)
  on conflict do nothing;
  return true;
end $$;
alter function documents.note_shown(text, text) owner to tillit_definer;

-- A document that goes takes what was open of it along.
create function documents.closed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform access.close_relation(old.organisation_id, 'document', old.id);
  return null;
end $$;
create trigger closed after delete on public.documents_document for each row execute function documents.closed();
revoke execute on function documents.closed() from public;
alter function documents.closed() owner to tillit_definer;

-- The sweeper ------------------------------------------------------------------------------------------------------

-- Documents whose time is over go, with their files. Returns these.
create function documents.forget(documents uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); files uuid[];
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  files := array(select d.file from public.documents_document d
                 where d.id = any (documents) and d.organisation_id = own);
  delete from public.kernel_upload u where u.id = any (files) and u.organisation_id = own;
  delete from public.documents_document d where d.id = any (documents) and d.organisation_id = own;
  return files;
end $$;
alter function documents.forget(uuid[]) owner to tillit_definer;

create function documents.forget_requests(requests uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.documents_request r where r.id = any (requests) and r.organisation_id = access.organisation();
end $$;
alter function documents.forget_requests(uuid[]) owner to tillit_definer;

create function documents.sweep() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare before timestamptz := access.now() - interval '1 year';
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.documents_opening o where o.made < before;
  delete from public.documents_shown s where s.made < before;
end $$;
alter function documents.sweep() owner to tillit_definer;

-- For probes: how many documents there are, how many that still end have no reminder on the clock, how many openings
-- nobody told their owner of, and how many grants run for longer than an owner can choose.
create function documents.probed()
returns table (kept bigint, unreminded bigint, opened bigint, untold bigint, endless bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); moment timestamptz := access.now();
begin
  if access.office() is distinct from 'prober' then
    raise exception 'only a probe asks' using errcode = '42501';
  end if;
  return query select
    (select count(*) from public.documents_document d where d.organisation_id = own),
    (select count(*) from public.documents_document d
     where d.organisation_id = own and d.expires > (moment + interval '9 days')::date and not exists (
       select from public.kernel_end e
       where e.organisation_id = own and e.kind = 'documents.expiry' and e.object_id = d.id and e.state = 'open'
         and e.due::date <= d.expires - 7)),
    (select count(*) from public.documents_opening o where o.organisation_id = own),
    (select count(*) from public.documents_opening o
     where o.organisation_id = own and o.made > moment - interval '300 days' and not exists (
       select from public.evidence_event e
       where e.organisation_id = own and e.name = 'documents.document.seen' and e.subject_id = o.person_id
         and e.object_id = o.document_id and e.made between o.made - interval '5 minutes' and o.made + interval '5 minutes')
       and exists (select from public.identity_person p where p.id = o.person_id and p.display_name <> ''::bytea)),
    (select count(*) from public.access_grant g
     where g.organisation_id = own and g.scope = 'documents.file' and g.ends > g.starts + interval '720 hours');
end $$;
alter function documents.probed() owner to tillit_definer;
