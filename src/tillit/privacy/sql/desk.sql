-- The desk's requests: whom each is about, who received their data, and when the record goes.

create function privacy.in_office() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.person() is not null and access.roles() && array['administrator', 'privacy'];
$$;
alter function privacy.in_office() owner to tillit_definer;

-- A part: does whoever proposed something still work in the office? A proposal ends with its proposer's role.
create function privacy.still_in_office(proposer uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from public.identity_membership m
    where m.person_id = proposer and m.organisation_id = access.organisation() and m.ended is null
      and m.role in ('administrator', 'privacy'));
$$;
alter function privacy.still_in_office(uuid) owner to tillit_definer;

create function privacy.must_be_in_office() returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if privacy.in_office() is not true then
    raise exception 'only administrators and privacy officers' using errcode = '42501';
  end if;
end $$;
alter function privacy.must_be_in_office() owner to tillit_definer;

-- Requests ---------------------------------------------------------------------------------------------------------

-- A part: the request is about these people; the letter goes to the latest of them.
create function privacy.name_subjects(request uuid, people uuid[]) returns bigint
language plpgsql as $$
begin
  if cardinality(people) = 0 then
    return 0;
  end if;
  delete from public.privacy_requestsubject s where s.request_id = request and s.person_id <> all (people);
  insert into public.privacy_requestsubject (id, organisation_id, request_id, person_id)
  select gen_random_uuid(), access.organisation(), request, p from unnest(people) p
  on conflict do nothing;
  update public.privacy_rightsrequest r set person_id = (
    select p.id from public.identity_person p where p.id = any (people) order by p.made desc limit 1)
  where r.id = request;
  return cardinality(people);
end $$;

-- The request that was just made is about the people of this address (its index). By the form that made it, or by the
-- office while nobody has proven anything. Returns how many people: the form answers the same whatever it is.
create function privacy.match_request(request uuid, address text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation();
begin
  if not exists (
    select from public.privacy_rightsrequest r
    where r.id = match_request.request and r.organisation_id = own and r.state = 'unproven' and r.proof = ''
      and (privacy.in_office() or (r.channel = 'form' and r.person_id is null
                                   and r.made > access.now() - interval '1 minute')))
  then
    raise exception 'a request that stands open to nobody' using errcode = '42501';
  end if;
  return privacy.name_subjects(request, array(
    select p.id from public.identity_person p
    where p.organisation_id = own and p.email_index = match_request.address and match_request.address <> ''));
end $$;
alter function privacy.match_request(uuid, text) owner to tillit_definer;

-- A request that the acting person makes is about them and, where they came by the link in a mail, about everybody
-- with that address: a guest is somebody anew with each booking.
create function privacy.match_own(request uuid) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare me public.identity_person;
begin
  select p.* into me from public.identity_person p
  where p.id = access.person() and p.organisation_id = access.organisation();
  if not exists (select from public.privacy_rightsrequest r
                 where r.id = match_own.request and r.person_id = me.id and r.asked_by_id = me.id
                   and r.channel = 'product' and r.made > access.now() - interval '1 minute') then
    raise exception 'a request of somebody else' using errcode = '42501';
  end if;
  return privacy.name_subjects(request, array(
    select p.id from public.identity_person p
    where p.id = me.id or (me.account_id is null and p.account_id is null and me.email_index <> ''
                           and p.organisation_id = me.organisation_id and p.email_index = me.email_index)));
end $$;
alter function privacy.match_own(uuid) owner to tillit_definer;

-- The request that stands open already: of the same kind, about the acting person, or by the same address (its index).
create function privacy.asked_before(kind text, address text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.id from public.privacy_rightsrequest r
  where r.organisation_id = (select access.organisation()) and r.kind = asked_before.kind
    and r.state in ('unproven', 'open')
    and ((r.proof <> '' and exists (select from public.privacy_requestsubject s
                                    where s.request_id = r.id and s.person_id = (select access.person())))
         or (asked_before.address <> '' and r.address_index = asked_before.address))
  order by r.made limit 1;
$$;
alter function privacy.asked_before(text, text) owner to tillit_definer;

-- To whom data of a request's people went, by their evidence: receiver's key and name, for the office.
create function privacy.receivers(request uuid) returns table (receiver text, name text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform privacy.must_be_in_office();
  return query
    select distinct e.detail::jsonb ->> 'to', coalesce(p.name::text, e.detail::jsonb ->> 'to')
    from public.privacy_requestsubject s
    join public.evidence_event e on e.subject_id = s.person_id and e.name = 'kernel.egress.departed'
                                and e.organisation_id = s.organisation_id
    left join public.privacy_processor p on p.organisation_id = s.organisation_id
                                        and p.key = e.detail::jsonb ->> 'to'
    where s.request_id = request and s.organisation_id = access.organisation();
end $$;
alter function privacy.receivers(uuid) owner to tillit_definer;

-- The time of these requests is over.
create function privacy.forget_requests(requests uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation();
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  delete from public.privacy_rightsrequest r where r.id = any (requests) and r.organisation_id = own;
  perform keys.shred(own, requests, 'journal');
end $$;
alter function privacy.forget_requests(uuid[]) owner to tillit_definer;

revoke execute on function privacy.name_subjects(uuid, uuid[]) from public;
grant execute on function privacy.name_subjects(uuid, uuid[]) to tillit_definer;
