-- What people chose, for those who ask before they use something (rights/queries.py, and other apps' queries and
-- mails). Who may know of whom: programs of the organisation and its staff of everybody, a person of themselves.

create function privacy.asks_of_all() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.office() in ('notify', 'reaction', 'mail', 'sweeper', 'prober')
      or access.roles() && array['administrator', 'privacy'];
$$;
alter function privacy.asks_of_all() owner to tillit_definer;

-- Who objects to a use: while the answer is waited for the use is paused (GDPR Art. 18(1)(d)).
create function privacy.objected(wanted text) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(o.person_id), '{}') from public.privacy_objection o
  where o.organisation_id = (select access.organisation()) and o.purpose = wanted and o.withdrawn is null
    and o.state <> 'refused' and ((select privacy.asks_of_all()) or o.person_id = (select access.person()));
$$;
alter function privacy.objected(text) owner to tillit_definer;

-- Who agreed to a use, objects to nothing of it, and whose data does not lie at rest: to whom it may be done.
create function privacy.willing(wanted text, or_to text) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(c.person_id), '{}') from public.privacy_consent c
  where c.organisation_id = (select access.organisation()) and c.purpose = wanted and c.withdrawn is null
    and ((select privacy.asks_of_all()) or c.person_id = (select access.person()))
    and not exists (select from public.privacy_objection o
                    where o.person_id = c.person_id and o.purpose = or_to and o.withdrawn is null
                      and o.state <> 'refused')
    and not exists (select from public.privacy_restriction r where r.person_id = c.person_id and r.lifted is null);
$$;
alter function privacy.willing(text, text) owner to tillit_definer;

-- Whoever answers for the data says yes or no to an objection that waits. The answer is sealed with the key of the
-- person whom it is for. False when there is none to answer any more.
create function privacy.answer_objection(objection uuid, upheld boolean, written bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.roles() && array['administrator', 'privacy'] then
    raise exception 'objections are answered by who answers for the data' using errcode = '42501';
  end if;
  update public.privacy_objection o
  set state = case when upheld then 'upheld' else 'refused' end, answer = written,
      answered_by_id = access.person(), answered = access.now()
  where o.id = objection and o.organisation_id = access.organisation() and o.state = 'waiting'
    and o.withdrawn is null and o.person_id is distinct from access.person();
  return found;
end $$;
alter function privacy.answer_objection(uuid, boolean, bytea) owner to tillit_definer;

-- The names of people who see or saw something of the acting person: holders of grants, who asked to break
-- something open, and who stands in the person's events. Who may break something open knows who else asked and
-- answered. Nobody else's name is told.
create function privacy.named(wanted uuid[]) returns table (person uuid, name bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.display_name from public.identity_person p
  where p.id = any(wanted) and p.organisation_id = (select access.organisation()) and (
    exists (select from public.access_grant g
            where (g.subject_id = (select access.person()) and p.id in (g.grantee_id, g.given_by_id))
               or (g.grantee_id = (select access.person()) and p.id = g.subject_id))
    or exists (select from public.access_glassrequest r
               where (r.subject_id = (select access.person()) or (select access.may_break()))
                 and r.organisation_id = p.organisation_id and p.id in (r.asked_by_id, r.answered_by_id))
    or exists (select from public.evidence_event e
               where e.subject_id = (select access.person()) and e.actor_id = p.id));
$$;
alter function privacy.named(uuid[]) owner to tillit_definer;

-- What others show the acting person of how they are reached: as much as each grant shows, sealed. Nothing of those
-- whose data lies at rest, but what was broken open.
create function privacy.shown_to_me() returns table (id uuid, person uuid, name bytea, email bytea, phone bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.id, p.id, p.display_name,
    case when g.scope in ('contact', 'contact.email') then p.email else '' end,
    case when g.scope in ('contact', 'contact.phone') then p.phone else '' end
  from public.access_grant g join public.identity_person p on p.id = g.subject_id
  where g.grantee_id = (select access.person()) and g.organisation_id = (select access.organisation())
    and g.scope like 'contact%' and g.revoked is null
    and g.starts <= (select access.now()) and g.ends > (select access.now())
    and (g.relation = 'glass' or not exists (
      select from public.privacy_restriction r where r.person_id = g.subject_id and r.lifted is null));
$$;
alter function privacy.shown_to_me() owner to tillit_definer;

-- People of the organisation with this address, for who may break something open: their ids and since when they are
-- known, the latest first, and nothing else of them.
create function privacy.people_with(address text) returns table (person uuid, since timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.made from public.identity_person p
  where p.organisation_id = (select access.organisation()) and p.email_index = address and address <> ''
    and access.may_break() and p.id is distinct from (select access.person())
  order by p.made desc limit 20;
$$;
alter function privacy.people_with(text) owner to tillit_definer;

-- Is the acting organisation closing? Its public pages about privacy stay until its days are over; anybody may ask.
create function privacy.closing() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from public.kernel_end e
    where e.organisation_id = (select access.organisation()) and e.kind = 'privacy.closing' and e.state = 'open');
$$;
alter function privacy.closing() owner to tillit_definer;

-- Choices that were over a year ago, and those of people whom the organisation no longer knows, are forgotten.
create function privacy.sweep_choices() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare before timestamptz := access.now() - interval '1 year';
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.privacy_consent c
  where c.withdrawn < before or exists (select from public.identity_person p
                                        where p.id = c.person_id and p.display_name = '');
  delete from public.privacy_objection o
  where o.withdrawn < before or exists (select from public.identity_person p
                                        where p.id = o.person_id and p.display_name = '');
  delete from public.privacy_restriction r
  where r.lifted < before or exists (select from public.identity_person p
                                     where p.id = r.person_id and p.display_name = '');
end $$;
alter function privacy.sweep_choices() owner to tillit_definer;
