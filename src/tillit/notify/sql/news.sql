-- How many people news reach, and why others do not get them: for administrators, who learn numbers and nothing of whom.
-- Each person counts once, for the first reason that holds.
create function notify.audience(consent text, or_to text, named text)
returns table (reached bigint, not_agreed bigint, resting bigint, switched_off bigint, stopped bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare agreed uuid[]; rest uuid[];
begin
  if not access.roles() && array['administrator'] then
    raise exception 'news are written by administrators' using errcode = '42501';
  end if;
  agreed := privacy.willing(consent, or_to);
  rest := access.restricted();
  return query
    select count(*) filter (where p.why = ''), count(*) filter (where p.why = 'agreed'),
      count(*) filter (where p.why = 'rest'), count(*) filter (where p.why = 'off'),
      count(*) filter (where p.why = 'stopped')
    from (
      select case
        when q.id = any(rest) then 'rest'
        when not q.id = any(agreed) then 'agreed'
        when exists (select 1 from public.notify_preference c
                     where c.person_id = q.id and c.kind = named and c.channel = 'mail' and c.how = 'off') then 'off'
        when exists (select 1 from public.notify_stop s where s.person_id = q.id and s.channel = 'mail') then 'stopped'
        else '' end as why
      from public.identity_person q
      where q.organisation_id = access.organisation() and q.email_index <> ''
    ) p;
end $$;
alter function notify.audience(text, text, text) owner to tillit_definer;
